"""Limits, effects and changes as programs read them."""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from service.deadlines import changes, limits, plain, policies
from service.deadlines.limits import Running
from service.tables.runtime import UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]


def test_everything_is_json_and_says_itself_in_words(working: Session, open_task: OpenTask) -> None:
    open_task("a", "sign")
    row = policies.in_force(working).policy("sign", "", date(2026, 3, 18))._replace(amount=5)

    effect = plain.effect(changes.preview(working, row, AT), 1)
    change = plain.change(changes.apply(working, row, "试行", "guanli", AT))
    limit = plain.limit(
        limits.one(policies.in_force(working), "sign", date(2026, 3, 18)), Running(1, 0, 1)
    )

    assert json.loads(json.dumps([effect, change, limit])) == [effect, change, limit]
    assert (effect["tasks"], len(effect["moves"])) == (1, 1)
    assert effect["in_words"].startswith("会移动 1 项任务")
    assert (change["reason"], change["undone_by"]) == ("试行", None)
    assert (limit["in_words"], limit["stage"], limit["level"]) == (
        "从“交办到单位”起算 5 个工作日",
        "签收与调整",
        None,
    )
    assert limit["running"] == {"tasks": 1, "timers": 0, "reminders": 1}
