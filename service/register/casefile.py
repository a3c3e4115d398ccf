"""One suggestion as one reader may see it: where it stands, in whose hands, what was done, what comes next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from service import people
from service.deadlines import explain
from service.deadlines.explain import Explanation
from service.people import Actor
from service.register import cases, evaluations, opinions
from service.register.suggestions import CATEGORIES, STATUSES
from service.tables.assignments import Assignment
from service.tables.handling import AssistOpinion, ContactRecord, Reply
from service.tables.runtime import HistoryEvent, ProcessInstance, UserTask
from service.tables.suggestions import CoSigner, Suggestion, SuggestionItem

# Their steps would tell who has rated and how; only those who follow the evaluation see them.
SEALED_PROCESSES = frozenset(
    {
        "back_to_back_evaluation",
        "proxy_evaluation",
        "deliberation_and_reassign",
        "deliberation_meeting",
    }
)
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
_TOLD = {
    "userTask": "完成",
    "startEvent": "",
    "endEvent": "",
    "boundaryEvent": "",
    "withdrawn": "任务撤销",
    "terminated": "",
    "claimed": "领取",
    "transferred": "转办",
}
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
class CaseFile:
    suggestion: Suggestion
    status: str
    category: str
    mode: str
    lead: str  # the deputy's name; hidden where the identity is protected and the reader may not know it
    items: Sequence[SuggestionItem]
    co_signers: Sequence[tuple[str, str]]
    assignments: Sequence[tuple[Assignment, str]]  # with the unit's name
    hands: Sequence[Hand]
    reply_limit: Explanation | None
    contacts: Sequence[ContactRecord]
    opinions: Sequence[AssistOpinion]
    replies: Sequence[Reply]
    evaluations: Sequence[evaluations.Seen]
    timeline: Sequence[Moment]
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


def read(session: Session, viewer: Actor, suggestion: Suggestion) -> CaseFile:
    """Gather what this reader may see of a case they may open (`cases.may_see`)."""
    key = f"suggestion:{suggestion.id}"
    assignments = list(
        session.scalars(
            select(Assignment)
            .where(Assignment.suggestion_id == suggestion.id)
            .order_by(Assignment.round, Assignment.id)
        )
    )
    units = people.unit_names(session)
    is_following = evaluations.may_follow(viewer, [a.unit for a in assignments])
    signers = list(session.scalars(select(CoSigner).where(CoSigner.suggestion_id == suggestion.id)))
    names = people.names(session, [suggestion.lead_deputy, *(s.login for s in signers)])
    return CaseFile(
        suggestion=suggestion,
        status=STATUSES.get(suggestion.status, suggestion.status),
        category=CATEGORIES.get(suggestion.category, suggestion.category),
        mode=MODES.get(suggestion.handling_mode or "", ""),
        lead=names.get(suggestion.lead_deputy, suggestion.lead_deputy),
        items=list(
            session.scalars(
                select(SuggestionItem)
                .where(SuggestionItem.suggestion_id == suggestion.id)
                .order_by(SuggestionItem.number)
            )
        ),
        co_signers=[(names.get(s.login, s.login), s.decision) for s in signers],
        assignments=[(a, units.get(a.unit, a.unit)) for a in assignments],
        hands=hands(session, viewer, key, is_following),
        reply_limit=_reply_limit(session, suggestion),
        contacts=_contacts(session, suggestion.id),
        opinions=opinions.of_suggestion(session, suggestion.id),
        replies=_replies(session, suggestion.id),
        evaluations=evaluations.visible(session, viewer, suggestion.id),
        timeline=timeline(session, viewer, key, is_following),
        units=units,
    )


def follows(session: Session, viewer: Actor, suggestion_id: int) -> bool:
    """May this reader see the evaluation of a case step by step?"""
    units = session.scalars(
        select(Assignment.unit).where(Assignment.suggestion_id == suggestion_id)
    )
    return evaluations.may_follow(viewer, units.all())


def hands(
    session: Session, viewer: Actor, business_key: str, is_following: bool = True
) -> list[Hand]:
    """Return the open steps of a case, the earliest due first; sealed ones without who has what."""
    rows = session.scalars(
        select(UserTask)
        .where(UserTask.business_key == business_key)
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.created_at)
    ).all()
    groups = people.group_names(
        session, {c for row in rows for c in row.candidates if not c.startswith("user:")}
    )
    logins = {row.assignee for row in rows if row.assignee}
    logins |= {c[5:] for row in rows for c in row.candidates if c.startswith("user:")}
    names = people.names(session, logins)
    found = [
        Hand(
            task_id=row.id,
            step=row.name,
            element_id=row.element_id,
            process_id=row.process_id,
            holders=_holders(row, groups, names),
            since=row.created_at,
            due_at=row.due_at,
            is_mine=_is_theirs(row, viewer),
            how=_how(session, row),
        )
        for row in rows
        if is_following or row.process_id not in SEALED_PROCESSES or _is_theirs(row, viewer)
    ]
    hidden = len(rows) - len(found)
    return found if found or not hidden else [_sealed_hand(rows[0])]


def timeline(
    session: Session, viewer: Actor, business_key: str, is_following: bool = True, limit: int = PAGE
) -> list[Moment]:
    """Return what happened in a case, newest first, in the words of its diagrams."""
    instances = select(ProcessInstance.id).where(ProcessInstance.business_key == business_key)
    shown: ColumnElement[bool] = HistoryEvent.kind.in_(_TOLD)
    if not is_following:
        own = and_(HistoryEvent.by == viewer.login, HistoryEvent.kind == "userTask")
        shown = and_(shown, or_(HistoryEvent.process_id.not_in(SEALED_PROCESSES), own))
    rows = session.execute(
        select(HistoryEvent.at, HistoryEvent.kind, HistoryEvent.name, HistoryEvent.by)
        .where(HistoryEvent.instance_id.in_(instances), shown, HistoryEvent.name != "")
        .order_by(HistoryEvent.at.desc(), HistoryEvent.seq.desc())
        .limit(limit)
    ).all()
    names = people.names(session, {row.by for row in rows})
    return [
        Moment(
            row.at,
            f"{_TOLD[row.kind]}“{row.name}”" if _TOLD[row.kind] else row.name,
            names.get(row.by, "") if row.kind in {"userTask", "startEvent", "claimed"} else "",
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
    return dict(session.execute(question).tuples().all())


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


def _holders(row: UserTask, groups: Mapping[str, str], names: Mapping[str, str]) -> str:
    if row.assignee:
        return names.get(row.assignee, row.assignee)
    told = [
        names.get(c[5:], c[5:]) if c.startswith("user:") else groups.get(c, c)
        for c in row.candidates
    ]
    return "、".join(told)


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


def _sealed_hand(row: UserTask) -> Hand:
    """All a reader learns who may not follow the evaluation: that it is under way, back to back."""
    return Hand("", "背靠背评价", "", "", "代表", row.created_at, None, False, None)


def _reply_limit(session: Session, suggestion: Suggestion) -> Explanation | None:
    if suggestion.dispatched_at is None:
        return None
    key = "reply.hard" if suggestion.is_hard else "reply.normal"
    return explain.explain(
        session, key, suggestion.dispatched_at, suggestion.level, None, suggestion.reply_due_at
    )


def _contacts(session: Session, suggestion_id: int) -> list[ContactRecord]:
    return list(
        session.scalars(
            select(ContactRecord)
            .where(ContactRecord.suggestion_id == suggestion_id)
            .order_by(ContactRecord.held_on, ContactRecord.id)
        )
    )


def _replies(session: Session, suggestion_id: int) -> list[Reply]:
    """The replies that were issued; drafts belong to the unit."""
    return list(
        session.scalars(
            select(Reply)
            .where(Reply.suggestion_id == suggestion_id, Reply.issued_at.is_not(None))
            .order_by(Reply.id)
        )
    )
