"""A limit inside another: a step is due so long before the end of the whole, 起草 ten working days before the reply.

The step gets its share of what is left when it begins late: left × share ÷ needed, in working days and rounded up, where
needed is the time from the end of the step before it to the end of the whole. So steps that begin late are shortened in
proportion. No step ends before the working day after it began, and none after the whole.
"""

from collections.abc import Sequence
from datetime import date, datetime
from math import ceil
from typing import NamedTuple

from service.deadlines.seed import Policy
from service.deadlines.workdays import Calendar, end_of, local_day


class Step(NamedTuple):
    """How a limit inside another ends, and how it was found."""

    moment: datetime
    counted_day: date  # counted back from the end of the whole
    left: int  # working days from the beginning of the step to the end of the whole
    days: int  # working days the step was given; 0 where it is not shortened


def end(
    calendar: Calendar, whole: datetime, begun_at: datetime, policy: Policy, steps: Sequence[Policy]
) -> Step:
    """Return when a step ends that began then; `steps` are all that are counted back from the same end."""
    last, begun = local_day(whole), local_day(begun_at)
    own = _counted_back(calendar, last, policy)
    left = max(calendar.count(begun, last), 0)
    before = _end_of_step_before(calendar, last, own, steps)
    if begun <= before:
        return Step(min(end_of(own), whole), own, left, 0)
    needed = max(calendar.count(before, last), 1)
    days = max(ceil(left * calendar.count(before, own) / needed), 1)
    return Step(min(end_of(calendar.add(begun, days)), whole), own, left, days)


def _end_of_step_before(calendar: Calendar, last: date, own: date, steps: Sequence[Policy]) -> date:
    """Return when the step before ends; the first one has as long for itself as all after it together."""
    earlier = [day for step in steps if (day := _counted_back(calendar, last, step)) < own]
    return max(earlier, default=calendar.add(own, min(-calendar.count(own, last), -1)))


def _counted_back(calendar: Calendar, last: date, policy: Policy) -> date:
    return calendar.due_day(last, policy.amount, policy.unit)
