"""A suggestion that was given to its units, for the tests of what follows."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy.orm import Session

from service.register.dispatch import assignments, dispatching, planning
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty
from service.tables.assignments import Assignment
from tests import proposed
from tests.conftest import MORNING

LEAD_AND_ASSIST = (Planned("JT", Duty.LEAD), Planned("GA", Duty.ASSIST, "加强巡逻"))
LATER = MORNING + timedelta(days=2)


def registered(session: Session) -> int:
    """Enter a suggestion that has its number."""
    return proposed.registered(session).id


def dispatched(
    session: Session, plan: Sequence[Planned] = LEAD_AND_ASSIST
) -> tuple[int, list[Assignment]]:
    """Enter a suggestion and give each unit of the plan its duty."""
    suggestion_id = registered(session)
    dispatching.dispatch(session, suggestion_id, planning.mode_of(plan), MORNING)
    return suggestion_id, assignments.assign(session, suggestion_id, plan, MORNING)
