"""What a unit has left undone, in numbers: from the register, from findings, from what became of a card."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import Unit as Counted
from service.deadlines.workdays import local_day
from service.register.common import keys
from service.register.dispatch.status import ENDED, Duty
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
    "co_opinion": Fact.ASSIST_OVERDUE,
    "co_opinion.redo": Fact.ASSIST_OVERDUE,
}
_POINT_FACTS: Mapping[str, Fact] = {
    Point.UNSIGNED: Fact.UNSIGNED,
    Point.NO_PLAN: Fact.NO_PLAN,
    Point.NO_CONTACT: Fact.NO_CONTACT,
    Point.ASSIST: Fact.ASSIST_OVERDUE,
    Point.OVERDUE: Fact.REPLY_OVERDUE,
    Point.COMMITMENT: Fact.COMMITMENT_OVERDUE,
}
_EXPIRED: Mapping[str, Fact] = {
    Color.WHITE: Fact.WHITE_EXPIRED,
    Color.YELLOW: Fact.YELLOW_EXPIRED,
}
_NEVER = Supervised(None, 0)


def of_register(
    session: Session,
    at: datetime,
    unit: str | None,
    supervised: Mapping[tuple[str, int | None], Supervised] | None = None,
) -> dict[Pair, Facts]:
    """Return the facts of every unit and suggestion, or of one unit's.

    An absence stays in the register for ever; it counts until a supervision was opened after it.
    """
    facts: dict[Pair, Facts] = {}

    def note(pair: Pair, fact: Fact, value: int) -> None:
        if value > 0:
            facts[pair] = most(facts.get(pair, {}), {fact: value})

    calendar = policies.calendar(session)
    today = local_day(at)

    def late(moment: datetime) -> int:
        return calendar.count(local_day(moment), today)

    for reply in _overdue_replies(session, at, unit):
        pair = (reply.unit, reply.suggestion_id)
        overdue = Fact.REDO_OVERDUE if reply.round > 1 else Fact.REPLY_OVERDUE
        note(pair, overdue, late(reply.due_at))
        if reply.dispatched_at and calendar.due(reply.dispatched_at, 6, Counted.MONTHS) < at:
            note(pair, Fact.PAST_LEGAL_LIMIT, 1)  # 代表法第五十一条
    for pair, fact, due_at in _overdue_tasks(session, at, unit):
        note(pair, fact, late(due_at) if fact is Fact.ASSIST_OVERDUE else 1)
    for promise in _broken_promises(session, at, unit):
        pair = (promise.unit, promise.suggestion_id)
        if promise.kind == "commitment":
            note(pair, Fact.COMMITMENT_OVERDUE, calendar.count(promise.due_on, today))
        elif (supervised or {}).get(pair, _NEVER).before(promise.made_at):
            note(pair, Fact.ASSIST_ABSENT, 1)
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
    if card is None or card.due_at is None or card.due_at > at or card.color not in _EXPIRED:
        return {}
    return {_EXPIRED[card.color]: 1}


def most(one: Facts, other: Facts) -> Facts:
    """Return what is true of both, the larger number where both have one."""
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}}


class _Reply(NamedTuple):
    unit: str
    suggestion_id: int
    round: int
    due_at: datetime
    dispatched_at: datetime | None


class _Promise(NamedTuple):
    kind: str  # commitment | absence
    unit: str
    suggestion_id: int
    due_on: date
    made_at: datetime


def _overdue_replies(session: Session, at: datetime, unit: str | None) -> list[_Reply]:
    question = (
        select(
            Assignment.unit,
            Assignment.suggestion_id,
            Assignment.round,
            Assignment.due_at,
            Suggestion.dispatched_at,
        )
        .join(Suggestion, Suggestion.id == Assignment.suggestion_id)
        .where(
            Assignment.due_at < at,
            Assignment.replied_at.is_(None),
            Assignment.role != Duty.ASSIST,
            Assignment.status.not_in(ENDED),
        )
    )
    if unit is not None:
        question = question.where(Assignment.unit == unit)
    return [
        _Reply(code, suggestion_id, round_, due_at, dispatched_at)
        for code, suggestion_id, round_, due_at, dispatched_at in session.execute(question)
        if due_at is not None
    ]


def _overdue_tasks(
    session: Session, at: datetime, unit: str | None
) -> Iterable[tuple[Pair, Fact, datetime]]:
    """A task names its unit in its candidates: `unit_liaison:JT`."""
    question = select(
        UserTask.business_key, UserTask.policy_key, UserTask.candidates, UserTask.due_at
    ).where(UserTask.policy_key.in_(_TASK_FACTS), UserTask.due_at < at)
    for business_key, policy_key, candidates_, due_at in session.execute(question):
        if due_at is None or policy_key is None:
            continue
        kind, number = keys.parse(business_key)
        units = {group.partition(":")[2] for group in candidates_ if group.startswith("unit_")}
        for code in units - {""}:
            if kind == "suggestion" and unit in (None, code):
                yield (code, number), _TASK_FACTS[policy_key], due_at


def _broken_promises(session: Session, at: datetime, unit: str | None) -> list[_Promise]:
    """Commitments past their day, and assisting units that never answered, in one query."""
    commitment = select(
        literal("commitment"),
        Commitment.unit,
        Commitment.suggestion_id,
        Commitment.due_on,
        Commitment.made_at,
    ).where(Commitment.status == CommitmentStatus.OPEN, Commitment.due_on < local_day(at))
    absence = select(
        literal("absence"),
        AssistDefault.unit,
        AssistDefault.suggestion_id,
        literal(local_day(at)),
        AssistDefault.recorded_at,
    ).where(
        AssistDefault.decision == AbsenceDecision.ABSENT,
        AssistDefault.arrived_at.is_(None),
        AssistDefault.recorded_at > at - timedelta(days=366),
    )
    if unit is not None:
        commitment = commitment.where(Commitment.unit == unit)
        absence = absence.where(AssistDefault.unit == unit)
    return [_Promise(*row) for row in session.execute(union_all(commitment, absence))]
