"""Programs of administrators see, change and take back limits by the same rules as the pages."""

from typing import Any

import pytest

from service.database import Database
from service.deadlines import policies, record
from service.deadlines.workdays import local_day

SIXTY = {"amount": 60, "unit": "CD", "scope": "running"}
KEEPER = "管理员"


@pytest.fixture
def dispatched(world: Any) -> Any:
    world.register(by="代表甲")
    world.dispatch("JT")
    return world


def test_a_change_moves_what_its_effect_said_and_is_undone(call, dispatched) -> None:
    effect = call(KEEPER, "POST", "/limits/reply.normal/effect?limit=2", SIXTY).get_json()
    wanted = {**SIXTY, "reason": "提速", "stamp": effect["stamp"]}
    done = call(KEEPER, "POST", "/limits/reply.normal", wanted)
    change = done.get_json()

    assert done.status_code == 200
    assert effect["in_words"].startswith("会移动")
    assert len(effect["moves"]) == 2
    assert change["moved_records"] == effect["records"] > 0
    assert change["sentence"].startswith("把“答复（一般件）”由 3 个月改为 60 日")
    shown = call(KEEPER, "GET", "/limits/reply.normal").get_json()
    assert (shown["in_words"], shown["stage"]) == ("从“交办”起算 60 日", "答复")
    assert [one["id"] for one in call(KEEPER, "GET", "/limit-changes").get_json()["changes"]] == [1]

    back = call(KEEPER, "POST", "/limit-changes/1/effect").get_json()
    assert back["records"] == effect["records"]
    undone = call(KEEPER, "POST", "/limit-changes/1/undo", {"reason": "改错了"})
    assert undone.get_json()["undone_by"] == 2
    again = call(KEEPER, "POST", "/limit-changes/1/undo", {"reason": "再来"})
    assert again.status_code == 409
    assert "不能再撤销" in again.get_json()["detail"]


def test_a_stale_effect_is_refused_with_what_changed_since(call, dispatched) -> None:
    stamp = call(KEEPER, "POST", "/limits/reply.normal/effect", SIXTY).get_json()["stamp"]
    other = {"amount": 5, "scope": "running", "reason": "单位反映时间不够"}
    call(KEEPER, "POST", "/limits/sign", other)

    refused = call(
        KEEPER, "POST", "/limits/reply.normal", {**SIXTY, "reason": "提速", "stamp": stamp}
    )

    assert refused.status_code == 409
    assert "签收" in refused.get_json()["detail"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 5000}, "amount"),
        ({"name": ""}, "name"),
        ({"unit": "YEARS"}, "unit"),
        ({"start_event": "not_an_event"}, "start_event"),
        ({"effective_from": "2030-01-01"}, "effective_from"),
        ({"amount": 6, "unit": "CM"}, "confirmed_basis"),
        ({"warnings": [{"side": "before", "amount": 90, "unit": "CD"}]}, "warnings"),
    ],
)
def test_nonsense_is_refused_by_field(call, dispatched, given, field) -> None:
    refused = call(KEEPER, "POST", "/limits/reply.normal/effect", {**SIXTY, **given})

    assert refused.status_code == 422
    assert field in {one["field"] for one in refused.get_json()["errors"]}


def test_a_body_with_what_nobody_asked_for_is_refused(call, dispatched) -> None:
    for body in ({**SIXTY, "ammount": 3}, {"scope": "never"}, {}, {**SIXTY, "level": "village"}):
        assert call(KEEPER, "POST", "/limits/reply.normal/effect", body).status_code == 422
    assert call(KEEPER, "POST", "/limits/reply.normal", SIXTY).status_code == 422  # no reason


def test_a_level_begins_with_the_limit_its_cases_have(call, world, sqlite: Database) -> None:
    wanted = {"level": "town", "amount": 2, "scope": "running", "reason": "镇级"}
    assert call(KEEPER, "POST", "/limits/reply.normal", wanted).status_code == 200

    shown = call(KEEPER, "GET", "/limits/reply.normal").get_json()
    assert [(one["level"], one["in_words"]) for one in shown["overrides"]] == [
        ("town", "从“交办”起算 2 个月")
    ]
    with sqlite.reading() as session:
        row = policies.in_force(session).policy("reply.normal", "town", local_day(world.at))
        assert [each.by for each in record.latest(session, 5)] == [KEEPER]
    assert row.warnings  # as the general limit has them


def test_only_administrators_may(call, dispatched) -> None:
    for login in ("设计员", "运维", "代工委甲", "代表甲", None):
        for method, path in (
            ("GET", "/limits"),
            ("GET", "/limits/sign"),
            ("POST", "/limits/sign/effect"),
            ("POST", "/limits/sign"),
            ("GET", "/limit-changes"),
            ("POST", "/limit-changes/1/undo"),
        ):
            body = SIXTY if method == "POST" else None
            assert call(login, method, path, body).status_code == (401 if login is None else 403)
    assert call(KEEPER, "GET", "/limits/nothing").status_code == 404
    assert call(KEEPER, "POST", "/limits/nothing/effect", SIXTY).status_code == 404
    assert call(KEEPER, "POST", "/limit-changes/9/undo", {"reason": "x"}).status_code == 404
    assert len(call(KEEPER, "GET", "/limits").get_json()["limits"]) > 100
