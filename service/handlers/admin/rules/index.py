"""Every rule there is: the decision tables and the lists, with the version in force."""

from flask import Response
from sqlalchemy.orm import Session

from service import decisions, rulebook
from service.engine.deciding import sheets
from service.engine.deciding.sheets import Sheet
from service.handlers import web
from service.handlers.admin.rules.pages import blueprint, readers
from service.rulebook import LISTS


@web.route(blueprint, "/m/rules", policy=readers)
def index() -> Response:
    """The tables that decide and the lists that forms offer."""
    with web.database().reading() as session:
        lists = [(one, rulebook.in_force(session, one)) for one in LISTS.values()]
        tables = [(version, _sheet(session, version)) for version in decisions.catalogue(session)]
    return web.page(
        "admin/rules/index.html",
        lists=lists,
        tables=[(version, sheet) for version, sheet in tables if sheet is not None],
    )


def _sheet(session: Session, version: decisions.Version) -> Sheet | None:
    """Return what a version says, nothing where it is an expression and no table."""
    published = decisions.published(session, version.decision_id)[0]
    found = sheets.sheets(version.file, decisions.content(session, published))
    return next((one for one in found if one.decision == version.decision_id), None)
