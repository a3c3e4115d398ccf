"""Which side a unit belongs to: the government's own with public enterprises, or all others."""

from sqlalchemy.orm import Session

from service.register.dispatch.status import System
from service.register.people import directory as people
from service.register.people.sectors import GOVERNED


def of(session: Session, unit: str) -> System:
    """Return who adjudicates for this unit: government units have their own office, all others the congress."""
    is_governed = people.unit(session, unit).system in GOVERNED
    return System.GOVERNMENT if is_governed else System.OTHER
