"""What deputies think of the work: given once, changed once, sealed for all at one common moment.

The process learns no more of a rating than whether a meeting is needed; what people may see of it says `sight`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.operations import Row, Variable
from service.register.dispatch import assignments
from service.register.dispatch.status import Duty
from service.register.evaluation import attestation, ratings
from service.register.evaluation.attestation import Happening
from service.register.evaluation.forms import Supplement
from service.register.evaluation.ratings import ContactCheck, Rating
from service.register.evaluation.states import OPEN, Outcome, ProxyState, State, become
from service.register.handling import contacts
from service.register.handling.kinds import IN_PERSON
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.register.reply import replies
from service.tables.evaluation import Evaluation, EvaluationSupplement, ProxyEntry
from service.tables.handling import ContactRecord

_SEALED_ALREADY = "评价已经封口，不能再提交或修改。有新的意见请向人大代工委反映。"


@dataclass(frozen=True)
class Unmet:
    """Who is not satisfied, and with whom: the people a deliberation meeting brings together."""

    deputies: list[str]
    units: list[str]


class EvaluationTask(Row):
    """One evaluation as the process carries it: whose it is, and of which unit."""

    id: int
    deputy: str
    unit: str


def case_of(session: Session, evaluation_id: int) -> str | None:
    """Return the case in which an evaluation is asked for: that of the main suggestion, where several are merged."""
    row = session.get(Evaluation, evaluation_id)
    if row is None:
        return None
    own = suggestions.get(session, row.suggestion_id)
    return suggestions.business_key(own.merged_into_id or own.id)


EvaluationId = Annotated[int, Variable("评价", case=case_of)]
EvaluationAsked = Annotated[
    EvaluationTask,
    Variable("请代表填写的评价", case=lambda session, value: case_of(session, value.id)),
]


def business_key(evaluation_id: int) -> str:
    """Return the name of the case a signed paper is."""
    return f"evaluation:{evaluation_id}"


def get(session: Session, evaluation_id: int) -> Evaluation:
    """Return the evaluation, which must exist."""
    found = session.get(Evaluation, evaluation_id)
    if found is None:
        raise NotFound("没有找到这份评价，请返回列表重新选择。", evaluation=evaluation_id)
    return found


# From the delivered reply to the seal


def open_round(
    session: Session, instance_id: int, suggestion_id: int, round_: int, at: datetime
) -> list[Evaluation]:
    """Ask every deputy of the case about every unit that answered in this round.

    Merged suggestions are asked about each with its own deputy; assisting units answer to the lead unit and are
    not rated by deputies.
    """
    duties = [
        each
        for each in assignments.active(session, suggestion_id, round_)
        if each.role != Duty.ASSIST
    ]
    rows = [
        Evaluation(
            suggestion_id=suggestion.id,
            instance_id=instance_id,
            deputy=suggestion.lead_deputy,
            unit=duty.unit,
            assignment_id=duty.id,
            round=round_,
            state=State.PENDING,
            created_at=at,
        )
        for suggestion in suggestions.cluster(session, suggestion_id)
        if suggestion.status != CaseStatus.WITHDRAWN
        for duty in duties
    ]
    session.add_all(rows)
    session.flush()
    attestation.opened(session, rows, at)
    return rows


def rate(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Take a deputy's own rating; it supersedes one typed in from paper."""
    row = _open_for(session, evaluation_id, by)
    is_from_paper = row.state == State.RATED and row.proxy_entered
    if row.state != State.PENDING and not is_from_paper:
        raise NotAllowed("这份评价已经提交过。要修改，请打开“我的评价”。")
    _supersede_proxy(session, row)
    become(row, State.RATED)
    ratings.write(row, rating, at)
    attestation.given(session, row, Happening.GIVEN, by, at)
    return row


