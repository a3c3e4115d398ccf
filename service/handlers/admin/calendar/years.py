"""A year as twelve months and in words; taken out as a file."""

from flask import Blueprint, Response, g, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import closures, policies, record, seed
from service.deadlines.workdays import local_day
from service.deadlines.years import breaks, files, lists, sheet
from service.handlers import web
from service.handlers.admin.sections import administrators
from service.register.people import directory as people

blueprint = Blueprint("years", __name__)

EXAMPLE = max(seed.CONFIRMED)
"""The year whose arrangement shows how a file is filled in."""
_HISTORY = 20
_NO_YEAR = f"日历只有 {breaks.FIRST_YEAR} 年到 {breaks.LAST_YEAR} 年，请重新选择年份。"


def check(year: int) -> None:
    """Answer for a year far away as if there were none."""
    web.not_found_unless(breaks.FIRST_YEAR <= year <= breaks.LAST_YEAR, _NO_YEAR)


@web.route(blueprint, "/m/calendar", policy=administrators)
def index() -> AnyResponse:
    return redirect(url_for(".show", year=local_day(g.at).year))


@web.route(blueprint, "/m/calendar/<int:year>", policy=administrators)
def show(year: int) -> Response:
    """The months of a year, what they come from, and whether that is final."""
    check(year)
    unit = request.args.get("unit", "")
    with web.database().reading() as session:
        book = policies.in_force(session)
        known = lists.years(session)
        units = people.unit_names(session)
        history = record.of(session, f"calendar:{year}", _HISTORY)
        names = people.names(session, [one.by for one in history])
    web.not_found_unless(not unit or unit in units, "没有这个单位，请重新选择。")
    today, calendar = local_day(g.at), book.calendar
    months = sheet.months(year, book.calendar_of(unit), today)
    choices = sorted({*known, today.year, today.year + 1, year})
    concerning = [one for one in book.closures if not unit or one.concerns(unit)]
    return web.page(
        "admin/calendar/year.html",
        year=year,
        years=[(each, each in calendar.confirmed) for each in choices],
        months=months,
        workdays=sum(month.workdays for month in months),
        known=known.get(year),
        arrangement=[breaks.in_words(one) for one in breaks.arranged(calendar.of_year(year))],
        closures=[
            (one, closures.who(one, units), closures.span(one))
            for one in closures.of_year(concerning, year)
        ],
        unit=unit,
        units=units,
        kinds=sheet.KINDS,
        marks=sheet.MARKS,
        formats=files.FORMATS,
        history=history,
        names=names,
    )


@web.route(
    blueprint, "/m/calendar/<int:year>/days.<any(csv, json, ics):format>", policy=administrators
)
def export(year: int, format: str) -> Response:
    """The year as a file that can be imported again."""
    check(year)
    with web.database().reading() as session:
        days = policies.calendar(session).of_year(year)
    return _file(files.written(year, breaks.arranged(days), format), f"{year}", format)


@web.route(blueprint, "/m/calendar/example.<any(csv, json, ics):format>", policy=administrators)
def example(format: str) -> Response:
    """A filled-in file that shows the format."""
    content = files.written(EXAMPLE, seed.CONFIRMED[EXAMPLE], format)
    return _file(content, f"example-{EXAMPLE}", format)


def _file(content: bytes, name: str, format: str) -> Response:
    answer = Response(content, content_type=f"{files.FORMATS[format]}; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="calendar-{name}.{format}"'
    return answer
