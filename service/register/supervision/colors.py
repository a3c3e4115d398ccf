"""Which colour the rules propose for what a unit has left undone; proposing is all they do, a person issues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, case, func, literal, select, union_all
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import LOCAL, local_day
from service.deadlines.workdays import Unit as Counted
from service.tables.assignments import Assignment
from service.tables.handling import AssistDefault, Commitment
from service.tables.people import Unit
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ColorRule, ControlCard, Finding, SupervisionCase

COLORS: Mapping[str, str] = {
    "none": "不亮牌",
    "letter": "函告",
    "white": "白牌",
    "yellow": "黄牌",
    "red": "红牌",
}
MEANINGS: Mapping[str, str] = {
    "letter": "函告",
    "white": "提醒",
    "yellow": "警示",
    "red": "问责建议",
}
# 政府督查工作条例 art. 5: departments, lower governments, and bodies entrusted with public affairs, nobody else.
GOVERNMENT = ("government", "enterprise")
_RANK = {color: rank for rank, color in enumerate(COLORS)}

FACTS: Mapping[str, str] = {
    "reply_overdue": "答复逾期的工作日数",
    "past_legal_limit": "突破六个月法定上限",
    "redo_overdue": "二次交办答复逾期的工作日数",
    "unsigned": "逾期未签收",
    "no_plan": "逾期未制定办理方案",
    "no_contact": "逾期未办前沟通",
    "assist_overdue": "协办意见逾期的工作日数",
    "assist_absent": "协办缺席",
    "commitment_overdue": "承诺逾期的工作日数",
    "whites_this_year": "本年第几次白牌",
    "white_expired": "白牌期满未改",
    "yellow_expired": "黄牌期满未改",
    "look_backs_failed": "回头看不到位的次数",
    "false_dealing": "虚假答复、代填评价或打击报复",
}


class Rule(NamedTuple):
    color: str
    fact: str
    at_least: int
    at_most: int | None
    sentence: str
    basis: str = "设"


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("white", "reply_overdue", 1, 10, "答复逾期 {value} 个工作日。"),
    Rule("white", "unsigned", 1, None, "交办后逾期未签收。"),
    Rule("white", "no_plan", 1, None, "逾期未制定办理方案。"),
    Rule("white", "no_contact", 1, None, "逾期未做办前沟通。"),
    Rule("white", "assist_overdue", 1, 10, "协办意见逾期 {value} 个工作日。"),
    Rule("white", "commitment_overdue", 1, 20, "承诺事项逾期 {value} 个工作日。"),
    Rule("yellow", "reply_overdue", 11, 30, "答复逾期 {value} 个工作日，超过 10 个工作日。"),
    Rule("yellow", "assist_overdue", 11, None, "协办意见逾期 {value} 个工作日，超过 10 个工作日。"),
    Rule("yellow", "assist_absent", 1, None, "协办单位始终没有提出意见，主办单位只好缺席办理。"),
    Rule("yellow", "commitment_overdue", 21, None, "承诺事项逾期 {value} 个工作日，超过 20 个工作日。"),
    Rule("yellow", "whites_this_year", 3, None, "本年第 {value} 次应亮白牌。"),
    Rule("yellow", "white_expired", 1, None, "白牌整改期满没有提交整改报告。"),
    Rule("yellow", "redo_overdue", 1, None, "二次交办的答复逾期 {value} 个工作日。"),
    Rule("yellow", "look_backs_failed", 1, 1, "回头看一次不到位。"),
    Rule("red", "reply_overdue", 31, None, "答复逾期 {value} 个工作日，超过 30 个工作日。"),
    Rule("red", "past_legal_limit", 1, None, "超过自交办之日起六个月的法定上限仍未答复。", "代表法第五十一条"),
    Rule("red", "yellow_expired", 1, None, "黄牌整改期满没有提交整改报告。"),
    Rule("red", "look_backs_failed", 2, None, "回头看 {value} 次不到位。"),
    Rule("red", "false_dealing", 1, None, "发现虚假答复、代填评价或者打击报复。"),
)
# fmt: on

Facts = Mapping[str, int]


@dataclass(frozen=True)
class Proposal:
    """The highest colour that a rule hit, and every rule of that colour in words."""

    color: str
    reasons: tuple[str, ...]

    @property
    def label(self) -> str:
        return COLORS[self.color]


class Supervised(NamedTuple):
    """What was and is supervised of one unit and suggestion."""

    last_opened_at: datetime | None
    open: int

    def before(self, moment: datetime) -> bool:
        return self.last_opened_at is None or self.last_opened_at < moment


class UnitFacts(NamedTuple):
    name: str
    system: str

    @property
    def is_colored(self) -> bool:
        """Only government units and bodies entrusted with public affairs are given cards; all others get letters."""
        return self.system in GOVERNMENT


@dataclass(frozen=True)
class Standing:
    """How every unit stands: cards not cleared by colour, white cards of this year, what is supervised."""

    units: Mapping[str, UnitFacts]
    colors: Mapping[str, Mapping[str, int]]
    whites: Mapping[str, int]
    supervised: Mapping[tuple[str, int | None], Supervised]

    @property
    def cases(self) -> dict[str, int]:
        """The open cases of each unit."""
        found: dict[str, int] = {}
        for (unit, _), seen in self.supervised.items():
            if seen.open:
                found[unit] = found.get(unit, 0) + seen.open
        return found


@dataclass(frozen=True)
class Candidate:
    """A unit, with one suggestion, that the rules would card and nobody supervises yet."""

    unit: str
    facts: UnitFacts
    suggestion_id: int
    case_no: str | None
    title: str
    proposal: Proposal

    @property
    def measure(self) -> str:
        return self.proposal.color if self.facts.is_colored else "letter"


def seed(session: Session) -> int:
    """Add the rules of the house where there are none; what administrators changed stays."""
    if session.scalar(select(func.count()).select_from(ColorRule)):
        return 0
    session.add_all(ColorRule(**rule._asdict()) for rule in RULES)
    session.flush()
    return len(RULES)


def rules(session: Session) -> Sequence[ColorRule | Rule]:
    """Return the rules in force: the administrators' rows, or those of the house while there is none."""
    rows = session.scalars(select(ColorRule).order_by(ColorRule.id)).all()
    return [row for row in rows if row.active] if rows else RULES


