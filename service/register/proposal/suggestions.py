"""A suggestion from its submission to its end: what it says, its number, what it is merged into, where it stands."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from service.deadlines.standstill import TOWN
from service.errors import NotAllowed, NotFound
from service.operations import Variable
from service.register.common import numbers
from service.register.common.numbers import Series
from service.register.proposal import categories, terms
from service.register.proposal.forms import Origin, Proposal, Wording
from service.register.proposal.kinds import Kind, Level
from service.register.proposal.status import MERGEABLE, OVER, CaseStatus
from service.tables.people import Deputy, Term
from service.tables.suggestions import (
    Attachment,
    CoSigner,
    Suggestion,
    SuggestionItem,
)


def _case_of(session: Session, suggestion_id: int) -> str | None:
    return business_key(suggestion_id) if session.get(Suggestion, suggestion_id) else None


SuggestionId = Annotated[int, Variable("建议", case=_case_of)]
Round = Annotated[int, Variable("第几轮办理")]
Office = Annotated[str, Variable("办理本件的人大机关")]


def get(session: Session, suggestion_id: int) -> Suggestion:
    """Return the suggestion, which must exist."""
    found = session.get(Suggestion, suggestion_id)
    if found is None:
        raise NotFound("没有找到这件建议，请返回列表重新选择。", suggestion=suggestion_id)
    return found


def business_key(suggestion_id: int) -> str:
    """Return the name of the case a suggestion is."""
    return f"suggestion:{suggestion_id}"


def town_calendar(suggestion: Suggestion) -> str:
    """Return whose calendar dates of the whole case are counted on: its town's in a town's own case, else the city's."""
    return TOWN + suggestion.town if suggestion.level == "town" and suggestion.town else ""


def items(session: Session, suggestion_id: int) -> list[SuggestionItem]:
    """Return the numbered proposals, in order."""
    question = select(SuggestionItem).where(SuggestionItem.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(SuggestionItem.number)))


def cluster(session: Session, suggestion_id: int) -> list[Suggestion]:
    """Return the suggestions answered together with this one: the main case first, then those merged into it."""
    main = get(session, suggestion_id)
    main_id = main.merged_into_id or main.id
    question = select(Suggestion).where(
        or_(Suggestion.id == main_id, Suggestion.merged_into_id == main_id)
    )
    return sorted(session.scalars(question), key=lambda each: (each.id != main_id, each.id))


def submit(
    session: Session,
    proposal: Proposal,
    lead_deputy: str,
    co_signing: Sequence[str],
    instance_id: int,
    at: datetime,
) -> Suggestion:
    """Enter a suggestion in the register, with the deputies asked to sign it too."""
    deputy = session.get(Deputy, lead_deputy)
    if deputy is None:
        raise NotAllowed("只有人大代表可以领衔提出建议。请在“领衔代表”中选择一位代表。")
    if proposal.level == Level.CITY and deputy.level != Level.CITY:
        raise NotAllowed("镇人大代表请提交镇级建议，把“层级”改为“镇级”后再提交。")
    term = terms.current(session, proposal.level, at)
    suggestion = Suggestion(
        title=proposal.title,
        level=proposal.level,
        town=deputy.town if proposal.level == Level.TOWN else None,
        kind=_kind(proposal, term, at),
        category=proposal.category,
        motion_no=proposal.motion_no or "",
        repeat_of=proposal.repeat_of or "",
        term=terms.name(term) if term else "",
        delegation=deputy.delegation,
        lead_deputy=lead_deputy,
        situation=proposal.situation,
        analysis=proposal.analysis or "",
        prep_steps=list(proposal.prep_steps),
        research_methods=list(proposal.research_methods),
        preferred_units=list(proposal.preferred_units),
        preferred_contact=proposal.preferred_contact or "",
        publicity=proposal.publicity,
        publicity_reason=proposal.publicity_reason or "",
        identity_protected=proposal.identity_protected,
        status=CaseStatus.COSIGNING if co_signing else CaseStatus.REVIEWING,
        instance_id=instance_id,
        submitted_at=at,
    )
    session.add(suggestion)
    session.flush()
    _write_items(session, suggestion.id, proposal)
    session.add_all(CoSigner(suggestion_id=suggestion.id, login=login) for login in co_signing)
    _file(session, suggestion.id, proposal)
    return suggestion


def revise(session: Session, suggestion_id: int, wording: Wording) -> None:
    """Replace what the suggestion says, while it is with its deputy for editing."""
    suggestion = get(session, suggestion_id)
    if suggestion.status != CaseStatus.RETURNED_FOR_EDIT:
        raise NotAllowed("这件建议现在不能修改。需要修改时，请联系代表工委退回。")
    suggestion.title = wording.title
    suggestion.situation = wording.situation
    suggestion.analysis = wording.analysis or ""
    for row in items(session, suggestion_id):
        session.delete(row)
    session.flush()
    _write_items(session, suggestion_id, wording)
    _file(session, suggestion_id, wording)


def classify(suggestion: Suggestion, category: str | None) -> None:
    """Let the category the reviewer chose stand, where one was chosen."""
    suggestion.category = category or suggestion.category


