"""Dates and distances in the words a page shows."""

from datetime import date, datetime, timedelta

import pytest

from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL, Calendar
from service.handlers import wording
from tests.conftest import MORNING

MONDAY_9 = datetime(2026, 3, 2, 9, 0, tzinfo=LOCAL)


@pytest.fixture
def calendar(office: Database) -> Calendar:
    with office.reading() as session:
        return policies.calendar(session)


def test_a_day_carries_its_weekday() -> None:
    assert wording.day(date(2026, 11, 23)) == "2026年11月23日（周一）"
    assert wording.day("2026-03-01") == "2026年3月1日（周日）"
    assert wording.day(None) == ""
    assert wording.short_day(MORNING) == "3月2日"
    assert wording.short_day("") == ""


def test_a_moment_is_local() -> None:
    assert wording.moment(MORNING) == "2026年3月2日（周一）09:00"
    assert wording.moment(None) == ""


def test_a_telephone_number_can_be_read_aloud() -> None:
    assert wording.phone("13800001234") == "138 0000 1234"
    assert wording.phone("0915-3200001") == "0915-3200001"


@pytest.mark.parametrize(
    ("due", "words", "urgency"),
    [
        (MONDAY_9 + timedelta(hours=9), "今天 18:00 到期", "today"),
        (MONDAY_9 + timedelta(days=1, hours=9), "明天到期", "soon"),
        (MONDAY_9 + timedelta(days=3, hours=9), "还剩 3 个工作日", "soon"),
        (MONDAY_9 + timedelta(days=10, hours=9), "还剩 8 个工作日", "calm"),
        # 28 February is a Saturday that is worked
        (MONDAY_9 - timedelta(days=4), "已超 3 个工作日", "overdue"),
    ],
)
def test_distance_is_counted_in_working_days(
    calendar: Calendar, due: datetime, words: str, urgency: str
) -> None:
    found = wording.distance(due, MONDAY_9, calendar)

    assert found is not None
    assert (found.words, found.urgency) == (words, urgency)


def test_no_limit_is_no_distance(calendar: Calendar) -> None:
    assert wording.distance(None, MONDAY_9, calendar) is None
