"""What a new arrangement changes is said in days and in workdays, and what the law would have expected."""

from datetime import date

from service.deadlines import seed
from service.deadlines.seed import Break
from service.deadlines.workdays import Calendar
from service.deadlines.years import differences

OF_2026 = seed.days(seed.CONFIRMED[2026])


def test_changed_days_are_named() -> None:
    before = Calendar.of(seed.days([Break("元旦", date(2027, 1, 1), date(2027, 1, 1))]), ())
    after = seed.days([Break("元旦", date(2027, 1, 4), date(2027, 1, 6), (date(2027, 1, 9),))])

    assert differences.in_words(2027, before, after) == [
        "改为放假：1月4日（周一）至6日（周三），共 3 天。",
        "改为上班：1月1日（周五）、1月9日（周六），共 2 天。",
        "2027 年由 260 个工作日变为 259 个。",
    ]


def test_nothing_changed_is_said() -> None:
    assert differences.in_words(2026, Calendar.of(OF_2026, ()), OF_2026) == [
        "上班和放假的日子都不变，2026 年仍是 248 个工作日。"
    ]


def test_a_lawful_holiday_that_would_be_worked_is_said() -> None:
    without = [day for day in OF_2026 if day.day != date(2026, 5, 1)]

    assert differences.unlawful(2026, OF_2026) == []
    assert differences.unlawful(2026, without) == [
        "5月1日（周五）是法定节日“劳动节”，这份安排里却要上班，请核对。"
    ]
