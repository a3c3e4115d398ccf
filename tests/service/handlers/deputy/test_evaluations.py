"""A deputy's own page: what was said is theirs alone, may be changed once, and may be taken back."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.evaluation import Evaluation
from tests.replied_case import BAD, NOT_SATISFIED, SATISFIED, asked
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    asked(world)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def deputy(app: Flask) -> Browser:
    return signed_in(app, "代表甲")


def row(world: World) -> Evaluation:
    with world.reading() as session:
        return session.scalars(select(Evaluation)).one()


def path(world: World) -> str:
    return f"/evaluations/{row(world).id}"


def test_what_is_to_be_rated_is_one_step_away(world: World, deputy: Browser) -> None:
    deputy.get("/evaluations")
    assert "待评价" in deputy.page
    assert "承办单位任何时候都看不到评的是哪一档" in deputy.page

    deputy.get(path(world))
    [task] = re.findall(r'href="(/tasks/[^"]+)">去评价', deputy.page)
    deputy.get(task)

    assert "谁能看到您的评价" in deputy.page
    assert "交通运输局" in deputy.page


def test_a_rating_is_handed_in_on_the_task_s_page_and_read_on_one_s_own(
    world: World, deputy: Browser
) -> None:
    [task] = world.waiting()
    deputy.get(f"/tasks/{task.id}")

    answer = deputy.post(
        f"/tasks/{task.id}",
        {"_version": str(task.version), **form(NOT_SATISFIED)},
    )

    assert answer.status_code == 303
    deputy.get(path(world))
    assert BAD.text in deputy.page
    assert "不满意" in deputy.page


def test_a_rating_is_changed_once_in_time(world: World, deputy: Browser) -> None:
    world.do("填写评价", "代表甲", **NOT_SATISFIED)
    deputy.get(path(world))
    assert "只能修改一次" in deputy.page
    assert BAD.text in deputy.page

    answer = deputy.post(path(world), form(SATISFIED))

    assert answer.status_code == 303
    assert (row(world).result_rating, row(world).text) == ("satisfied", "")
    deputy.get(path(world))
    assert "修改过" in deputy.page
    assert "只能修改一次" not in deputy.page


def test_a_change_without_a_reason_is_shown_again(world: World, deputy: Browser) -> None:
    world.do("填写评价", "代表甲", **SATISFIED)
    deputy.get(path(world))

    answer = deputy.post(path(world), form({**NOT_SATISFIED, "reason": ""}))

    assert answer.status_code == 422
    assert "具体意见" in deputy.page
    assert row(world).result_rating == "satisfied"


def test_a_change_cannot_become_a_complaint(world: World, deputy: Browser) -> None:
    world.do("填写评价", "代表甲", **SATISFIED)
    deputy.get(path(world))

    answer = deputy.post(path(world), {"contact_check": "no_contact"})

    assert answer.status_code == 422
    assert "请联系人大代工委" in deputy.page


def test_after_its_time_a_rating_is_only_read(world: World, deputy: Browser) -> None:
    world.do("填写评价", "代表甲", **SATISFIED)
    deputy.get(path(world))
    world.at += timedelta(days=2)

    deputy.get(path(world))
    assert "保存评价" not in deputy.page
    deputy.post(path(world), form(NOT_SATISFIED))

    assert row(world).result_rating == "satisfied"


def test_a_rating_somebody_else_gave_is_taken_back_and_given_anew(
    world: World, deputy: Browser
) -> None:
    world.do("填写评价", "代表甲", **SATISFIED)
    deputy.get(path(world))

    assert deputy.post(f"{path(world)}/deny").status_code == 303

    assert row(world).state == "pending"
    assert "请核查是否有人代填" in world.told("deputy_office")[-1]
    assert "请核查是否有人代填" in world.told("gov_supervision_head")[-1]
    deputy.get(path(world))
    deputy.post(path(world), form(NOT_SATISFIED))
    assert row(world).result_rating == "dissatisfied"


@pytest.mark.parametrize("somebody", ["代表乙", "镇代表"])
def test_another_deputy_does_not_find_it(world: World, app: Flask, somebody: str) -> None:
    world.do("填写评价", "代表甲", **NOT_SATISFIED)
    other = signed_in(app, somebody)

    assert other.get(path(world)).status_code == 404
    assert other.post(path(world), form(SATISFIED)).status_code == 404
    assert other.post(f"{path(world)}/deny").status_code == 404
    other.get("/evaluations")
    assert "还没有请您评价的建议" in other.page
    assert row(world).result_rating == "dissatisfied"


@pytest.mark.parametrize("somebody", ["交通局联络员", "代工委甲", "管理员"])
def test_who_is_no_deputy_has_no_such_page(world: World, app: Flask, somebody: str) -> None:
    other = signed_in(app, somebody)

    assert other.get("/evaluations").status_code == 403
    assert other.get(path(world)).status_code == 403
    assert app.test_client().get(path(world)).status_code == 302


def form(values: dict[str, object]) -> dict[str, str]:
    """What a browser sends: text."""
    words = {True: "true", False: "false", None: ""}
    return {
        name: words.get(value, str(value)) if not isinstance(value, str) else value
        for name, value in values.items()
    }
