"""The first page of a case as one reader may see it: where it stands, in whose hands, what it asks, what was answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import explain
from service.deadlines.explain import Explanation
from service.register.casefile import clock, contents, hands, sealing
from service.register.casefile.hands import Hand
from service.register.dispatch import assignments
from service.register.dispatch.status import Mode
from service.register.evaluation import sight
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import categories, identity, suggestions
from service.register.proposal.signatures import Decision
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment, DispatchBatch, Extension
from service.tables.handling import Reply
from service.tables.suggestions import Suggestion


@dataclass(frozen=True)
class Overview:
    """The first page of a case: where it stands, in whose hands, what it asks, what was answered."""

    suggestion: Suggestion
    status: str
    category: str
    mode: str
    lead: str
    identity_notice: str
    items: Sequence[tuple[int, str]]
    co_signers: Sequence[tuple[str, str]]
    assignments: Sequence[Assignment]
    hands: Sequence[Hand]
    reply_limit: Explanation | None
    replies: Sequence[Reply]
    units: Mapping[str, str]
    names: Mapping[str, str]
    hides_deputies: bool
    extensions: Sequence[str]


def of(session: Session, viewer: Actor, suggestion: Suggestion) -> Overview:
    """Gather the first page for a reader who may open the case (`cases.may_see`)."""
    assignments, extensions = _duties(session, suggestion.id)
    units = people.unit_names(session)
    is_following = sight.may_follow(viewer, [one.unit for one in assignments])
    withheld = sealing.of(session, viewer, suggestion, is_following)
    items, signers = contents.parts(session, suggestion.id)
    replies = contents.replies(session, suggestion.id)
    logins = [suggestion.lead_deputy, *(login for login, _ in signers)]
    named = people.names(session, [*logins, *(reply.issued_by for reply in replies)])
    names = identity.masked(named, withheld.deputies)
    return Overview(
        suggestion=suggestion,
        status=CaseStatus.label_of(suggestion.status, suggestion.status),
        category=categories.name(session, suggestion.category),
        mode=Mode.label_of(suggestion.handling_mode),
        lead=names.get(suggestion.lead_deputy, suggestion.lead_deputy),
        items=items,
        identity_notice=identity.notice(session, suggestion, withheld.deputies),
        co_signers=_co_signers(signers, names, withheld.deputies),
        assignments=assignments,
        hands=hands.of(session, viewer, suggestion, withheld, units),
        reply_limit=_reply_limit(session, suggestion),
        replies=replies,
        units=units,
        names=names,
        hides_deputies=bool(withheld.deputies),
        extensions=clock.in_words(extensions, units),
    )


def _duties(session: Session, suggestion_id: int) -> tuple[list[Assignment], list[Extension]]:
    """Return the duties of a case and their applications for a later day, with one query."""
    rows = session.execute(
        select(Assignment, Extension)
        .outerjoin(Extension, Extension.assignment_id == Assignment.id)
        .where(Assignment.suggestion_id == suggestion_id)
        .order_by(Assignment.round, Assignment.id, Extension.id)
    ).all()
    duties = {duty.id: duty for duty, _ in rows}
    return list(duties.values()), [extension for _, extension in rows if extension is not None]


def _co_signers(
    signers: Sequence[tuple[str, str]], names: Mapping[str, str], hidden: frozenset[str]
) -> list[tuple[str, str]]:
    """Return each co-signer with what is to be said of them, or only how many agreed where names are kept back."""
    if hidden.isdisjoint(login for login, _ in signers):
        return [(names.get(login, login), _remark(decision)) for login, decision in signers]
    agreed = sum(decision == Decision.AGREED for _, decision in signers)
    return [(f"{agreed} 位{identity.WITHHELD}", "")] if agreed else []


def _remark(decision: str) -> str:
    return "" if decision == Decision.AGREED else Decision.label_of(decision)


def _reply_limit(session: Session, suggestion: Suggestion) -> Explanation | None:
    """Say how the limit of the reply is counted; a merged suggestion has that of the main one."""
    if suggestion.dispatched_at is None:
        return None
    main = suggestions.get(session, suggestion.merged_into_id or suggestion.id)
    batch = session.get(DispatchBatch, main.batch_id) if main.batch_id else None
    return explain.explain(
        session,
        assignments.reply_limit(main.is_hard),
        suggestion.dispatched_at,
        suggestion.level,
        batch.due_on.isoformat() if batch and batch.due_on else None,
        suggestion.reply_due_at,
        suggestions.town_calendar(suggestion),
        suggestions.business_key(main.id),
    )
