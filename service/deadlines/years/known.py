"""What the package `holidays` knows of a year: the law's days for every year, the published exchange for some."""

import holidays

from service.deadlines.seed import Break
from service.deadlines.workdays import Day
from service.deadlines.years import breaks


def arrangement(year: int) -> tuple[list[Break], bool]:
    """Return the holidays of a year, and whether the published exchange of days is among them."""
    found = holidays.country_holidays("CN", years=year, language="zh_CN")
    worked = [day for day in found.weekend_workdays if day.year == year]
    days = [Day(day, "holiday", name) for day, name in found.items() if day.year == year]
    days += [Day(day, "workday", "") for day in worked]
    return breaks.widened(breaks.arranged(days)), bool(worked)


def law(year: int) -> list[Day]:
    """Return the days the law itself gives, without those that only make up for a weekend or are exchanged."""
    found = holidays.country_holidays("CN", years=year, language="zh_CN", observed=False)
    exchanged = {day for day, name in found.items() if name.startswith("休息日")}
    return sorted(
        Day(day, "holiday", name)
        for day, name in found.items()
        if day.year == year and day not in exchanged
    )