def propose(table: Iterable[ColorRule | Rule], facts: Facts, whites_before: int = 0) -> Proposal:
    """Return the highest colour the facts hit; a white that would be one too many this year counts as such."""
    rows = list(table)
    found = _highest(rows, facts)
    if found.color == "white":
        found = _highest(rows, {**facts, "whites_this_year": whites_before + 1})
    return found


def higher(one: str, other: str) -> str:
    return max(one, other, key=_RANK.__getitem__)


def rank(color: str) -> int:
    return _RANK[color]


def standing(session: Session, at: datetime) -> Standing:
    """Return how every unit stands, with three queries."""
    units = select(Unit.code, Unit.short_name, Unit.system).order_by(Unit.code)
    year_began = at.astimezone(LOCAL).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    this_year = and_(ControlCard.issued_at >= year_began, ControlCard.state != "withdrawn")
    cards = select(
        ControlCard.unit,
        ControlCard.color,
        func.sum(case((ControlCard.state.in_(("issued", "in_force")), 1), else_=0)),
        func.sum(case((this_year, 1), else_=0)),
    ).group_by(ControlCard.unit, ControlCard.color)
    colors: dict[str, dict[str, int]] = {}
    whites: dict[str, int] = {}
    for unit, color, open_, given in session.execute(cards):
        if open_:
            colors.setdefault(unit, {})[color] = open_
        if color == "white" and given:
            whites[unit] = given
    cases = select(
        SupervisionCase.unit,
        SupervisionCase.suggestion_id,
        func.max(SupervisionCase.opened_at),
        func.count() - func.count(SupervisionCase.closed_at),
    ).group_by(SupervisionCase.unit, SupervisionCase.suggestion_id)
    supervised = {
        (unit, suggestion_id): Supervised(opened_at, open_)
        for unit, suggestion_id, opened_at, open_ in session.execute(cases)
    }
    facts = {code: UnitFacts(name, system) for code, name, system in session.execute(units)}
    return Standing(facts, colors, whites, supervised)


