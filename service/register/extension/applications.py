"""A unit's application for a later day, from its opening to the decision; one unit has one at a time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import explain, policies
from service.errors import NotAllowed, NotFound
from service.operations import Variable
from service.register.dispatch.status import ENDED, TO_BE_SIGNED, AssignmentStatus, Duty
from service.register.extension import limits
from service.register.extension.forms import Application, CoSignature, Ruling
from service.register.extension.kinds import OPEN, Decision, FastTrack, State
from service.register.extension.limits import Terms
from service.register.proposal import suggestions
from service.register.proposal.status import OVER
from service.tables.assignments import Assignment, Extension
from service.tables.handling import Reply
from service.tables.suggestions import Suggestion


def _case_of(session: Session, extension_id: int) -> str | None:
    found = session.get(Extension, extension_id)
    return suggestions.business_key(found.suggestion_id) if found else None


ExtensionId = Annotated[int, Variable("延期申请", case=_case_of)]


def get(session: Session, extension_id: int) -> Extension:
    """Return the application, which must exist."""
    found = session.get(Extension, extension_id)
    if found is None:
        raise NotFound("没有找到这份延期申请。请返回案件页查看。")
    return found


def of(session: Session, suggestion_id: int) -> Sequence[Extension]:
    """Return every application in a case, the oldest first."""
    query = select(Extension).where(Extension.suggestion_id == suggestion_id)
    return session.scalars(query.order_by(Extension.id)).all()


def pending(session: Session, assignment_id: int) -> Extension | None:
    """Return the application of a duty that nobody has decided yet."""
    return next((row for row in _of_duty(session, assignment_id) if row.state in OPEN), None)


def check(
    session: Session, duty: Assignment, kind: FastTrack | None, at: datetime
) -> tuple[Suggestion, Terms]:
    """Return what may be asked for by the unit that has this duty, or say why nothing may."""
    suggestion = suggestions.get(session, duty.suggestion_id)
    made = _of_duty(session, duty.id)
    if is_held(session, duty.suggestion_id):
        raise NotAllowed("这件建议已暂停计时，恢复计时以后再申请延期。")
    if refusal := _unfit(session, suggestion, duty):
        raise NotAllowed(refusal)
    if any(row.state in OPEN for row in made):
        raise NotAllowed("本单位已经提出了延期申请，正在审批，不能重复申请。请在待办和案件页查看。")
    if any(row.state == State.GRANTED for row in made):
        raise NotAllowed("本单位的答复已经延期过一次，不能再延。请按现在的日期答复。")
    found = limits.terms(session, suggestion, duty, kind)
    if found is None:
        raise NotAllowed("这件建议还没有答复日期，不用申请延期。")
    if found.latest_on <= found.reply_on:
        raise NotAllowed(
            f"答复日期{explain.format_moment(found.due_at)}已经是最晚的日期"
            "（代表法第五十一条：自首次交办之日起最长六个月），不能再延。请按期答复。"
        )
    if at >= found.apply_before:
        raise NotAllowed(
            f"申请延期最迟要在{explain.format_moment(found.apply_before)}以前提出，现在已经过了，"
            "请按原定期限答复；确有困难的，请尽快向代表和代表工委说明。"
        )
    return suggestion, found


def open_(
    session: Session,
    duty: Assignment,
    kind: FastTrack | None,
    instance_id: int,
    by: str | None,
    at: datetime,
) -> Extension:
    """Begin an application of the unit that has this duty, unless it may not make one."""
    suggestion, found = check(session, duty, kind, at)
    row = Extension(
        suggestion_id=suggestion.id,
        assignment_id=duty.id,
        unit=duty.unit,
        instance_id=instance_id,
        state=State.DRAFTING,
        fast_track_kind=kind,
        opened_by=by,
        opened_at=at,
        due_at=found.due_at,
        latest_on=found.latest_on,
        attachments=[],
    )
    session.add(row)
    session.flush()
    return row


def apply(
    row: Extension, form: Application, contact_id: int | None, state: State, by: str, at: datetime
) -> None:
    """Hand in what the unit wrote; the next to speak is the office that `state` names."""
    _expect(row, State.DRAFTING)
    row.reason, row.work_done, row.asked_until = form.reason, form.work_done, form.asked_until
    row.contact_id = contact_id
    if contact_id is None:
        row.talk_on, row.talk_note = form.talk_on, form.talk_note or ""
    row.attachments = list(form.attachments)
    row.applied_by, row.applied_at, row.state = by, at, state


def cosign(row: Extension, form: CoSignature, by: str, at: datetime) -> None:
    """Write down what the government office says; the congress office decides."""
    _expect(row, State.COSIGNING)
    row.cosign_opinion, row.cosign_note = form.cosign_opinion, form.cosign_note
    row.cosigned_by, row.cosigned_at, row.state = by, at, State.DECIDING


def decide(row: Extension, form: Ruling, until: date | None, by: str, at: datetime) -> None:
    """Write down the decision; what is granted moves the reply's date afterwards."""
    _expect(row, State.DECIDING)
    is_granted = form.extension_decision == Decision.GRANT
    row.state = State.GRANTED if is_granted else State.REFUSED
    row.granted_until = until
    row.decision_reason = form.decision_reason or ""
    row.decided_by, row.decided_at, row.ended_at = by, at, at


def end(row: Extension, state: State, at: datetime) -> bool:
    """End an application that nobody decided; returns whether there was anything to end."""
    if row.state not in OPEN:
        return False
    row.state, row.ended_at = state, at
    return True


def is_needed(session: Session, row: Extension) -> bool:
    """Has the unit neither issued its reply nor lost its duty?"""
    duty = session.get_one(Assignment, row.assignment_id)
    suggestion = suggestions.get(session, row.suggestion_id)
    return not _unfit(session, suggestion, duty)


def is_held(session: Session, suggestion_id: int) -> bool:
    """Does the clock of the case stand?"""
    case = suggestions.business_key(suggestion_id)
    return policies.in_force(session).stands_since(case) is not None


def _unfit(session: Session, suggestion: Suggestion, duty: Assignment) -> str:
    """Say why a unit with this duty has nothing to put off; empty where it has."""
    if suggestion.status in OVER or duty.status in ENDED:
        return "这件建议已经办结，或者不再由本单位承办，不能申请延期。"
    if duty.role == Duty.ASSIST:
        return "协办单位不单独答复代表，不用申请延期。协办意见有困难的，请与主办单位联系。"
    if duty.round > 1:
        return "二次交办的答复期限不能延期，请按期答复。"
    if duty.status in TO_BE_SIGNED:
        return "请先签收这件建议，再申请延期。"
    is_issued = select(Reply.id).where(Reply.assignment_id == duty.id, Reply.issued_at.is_not(None))
    if duty.status == AssignmentStatus.DELIVERED or session.scalar(is_issued) is not None:
        return "本单位的答复已经签发，不用再申请延期。"
    return ""


def _of_duty(session: Session, assignment_id: int) -> Sequence[Extension]:
    query = select(Extension).where(Extension.assignment_id == assignment_id)
    return session.scalars(query.order_by(Extension.id)).all()


def _expect(row: Extension, state: State) -> None:
    if row.state != state:
        raise NotAllowed(
            f"这份延期申请现在是“{State.label_of(row.state)}”，不能再办这一步。请返回案件页查看。"
        )
