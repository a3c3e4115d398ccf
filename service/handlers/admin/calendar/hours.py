"""办公时间: when units are open, for the limits that are counted in hours."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import changes, hours, policies
from service.deadlines.book import Book
from service.deadlines.effects import Effect
from service.deadlines.workdays import USUAL_WEEK, Week
from service.errors import FormInvalid
from service.forms import Field, FormSpec, Option
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.calendar import waiting
from service.handlers.admin.calendar.waiting import Document, Waiting
from service.handlers.admin.effects import Asked
from service.handlers.admin.sections import administrators
from service.register.people import directory as people
from service.tables.deadlines import DeadlineChange

blueprint = Blueprint("hours", __name__)

EVERYBODY = "everybody"
"""What the form calls all units without hours of their own."""
_DAY_HELP = {
    0: "几段时间用顿号分开，例如 8:30-12:00、14:00-18:00。空着就是这一天不办公。",
    5: "只在调休上班的周六用得上。空着就同周一一样。",
    6: "只在调休上班的周日用得上。空着就同周一一样。",
}
FORM = FormSpec(
    (
        Field(
            "units",
            "哪些单位",
            "units",
            required=True,
            source="units",
            help="“全市”是没有单独规定的所有单位。要让有单独规定的单位改回同全市一样，用上面的“取消单独规定”。",
        ),
        *(
            Field(hours.field(day), name, "string", max_length=80, help=_DAY_HELP.get(day, ""))
            for day, name in enumerate(hours.DAYS)
        ),
        Field(
            "reason",
            "依据和理由",
            "longtext",
            required=True,
            max_length=500,
            rows=3,
            help="写明通知的名称和文号，或者说明情况。会写进修改记录，审计人员也会看到。",
        ),
    )
)


@web.route(blueprint, "/m/calendar/hours", policy=administrators)
def listed() -> Response:
    """The hours of everybody and of the units with their own, and the form to change them."""
    return _page()


@web.route(blueprint, "/m/calendar/hours", policy=administrators, methods=["POST"])
def hand_in() -> AnyResponse:
    """Keep the hours that are asked for, and go on to what they would move."""
    values, messages = _read()
    if messages:
        return _page(FORM.keep(request.form), messages, 422)
    effects.keep(_address(), values)
    return redirect(_address(), 303)


@web.route(blueprint, "/m/calendar/hours/take-back", policy=administrators, methods=["POST"])
def take_back() -> AnyResponse:
    """Ask for a unit to have everybody's hours again."""
    unit, reason = request.form.get("unit", ""), request.form.get("reason", "").strip()
    with web.database().reading() as session:
        own = policies.in_force(session).hours
    web.not_found_unless(unit and unit in own, "这个单位没有单独规定的办公时间，请刷新页面。")
    if not reason or len(reason) > 500:
        return _page(problem="请写明取消的理由，最多 500 个字。", status=422)
    effects.keep(_address(), {"units": [unit], "taken_back": True, "reason": reason})
    return redirect(_address(), 303)


@web.route(blueprint, "/m/calendar/hours/effect", policy=administrators)
def effect() -> AnyResponse:
    """Show what the hours that wait would move."""
    return waiting.shown(_waiting())


@web.route(blueprint, "/m/calendar/hours/effect", policy=administrators, methods=["POST"])
def confirm() -> AnyResponse:
    """Put the hours in force, exactly as their effect was shown."""
    return waiting.confirmed(_waiting())


@web.route(blueprint, "/m/calendar/hours/forget", policy=administrators, methods=["POST"])
def forget() -> AnyResponse:
    """Give up the hours that wait."""
    return waiting.given_up(_address(), url_for("calendar.hours.listed"))


def _read() -> tuple[dict[str, Any], dict[str, str]]:
    """Return what was typed, and what is wrong with any of it: with the form, and with the lines of the days."""
    values: dict[str, Any] = {}
    messages: dict[str, str] = {}
    with web.database().reading() as session:
        options = {"units": _units(session)}
    try:
        values = FORM.read(request.form, {}, options)
    except FormInvalid as invalid:
        messages |= invalid.messages
    try:
        _week(FORM.keep(request.form))
    except FormInvalid as invalid:
        messages |= invalid.messages
    return values, messages


def _page(
    typed: Mapping[str, Any] | None = None,
    messages: Mapping[str, str] | None = None,
    status: int = 200,
    problem: str = "",
) -> Response:
    with web.database().reading() as session:
        book = policies.in_force(session)
        units, names = _units(session), people.unit_names(session)
        waits = effects.kept(session, _address()) is not None
    values = typed if typed is not None else _begun(book)
    own = {code: week for code, week in book.hours.items() if code}
    return web.page(
        "admin/calendar/hours.html",
        status,
        usual=hours.in_words(_usual(book)),
        own=[(code, names.get(code, code), hours.in_words(week)) for code, week in own.items()],
        form=FORM.view(values, messages or {}, {"units": units}, {}),
        waits=waits,
        problem=problem,
    )


def _begun(book: Book) -> dict[str, Any]:
    """Return what the form begins with: the hours of everybody, and nobody chosen."""
    texts = hours.typed(_usual(book))
    return {hours.field(day): text for day, text in enumerate(texts)}


def _units(session: Session) -> list[Option]:
    units = people.unit_names(session)
    return [Option(EVERYBODY, "全市"), *(Option(code, name) for code, name in units.items())]


def _usual(book: Book) -> Week:
    return book.hours.get("", USUAL_WEEK)


def _codes(values: Mapping[str, Any]) -> list[str]:
    return ["" if code == EVERYBODY else str(code) for code in values["units"]]


def _week(values: Mapping[str, Any]) -> Week | None:
    if values.get("taken_back"):
        return None
    return hours.read([values.get(hours.field(day)) or "" for day in range(len(hours.DAYS))])


def _address() -> str:
    return url_for("calendar.hours.effect")


def _waiting() -> Waiting:
    return Waiting(_address(), url_for("calendar.hours.listed"), _asked, _foreseen, _make)


def _asked(session: Session, document: Document) -> Asked:
    codes, week = _codes(document), _week(document)
    book, names = policies.in_force(session), people.unit_names(session, codes)
    usual = _usual(book)
    after = hours.in_words(usual if week is None else week)
    sides = [
        (names.get(code, "全市"), hours.in_words(book.hours.get(code, usual)), after)
        for code in codes
    ]
    return Asked(
        f"{_told(codes, names)}{'恢复通用的办公时间' if week is None else '改办公时间'}",
        document["reason"],
        _address(),
        url_for("calendar.hours.listed"),
        document,
        sides,
        ["只影响按工作小时计的期限和提醒；按工作日、日、月计的期限仍在到期日 18:00 届满。"],
    )


def _foreseen(session: Session, document: Document) -> Effect:
    return changes.preview_office_hours(session, _codes(document), _week(document), g.at)


def _make(session: Session, document: Document, stamp: str) -> DeadlineChange:
    by, codes = web.actor().login, _codes(document)
    return changes.apply_office_hours(
        session, codes, _week(document), document["reason"], by, g.at, stamp
    )


def _told(codes: Sequence[str], names: Mapping[str, str]) -> str:
    return "、".join(names.get(code, "全市") for code in codes)