def for_case(session: Session, own: SupervisionCase, at: datetime) -> Proposal:
    """Return the proposal for a case: what the register says, what was found, how its rectification went."""
    facts: dict[str, int] = {}
    for (_, suggestion_id), known in _register_facts(session, at, own.unit).items():
        if own.suggestion_id in (None, suggestion_id):
            facts = _most(facts, known)
    findings = session.scalars(select(Finding).where(Finding.supervision_id == own.id))
    facts = _most(facts, _found(findings))
    if own.look_backs_failed:
        facts["look_backs_failed"] = own.look_backs_failed
    facts |= _expired(_in_force(session, own.id), at)
    return propose(rules(session), facts, standing(session, at).whites.get(own.unit, 0))


def candidates(session: Session, at: datetime, known: Standing | None = None) -> list[Candidate]:
    """Return whom the rules would card now, the gravest first; cases under supervision are left out."""
    known = known or standing(session, at)
    facts = _unwatched(_register_facts(session, at, None, known.supervised), known.supervised)
    table = rules(session) if facts else ()
    found = {
        pair: propose(table, each, known.whites.get(pair[0], 0)) for pair, each in facts.items()
    }
    hit = {pair: proposal for pair, proposal in found.items() if proposal.color != "none"}
    titles = _titles(session, {suggestion_id for _, suggestion_id in hit}) if hit else {}
    listed = [
        Candidate(unit, known.units[unit], suggestion_id, *titles[suggestion_id], proposal)
        for (unit, suggestion_id), proposal in hit.items()
        if suggestion_id in titles and unit in known.units
    ]
    return sorted(
        listed, key=lambda each: (-rank(each.proposal.color), each.unit, each.suggestion_id)
    )


def _highest(table: Iterable[ColorRule | Rule], facts: Facts) -> Proposal:
    color, reasons = "none", list[str]()
    for rule in table:
        value = facts.get(rule.fact)
        if value is None or value < rule.at_least or value > (rule.at_most or value):
            continue
        if rank(rule.color) > rank(color):
            color, reasons = rule.color, []
        if rule.color == color:
            reasons.append(rule.sentence.replace("{value}", str(value)))
    return Proposal(color, tuple(reasons))


# What the register knows

Pair = tuple[str, int]  # unit and suggestion
# A unit's task that is open past its limit, and the fact that is; the limit's name carries the meaning.
_TASK_FACTS = {
    "sign": "unsigned",
    "plan": "no_plan",
    "contact.before": "no_contact",
    "co_opinion": "assist_overdue",
    "co_opinion.redo": "assist_overdue",
}
_NOT_STANDING = ("reassigned", "withdrawn")


def _register_facts(
    session: Session,
    at: datetime,
    unit: str | None,
    supervised: Mapping[tuple[str, int | None], Supervised] | None = None,
) -> dict[Pair, dict[str, int]]:
    """Return the facts of every unit and suggestion, or of one unit's.

    An absence stays in the register for ever; it counts until a supervision was opened after it.
    """
    facts: dict[Pair, dict[str, int]] = {}

    def note(pair: Pair, fact: str, value: int) -> None:
        if value > 0:
            facts[pair] = _most(facts.get(pair, {}), {fact: value})

    calendar = policies.calendar(session)
    today = local_day(at)

    def late(moment: datetime) -> int:
        return calendar.count(local_day(moment), today)

    for reply in _overdue_replies(session, at, unit):
        pair = (reply.unit, reply.suggestion_id)
        note(pair, "redo_overdue" if reply.round > 1 else "reply_overdue", late(reply.due_at))
        if reply.dispatched_at and calendar.due(reply.dispatched_at, 6, Counted.MONTHS) < at:
            note(pair, "past_legal_limit", 1)
    for pair, fact, due_at in _overdue_tasks(session, at, unit):
        note(pair, fact, late(due_at) if fact == "assist_overdue" else 1)
    for promise in _broken_promises(session, at, unit):
        pair = (promise.unit, promise.suggestion_id)
        if promise.kind == "commitment":
            note(pair, "commitment_overdue", calendar.count(promise.due_on, today))
        elif (supervised or {}).get(pair, _NEVER).before(promise.made_at):
            note(pair, "assist_absent", 1)
    return facts


