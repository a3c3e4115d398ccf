"""What may be decided in a case, and by whom: the graver the colour, the higher."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.people.sectors import GOVERNED
from service.register.supervision import cards
from service.register.supervision.colors import CARDS, Color, rank
from service.register.supervision.organizers import Line
from service.tables.supervision import SupervisionCase


def is_colored(session: Session, case: SupervisionCase) -> bool:
    """Say whether this unit may be given a card; all others get a letter."""
    unit = people.unit(session, case.unit)
    return case.line == Line.PARTY_GOVERNMENT and unit.system in GOVERNED


def colors(session: Session, case: SupervisionCase) -> tuple[Color, ...]:
    """Return the colours a notice to this unit may have."""
    return CARDS if is_colored(session, case) else (Color.LETTER,)


def allowed(session: Session, case: SupervisionCase) -> list[Color]:
    """Return what may be decided now: nothing, or what is at least as grave as what stands."""
    card = cards.in_force(session, case.id)
    return list(at_least(card.color if card else Color.NONE, colors(session, case)))


def at_least(standing: str, among: Iterable[Color]) -> tuple[Color, ...]:
    """Return nothing, and those of the colours that are as grave as the one that stands."""
    return (Color.NONE, *(color for color in among if color.rank >= rank(standing)))


def is_grave(color: Color) -> bool:
    """Say whether a colour asks for an interview and for a plan before the report."""
    return color in {Color.YELLOW, Color.RED}


def issuer(session: Session, case: SupervisionCase) -> str:
    """Return the role that decides on measures: the head of the supervision office for every colour."""
    return Role.GOV_SUPERVISION_HEAD if is_colored(session, case) else case.organizer


def interviewer(case: SupervisionCase, color: str) -> str:
    """Return the role that speaks to the unit (政府督查工作条例 art. 12)."""
    return Role.VICE_MAYOR if color == Color.RED else case.organizer


def clearer(session: Session, case: SupervisionCase) -> str:
    """Return the role that lets a case be cleared."""
    card = cards.in_force(session, case.id)
    if card is not None and card.color == Color.RED:
        return Role.VICE_MAYOR
    if card is not None and card.color == Color.YELLOW:
        return issuer(session, case)
    return case.organizer
