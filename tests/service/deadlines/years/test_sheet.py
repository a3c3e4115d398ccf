"""The months of a year say in a letter and in words what each day is."""

from datetime import date

from service.deadlines import seed
from service.deadlines.standstill import with_days
from service.deadlines.workdays import Calendar, Day
from service.deadlines.years import sheet

CALENDAR = Calendar.of(seed.days(seed.CONFIRMED[2026]), (2026,))


def cells(*closed: Day) -> dict[date, sheet.Cell]:
    drawn = sheet.months(2026, with_days(CALENDAR, closed), date(2026, 3, 2))
    return {cell.day: cell for month in drawn for week in month.weeks for cell in week if cell}


def test_every_day_of_the_year_is_drawn_once_and_workdays_are_counted() -> None:
    months = sheet.months(2026, CALENDAR, date(2026, 3, 2))

    assert len(cells()) == 365
    assert [month.workdays for month in months] == [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]
    assert {len(week) for month in months for week in month.weeks} == {7}
    assert months[2].weeks[0][6] == sheet.Cell(date(2026, 3, 1), "weekend", "", "", False)


def test_each_kind_of_day_has_its_letter_and_words() -> None:
    drawn = cells(Day(date(2026, 7, 13), "closure", "防汛"))

    assert drawn[date(2026, 1, 1)][1:] == ("holiday", "休", "元旦放假", False)
    assert drawn[date(2026, 1, 4)][1:] == ("workday", "班", "元旦调休上班", False)
    assert drawn[date(2026, 7, 13)][1:] == ("closure", "停", "停班：防汛", False)
    assert drawn[date(2026, 3, 2)][1:] == ("", "", "", True)
