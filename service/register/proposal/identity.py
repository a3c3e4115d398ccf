"""How a deputy is named to a reader: one who asked for secrecy (要求保密本人身份) by name only to a few.

The congress's own bodies and the deputies who signed know the name. The units do not, and neither do the offices of
the government: they direct and supervise the very units the deputy wants to be shielded from, write to them and sit
in their meetings, and nothing they do needs the name, since every contact runs through the congress office. The
public and every export see what a unit sees. Somebody with a post in a unit that handles the case reads as that unit
does, whatever other post they hold, as with ratings. The technical records of running processes, which only designers,
operators and administrators open, keep the login: without it nobody could find whose task is stuck.
"""

from collections.abc import Iterable, Mapping

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.tables.assignments import Assignment
from service.tables.suggestions import CoSigner, Suggestion

WITHHELD = "代表（要求保密身份）"
"""What stands in the place of a name that is kept from the reader."""

_DISCRETION = "代表要求保密本人身份：承办单位、政府机构和公开页面都不显示姓名，需要与代表联系的由人大机关转达。"


def hidden_from(session: Session, viewer: Actor | None, suggestion_id: int) -> frozenset[str]:
    """Return the logins of the case's deputies this reader may not know; None reads as a unit and the public do.

    Suggestions merged with this one count in. Co-signers are hidden with the lead deputy: a delegation is small, and
    the names of those who signed along would tell who asked them.
    """
    is_trusted = viewer is not None and bool(viewer.groups & posts.CONGRESS)
    if is_trusted and viewer is not None and not viewer.units:
        return frozenset()
    signers: dict[int, set[str]] = {}
    places: dict[int, set[str]] = {}
    for row in session.execute(_protected(suggestion_id)):
        signers.setdefault(row.id, {row.lead_deputy}).update({row.login} - {None})
        places[row.id] = {
            Role.DELEGATION_CLERK.of(row.delegation),
            posts.office_of(row.town),
        }
    if viewer is None or not signers or _handles(session, viewer, suggestion_id):
        return frozenset().union(*signers.values())
    return frozenset().union(
        *(
            logins
            for each, logins in signers.items()
            if not (is_trusted or viewer.login in logins or viewer.groups & places[each])
        )
    )


def names(
    session: Session, viewer: Actor | None, suggestion_id: int, logins: Iterable[str | None]
) -> dict[str, str]:
    """Return what this reader may call each person of a case; None reads as a unit and the public do."""
    return masked(people.names(session, logins), hidden_from(session, viewer, suggestion_id))


def masked(found: Mapping[str, str], hidden: frozenset[str]) -> dict[str, str]:
    """Replace the names of the hidden among names by login, or by `user:login`."""
    return {
        key: WITHHELD if key.removeprefix("user:") in hidden else name
        for key, name in found.items()
    }


def notice(session: Session, suggestion: Suggestion, hidden: frozenset[str]) -> str:
    """Return what a reader from whom these are hidden has to do instead of asking; "" where nobody asked for secrecy."""
    if not hidden:
        return _DISCRETION if suggestion.identity_protected else ""
    group = posts.office_of(suggestion.town)
    office = people.group_names(session, [group])[group]
    return (
        "代表要求保密本人身份，这里不显示姓名。"
        f"需要与代表沟通、核实情况或送达答复的，请联系{office}转达，不要打听代表是谁。"
    )


def _protected(suggestion_id: int) -> Select[int, str, str, str | None, str]:
    """Who signed the protected ones among a suggestion and those merged with it."""
    return (
        select(
            Suggestion.id,
            Suggestion.lead_deputy,
            Suggestion.delegation,
            Suggestion.town,
            CoSigner.login,
        )
        .outerjoin(CoSigner, CoSigner.suggestion_id == Suggestion.id)
        .where(Suggestion.identity_protected)
        .where(_is_merged_with(suggestion_id))
    )


def _handles(session: Session, viewer: Actor, suggestion_id: int) -> bool:
    """Does the reader hold a post in a unit that handles the case? The unit comes before the office."""
    if not viewer.units:
        return False
    duty = (
        select(Assignment.id)
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .where(_is_merged_with(suggestion_id), Assignment.unit.in_(viewer.units))
    )
    return session.scalar(duty.limit(1)) is not None


def _is_merged_with(suggestion_id: int) -> ColumnElement[bool]:
    main = (
        select(func.coalesce(Suggestion.merged_into_id, Suggestion.id))
        .where(Suggestion.id == suggestion_id)
        .scalar_subquery()
    )
    return or_(Suggestion.id == main, Suggestion.merged_into_id == main)
