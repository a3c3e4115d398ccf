"""今后三十天: for every unit what falls due, what becomes late and what the rules would propose, if nobody acts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import Calendar, local_day
from service.errors import ServiceError
from service.register.people import directory as people
from service.register.supervision import falling_due, foresight, standing
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.falling_due import (
    DAYS,
    HELD,
    LATE,
    NOT_DUE,
    REPLIES,
    STEPS,
    WEEK,
    end_of,
    last_of,
)
from service.register.supervision.foresight import Matter, Outlook
from service.register.supervision.proposals import Candidate
from service.register.supervision.standing import Standing

COLORS: Mapping[str, str] = {
    Color.WHITE: "将提出白牌",
    Color.YELLOW: "将提出黄牌",
    Color.RED: "将提出红牌",
    Color.LETTER: "将提出函告",
}
OWN: Mapping[str, str] = {**STEPS, **REPLIES, **HELD}
"""What a unit reads of itself."""
COUNTS: Mapping[str, str] = {**STEPS, **REPLIES, **COLORS, **HELD}
"""What is counted for every unit, in the order of the columns; each number opens its list."""


class Rise(NamedTuple):
    """A matter for which the rules would propose a graver colour from a day on."""

    matter: Matter
    day: date
    proposal: Proposal


@dataclass(frozen=True)
class Item:
    """One row of a list: whose, of which case, which step and for whom it waits, when; or what would be proposed."""

    unit: str
    unit_name: str
    business_key: str | None
    step: str
    at: datetime
    waits_for: tuple[str, ...]  # groups and people, as candidates name them
    color: str = Color.NONE


@dataclass(frozen=True)
class Listing:
    """A page of a list, and how long the whole is."""

    items: Sequence[Item]
    total: int


@dataclass(frozen=True)
class Line:
    """One unit's numbers."""

    unit: str
    name: str
    counts: Mapping[str, int]


