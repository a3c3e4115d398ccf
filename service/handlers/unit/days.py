"""本单位今后三十天: what falls due in a unit, for its own people, and the list behind each number."""

from flask import Blueprint, Response, g, request, url_for

from service.handlers import web
from service.handlers.everyone import foreseen
from service.register.people import directory as people
from service.register.people.roles import UNIT_ROLES
from service.register.supervision import forecast as forecasts
from service.register.supervision.forecast import OWN

readers = web.group(*UNIT_ROLES)

blueprint = Blueprint("days", __name__)

web.menu("期限", "days.show", readers, order=42)


@web.route(blueprint, "/u/days", policy=readers)
def show() -> Response:
    """The thirty days of the reader's unit; of another unit of theirs where they name it."""
    unit = _unit()
    with web.database().reading() as session:
        found = forecasts.of_unit(session, g.at, unit)
        names = people.unit_names(session, web.actor().units)
    return web.page(
        "unit/days.html",
        forecast=found,
        unit=unit,
        names=names,
        tabs_of_units=[
            (name, url_for("days.show", unit=code), code == unit, None)
            for code, name in names.items()
        ],
        counts=OWN,
    )


@web.route(blueprint, "/u/days/<kind>", policy=readers)
def listed(kind: str) -> Response:
    """The rows that one number counts."""
    return foreseen.page_of(kind, OWN, _unit(), "days.show", "days.listed")


def _unit() -> str:
    """Return the unit asked for, if the reader has a post in it, else the first of theirs."""
    units = web.actor().units
    asked = request.args.get("unit", "")
    web.not_found_unless(units, "您在承办单位没有岗位，请联系系统管理员核对。")
    return asked if asked in units else units[0]
