"""The record of a change says what it did to each row, as its effect had said it would."""

from collections.abc import Callable
from datetime import UTC, date, datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from service.deadlines import changes, made, places, plans, policies
from service.deadlines.effects import Kind, Move
from service.tables.deadlines import DeadlineChange
from service.tables.runtime import TimerJob, UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]


def every(session: Session, change: DeadlineChange) -> list[Move]:
    moved = plans.groups(change.moves)
    return made.named(session, made.of(moved, 0, made.count(moved)))


def test_a_change_did_what_its_effect_said(working: Session, open_task: OpenTask) -> None:
    open_task("a", "sign")
    row = policies.in_force(working).policy("sign", "", date(2026, 3, 18))._replace(amount=5)
    effect = changes.preview(working, row, AT)

    change = changes.apply(working, row, "试行", "guanli", AT)
    found = every(working, change)

    def told(moves):
        return sorted((m.kind, m.id, m.business_key, m.name, m.before, m.after) for m in moves)

    assert told(found) == told(effect.moves)
    moved = plans.groups(change.moves)
    pages = [made.of(moved, first, 2) for first in (0, 2, 4)]
    assert made.named(working, [row for page in pages for row in page]) == found
    assert [len(page) for page in pages] == [2, 1, 0]
    assert [move.kind for move in found] == [Kind.REMINDER, Kind.TIMER, Kind.TASK]


def test_what_is_gone_is_told_without_its_name(working: Session, open_task: OpenTask) -> None:
    open_task("a", "sign")
    row = policies.in_force(working).policy("sign", "", date(2026, 3, 18))._replace(amount=5)
    change = changes.apply(working, row, "试行", "guanli", AT)
    working.execute(delete(TimerJob))

    without_jobs = every(working, change)
    working.execute(delete(UserTask))
    without_task = every(working, change)

    assert {move.name for move in without_jobs} == {"签收"}  # jobs are told by their task
    assert {move.name for move in without_task} == {made.GONE}
    assert [move.kind for move in without_task] == [move.kind for move in without_jobs]


def test_every_place_that_keeps_moments_has_its_look_up() -> None:
    assert made._LOOK_UPS.keys() == {"user_tasks", "timer_jobs", *places.PLACES}
