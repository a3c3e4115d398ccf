"""A limit inside another: a step is due so long before the end of the whole, 起草 ten working days before the reply.

The step gets its share of what is left when it begins late: left × share ÷ needed, in working days and rounded up, where
needed is the time from the end of the step before it to the end of the whole. So steps that begin late are shortened in
proportion. No step ends before the working day after it began, and none after the whole.
"""

from collections.abc import Collection, Iterable, Mapping
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


def days(calendar: Calendar, last: date, steps: Iterable[Policy]) -> Mapping[str, date]:
    """Return on which day each step ends that is begun in time, counted back from the last day of the whole."""
    return {step.key: calendar.due_day(last, step.amount, step.unit) for step in steps}


def end(
    calendar: Calendar, whole: datetime, begun_at: datetime, key: str, ends: Mapping[str, date]
) -> Step:
    """Return when a step ends that began then; `ends` are the days of all that are counted back from the same end."""
    last, begun, own = local_day(whole), local_day(begun_at), ends[key]
    left = max(calendar.count(begun, last), 0)
    before = _end_of_step_before(calendar, last, own, ends.values())
    if begun <= before:
        return Step(min(end_of(own), whole), own, left, 0)
    needed = max(calendar.count(before, last), 1)
    given = max(ceil(left * calendar.count(before, own) / needed), 1)
    return Step(min(end_of(calendar.add(begun, given)), whole), own, left, given)


def _end_of_step_before(calendar: Calendar, last: date, own: date, ends: Collection[date]) -> date:
    """Return when the step before ends; the first one has as long for itself as all after it together."""
    earlier = [day for day in ends if day < own]
    if earlier:
        return max(earlier)
    return calendar.add(own, min(-calendar.count(own, last), -1))
