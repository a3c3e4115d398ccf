"""What deputies think of the work: given once, changed once, sealed for all at one common moment.

The process learns no more of a rating than whether a meeting is needed; what people may see of it says `sight`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments
from service.register.handling import contacts
from service.register.proposal import suggestions
from service.register.reply import replies
from service.tables.assignments import Assignment
from service.tables.evaluation import Evaluation, EvaluationSupplement, ProxyEntry
from service.tables.handling import ContactRecord

RATINGS: Mapping[str, str] = {
    "satisfied": "满意",
    "basically_satisfied": "基本满意",
    "dissatisfied": "不满意",
}
MISSING: Mapping[str, str] = {"no_contact": "没有人联系过", "no_reply": "没有收到书面答复"}
OUTCOMES: Mapping[str, str] = {
    "satisfied": "代表表示满意",
    "not_satisfied": "需要知情议政",
    "no_feedback": "代表未反馈",
}
_SEALED_ALREADY = "评价已经封口，不能再提交或修改。有新的意见请向人大代工委反映。"


@dataclass(frozen=True)
class Rating:
    """What a deputy says of one unit's work; both dimensions, always."""

    attitude: str
    result: str
    contact_check: str | None = None  # met | remote
    text: str = ""
    text_may_be_shared: bool = False
    text_may_be_published: bool = False
    reply_class_agreed: bool | None = None
    wants_meeting: bool = False
    meeting_wish: str = ""

    @property
    def is_satisfied(self) -> bool:
        return self.attitude == self.result == "satisfied"


@dataclass(frozen=True)
class Unmet:
    """Who is not satisfied, and with whom: the people a deliberation meeting brings together."""

    deputies: list[str]
    units: list[str]


def get(session: Session, evaluation_id: int) -> Evaluation:
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
    duties = [each for each in assignments.active(session, suggestion_id, round_) if _answers(each)]
    rows = [
        Evaluation(
            suggestion_id=suggestion.id,
            instance_id=instance_id,
            deputy=suggestion.lead_deputy,
            unit=duty.unit,
            assignment_id=duty.id,
            round=round_,
            state="pending",
            created_at=at,
        )
        for suggestion in suggestions.cluster(session, suggestion_id)
        if suggestion.status != "withdrawn"
        for duty in duties
    ]
    session.add_all(rows)
    session.flush()
    return rows


def rate(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Take a deputy's own rating; it supersedes one typed in from paper."""
    row = _open_for(session, evaluation_id, by)
    if row.state not in ("pending", "rated") or (row.state == "rated" and not row.proxy_entered):
        raise NotAllowed("这份评价已经提交过。要修改，请打开“我的评价”。")
    _supersede_proxy(session, row)
    _write(row, rating, at)
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
    _write(row, rating, at)
    row.rated_at, row.amended_at = rated_at, at
    return row


def amendable_until(session: Session, row: Evaluation) -> datetime | None:
    """Return until when the deputy may still change this rating, if at all; the seal ends it earlier."""
    if row.state != "rated" or row.rated_at is None or row.amended_at or row.sealed_at:
        return None
    level = suggestions.get(session, row.suggestion_id).level
    return policies.due(session, "evaluate.amend", row.rated_at, level).moment


def ask_supplement(
    session: Session, evaluation_id: int, missing: str, by: str | None, at: datetime
) -> EvaluationSupplement:
    """Send the unit back to its duty, because the deputy had no reply or no contact; nothing is rated yet."""
    row = _open_for(session, evaluation_id, by)
    row.state = "supplementing"
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
    session: Session,
    evaluation_id: int,
    method: str,
    account: str,
    attachments: Sequence[int],
    by: str | None,
    at: datetime,
) -> Evaluation:
    """Record what the unit made good; the deputy is asked again."""
    row = get(session, evaluation_id)
    supplement = session.scalars(
        select(EvaluationSupplement)
        .where(EvaluationSupplement.evaluation_id == row.id)
        .order_by(EvaluationSupplement.id.desc())
        .limit(1)
    ).one()
    supplement.method, supplement.account = method, account
    supplement.attachments = list(attachments)
    supplement.made_good_by, supplement.made_good_at = by, at
    row.state = "pending"
    return row


def record_no_feedback(session: Session, evaluation_id: int) -> Evaluation:
    """Record silence as silence; a rating taken from signed paper stands."""
    row = get(session, evaluation_id)
    if row.state == "pending":
        row.state = "no_feedback"
    return row


