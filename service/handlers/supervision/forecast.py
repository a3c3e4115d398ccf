"""预测: the next thirty days of every unit, and the list behind each number."""

from datetime import date

from flask import Blueprint, Response, g, request, url_for

from service.deadlines import lateness, policies
from service.errors import NotFound
from service.handlers import web
from service.handlers.supervision.board import PAGE
from service.register.casefile import cases
from service.register.common import keys
from service.register.people import directory as people
from service.register.people import posts
from service.register.people.roles import Role
from service.register.supervision import forecast as forecasts
from service.register.supervision.colors import Color
from service.register.supervision.forecast import COLORS, COUNTS, Item

readers = web.group(*sorted(posts.SUPERVISION | {Role.ADMIN}))

blueprint = Blueprint("forecast", __name__)

web.menu("预测", "forecast.show", readers, order=42)


@web.route(blueprint, "/s/forecast", policy=readers)
def show() -> Response:
    """What falls due, becomes late and would be proposed, day by day and unit by unit."""
    with web.database().reading() as session:
        found = forecasts.forecast(session, g.at)
    return web.page("supervision/forecast.html", forecast=found, counts=COUNTS)


@web.route(blueprint, "/s/forecast/<kind>", policy=readers)
def listed(kind: str) -> Response:
    """The rows that one number of the forecast counts."""
    web.not_found_unless(kind in COUNTS, "没有这个清单，请返回预测页面重新选择。")
    unit = request.args.get("unit", "")[:20] or None
    day = _day(request.args.get("day", ""))
    page = web.whole_number(request.args.get("page")) or 1
    with web.database().reading() as session:
        found = forecasts.listed(session, kind, g.at, unit, day, PAGE, (page - 1) * PAGE)
        calendar = policies.calendar(session)
        described = cases.describe(session, [item.business_key for item in found.items])
        groups = {group for item in found.items for group in item.waits_for}
        names = people.group_names(session, groups) if groups else {}
        unit_name = people.unit_names(session, [unit]).get(unit, unit) if unit else ""
    return web.page(
        "supervision/forecast_list.html",
        kind=kind,
        title=COUNTS[kind],
        is_proposed=kind in COLORS,
        rows=[
            (
                item,
                described.get(item.business_key or ""),
                "、".join(names[group] for group in item.waits_for),
                lateness.distance(item.at, g.at, calendar),
                _address(item),
            )
            for item in found.items
        ],
        total=found.total,
        lists=COUNTS,
        colors=Color.labels(),
        unit=unit,
        unit_name=unit_name,
        day=day,
        previous=_page_address(kind, unit, day, page - 1) if page > 1 else "",
        next=_page_address(kind, unit, day, page + 1) if page * PAGE < found.total else "",
    )


def _address(item: Item) -> str:
    """Return the page of a case for whom its file concerns; an administrator reads only its number."""
    if not web.actor().groups & posts.SUPERVISION:
        return ""
    kind, number = keys.parse(item.business_key)
    if kind == "suggestion":
        return url_for("cases.show", suggestion_id=number)
    return url_for("supervision.case", supervision_id=number) if kind == "supervision" else ""


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise NotFound("没有这一天，请返回预测页面重新选择。") from error


def _page_address(kind: str, unit: str | None, day: date | None, page: int) -> str:
    return url_for("forecast.listed", kind=kind, unit=unit, day=day, page=page)