@dataclass
class Day:
    """One day of the thirty: how many steps and replies are due, and what would be proposed."""

    on: date
    is_workday: bool
    name: str = ""  # of a holiday
    steps: int = 0
    replies: int = 0
    colors: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Say whether nothing happens on it."""
        return not (self.steps or self.replies or self.colors)


@dataclass(frozen=True)
class Forecast:
    """The thirty days from today; `fault` says why the rules cannot be asked."""

    lines: Sequence[Line]
    totals: Mapping[str, int]
    days: Sequence[Day]
    candidates: Sequence[Candidate] = ()  # whom the rules would card today
    fault: str = ""

    @property
    def busiest(self) -> Day | None:
        """The day on which most is due."""
        found = max(self.days, key=lambda day: day.steps + day.replies, default=None)
        return found if found is not None and found.steps + found.replies else None


def forecast(session: Session, at: datetime, known: Standing | None = None) -> Forecast:
    """Return the thirty days of every unit that has anything due."""
    known = known or standing.of_units(session, at)
    rises, candidates, fault = _proposed(session, at, known)
    names = {code: facts.name for code, facts in known.units.items()}
    found = _gathered(session, at, names, rises)
    return replace(found, candidates=candidates, fault=fault)


def of_unit(session: Session, at: datetime, unit: str) -> Forecast:
    """Return the thirty days of one unit, for its people: what the rules would propose is for those who supervise."""
    return _gathered(session, at, people.unit_names(session, [unit]), ())


def listed(
    session: Session,
    kind: str,
    at: datetime,
    unit: str | None,
    day: date | None,
    limit: int,
    offset: int = 0,
) -> Listing:
    """Return the rows that a number of the forecast counts, of one unit or day if they are named."""
    if kind in COLORS:
        return _colored(session, kind, at, unit, day, limit, offset)
    if kind in STEPS:
        question, item = falling_due.steps(kind, at, unit, day), _step
    else:
        question, item = falling_due.replies(kind, at, unit, day), _reply
    total = session.scalar(select(func.count()).select_from(question.order_by(None).subquery()))
    rows = session.execute(question.limit(limit).offset(offset))
    return Listing([item(row) for row in rows], total or 0)


def _gathered(
    session: Session, at: datetime, names: Mapping[str, str], rises: Iterable[Rise]
) -> Forecast:
    """Count for the units named, in all and for each day."""
    days = _days(policies.calendar(session), at)
    counts: dict[str, dict[str, int]] = {}

    def note(code: str, kind: str, number: int) -> None:
        counts.setdefault(code, dict.fromkeys(COUNTS, 0))[kind] += number

    for kind, code, slot, number in session.execute(falling_due.counted(at)):
        if code in names:
            for counted in _kinds(kind, slot):
                note(code, counted, number)
            if 0 <= slot < DAYS:
                days[slot].steps += number if kind == "step" else 0
                days[slot].replies += number if kind == "reply" else 0
    for rise in rises:
        color = rise.proposal.color
        note(rise.matter.unit, color, 1)
        on = days[(rise.day - days[0].on).days]
        on.colors[color] = on.colors.get(color, 0) + 1
    lines = [Line(code, names[code], own) for code, own in counts.items()]
    lines.sort(key=lambda line: (*(-line.counts[kind] for kind in _GRAVEST), line.unit))
    totals = {kind: sum(line.counts[kind] for line in lines) for kind in COUNTS}
    return Forecast(lines, totals, days)


# Rows


def _step(row: Any) -> Item:
    task, unit, unit_name = row
    waits_for = (f"user:{task.assignee}",) if task.assignee else tuple(task.candidates)
    return Item(unit, unit_name, task.business_key, task.name, task.due_at, waits_for)


def _reply(row: Any) -> Item:
    duty, unit_name = row
    key = f"suggestion:{duty.suggestion_id}"
    return Item(duty.unit, unit_name, key, "答复", duty.due_at, (f"unit_liaison:{duty.unit}",))


def _colored(
    session: Session,
    color: str,
    at: datetime,
    unit: str | None,
    day: date | None,
    limit: int,
    offset: int,
) -> Listing:
    known = standing.of_units(session, at)
    found = [
        rise
        for rise in _of_outlook(_outlook(session, at, known), at)
        if rise.proposal.color == color
        and unit in (None, rise.matter.unit)
        and day in (None, rise.day)
    ]
    return Listing([_risen(rise, known) for rise in found[offset : offset + limit]], len(found))


def _risen(rise: Rise, known: Standing) -> Item:
    matter = rise.matter
    key = f"suggestion:{matter.suggestion_id}"
    if matter.supervision_id is not None:
        key = f"supervision:{matter.supervision_id}"
    waits_for = (f"unit_liaison:{matter.unit}",)
    name, color = known.units[matter.unit].name, rise.proposal.color
    reasons = "".join(rise.proposal.reasons)
    return Item(matter.unit, name, key, reasons, end_of(rise.day, -1), waits_for, color)


# Counting


_GRAVEST = (Color.RED, Color.YELLOW, Color.WHITE, "replies", "month")


def _kinds(kind: str, slot: int) -> Iterable[str]:
    """Return which numbers a row of the count belongs to."""
    if kind == "reply":
        return HELD if slot == NOT_DUE else REPLIES
    within = {"late": slot == LATE, "today": slot == 0, "week": 0 <= slot < WEEK}
    return [name for name in STEPS if within.get(name, slot >= 0)]


def _days(calendar: Calendar, at: datetime) -> list[Day]:
    today = local_day(at)
    days = [today + timedelta(days=number) for number in range(DAYS)]
    special = calendar.days
    return [
        Day(on, calendar.is_workday(on), special[on].name if on in special else "") for on in days
    ]


# What the rules would propose


def _proposed(
    session: Session, at: datetime, known: Standing
) -> tuple[Sequence[Rise], Sequence[Candidate], str]:
    """Return what would be proposed and what is, or why the rules cannot say: officials write them, with mistakes."""
    try:
        found = _outlook(session, at, known)
        today = foresight.candidates(session, found, at, known)
        return _of_outlook(found, at), today, ""
    except ServiceError as error:
        return (), (), str(error)


def _outlook(session: Session, at: datetime, known: Standing) -> Outlook:
    return foresight.outlook(session, at, end_of(local_day(at), DAYS - 1), known)


def _of_outlook(outlook: Outlook, at: datetime) -> list[Rise]:
    """Return the days on which a graver colour than before would be proposed, if nobody acts."""
    today = local_day(at)
    days = [today + timedelta(days=number) for number in range(DAYS)]
    ends = [last_of(day, 0) for day in days]

    listed = []
    for matter, [now, *later] in outlook.course([at, *ends]):
        peak = max(now.color.rank, matter.stands.rank)
        for day, proposal in zip(days, later, strict=True):
            if proposal.color.rank > peak:
                peak = proposal.color.rank
                listed.append(Rise(matter, day, proposal))
    return sorted(listed, key=lambda rise: (rise.day, -rise.proposal.color.rank, rise.matter.unit))