def seal(session: Session, instance_id: int, round_: int, at: datetime) -> str:
    """Close all ratings of a round at once and return its outcome, as coarse as the process needs it.

    Anything below satisfied in either dimension makes it not_satisfied; those who said nothing decide nothing.
    """
    rows = _live(session, instance_id, round_)
    for row in rows:
        if row.state in ("pending", "supplementing"):
            row.state = "no_feedback"
        row.sealed_at = row.sealed_at or at
    rated = [row for row in rows if row.state == "rated"]
    if any(not _is_satisfied(row) for row in rated):
        return "not_satisfied"
    return "satisfied" if rated else "no_feedback"


def unmet(session: Session, instance_id: int, round_: int) -> Unmet:
    """Return who has to meet whom after the seal."""
    rows = [
        row
        for row in _live(session, instance_id, round_)
        if row.sealed_at and row.state == "rated" and not _is_satisfied(row)
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
        and row.contact_check == "remote"
        and any(each.method in contacts.IN_PERSON for each in _records(session, row))
    ]


def deny(session: Session, evaluation_id: int, by: str | None, at: datetime) -> Evaluation:
    """Take a rating back that its deputy says is not theirs: void after the seal, to be given anew before it."""
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("只有评价的代表本人可以否认。")
    if row.state != "rated":
        raise NotAllowed("这份评价还没有提交，不需要否认。")
    _supersede_proxy(session, row, "denied")
    if row.sealed_at:
        row.state = "voided"
        return row
    row.state = "pending"
    row.contact_check = row.attitude_rating = row.result_rating = None
    row.reply_class_agreed = row.rated_at = row.amended_at = None
    row.text = row.meeting_wish = ""
    row.text_may_be_shared = row.text_may_be_published = row.wants_meeting = False
    return row


def take_from_paper(
    session: Session, evaluation_id: int, rating: Rating, at: datetime
) -> Evaluation:
    """Enter a rating that two people read from the same signed paper."""
    row = get(session, evaluation_id)
    _write(row, rating, at)
    row.proxy_entered = True
    return row


def said(row: Evaluation) -> Rating:
    """Return a rating as it was given, for its own deputy to change."""
    return Rating(
        attitude=row.attitude_rating or "",
        result=row.result_rating or "",
        contact_check=row.contact_check,
        text=row.text,
        text_may_be_shared=row.text_may_be_shared,
        text_may_be_published=row.text_may_be_published,
        reply_class_agreed=row.reply_class_agreed,
        wants_meeting=row.wants_meeting,
        meeting_wish=row.meeting_wish,
    )


def _open_for(session: Session, evaluation_id: int, by: str | None) -> Evaluation:
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("评价只能由代表本人填写，请代表用自己的账号登录后评价。")
    if row.sealed_at is not None:
        raise NotAllowed(_SEALED_ALREADY)
    return row


def _write(row: Evaluation, rating: Rating, at: datetime) -> None:
    row.state = "rated"
    row.attitude_rating, row.result_rating = rating.attitude, rating.result
    row.contact_check = rating.contact_check
    row.text = rating.text
    row.text_may_be_shared = rating.text_may_be_shared
    row.text_may_be_published = rating.text_may_be_published
    row.reply_class_agreed = rating.reply_class_agreed
    row.wants_meeting, row.meeting_wish = rating.wants_meeting, rating.meeting_wish
    row.proxy_entered = False
    row.rated_at = at


def _supersede_proxy(session: Session, row: Evaluation, state: str = "superseded") -> None:
    for entry in session.scalars(
        select(ProxyEntry).where(
            ProxyEntry.evaluation_id == row.id, ProxyEntry.state == "registered"
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
                    Evaluation.state != "voided",
                )
            )
            .order_by(Evaluation.id)
        )
    )


def _is_satisfied(row: Evaluation) -> bool:
    return row.attitude_rating == row.result_rating == "satisfied"


def _answers(assignment: Assignment) -> bool:
    return assignment.role in ("sole", "lead", "separate")


def _contradicts(session: Session, row: Evaluation, missing: str) -> bool:
    """Do the unit's own records say the opposite of what the deputy says?"""
    if missing == "no_contact":
        return any(row.deputy in each.deputies for each in _records(session, row))
    reply = replies.find(session, row.assignment_id) if row.assignment_id else None
    return reply is not None and any(each.deputy == row.deputy for each in reply.deliveries)


def _records(session: Session, row: Evaluation) -> Sequence[ContactRecord]:
    return contacts.of(session, row.assignment_id) if row.assignment_id else ()
