"""What a granted extension moves."""

from sqlalchemy.orm import Session

from service.deadlines.workdays import end_of
from service.register.extension import dates
from service.tables.assignments import Assignment, Extension
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.service.register.extension.conftest import DUE
from tests.world import moment

UNTIL = end_of(moment("2026-07-31").date())


def test_the_unit_that_answers_for_all_moves_the_case(
    session: Session, duty: Assignment, granted: Extension
) -> None:
    dates.move(session, granted, "延期", "dgw_jia", MORNING)

    assert duty.due_at == UNTIL
    assert session.get_one(Suggestion, duty.suggestion_id).reply_due_at == UNTIL


def test_a_unit_that_answers_for_itself_moves_nobody_else(
    session: Session, duty: Assignment, granted: Extension
) -> None:
    duty.role = "separate"

    dates.move(session, granted, "延期", "dgw_jia", MORNING)

    assert duty.due_at == UNTIL
    assert session.get_one(Suggestion, duty.suggestion_id).reply_due_at == DUE