def register(session: Session, suggestion_id: int, at: datetime) -> Suggestion:
    """Give the suggestion its number and the committee that follows it."""
    suggestion = get(session, suggestion_id)
    if suggestion.case_no is not None:
        return suggestion
    suggestion.case_no = _number(session, suggestion, at)
    suggestion.registered_at = at
    suggestion.status = CaseStatus.REGISTERED
    suggestion.oversight_committee = categories.committee(session, suggestion.category)
    return suggestion


def merge(session: Session, suggestion_id: int, into: str) -> Suggestion:
    """Let this registered suggestion be handled with the case numbered `into`; returns that main case."""
    child = get(session, suggestion_id)
    main = main_case(session, into)
    if main.id == child.id:
        raise NotAllowed("一件建议不能并入自己，请重新选择主案。")
    child.merged_into_id = main.id
    child.status = CaseStatus.MERGED_CHILD
    child.reply_due_at = main.reply_due_at
    child.dispatched_at = main.dispatched_at
    return main


def main_case(session: Session, case_no: str) -> Suggestion:
    """Return the case that others may be merged into, or say why it cannot take them."""
    found = session.scalar(select(Suggestion).where(Suggestion.case_no == case_no))
    if found is not None and found.merged_into_id is not None:
        found = get(session, found.merged_into_id)
    if found is None or found.status not in MERGEABLE:
        raise NotAllowed(
            f"建议 {case_no} 没有立案或已经答复，不能再并入。请把结论改为“关联”，本件单独办理。"
        )
    return found


def settle(session: Session, suggestion_id: int, status: CaseStatus, at: datetime) -> Suggestion:
    """Give the suggestion the status that ends it; refuses one that does not."""
    if status not in OVER:
        raise ValueError(f"{status!r} does not end a suggestion")
    suggestion = get(session, suggestion_id)
    suggestion.status = status
    suggestion.closed_at = at
    return suggestion


def close(session: Session, suggestion_id: int, at: datetime) -> list[Suggestion]:
    """Close a case and every suggestion merged into it; returns them, the main one first."""
    return [
        settle(session, each.id, CaseStatus.CLOSED, at) for each in cluster(session, suggestion_id)
    ]


def set_status(session: Session, suggestion_id: int, status: CaseStatus) -> Suggestion:
    """Show where an open suggestion stands. What is merged into it shows its own status."""
    suggestion = get(session, suggestion_id)
    suggestion.status = status
    return suggestion


def begin_round(session: Session, suggestion_id: int, round_: int, mode: str) -> Suggestion:
    """Let a suggestion be handled again, in a round and a mode of its own."""
    suggestion = set_status(session, suggestion_id, CaseStatus.SECOND_HANDLING)
    suggestion.round, suggestion.handling_mode = round_, mode
    return suggestion


def mark_replied(session: Session, suggestion_id: int, delivered_at: datetime) -> Suggestion:
    """Let a delivered reply answer the suggestion and those merged into it, which show their own status."""
    for each in cluster(session, suggestion_id):
        each.replied_at = delivered_at
    return set_status(session, suggestion_id, CaseStatus.REPLIED)


def reopen(session: Session, suggestion_id: int) -> Suggestion:
    """Let a suggestion be answered again within its old limit, which may have passed meanwhile."""
    suggestion = set_status(session, suggestion_id, CaseStatus.HANDLING)
    suggestion.replied_at = None
    return suggestion


def check_withdrawal(session: Session, suggestion_id: int, by: str | None) -> Suggestion:
    """Return the suggestion if this person may withdraw it now, or say why not."""
    suggestion = get(session, suggestion_id)
    if by is not None and by != suggestion.lead_deputy:
        raise NotAllowed("只有领衔代表可以撤回建议。")
    if suggestion.status in OVER or suggestion.status == CaseStatus.MERGED_CHILD:
        raise NotAllowed("这件建议已经办结或已并案，不能再撤回。有意见请联系代表工委。")
    merged = [each for each in cluster(session, suggestion_id) if each.id != suggestion.id]
    if merged:
        raise NotAllowed(
            f"已有 {len(merged)} 件建议并入本件一并办理，不能撤回。如不再坚持，请在评价时说明。"
        )
    return suggestion


def _kind(proposal: Proposal, term: Term | None, at: datetime) -> Kind:
    if proposal.kind == Origin.MOTION_CONVERTED:
        return Kind.MOTION_CONVERTED
    return Kind.IN_SESSION if terms.is_sitting(term, at) else Kind.IN_RECESS


def _write_items(session: Session, suggestion_id: int, wording: Wording) -> None:
    session.add_all(
        SuggestionItem(suggestion_id=suggestion_id, number=number, text=item.text)
        for number, item in enumerate(wording.items, start=1)
    )
    session.flush()


def _file(session: Session, suggestion_id: int, wording: Wording) -> None:
    if wording.attachments:
        session.execute(
            update(Attachment)
            .where(Attachment.id.in_(wording.attachments))
            .values(business_key=business_key(suggestion_id))
        )


def _number(session: Session, suggestion: Suggestion, at: datetime) -> str:
    """七届五次-087 in session, B2026-012 in recess, with the town's code before it: SMB2026-003."""
    is_recess = suggestion.kind == Kind.IN_RECESS or not suggestion.term
    series = Series.IN_RECESS if is_recess else Series.IN_SESSION
    return numbers.give(session, series, at, 镇=suggestion.town or "", 届次=suggestion.term)
