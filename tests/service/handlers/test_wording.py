"""Dates and distances in the words a page shows."""

from datetime import date

from service.deadlines.lateness import NEVER
from service.handlers import wording
from tests.conftest import MORNING


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


def test_a_clock_that_stands_is_no_date() -> None:
    assert {show(NEVER) for show in (wording.day, wording.short_day, wording.moment)} == {
        "已暂停计时"
    }
