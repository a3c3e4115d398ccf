"""One suggestion as one reader may see it: where it stands, in whose hands, what was done, what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, literal, or_, select, union_all
from sqlalchemy.orm import Session, joinedload

from service.deadlines import explain
from service.deadlines.explain import Explanation
from service.register.casefile import cases
from service.register.evaluation import sight
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal.suggestions import CATEGORIES, STATUSES
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord, Reply
from service.tables.runtime import HistoryEvent, ProcessInstance, UserTask
from service.tables.suggestions import CoSigner, Suggestion, SuggestionItem

SEALED_PROCESSES = sight.SEALED_PROCESSES
UNIT_ROLES: Mapping[str, str] = {
    "sole": "独办",
    "lead": "主办",
    "assist": "协办",
    "separate": "分办",
}
MODES: Mapping[str, str] = {"sole": "独办", "lead_assist": "主办加协办", "separate": "分办"}
ASSIGNMENT_STATUSES: Mapping[str, str] = {
    "pending_sign": "待签收",
    "reassign_requested": "申请调整中",
    "contacting": "办前沟通",
    "planning": "制定方案",
    "working": "办理中",
    "drafting": "起草答复",
    "proofing": "核稿",
    "endorsing": "审签",
    "issuing": "待签发",
    "delivered": "已送达",
    "overdue_absent": "缺席",
    "reassigned": "已改派",
    "withdrawn": "已终止",
}
_OF_THE_CASE = ("startEvent", "endEvent")  # those of called processes only repeat what a step said
_TOLD = {
    "userTask": "完成",
    "startEvent": "",
    "endEvent": "",
    "boundaryEvent": "",
    "withdrawn": "任务撤销",
    "terminated": "",
    "claimed": "领取",
    "transferred": "转办",
    "taken_over": "接手",
}
_BY_PEOPLE = frozenset({"userTask", "startEvent", "claimed", "taken_over"})
PAGE = 50


@dataclass(frozen=True)
class Hand:
    """Where a case waits now: which step, who holds it, since when, until when."""

    task_id: str
    step: str
    element_id: str
    process_id: str
    holders: str
    since: datetime
    due_at: datetime | None
    is_mine: bool
    how: Explanation | None


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    what: str
    who: str
    kind: str


@dataclass(frozen=True)
class Overview:
    """The first page of a case: where it stands, in whose hands, what it asks, what was answered."""

    suggestion: Suggestion
    status: str
    category: str
    mode: str
    lead: str
    items: Sequence[tuple[int, str]]
    co_signers: Sequence[tuple[str, str]]
    assignments: Sequence[Assignment]
    hands: Sequence[Hand]
    reply_limit: Explanation | None
    replies: Sequence[Reply]
    units: Mapping[str, str]
    names: Mapping[str, str]


@dataclass(frozen=True)
class Exchange:
    """The second page: how deputies and units spoke with each other, and how the deputies rate."""

    suggestion: Suggestion
    contacts: Sequence[ContactRecord]
    evaluations: Sequence[sight.Seen]
    units: Mapping[str, str]


@dataclass(frozen=True)
class Material:
    """What somebody has to read before doing a task of a case: what was asked, and the reply at hand."""

    suggestion: Suggestion
    items: Sequence[tuple[int, str]]
    replies: Sequence[Reply]
    units: Mapping[str, str]


@dataclass(frozen=True)
class Listed:
    """One line of a list of suggestions."""

    id: int
    case_no: str
    title: str
    status: str
    is_key: bool
    submitted_at: datetime
    reply_due_at: datetime | None
    units: str
    is_over: bool


def overview(session: Session, viewer: Actor, suggestion: Suggestion) -> Overview:
    """Gather the first page for a reader who may open the case (`cases.may_see`)."""
    assignments = session.scalars(
        select(Assignment)
        .where(Assignment.suggestion_id == suggestion.id)
        .order_by(Assignment.round, Assignment.id)
    ).all()
    units = people.unit_names(session)
    is_following = sight.may_follow(viewer, [one.unit for one in assignments])
    items, signers = _parts(session, suggestion.id)
    replies = _replies(session, suggestion.id)
    names = people.names(
        session,
        [suggestion.lead_deputy, *(login for login, _ in signers), *(r.issued_by for r in replies)],
    )
    return Overview(
        suggestion=suggestion,
        status=STATUSES.get(suggestion.status, suggestion.status),
        category=CATEGORIES.get(suggestion.category, suggestion.category),
        mode=MODES.get(suggestion.handling_mode or "", ""),
        lead=names.get(suggestion.lead_deputy, suggestion.lead_deputy),
        items=items,
        co_signers=[(names.get(login, login), decision) for login, decision in signers],
        assignments=assignments,
        hands=hands(session, viewer, f"suggestion:{suggestion.id}", is_following, units),
        reply_limit=_reply_limit(session, suggestion),
        replies=replies,
        units=units,
        names=names,
    )


def material(
    session: Session, business_key: str | None, assignment_id: int | None
) -> Material | None:
    """Return what a task of a suggestion is about: with the reply of its own assignment, even a draft, or else those issued."""
    kind, _, number = (business_key or "").partition(":")
    suggestion = session.get(Suggestion, int(number)) if kind == "suggestion" else None
    if suggestion is None:
        return None
    items, _signers = _parts(session, suggestion.id)
    replies = _replies(session, suggestion.id, assignment_id)
    return Material(
        suggestion, items, replies, people.unit_names(session, {r.unit for r in replies})
    )


def exchange(session: Session, viewer: Actor, suggestion: Suggestion) -> Exchange:
    """Gather the second page for a reader who may open the case."""
    return Exchange(
        suggestion=suggestion,
        contacts=_contacts(session, suggestion.id),
        evaluations=sight.visible(session, viewer, suggestion.id),
        units=people.unit_names(session),
    )


def follows(session: Session, viewer: Actor, suggestion_id: int) -> bool:
    """May this reader see the evaluation of a case step by step?"""
    units = session.scalars(
        select(Assignment.unit).where(Assignment.suggestion_id == suggestion_id)
    )
    return sight.may_follow(viewer, units.all())


@dataclass(frozen=True)
class Withheld:
    """Of what a reader may learn nothing: the steps of these processes, and perhaps whatever is waited for now."""

    processes: frozenset[str] = SEALED_PROCESSES
    is_waiting: bool = False


def withheld(session: Session, viewer: Actor, business_key: str | None) -> Withheld:
    """Return what is kept from this reader.

    While a suggestion is evaluated, even the step that comes next would tell how the deputy rated. Of what is no
    suggestion's the sealed processes are kept from everybody.
    """
    kind, _, number = (business_key or "").partition(":")
    suggestion = None
    if kind == "suggestion" and number.isdecimal():
        suggestion = session.get(Suggestion, int(number))
    if suggestion is None:
        return Withheld()
    if follows(session, viewer, suggestion.id):
        return Withheld(frozenset())
    processes = sight.sealed_processes(suggestion.status)
    return Withheld(processes, suggestion.status == "evaluating")


def hands(
    session: Session,
    viewer: Actor,
    business_key: str,
    is_following: bool = True,
    units: Mapping[str, str] | None = None,
) -> list[Hand]:
    """Return the open steps of a case, the earliest due first.

    While a case is evaluated, whoever may not follow it sees their own steps and one line that never changes: even
    the step that comes next would tell how the deputy rated.
    """
    sealed = _Sealed.of(session, business_key, is_following)
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.business_key == business_key)
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.created_at)
    ).all()
    told = {candidate for row in rows for candidate in row.candidates}
    told |= {f"user:{row.assignee}" for row in rows if row.assignee}
    names = people.group_names(session, told, units)
    found = [
        Hand(
            task_id=row.id,
            step=row.name,
            element_id=row.element_id,
            process_id=row.process_id,
            holders=_holders(row, names),
            since=row.created_at,
            due_at=row.due_at,
            is_mine=_is_theirs(row, viewer),
            how=_how(session, row),
        )
        for row in rows
        if _is_theirs(row, viewer) or not (sealed.hand or row.process_id in sealed.processes)
    ]
    return [*found, *sealed.hand]


def timeline(
    session: Session, viewer: Actor, business_key: str, is_following: bool = True, limit: int = PAGE
) -> list[Moment]:
    """Return what happened in a case, newest first, in the words of its diagrams."""
    shown: ColumnElement[bool] = and_(
        HistoryEvent.kind.in_(_TOLD),
        or_(
            HistoryEvent.kind.not_in(_OF_THE_CASE),
            HistoryEvent.process_id == ProcessInstance.process_id,
        ),
    )
    if not is_following:
        sealed = _Sealed.of(session, business_key, is_following)
        own = and_(HistoryEvent.by == viewer.login, HistoryEvent.kind == "userTask")
        shown = and_(shown, or_(HistoryEvent.process_id.not_in(sealed.processes), own))
    rows = session.execute(
        select(HistoryEvent.at, HistoryEvent.kind, HistoryEvent.name, HistoryEvent.by)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(ProcessInstance.business_key == business_key, shown, HistoryEvent.name != "")
        .order_by(HistoryEvent.at.desc(), HistoryEvent.seq.desc())
        .limit(limit)
    ).all()
    names = people.names(session, {row.by for row in rows})
    return [
        Moment(
            row.at,
            f"{_TOLD[row.kind]}“{row.name}”" if _TOLD[row.kind] else row.name,
            names.get(row.by, "") if row.kind in _BY_PEOPLE else "",
            row.kind,
        )
        for row in rows
    ]


def listed(
    session: Session,
    viewer: Actor,
    *,
    status: str = "",
    text: str = "",
    before_id: int | None = None,
    limit: int = PAGE,
) -> list[Listed]:
    """Return the suggestions this reader may open, newest first; one query for the rows, one for the units."""
    question = select(Suggestion).where(_readable(viewer)).order_by(Suggestion.id.desc())
    if status:
        question = question.where(Suggestion.status == status)
    if text:
        pattern = f"%{text.replace('%', '').replace('_', '')}%"
        question = question.where(
            or_(Suggestion.title.like(pattern), Suggestion.case_no.like(pattern))
        )
    if before_id is not None:
        question = question.where(Suggestion.id < before_id)
    rows = list(session.scalars(question.limit(limit)))
    handling = _units_of(session, [row.id for row in rows])
    return [
        Listed(
            id=row.id,
            case_no=row.case_no or "",
            title=row.title,
            status=STATUSES.get(row.status, row.status),
            is_key=row.is_key,
            submitted_at=row.submitted_at,
            reply_due_at=row.reply_due_at if row.replied_at is None else None,
            units="、".join(handling.get(row.id, ())),
            is_over=row.closed_at is not None,
        )
        for row in rows
    ]


def counts(session: Session, viewer: Actor) -> dict[str, int]:
    """Return how many suggestions the reader may open in each status."""
    question = (
        select(Suggestion.status, func.count()).where(_readable(viewer)).group_by(Suggestion.status)
    )
    return {status: number for status, number in session.execute(question)}  # noqa: C416


def _readable(viewer: Actor) -> ColumnElement[bool]:
    """The same rule as `cases.may_see`, as a condition on rows."""
    if viewer.groups & cases.CONGRESS:
        return or_(Suggestion.id > 0)
    rights: list[ColumnElement[bool]] = [Suggestion.lead_deputy == viewer.login]
    rights.append(
        Suggestion.id.in_(
            select(CoSigner.suggestion_id).where(
                CoSigner.login == viewer.login, CoSigner.decision != "declined"
            )
        )
    )
    if viewer.units:
        rights.append(
            Suggestion.id.in_(
                select(Assignment.suggestion_id).where(Assignment.unit.in_(viewer.units))
            )
        )
    if viewer.groups & cases.GOVERNMENT:
        rights.append(Suggestion.registered_at.is_not(None))
    scopes = _scopes(viewer, "delegation_clerk"), _scopes(viewer, "town_presidium")
    rights.append(Suggestion.delegation.in_(scopes[0]) if scopes[0] else false())
    rights.append(Suggestion.town.in_(scopes[1]) if scopes[1] else false())
    return or_(*rights)


def _scopes(viewer: Actor, role: str) -> list[str]:
    return [g.partition(":")[2] for g in viewer.groups if g.startswith(f"{role}:")]


def _units_of(session: Session, ids: Iterable[int]) -> dict[int, list[str]]:
    rows = session.execute(
        select(Assignment.suggestion_id, Assignment.unit)
        .where(Assignment.suggestion_id.in_(list(ids)), Assignment.replaced_by_id.is_(None))
        .order_by(Assignment.id)
    ).all()
    names = people.unit_names(session, [row.unit for row in rows]) if rows else {}
    found: dict[int, list[str]] = {}
    for row in rows:
        name = names.get(row.unit, row.unit)
        if name not in found.setdefault(row.suggestion_id, []):
            found[row.suggestion_id].append(name)
    return found


def _holders(row: UserTask, names: Mapping[str, str]) -> str:
    if row.assignee:
        return names[f"user:{row.assignee}"]
    return "、".join(names[candidate] for candidate in row.candidates)


def _is_theirs(row: UserTask, viewer: Actor) -> bool:
    if row.assignee:
        return row.assignee == viewer.login
    return bool(viewer.candidates & set(row.candidates))


def _how(session: Session, row: UserTask) -> Explanation | None:
    if not row.policy_key or row.base_at is None:
        return None
    return explain.explain(
        session, row.policy_key, row.base_at, row.level or "", row.cap_on, row.due_at
    )


@dataclass(frozen=True)
class _Sealed:
    """What is kept from a reader who may not follow the evaluation, and the one line they see in its place."""

    processes: frozenset[str] = frozenset()
    hand: tuple[Hand, ...] = ()

    @classmethod
    def of(cls, session: Session, business_key: str, is_following: bool) -> "_Sealed":
        kind, _, number = business_key.partition(":")
        if is_following or kind != "suggestion":
            return cls()
        suggestion = session.get_one(Suggestion, int(number))
        processes = sight.sealed_processes(suggestion.status)
        if suggestion.status != "evaluating":
            return cls(processes)
        since = suggestion.replied_at or suggestion.submitted_at
        return cls(processes, (Hand("", "背靠背评价", "", "", "代表", since, None, False, None),))


def _reply_limit(session: Session, suggestion: Suggestion) -> Explanation | None:
    if suggestion.dispatched_at is None:
        return None
    key = "reply.hard" if suggestion.is_hard else "reply.normal"
    return explain.explain(
        session, key, suggestion.dispatched_at, suggestion.level, None, suggestion.reply_due_at
    )


def _parts(
    session: Session, suggestion_id: int
) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """Return the numbered items and the co-signers with what they decided, by one question."""
    items = select(
        literal("item").label("part"),
        SuggestionItem.number.label("number"),
        SuggestionItem.text.label("text"),
        literal("").label("decision"),
    ).where(SuggestionItem.suggestion_id == suggestion_id)
    signers = select(literal("signer"), CoSigner.id, CoSigner.login, CoSigner.decision).where(
        CoSigner.suggestion_id == suggestion_id
    )
    rows = session.execute(union_all(items, signers).order_by("number")).all()
    return (
        [(row.number, row.text) for row in rows if row.part == "item"],
        [(row.text, row.decision) for row in rows if row.part == "signer"],
    )


def _contacts(session: Session, suggestion_id: int) -> list[ContactRecord]:
    return list(
        session.scalars(
            select(ContactRecord)
            .where(ContactRecord.suggestion_id == suggestion_id)
            .order_by(ContactRecord.held_on, ContactRecord.id)
        )
    )


def _replies(
    session: Session, suggestion_id: int, assignment_id: int | None = None
) -> Sequence[Reply]:
    """The replies that were issued, drafts belong to the unit; or that of one assignment, whatever its state."""
    wanted = (
        Reply.issued_at.is_not(None)
        if assignment_id is None
        else Reply.assignment_id == assignment_id
    )
    return (
        session.scalars(
            select(Reply)
            .where(Reply.suggestion_id == suggestion_id, wanted)
            .order_by(Reply.id)
            .options(joinedload(Reply.items))
        )
        .unique()
        .all()
    )
