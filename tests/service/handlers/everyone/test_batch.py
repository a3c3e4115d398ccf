import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.settings import Settings
from tests.service.handlers.city import served, signed_in
from tests.world import World

DISPATCH = "/batch/dispatch_and_return/Task_dispatch"
COMMON = {"is_hard": "false", "is_key": "false", "batch_number": "清人办〔2026〕1号"}


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def planned(world: World) -> list[int]:
    """Three suggestions whose units are decided and which wait to be dispatched."""
    found = []
    for number, unit in enumerate(("JT", "CG", "ZJ"), 1):
        case = world.register(title=f"关于第{number}件小事的建议")
        world.do(
            "拟定承办方案",
            by="代工委甲",
            handling_mode="sole",
            lead_unit=unit,
            pre_dispatch=False,
        )
        found.append(case.suggestion)
    return found


def test_three_suggestions_are_dispatched_in_one_go(world, app, planned):
    clerk = signed_in(app, "代工委甲")
    clerk.get("/")
    assert "批量办理：正式交办" in clerk.page

    clerk.get(DISPATCH)
    ids = [row.id for row in world.waiting() if row.name == "正式交办"]
    answer = clerk.post(DISPATCH, [*COMMON.items(), *(("_task", one) for one in ids)])

    assert answer.status_code == 200
    assert "3 件全部办完" in clerk.page
    assert "正式交办" not in world.open_tasks()
    assert {a.unit for s in planned for a in world.assignments() if s} == {"ZJ"}


def test_only_what_is_ticked_is_done(world, app, planned):
    clerk = signed_in(app, "代工委甲")
    clerk.get(DISPATCH)
    [first, *_] = [row.id for row in world.waiting() if row.name == "正式交办"]

    clerk.post(DISPATCH, [*COMMON.items(), ("_task", first)])

    assert world.open_tasks().count("正式交办") == 2


def test_nothing_ticked_and_a_bad_form_keep_what_was_typed(world, app, planned):
    clerk = signed_in(app, "代工委甲")
    clerk.get(DISPATCH)

    answer = clerk.post(DISPATCH, COMMON)

    assert answer.status_code == 422
    assert "请至少勾选一件" in clerk.page
    assert "清人办〔2026〕1号" in clerk.page


def test_a_refusal_of_one_is_told_beside_it_and_stops_no_other(world, app, planned):
    clerk, colleague = signed_in(app, "代工委甲"), signed_in(app, "代工委乙")
    clerk.get(DISPATCH)
    ids = [row.id for row in world.waiting() if row.name == "正式交办"]
    colleague.get(f"/tasks/{ids[0]}")
    colleague.post(f"/tasks/{ids[0]}/claim", {"_version": colleague.version()})

    clerk.post(DISPATCH, [*COMMON.items(), *(("_task", one) for one in ids)])

    assert "2 件" in clerk.page
    assert world.open_tasks().count("正式交办") == 1


def test_what_must_be_looked_at_one_by_one_is_not_offered(world, app):
    world.submit()
    world.submit(title="关于另一件事的建议")
    clerk = signed_in(app, "代工委甲")

    clerk.get("/")

    assert "批量办理" not in clerk.page
    assert clerk.get("/batch/review_registration/Task_review").status_code == 403
    assert signed_in(app, "代表甲").get(DISPATCH).status_code == 403