def _unwatched(
    facts: Mapping[Pair, dict[str, int]],
    supervised: Mapping[tuple[str, int | None], Supervised],
) -> dict[Pair, dict[str, int]]:
    """Leave out what somebody supervises now, the unit as a whole included."""
    watched = {pair for pair, seen in supervised.items() if seen.open}
    return {
        pair: known
        for pair, known in facts.items()
        if pair not in watched and (pair[0], None) not in watched
    }


_NEVER = Supervised(None, 0)


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
            Assignment.role != "assist",
            Assignment.status.not_in(_NOT_STANDING),
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
) -> Iterable[tuple[Pair, str, datetime]]:
    """A task names its unit in its candidates: `unit_liaison:JT`."""
    question = select(
        UserTask.business_key, UserTask.policy_key, UserTask.candidates, UserTask.due_at
    ).where(UserTask.policy_key.in_(_TASK_FACTS), UserTask.due_at < at)
    for business_key, policy_key, candidates_, due_at in session.execute(question):
        if due_at is None or policy_key is None:
            continue
        kind, _, number = (business_key or "").partition(":")
        units = {group.partition(":")[2] for group in candidates_ if group.startswith("unit_")}
        for code in units - {""}:
            if kind == "suggestion" and unit in (None, code):
                yield (code, int(number)), _TASK_FACTS[policy_key], due_at


def _broken_promises(session: Session, at: datetime, unit: str | None) -> list[_Promise]:
    """Commitments past their day, and assisting units that never answered, in one question."""
    commitment = select(
        literal("commitment"),
        Commitment.unit,
        Commitment.suggestion_id,
        Commitment.due_on,
        Commitment.made_at,
    ).where(Commitment.status == "open", Commitment.due_on < local_day(at))
    absence = select(
        literal("absence"),
        AssistDefault.unit,
        AssistDefault.suggestion_id,
        literal(local_day(at)),
        AssistDefault.recorded_at,
    ).where(
        AssistDefault.decision == "absent",
        AssistDefault.arrived_at.is_(None),
        AssistDefault.recorded_at > at - timedelta(days=366),
    )
    if unit is not None:
        commitment = commitment.where(Commitment.unit == unit)
        absence = absence.where(AssistDefault.unit == unit)
    return [_Promise(*row) for row in session.execute(union_all(commitment, absence))]


def _found(findings: Iterable[Finding]) -> dict[str, int]:
    """An examiner's finding is a fact of its own, even where the register shows none."""
    facts: dict[str, int] = {}
    points = {
        "unsigned": "unsigned",
        "no_plan": "no_plan",
        "no_contact": "no_contact",
        "assist": "assist_overdue",
        "overdue": "reply_overdue",
        "commitment": "commitment_overdue",
    }
    for finding in findings:
        if finding.point in points:
            facts[points[finding.point]] = 1
        if finding.nature == "false":
            facts["false_dealing"] = 1
    return facts


def _in_force(session: Session, supervision_id: int) -> ControlCard | None:
    return session.scalar(
        select(ControlCard).where(
            ControlCard.supervision_id == supervision_id, ControlCard.state == "in_force"
        )
    )


def _expired(card: ControlCard | None, at: datetime) -> dict[str, int]:
    if card is None or card.due_at is None or card.due_at > at:
        return {}
    return {f"{card.color}_expired": 1}


def _titles(session: Session, ids: Iterable[int]) -> dict[int, tuple[str | None, str]]:
    question = select(Suggestion.id, Suggestion.case_no, Suggestion.title).where(
        Suggestion.id.in_(set(ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(question)}


def _most(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in {**one, **other}}
