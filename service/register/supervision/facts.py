"""What a unit has left undone, in numbers: from the register, from findings, from what became of a card."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, Self

from sqlalchemy import Select, literal, or_, select, union_all
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.effects import Kind, Move
from service.deadlines.lateness import is_late, late, late_by_day, workdays_late
from service.deadlines.standstill import counted
from service.deadlines.workdays import Calendar, end_of, local_day
from service.deadlines.workdays import Unit as Counted
from service.register.common import keys
from service.register.dispatch.status import ENDED, AssignmentStatus, Duty
from service.register.handling.kinds import AbsenceDecision, CommitmentStatus
from service.register.supervision.colors import Color, Fact
from service.register.supervision.findings import Nature, Point
from service.register.supervision.standing import Supervised
from service.tables.assignments import Assignment
from service.tables.handling import AssistDefault, Commitment
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard, Finding

Facts = dict[Fact, int]
Pair = tuple[str, int]  # unit and suggestion


# A unit's task that is open past its limit, and the fact that is; the limit's name carries the meaning.
_TASK_FACTS: Mapping[str, Fact] = {
    "sign": Fact.UNSIGNED,
    "plan": Fact.NO_PLAN,
    "contact.before": Fact.NO_CONTACT,
}
_REPEATED = "co_opinion.redo"
"""The limit of an opinion that came back: its steps are open in a duty that was answered once."""

_POINT_FACTS: Mapping[str, Fact] = {
    Point.UNSIGNED: Fact.UNSIGNED,
    Point.NO_PLAN: Fact.NO_PLAN,
    Point.NO_CONTACT: Fact.NO_CONTACT,
    Point.ASSIST: Fact.ASSIST_OVERDUE,
    Point.OVERDUE: Fact.REPLY_OVERDUE,
    Point.COMMITMENT: Fact.COMMITMENT_OVERDUE,
}
EXPIRED: Mapping[str, Fact] = {
    Color.WHITE: Fact.WHITE_EXPIRED,
    Color.YELLOW: Fact.YELLOW_EXPIRED,
}
_NEVER = Supervised(None, 0)
_OWES_NOTHING = ENDED | {AssignmentStatus.OVERDUE_ABSENT}
_REMEMBERED = timedelta(days=366)  # for so long an absence counts


class Row(NamedTuple):
    """What keeps a due moment: a task ("tasks"), a unit's duty ("assignments") or a card ("control_cards")."""

    place: str
    id: Any


class Moved(NamedTuple):
    """A due moment as it is, and as a change would leave it."""

    before: datetime
    after: datetime


@dataclass(frozen=True)
class Supposed:
    """Due moments and a calendar as a change would leave them."""

    moved: Mapping[Row, Moved] = field(default_factory=dict)
    calendar: Calendar | None = None

    @classmethod
    def of(cls, moves: Iterable[Move], calendar: Calendar | None = None) -> Self:
        """Return what the moves of a change, and the calendar it leaves, would mean to the rules."""
        moved = {
            _row(move): Moved(move.before, move.after)
            for move in moves
            if move.kind in {Kind.TASK, Kind.RECORD} and move.before and move.after
        }
        return cls(moved, calendar)

    def due(self, place: str, id_: Any, due_at: datetime) -> datetime:
        """Return when a row would be due."""
        found = self.moved.get(Row(place, id_))
        return due_at if found is None else found.after

    def horizon(self, until: datetime) -> datetime:
        """Return how far ahead to read, so that what would be due before `until` is among what is read."""
        sooner = (
            one.before
            for one in self.moved.values()
            if is_late(one.after, until) and not is_late(one.before, until)
        )
        return max(sooner, default=until)


AS_IT_IS = Supposed()


