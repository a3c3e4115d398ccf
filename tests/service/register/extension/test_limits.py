"""When a unit may ask for a later day, and which day is the last."""

from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.register.extension import limits
from service.register.extension.kinds import FastTrack
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion
from tests.service.register.extension.conftest import DUE
from tests.world import moment


def test_the_six_months_run_from_the_first_dispatch(session: Session, duty: Assignment) -> None:
    suggestion = session.get_one(Suggestion, duty.suggestion_id)

    found = limits.terms(session, suggestion, duty, None)

    assert found is not None
    assert found.latest_on == date(2026, 9, 2)
    assert found.apply_before == moment("2026-05-19", "18:00")


def test_a_quick_case_has_its_own_few_days(session: Session, duty: Assignment) -> None:
    suggestion = session.get_one(Suggestion, duty.suggestion_id)

    found = limits.terms(session, suggestion, duty, FastTrack.URGENT)

    assert found is not None
    assert found.latest_on == date(2026, 6, 5)
    assert found.apply_before == moment("2026-06-01", "18:00")


def test_a_reply_without_a_date_has_nothing_to_put_off(session: Session, duty: Assignment) -> None:
    suggestion = session.get_one(Suggestion, duty.suggestion_id)
    duty.due_at = suggestion.reply_due_at = None

    assert limits.terms(session, suggestion, duty, None) is None


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        ("2026-06-02", "应当晚于原定答复日期"),
        ("2026-09-03", "最晚只能延到2026年9月2日"),
        ("2026-08-01", "是休息日"),
        ("2026-09-02", ""),
    ],
)
def test_why_a_day_does_not_do(session: Session, day: str, sentence: str) -> None:
    found = limits.unfit(session, date.fromisoformat(day), DUE, date(2026, 9, 2))

    assert sentence in found
    assert bool(sentence) == bool(found)
