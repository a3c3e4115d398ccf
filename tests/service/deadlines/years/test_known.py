"""What the package knows agrees with what was published, and is honest about what it does not know."""

from datetime import date

import pytest

from service.deadlines import seed
from service.deadlines.workdays import Calendar
from service.deadlines.years import breaks, known


@pytest.mark.parametrize("year", sorted(seed.CONFIRMED))
def test_the_package_knows_the_published_years(year: int) -> None:
    found, is_whole = known.arrangement(year)

    ours, theirs = (Calendar.of(seed.days(some), ()) for some in (seed.CONFIRMED[year], found))
    days = [date.fromordinal(n) for n in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())]  # fmt: skip
    assert is_whole
    assert [day for day in days if ours.is_workday(day) != theirs.is_workday(day)] == []


@pytest.mark.parametrize("year", range(2014, 2030))
def test_what_the_package_knows_would_be_taken(year: int) -> None:
    found, _ = known.arrangement(year)

    assert breaks.read(year, breaks.rows(found)).troubles == ()


def test_a_year_without_its_exchange_of_days_is_only_the_law() -> None:
    found, is_whole = known.arrangement(2031)

    assert not is_whole
    assert [one.made_up for one in found] == [()] * len(found)


def test_the_law_gives_thirteen_days() -> None:
    days = known.law(2026)

    assert len(days) == 13
    assert {day.name for day in days} == {
        "元旦", "农历除夕", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节",
    }  # fmt: skip