def amend(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Let a deputy change their rating once, within the time the policy allows and before the seal."""
    row = _open_for(session, evaluation_id, by)
    until = amendable_until(session, row)
    if until is None:
        raise NotAllowed("这份评价已经修改过一次，不能再改。有新的意见请向人大代工委反映。")
    if at > until:
        raise NotAllowed("修改的时间已经过了，评价不能再改。有新的意见请向人大代工委反映。")
    rated_at = row.rated_at
    become(row, State.RATED)
    ratings.write(row, rating, at)
    row.rated_at, row.amended_at = rated_at, at
    attestation.given(session, row, Happening.AMENDED, by, at)
    return row


def amendable_until(session: Session, row: Evaluation) -> datetime | None:
    """Return until when the deputy may still change this rating, if at all; the seal ends it earlier."""
    if row.state != State.RATED or row.rated_at is None or row.amended_at or row.sealed_at:
        return None
    level = suggestions.get(session, row.suggestion_id).level
    return policies.due(session, "evaluate.amend", row.rated_at, level).moment


def ask_supplement(
    session: Session, evaluation_id: int, missing: ContactCheck, by: str | None, at: datetime
) -> EvaluationSupplement:
    """Send the unit back to its duty, because the deputy had no reply or no contact.

    Nothing is rated yet; a rating from paper gives way to the deputy's own word.
    """
    row = _open_for(session, evaluation_id, by)
    if row.state == State.RATED:
        _withdraw(session, row, ProxyState.SUPERSEDED, by, at)
    become(row, State.SUPPLEMENTING)
    row.contact_check = missing
    supplement = EvaluationSupplement(
        evaluation_id=row.id,
        missing=missing,
        asked_at=at,
        contradicts_records=_contradicts(session, row, missing),
        attachments=[],
    )
    session.add(supplement)
    session.flush()
    return supplement


def make_good(
    session: Session, evaluation_id: int, done: Supplement, by: str | None, at: datetime
) -> Evaluation:
    """Record what the unit made good; the deputy is asked again."""
    row = get(session, evaluation_id)
    supplement = session.scalars(
        select(EvaluationSupplement)
        .where(EvaluationSupplement.evaluation_id == row.id)
        .order_by(EvaluationSupplement.id.desc())
        .limit(1)
    ).one()
    supplement.method, supplement.account = done.method, done.account
    supplement.attachments = list(done.attachments)
    supplement.made_good_by, supplement.made_good_at = by, at
    become(row, State.PENDING)
    return row


def record_no_feedback(session: Session, evaluation_id: int) -> Evaluation:
    """Record silence as silence; a rating taken from signed paper stands."""
    row = get(session, evaluation_id)
    if row.state == State.PENDING:
        become(row, State.NO_FEEDBACK)
    return row


def seal(session: Session, instance_id: int, round_: int, at: datetime) -> Outcome:
    """Close all ratings of a round at once and return its outcome, as coarse as the process needs it.

    Anything below satisfied in either dimension makes it not_satisfied; those who said nothing decide nothing.
    """
    rows = _live(session, instance_id, round_)
    for row in rows:
        if row.state in OPEN:
            become(row, State.NO_FEEDBACK)
        row.sealed_at = row.sealed_at or at
    rated = [rating for row in rows if (rating := _rating(row)) is not None]
    if not all(rating.is_satisfied for rating in rated):
        return Outcome.NOT_SATISFIED
    return Outcome.SATISFIED if rated else Outcome.NO_FEEDBACK


def unmet(session: Session, instance_id: int, round_: int) -> Unmet:
    """Return who has to meet whom after the seal."""
    rows = [
        row
        for row in _live(session, instance_id, round_)
        if row.sealed_at and (rating := _rating(row)) is not None and not rating.is_satisfied
    ]
    return Unmet(
        deputies=list(dict.fromkeys(row.deputy for row in rows)),
        units=list(dict.fromkeys(row.unit for row in rows)),
    )


def contradicted(session: Session, instance_id: int, round_: int) -> list[Evaluation]:
    """Return the sealed evaluations whose deputy met nobody although the unit's records say so."""
    return [
        row
        for row in _live(session, instance_id, round_)
        if row.sealed_at
        and row.contact_check == ContactCheck.REMOTE
        and any(each.method in IN_PERSON for each in _records(session, row))
    ]


def deny(session: Session, evaluation_id: int, by: str | None, at: datetime) -> Evaluation:
    """Take a rating back that its deputy says is not theirs: void after the seal, to be given anew before it."""
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("只有评价的代表本人可以否认。")
    if row.state != State.RATED:
        raise NotAllowed("这份评价还没有提交，不需要否认。")
    if row.sealed_at:
        _supersede_proxy(session, row, ProxyState.DENIED)
        attestation.taken_back(session, row, by, at)
        become(row, State.VOIDED)
        return row
    _withdraw(session, row, ProxyState.DENIED, by, at)
    become(row, State.PENDING)
    return row


def take_from_paper(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Enter a rating that two people read from the same signed paper."""
    row = get(session, evaluation_id)
    become(row, State.RATED)
    ratings.write(row, rating, at)
    row.proxy_entered = True
    attestation.given(session, row, Happening.FROM_PAPER, by, at)
    return row


def _open_for(session: Session, evaluation_id: int, by: str | None) -> Evaluation:
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("评价只能由代表本人填写，请代表用自己的账号登录后评价。")
    if row.sealed_at is not None:
        raise NotAllowed(_SEALED_ALREADY)
    return row


def _withdraw(
    session: Session, row: Evaluation, paper: ProxyState, by: str | None, at: datetime
) -> None:
    """Leave nothing of a rating that does not stand before the seal, but an event."""
    _supersede_proxy(session, row, paper)
    attestation.taken_back(session, row, by, at)
    ratings.clear(row)


def _supersede_proxy(
    session: Session, row: Evaluation, state: ProxyState = ProxyState.SUPERSEDED
) -> None:
    for entry in session.scalars(
        select(ProxyEntry).where(
            ProxyEntry.evaluation_id == row.id, ProxyEntry.state == ProxyState.REGISTERED
        )
    ):
        entry.state = state
    row.proxy_entered = False


def _live(session: Session, instance_id: int, round_: int) -> list[Evaluation]:
    return list(
        session.scalars(
            select(Evaluation)
            .where(
                and_(
                    Evaluation.instance_id == instance_id,
                    Evaluation.round == round_,
                    Evaluation.state != State.VOIDED,
                )
            )
            .order_by(Evaluation.id)
        )
    )


def _rating(row: Evaluation) -> Rating | None:
    return ratings.of(row) if row.state == State.RATED else None


def _contradicts(session: Session, row: Evaluation, missing: ContactCheck) -> bool:
    """Do the unit's own records say the opposite of what the deputy says?"""
    if missing == ContactCheck.NO_CONTACT:
        return any(row.deputy in each.deputies for each in _records(session, row))
    reply = replies.find(session, row.assignment_id) if row.assignment_id else None
    return reply is not None and any(each.deputy == row.deputy for each in reply.deliveries)


def _records(session: Session, row: Evaluation) -> Sequence[ContactRecord]:
    return contacts.of(session, row.assignment_id) if row.assignment_id else ()
