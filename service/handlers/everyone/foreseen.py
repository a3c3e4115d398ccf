"""The list behind a number of the thirty days, for whoever supervises and for a unit's own people."""

from collections.abc import Mapping
from datetime import date

from flask import Response, g, request, url_for

from service.deadlines import lateness, policies
from service.errors import NotFound
from service.handlers import web
from service.register.casefile import cases
from service.register.common import keys
from service.register.people import directory as people
from service.register.people import posts
from service.register.supervision import forecast as forecasts
from service.register.supervision.colors import Color
from service.register.supervision.forecast import COLORS, OWN, Item

PAGE = 50


def page_of(
    kind: str, lists: Mapping[str, str], unit: str | None, home: str, endpoint: str
) -> Response:
    """A page of one of these lists, of a unit if one is named; the other lists are at the same endpoint."""
    web.not_found_unless(kind in lists, "没有这个清单，请返回预测页面重新选择。")
    day = _day(request.args.get("day", ""))
    page = web.whole_number(request.args.get("page")) or 1

    def address(number: int) -> str:
        return url_for(endpoint, kind=kind, unit=unit, day=day, page=number)

    with web.database().reading() as session:
        found = forecasts.listed(session, kind, g.at, unit, day, PAGE, (page - 1) * PAGE)
        calendar = policies.calendar(session)
        described = cases.describe(session, [item.business_key for item in found.items])
        groups = {group for item in found.items for group in item.waits_for}
        names = people.group_names(session, groups) if groups else {}
        unit_name = people.unit_names(session, [unit]).get(unit, unit) if unit else ""
    rows = [
        (
            item,
            described.get(item.business_key or ""),
            "、".join(names[group] for group in item.waits_for),
            lateness.distance(item.at, g.at, calendar),
            _address(item),
        )
        for item in found.items
    ]
    return web.page(
        "supervision/forecast_list.html",
        kind=kind,
        title=lists[kind],
        is_proposed=kind in COLORS,
        rows=rows,
        total=found.total,
        lists=lists,
        colors=Color.labels(),
        unit=unit,
        unit_name=unit_name,
        day=day,
        home=url_for(home, unit=unit if lists is OWN else None),
        endpoint=endpoint,
        previous=address(page - 1) if page > 1 else "",
        next=address(page + 1) if page * PAGE < found.total else "",
    )


def _address(item: Item) -> str:
    """Return the page of a case for whom its file concerns; an administrator reads only its number."""
    actor = web.actor()
    if not (actor.groups & posts.SUPERVISION or item.unit in actor.units):
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
