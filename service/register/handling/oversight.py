"""Who stands above the units that handle a suggestion: who leads, who follows up, who brings them together."""

from sqlalchemy.orm import Session

from service.register.dispatch import systems
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion


def needs_leader(session: Session, assignment: Assignment) -> bool:
    """Is this a key suggestion led by a vice mayor? Courts and party bodies answer to nobody in the government."""
    suggestion = session.get_one(Suggestion, assignment.suggestion_id)
    return suggestion.is_key and systems.of(session, assignment.unit) == "government"


def supervisor(session: Session, assignment: Assignment, office: str) -> str:
    """Return the role that follows up what a unit leaves undone; `office` is the congress office of the case."""
    return "gov_supervision" if _is_governed(session, assignment) else office


def coordinator(session: Session, assignment: Assignment, office: str) -> str:
    """Return the role that brings two units together when they do not agree."""
    return "gov_office" if _is_governed(session, assignment) else office


def _is_governed(session: Session, assignment: Assignment) -> bool:
    """The government's offices answer for the city's own units; all others are the congress's affair."""
    suggestion = session.get_one(Suggestion, assignment.suggestion_id)
    system = systems.of(session, assignment.unit)
    return system == "government" and suggestion.level != "town"
