"""期限与规则: the parts of the administrator's pages, one tab each, and the page that says what each is for."""

from dataclasses import dataclass

from flask import Blueprint, Response, current_app, request, url_for

from service.handlers import web
from service.handlers.web import Policy
from service.register.people.directory import Actor
from service.register.people.roles import Role

blueprint = Blueprint("admin", __name__)
administrators = web.group(Role.ADMIN)

web.menu("期限与规则", "admin.index", administrators, order=75)


@dataclass(frozen=True)
class Section:
    """A tab: what it is called, where it leads, what one does there, and who may follow it."""

    label: str
    endpoint: str
    about: str
    policy: Policy
    order: int


_SECTIONS: dict[str, Section] = {}


def section(
    label: str, endpoint: str, about: str, order: int, policy: Policy = administrators
) -> None:
    """Add a tab; every page under it shows it as the one a reader is in."""
    _SECTIONS[endpoint] = Section(label, endpoint, about, policy, order)


def menu(label: str, endpoint: str, policy: Policy, order: int) -> None:
    """Put a tab into the menu of those who may follow it and have not 期限与规则, under which it stands already."""
    elsewhere = Policy(
        policy.name, lambda actor: policy.allows(actor) and not administrators.allows(actor)
    )
    web.menu(label, endpoint, elsewhere, order)


def of(actor: Actor | None) -> list[Section]:
    """Return the tabs this person may follow, in order."""
    there = (one for one in _SECTIONS.values() if one.endpoint in current_app.view_functions)
    return sorted((one for one in there if one.policy.allows(actor)), key=lambda one: one.order)


@blueprint.app_context_processor
def tabs() -> dict[str, object]:
    """Let the pages of this folder draw the tabs: label, address, whether a reader is in it, no count."""

    def drawn() -> list[tuple[str, str, bool, None]]:
        here = (request.endpoint or "").partition(".")[0]
        return [
            (one.label, url_for(one.endpoint), one.endpoint.partition(".")[0] == here, None)
            for one in of(web.actor())
        ]

    return {"admin_tabs": drawn}


@web.route(blueprint, "/m", policy=administrators)
def index() -> Response:
    """The parts, each with a sentence that says what one does there."""
    return web.page("admin/index.html", sections=of(web.actor()))
