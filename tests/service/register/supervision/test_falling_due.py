"""What falls due is counted once for the unit that holds it, by the day it is where the office is."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service.deadlines.lateness import NEVER
from service.register.supervision import falling_due
from service.register.supervision.falling_due import LATE, NOT_DUE
from service.tables.people import Post
from service.tables.runtime import TaskCandidate, UserTask
from service.tables.suggestions import Suggestion
from tests.service.register.supervision.undone import NOW, assignment, open_task, suggestion

Waits = Callable[..., str]


@pytest.fixture
def waits(session: Session) -> Waits:
    """Let a step of a suggestion wait for somebody until a moment."""

    def waiting(
        own: Suggestion, due_at: datetime, *candidates: str, key: str = "plan", process: str = "p"
    ) -> str:
        first, *_ = candidates
        open_task(session, own, key, first, due_at)
        task_id = f"{key}-{first}"
        session.execute(
            update(UserTask)
            .where(UserTask.id == task_id)
            .values(process_id=process, candidates=list(candidates))
        )
        session.add_all(
            TaskCandidate(task_id=task_id, candidate=each, due_at=due_at) for each in candidates
        )
        session.flush()
        return task_id

    return waiting


def counted(session: Session) -> list[tuple[str, str, int, int]]:
    return sorted(tuple(row) for row in session.execute(falling_due.counted(NOW)))


def listed(session: Session, kind: str, unit: str | None = None, day: date | None = None):
    return [row[0].id for row in session.execute(falling_due.steps(kind, NOW, unit, day))]


def test_a_step_that_waits_for_two_posts_of_a_unit_is_one(session: Session, waits: Waits) -> None:
    waits(suggestion(session), NOW + timedelta(days=1), "unit_liaison:JT", "unit_handler:JT")

    assert counted(session) == [("step", "JT", 1, 1)]
    assert listed(session, "month") == ["plan-unit_liaison:JT"]
    assert listed(session, "month", "ZJ") == []


def test_a_step_somebody_has_taken_is_their_unit_s(session: Session, waits: Waits) -> None:
    session.add(Post(login="wang_fang", role="unit_handler", scope="ZJ"))
    session.flush()

    waits(suggestion(session), NOW - timedelta(hours=1), "user:wang_fang")

    assert counted(session) == [("step", "ZJ", LATE, 1)]


def test_the_day_ends_at_midnight_where_the_office_is(session: Session, waits: Waits) -> None:
    own = suggestion(session)
    waits(own, datetime(2026, 9, 21, 15, 59, tzinfo=UTC), "unit_liaison:JT")
    waits(own, datetime(2026, 9, 21, 16, 0, tzinfo=UTC), "unit_handler:JT")

    assert counted(session) == [("step", "JT", 0, 1), ("step", "JT", 1, 1)]
    assert listed(session, "today") == ["plan-unit_liaison:JT"]
    assert listed(session, "month", day=date(2026, 9, 22)) == ["plan-unit_handler:JT"]


def test_thirty_days_and_no_more(session: Session, waits: Waits) -> None:
    own = suggestion(session)
    for number, days in enumerate((6, 7, 29, 30)):
        waits(own, NOW + timedelta(days=days), "unit_liaison:JT", key=f"plan{number}")

    assert [(slot, number) for _, _, slot, number in counted(session)] == [(6, 1), (7, 1), (29, 1)]
    assert len(listed(session, "week")) == 1
    assert len(listed(session, "month")) == 3


def test_what_deputies_and_offices_have_to_do_is_not_counted(
    session: Session, waits: Waits
) -> None:
    own = suggestion(session)
    waits(own, NOW + timedelta(days=1), "deputy_office")
    waits(own, NOW + timedelta(days=1), "user:wang_fang")

    assert counted(session) == []


def test_nothing_of_an_evaluation_is_counted_or_listed(session: Session, waits: Waits) -> None:
    soon = NOW + timedelta(days=1)
    waits(suggestion(session, status="evaluating"), soon, "unit_liaison:JT")
    waits(suggestion(session), soon, "unit_head:JT", process="back_to_back_evaluation")

    assert counted(session) == []
    assert listed(session, "month") == []


def test_replies_that_are_owed_are_counted_and_stopped_clocks_apart(session: Session) -> None:
    own = suggestion(session)
    owed = assignment(session, own, due_at=NOW + timedelta(days=2))
    held = assignment(session, own, unit="ZJ", due_at=NEVER)
    assignment(session, own, due_at=NOW - timedelta(days=2))
    assignment(session, own, due_at=NOW + timedelta(days=2), replied_at=NOW)
    assignment(session, own, due_at=NOW + timedelta(days=2), role="assist")

    assert counted(session) == [("reply", "JT", 2, 1), ("reply", "ZJ", NOT_DUE, 1)]
    for kind, row in (("replies", owed), ("held", held)):
        found = session.execute(falling_due.replies(kind, NOW, None, None)).all()
        assert [each[0].id for each in found] == [row.id]
