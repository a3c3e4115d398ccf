"""预测: the next thirty days of every unit, and the list behind each number."""

from flask import Blueprint, Response, g, request

from service.handlers import web
from service.handlers.everyone import foreseen
from service.register.people import posts
from service.register.people.roles import Role
from service.register.supervision import forecast as forecasts
from service.register.supervision.forecast import COUNTS

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
    unit = request.args.get("unit", "")[:20] or None
    return foreseen.page_of(kind, COUNTS, unit, "forecast.show", "forecast.listed")