class Lapse(NamedTuple):
    """What a unit leaves undone from a moment on, unless it acts before."""

    fact: Fact
    since: datetime
    after: datetime | None = None  # it is so only from this moment on, if that is later
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Say whether it is so at a moment."""
        is_begun = is_late(self.since, at) and (self.after is None or is_late(self.after, at))
        return is_begun and not is_late(self.until, at)


def of_register(
    session: Session,
    at: datetime,
    unit: str | None,
    supervised: Mapping[tuple[str, int | None], Supervised] | None = None,
) -> dict[Pair, Facts]:
    """Return the facts of every unit and suggestion, or of one unit's.

    An absence stays in the register for ever; it counts until a supervision was opened after it.
    """
    found = unseen(lapses(session, at, unit), supervised or {})
    book = policies.in_force(session)
    known = {
        pair: of_lapses(each, at, book.calendar_lived(_case(pair), at))
        for pair, each in found.items()
    }
    return {pair: each for pair, each in known.items() if each}


def lapses(
    session: Session, until: datetime, unit: str | None, supposed: Supposed = AS_IT_IS
) -> dict[Pair, list[Lapse]]:
    """Return what every unit, or one, has left undone or will have by a moment, by unit and suggestion."""
    found: dict[Pair, list[Lapse]] = defaultdict(list)
    calendar, pauses = (
        supposed.calendar or policies.calendar(session),
        policies.in_force(session).pauses,
    )
    horizon = supposed.horizon(until)
    for reply in _replies(session, horizon, unit):
        due_at = supposed.due("assignments", reply.id, reply.due_at)
        own_pair = (reply.unit, reply.suggestion_id)
        own = found[own_pair]
        own.append(Lapse(reply.fact, due_at))
        if reply.dispatched_at and reply.role != Duty.ASSIST:  # 代表法第五十一条
            stood = [
                pause for pause in pauses.get(_case(own_pair), ()) if pause.until_at is not None
            ]
            legal = counted(calendar, reply.dispatched_at, 6, Counted.MONTHS, stood)
            own.append(Lapse(Fact.PAST_LEGAL_LIMIT, due_at, after=legal))
    for pair, fact, task_id, due_at in _tasks(session, horizon, unit):
        found[pair].append(Lapse(fact, supposed.due("tasks", task_id, due_at)))
    for promise in _promises(session, until, unit):
        pair = (promise.unit, promise.suggestion_id)
        if promise.kind == "commitment":
            found[pair].append(Lapse(Fact.COMMITMENT_OVERDUE, end_of(promise.due_on)))
        else:
            remembered = promise.made_at + _REMEMBERED
            found[pair].append(Lapse(Fact.ASSIST_ABSENT, promise.made_at, until=remembered))
    return dict(found)


def unseen(
    found: Mapping[Pair, Sequence[Lapse]],
    supervised: Mapping[tuple[str, int | None], Supervised],
) -> dict[Pair, list[Lapse]]:
    """Leave out the absences after which a supervision was opened."""
    return {
        pair: [
            each
            for each in own
            if each.fact is not Fact.ASSIST_ABSENT
            or supervised.get(pair, _NEVER).before(each.since)
        ]
        for pair, own in found.items()
    }


def of_lapses(found: Iterable[Lapse], at: datetime, calendar: Calendar) -> Facts:
    """Return the facts at a moment: a number of workdays, or 1 where it is just so."""
    facts: Facts = {}
    for each in found:
        if each.holds(at):
            days = workdays_late(calendar, each.since, at) if each.fact.is_counted else 1
            if days > facts.get(each.fact, 0):
                facts[each.fact] = days
    return facts


def of_findings(findings: Iterable[Finding]) -> Facts:
    """Return the facts examiners have found, even where the register shows none."""
    facts: Facts = {}
    for finding in findings:
        if finding.point in _POINT_FACTS:
            facts[_POINT_FACTS[finding.point]] = 1
        if finding.nature == Nature.FALSE:
            facts[Fact.FALSE_DEALING] = 1
    return facts


def of_card(card: ControlCard | None, at: datetime) -> Facts:
    """Return what it means that the limit of the card in force has passed."""
    if card is None or card.color not in EXPIRED or not is_late(card.due_at, at):
        return {}
    return {EXPIRED[card.color]: 1}


def most(one: Facts, other: Facts) -> Facts:
    """Return what is true of both, the larger number where both have one."""
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}}


def _case(pair: Pair) -> str:
    return f"suggestion:{pair[1]}"


def _row(move: Move) -> Row:
    if move.kind is Kind.TASK:
        return Row("tasks", move.id)
    place, _, number = move.id.partition(":")
    return Row(place, int(number))


class _Reply(NamedTuple):
    id: int
    unit: str
    role: str
    suggestion_id: int
    round: int
    due_at: datetime
    dispatched_at: datetime | None

    @property
    def fact(self) -> Fact:
        """What it is when it is late: an assisting unit owes its opinion."""
        if self.role == Duty.ASSIST:
            return Fact.ASSIST_OVERDUE
        return Fact.REDO_OVERDUE if self.round > 1 else Fact.REPLY_OVERDUE


class _Promise(NamedTuple):
    kind: str  # commitment | absence
    unit: str
    suggestion_id: int
    due_on: date
    made_at: datetime


def _replies(session: Session, until: datetime, unit: str | None) -> list[_Reply]:
    question: Select[*tuple[Any, ...]] = (
        select(
            Assignment.id,
            Assignment.unit,
            Assignment.role,
            Assignment.suggestion_id,
            Assignment.round,
            Assignment.due_at,
            Suggestion.dispatched_at,
        )
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .where(
            late(Assignment.due_at, until),
            Assignment.replied_at.is_(None),
            Assignment.status.not_in(_OWES_NOTHING),
        )
    )
    if unit is not None:
        question = question.where(Assignment.unit == unit)
    return [_Reply(*row) for row in session.execute(question)]


def _tasks(
    session: Session, until: datetime, unit: str | None
) -> Iterable[tuple[Pair, Fact, str, datetime]]:
    """A task names its unit in its candidates: `unit_liaison:JT`."""
    question: Select[*tuple[Any, ...]] = select(
        UserTask.id,
        UserTask.business_key,
        UserTask.policy_key,
        UserTask.candidates,
        UserTask.due_at,
        UserTask.outer_key,
        UserTask.base_at,
        UserTask.level,
    ).where(
        or_(UserTask.policy_key.in_(_TASK_FACTS), UserTask.outer_key == _REPEATED),
        late(UserTask.due_at, until),
    )
    book = policies.in_force(session)
    for row in session.execute(question):
        id_, business_key, policy_key, candidates_, due_at, outer_key, base_at, level = row
        if policy_key not in _TASK_FACTS:
            due_at = book.due(outer_key, base_at, level or "").moment
        kind, number = keys.parse(business_key)
        units = {group.partition(":")[2] for group in candidates_ if group.startswith("unit_")}
        for code in units - {""}:
            if kind == "suggestion" and unit in (None, code):
                yield (code, number), _TASK_FACTS.get(policy_key, Fact.ASSIST_OVERDUE), id_, due_at


def _promises(session: Session, until: datetime, unit: str | None) -> list[_Promise]:
    """Commitments past their day, and assisting units that never answered, in one query."""
    commitment = select(
        literal("commitment"),
        Commitment.unit,
        Commitment.suggestion_id,
        Commitment.due_on,
        Commitment.made_at,
    ).where(Commitment.status == CommitmentStatus.OPEN, late_by_day(Commitment.due_on, until))
    absence = select(
        literal("absence"),
        AssistDefault.unit,
        AssistDefault.suggestion_id,
        literal(local_day(until)),
        AssistDefault.recorded_at,
    ).where(
        AssistDefault.decision == AbsenceDecision.ABSENT,
        AssistDefault.arrived_at.is_(None),
        AssistDefault.recorded_at
        > until - 2 * _REMEMBERED,  # those that count no longer drop out later
    )
    if unit is not None:
        commitment = commitment.where(Commitment.unit == unit)
        absence = absence.where(AssistDefault.unit == unit)
    return [_Promise(*row) for row in session.execute(union_all(commitment, absence))]
