"""How far a unit is with its duty, from signing for it to its answer.

The diagrams decide what comes next, and an operator may move a token back to an earlier task; so no state is refused
because of the one before it.
"""

from datetime import datetime

from service.register.dispatch.status import AssignmentStatus
from service.tables.assignments import Assignment


def advance(assignment: Assignment, status: AssignmentStatus) -> None:
    """Show what the unit is doing now."""
    assignment.status = status


def entrust(assignment: Assignment, section: str, handler: str | None) -> None:
    """Name the section of the unit, and perhaps the person, that does the work."""
    assignment.section, assignment.handler = section, handler


def answer(assignment: Assignment, at: datetime) -> None:
    """Let the unit have answered, the deputies or the unit it assists."""
    assignment.status, assignment.replied_at = AssignmentStatus.DELIVERED, at


def reopen(assignment: Assignment) -> None:
    """Let the unit write its reply again, for it came back."""
    assignment.status = AssignmentStatus.DRAFTING
    assignment.replied_at = None


def signed_at(assignment: Assignment) -> datetime:
    """Return when the unit signed, or got the duty where it counts as accepted from then on."""
    return assignment.signed_at or assignment.dispatched_at
