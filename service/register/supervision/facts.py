"""What a unit has left undone, in numbers: from the register, from findings, from what became of a card."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from operator import attrgetter
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Select, cast, literal, null, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.deadlines import policies
from service.deadlines.book import Book
from service.deadlines.effects import Kind, Move
from service.deadlines.lateness import is_late, late, late_by_day, workdays_late
from service.deadlines.standstill import Pause, counted
from service.deadlines.workdays import Calendar, end_of
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
_Question = Select[*tuple[Any, ...]]


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


@dataclass(frozen=True)
class Undone:
    """The rows of the register that say what is left undone, read once for whatever is supposed of them."""

    calendar: Calendar
    pauses: Mapping[str, Sequence[Pause]]
    replies: Sequence["_Reply"]
    tasks: Sequence[tuple[Pair, Fact, str, datetime]]
    promises: Sequence["_Promise"]

    def lapses(self, supposed: Supposed = AS_IT_IS) -> dict[Pair, list[Lapse]]:
        """Return what is left undone with these due moments, by unit and suggestion."""
        return _lapses(self, supposed)


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


def lapses(session: Session, until: datetime, unit: str | None) -> dict[Pair, list[Lapse]]:
    """Return what every unit, or one, has left undone or will have by a moment, by unit and suggestion."""
    return read(session, until, unit).lapses()


def read(
    session: Session, until: datetime, unit: str | None, supposed: Supposed = AS_IT_IS
) -> Undone:
    """Read what is left undone by a moment as it is, and as it would be with the due moments supposed."""
    book = policies.in_force(session)
    replies, tasks, promises = [], [], []
    for row in _rows(session, supposed.horizon(until), until, unit):
        if row.kind == "reply":
            replies.append(_Reply(*_OF_REPLY(row)))
        elif row.kind == "task":
            task = _Waiting(*_OF_TASK(row))
            fact, due_at = _TASK_FACTS.get(task.policy_key, Fact.ASSIST_OVERDUE), task.due(book)
            tasks += [
                (pair, fact, task.id, due_at) for pair in task.pairs if unit in (None, pair[0])
            ]
        else:
            promises.append(_Promise(*_OF_PROMISE(row)))
    return Undone(book.calendar, book.pauses, replies, tasks, promises)


def _lapses(undone: Undone, supposed: Supposed) -> dict[Pair, list[Lapse]]:
    found: dict[Pair, list[Lapse]] = defaultdict(list)
    calendar, pauses = supposed.calendar or undone.calendar, undone.pauses
    for reply in undone.replies:
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
    for pair, fact, task_id, due_at in undone.tasks:
        found[pair].append(Lapse(fact, supposed.due("tasks", task_id, due_at)))
    for promise in undone.promises:
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
    due_on: date  # of a commitment
    made_at: datetime


class _Waiting(NamedTuple):
    """A task, which names its unit in its candidates: `unit_liaison:JT`."""

    id: str
    business_key: str | None
    policy_key: str
    candidates: Sequence[str]
    due_at: datetime
    outer_key: str | None
    base_at: datetime
    level: str | None

    @property
    def pairs(self) -> list[Pair]:
        """The units that have the task, with its suggestion; none where it is of another case."""
        kind, number = keys.parse(self.business_key)
        units = {one.partition(":")[2] for one in self.candidates if one.startswith("unit_")}
        return [(code, number) for code in units - {""}] if kind == "suggestion" else []

    def due(self, book: Book) -> datetime:
        """Return when what it is a step of is due."""
        if self.policy_key in _TASK_FACTS or self.outer_key is None:
            return self.due_at
        return book.due(self.outer_key, self.base_at, self.level or "").moment


_COLUMNS: Mapping[str, InstrumentedAttribute[Any]] = {
    "id": Assignment.id,
    "unit": Assignment.unit,
    "role": Assignment.role,
    "suggestion_id": Assignment.suggestion_id,
    "round": Assignment.round,
    "due_at": Assignment.due_at,
    "dispatched_at": Suggestion.dispatched_at,
    "due_on": Commitment.due_on,
    "made_at": Commitment.made_at,
    "task_id": UserTask.id,
    "business_key": UserTask.business_key,
    "policy_key": UserTask.policy_key,
    "candidates": UserTask.candidates,
    "outer_key": UserTask.outer_key,
    "base_at": UserTask.base_at,
    "level": UserTask.level,
}
"""What is asked of duties, promises and tasks together; each kind has some of these columns."""


_OF_REPLY, _OF_PROMISE = attrgetter(*_Reply._fields), attrgetter(*_Promise._fields)
_OF_TASK = attrgetter("task_id", *_Waiting._fields[1:])


def _rows(session: Session, horizon: datetime, until: datetime, unit: str | None) -> list[Any]:
    """Return the duties, promises and tasks that may be left undone, with one query."""
    questions = [_replies(horizon), *_promises(until)]
    if unit is not None:
        questions = [each.where(each.selected_columns.unit == unit) for each in questions]
    return list(session.execute(union_all(*questions, _tasks(horizon))))


def _padded(kind: str, **own: ColumnElement[Any] | InstrumentedAttribute[Any]) -> _Question:
    """Ask for the columns a kind of row has, and for nothing in the place of those it has not."""
    return select(
        literal(kind).label("kind"),
        *(
            own[name].label(name) if name in own else cast(null(), column.type).label(name)
            for name, column in _COLUMNS.items()
        ),
    )


def _own(*names: str) -> dict[str, InstrumentedAttribute[Any]]:
    return {name: _COLUMNS[name] for name in names}


def _replies(until: datetime) -> _Question:
    return (
        _padded("reply", **_own(*_Reply._fields))
        .join_from(Assignment, Suggestion, Suggestion.id == Assignment.suggestion_id)
        .where(
            late(Assignment.due_at, until),
            Assignment.replied_at.is_(None),
            Assignment.status.not_in(_OWES_NOTHING),
        )
    )


def _tasks(until: datetime) -> _Question:
    return _padded(
        "task", **_own("task_id", *_Waiting._fields[1:]) | {"due_at": UserTask.due_at}
    ).where(
        or_(UserTask.policy_key.in_(_TASK_FACTS), UserTask.outer_key == _REPEATED),
        late(UserTask.due_at, until),
    )


def _promises(until: datetime) -> list[_Question]:
    """Commitments past their day, and assisting units that never answered."""
    commitment = _padded(
        "commitment",
        unit=Commitment.unit,
        suggestion_id=Commitment.suggestion_id,
        due_on=Commitment.due_on,
        made_at=Commitment.made_at,
    ).where(Commitment.status == CommitmentStatus.OPEN, late_by_day(Commitment.due_on, until))
    absence = _padded(
        "absence",
        unit=AssistDefault.unit,
        suggestion_id=AssistDefault.suggestion_id,
        made_at=AssistDefault.recorded_at,
    ).where(
        AssistDefault.decision == AbsenceDecision.ABSENT,
        AssistDefault.arrived_at.is_(None),
        AssistDefault.recorded_at
        > until - 2 * _REMEMBERED,  # those that count no longer drop out later
    )
    return [commitment, absence]
