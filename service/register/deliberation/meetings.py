"""What follows when a deputy is not satisfied: the deliberation meeting, the second assignment, the last resort.

Nothing a unit reads here says which dimension fell short, by how much, or in whose words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments
from service.register.dispatch.assignments import Planned
from service.register.people.directory import Actor
from service.register.proposal import suggestions
from service.tables.assignments import Assignment
from service.tables.evaluation import (
    Confirmation,
    DirectorDisposal,
    Meeting,
    MeetingItem,
    MeetingQuestion,
    MeetingResolution,
    MeetingStatement,
    SecondAssignment,
)

STANCES: Mapping[str, str] = {
    "satisfied": "当场满意",
    "accepted_explanation": "接受解释",
    "still_dissatisfied": "仍不满意",
    "none": "没有表态",
}
DISPOSALS: Mapping[str, str] = {
    "special_inquiry": "开展专题询问",
    "next_year": "列入下年度跟踪督办",
    "closed_with_explanation": "公开说明理由后终结",
}


@dataclass(frozen=True)
class Plan:
    """Where and when a meeting is, and who presides."""

    topic: str
    held_at: datetime
    place: str
    chair: str
    observers: str = ""


@dataclass(frozen=True)
class Question:
    question: str
    answer: str
    answered_by: str = ""


@dataclass(frozen=True)
class Resolution:
    matter: str
    unit: str
    due_on: date | None = None


@dataclass(frozen=True)
class Minutes:
    present: str
    unit_account: str
    stance: str
    questions: Sequence[Question] = ()
    resolutions: Sequence[Resolution] = ()
    recordings: Sequence[int] = ()


@dataclass(frozen=True)
class Order:
    """What a second assignment asks, of which units, in which mode."""

    demands: str
    handling_mode: str
    plan: Sequence[Planned]
    requirements: str = ""
    lead_leader: str = ""


# The meeting


def upcoming(session: Session) -> list[Meeting]:
    """Return the meetings no case of which has minutes yet, the next one first."""
    held = select(MeetingItem.meeting_id).where(MeetingItem.minuted_at.is_not(None))
    question = select(Meeting).where(Meeting.id.not_in(held)).order_by(Meeting.held_at)
    return list(session.scalars(question))


def plan(session: Session, wanted: Plan, by: str | None, at: datetime) -> Meeting:
    meeting = Meeting(
        topic=wanted.topic,
        held_at=wanted.held_at,
        place=wanted.place,
        chair=wanted.chair,
        observers=wanted.observers,
        convened_by=by,
        convened_at=at,
    )
    session.add(meeting)
    session.flush()
    return meeting


def convene(
    session: Session, meeting: Meeting, suggestion_id: int, round_: int, focus: str
) -> MeetingItem:
    """Put a case on the agenda of a meeting; a postponed case moves there from its earlier one."""
    item = _item(session, suggestion_id, round_)
    if item is None:
        item = MeetingItem(suggestion_id=suggestion_id, round=round_, recordings=[])
        session.add(item)
    item.meeting_id, item.focus = meeting.id, focus
    item.notified_at = None
    session.flush()
    return item


def give_notice(
    session: Session, item_id: int, units: Sequence[str], at: datetime
) -> list[MeetingStatement]:
    """Tell the units that there will be a meeting; returns the statements still to be handed in."""
    item = get(session, item_id)
    item.notified_at = at
    known = {row.unit: row for row in statements(session, item_id)}
    session.add_all(
        MeetingStatement(item_id=item_id, unit=unit, attachments=[])
        for unit in units
        if unit not in known
    )
    session.flush()
    return [row for row in statements(session, item_id) if row.submitted_at is None]


def state(
    session: Session,
    item_id: int,
    unit: str,
    account: str,
    attending: str,
    attachments: Sequence[int],
    by: str | None,
    at: datetime,
) -> MeetingStatement:
    """Hand in a unit's written account before the meeting."""
    row = next((each for each in statements(session, item_id) if each.unit == unit), None)
    if row is None:
        raise NotFound("这次会议没有请您的单位提交书面说明。", item=item_id, unit=unit)
    row.account, row.attending, row.attachments = account, attending, list(attachments)
    row.submitted_by, row.submitted_at = by, at
    return row


def statements(session: Session, item_id: int) -> list[MeetingStatement]:
    question = select(MeetingStatement).where(MeetingStatement.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingStatement.id)))


def minute(
    session: Session, item_id: int, minutes: Minutes, by: str | None, at: datetime
) -> MeetingItem:
    """Keep the minutes of a meeting that took place."""
    item = get(session, item_id)
    if at < session.get_one(Meeting, item.meeting_id).held_at:
        raise NotAllowed("会议还没有召开，请在会后记录纪要；会议改期的，请选“改期，重新排会”。")
    item.present, item.unit_account = minutes.present, minutes.unit_account
    item.stance = minutes.stance
    item.recordings = list(minutes.recordings)
    item.minuted_by, item.minuted_at = by, at
    session.add_all(
        MeetingQuestion(
            item_id=item_id,
            number=number,
            question=each.question,
            answer=each.answer,
            answered_by=each.answered_by,
        )
        for number, each in enumerate(minutes.questions, 1)
    )
    session.add_all(
        MeetingResolution(
            item_id=item_id, number=number, matter=each.matter, unit=each.unit, due_on=each.due_on
        )
        for number, each in enumerate(minutes.resolutions, 1)
    )
    session.flush()
    return item


def questions(session: Session, item_id: int) -> list[MeetingQuestion]:
    question = select(MeetingQuestion).where(MeetingQuestion.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingQuestion.number)))


def resolutions(session: Session, item_id: int) -> list[MeetingResolution]:
    question = select(MeetingResolution).where(MeetingResolution.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingResolution.number)))


def ask_to_confirm(session: Session, item_id: int, deputies: Sequence[str]) -> list[Confirmation]:
    """Ask the deputies, one by one and alone, whether they accept what the meeting brought."""
    known = {row.deputy for row in _confirmations(session, item_id)}
    session.add_all(
        Confirmation(item_id=item_id, deputy=deputy) for deputy in deputies if deputy not in known
    )
    session.flush()
    return _confirmations(session, item_id)


def confirm(
    session: Session,
    item_id: int,
    deputy: str | None,
    outcome: str,
    text: str,
    text_may_be_shared: bool,
    at: datetime,
) -> Confirmation:
    """Take a deputy's own word after the meeting; the rating that led there is kept as it was."""
    row = next((each for each in _confirmations(session, item_id) if each.deputy == deputy), None)
    if row is None:
        raise NotAllowed("会后确认只能由参加议政会的代表本人填写。")
    row.outcome, row.text, row.text_may_be_shared = outcome, text, text_may_be_shared
    row.confirmed_at = at
    return row


def accepted(session: Session, item_id: int) -> bool:
    """Say whether every deputy accepted; one who is still dissatisfied, or silent, keeps the case open."""
    rows = _confirmations(session, item_id)
    return bool(rows) and all(row.outcome in ("satisfied", "accepted_explanation") for row in rows)


def confirmations(session: Session, viewer: Actor, item_id: int) -> list[Confirmation]:
    """Return what deputies confirmed, as far as this reader may see it: their own, and all for the congress office."""
    item = get(session, item_id)
    handling = select(Assignment.unit).where(Assignment.suggestion_id == item.suggestion_id)
    of_a_unit = set(viewer.units) & set(session.scalars(handling))
    sees_all = viewer.holds("deputy_office") and not of_a_unit
    return [
        row for row in _confirmations(session, item_id) if sees_all or row.deputy == viewer.login
    ]


def explanation_accepted(session: Session, suggestion_id: int) -> bool:
    """Say whether the case ended because its deputies accepted an explanation; it does not count as resolved."""
    last = session.scalars(
        select(MeetingItem)
        .where(MeetingItem.suggestion_id == suggestion_id)
        .order_by(MeetingItem.round.desc())
        .limit(1)
    ).first()
    if last is None or not accepted(session, last.id):
        return False
    return any(row.outcome == "accepted_explanation" for row in _confirmations(session, last.id))


def of_case(session: Session, suggestion_id: int) -> list[MeetingItem]:
    """Return the meetings a case was on, the first one first."""
    question = select(MeetingItem).where(MeetingItem.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(MeetingItem.round)))


def get(session: Session, item_id: int) -> MeetingItem:
    found = session.get(MeetingItem, item_id)
    if found is None:
        raise NotFound("没有找到这次会议的议题，请返回列表重新选择。", item=item_id)
    return found


# Given out again


def order(
    session: Session, item_id: int, wanted: Order, by: str | None, at: datetime
) -> SecondAssignment:
    """Write the order of a second assignment; it begins when it is opened."""
    item = get(session, item_id)
    before = assignments.active(session, item.suggestion_id, item.round)
    row = SecondAssignment(
        suggestion_id=item.suggestion_id,
        round=item.round + 1,
        item_id=item.id,
        demands=wanted.demands,
        requirements=wanted.requirements,
        lead_leader=wanted.lead_leader,
        handling_mode=wanted.handling_mode,
        plan=[{"unit": each.unit, "role": each.role} for each in wanted.plan],
        previous_units=[each.unit for each in before],
        ordered_by=by,
        ordered_at=at,
    )
    session.add(row)
    session.flush()
    return row


def open_round(session: Session, second_id: int, at: datetime) -> list[Assignment]:
    """Begin the next round: new duties, signed at once because nothing may be returned, and a clock of its own.

    The first replies and ratings stay as they are; the legal clock of the first dispatch is not reset.
    """
    row = session.get_one(SecondAssignment, second_id)
    suggestion = suggestions.get(session, row.suggestion_id)
    plan_ = [Planned(each["unit"], each["role"]) for each in row.plan]
    row.opened_at = at
    row.due_at = policies.due(session, "redo", at, suggestion.level).moment
    duties = assignments.assign(session, suggestion.id, plan_, at, row.round)
    for duty in duties:
        assignments.sign(session, duty.id, "", at)
        key = "redo.co_opinion" if duty.role == "assist" else "redo"
        duty.due_at = policies.due(session, key, at, suggestion.level).moment
    suggestion.round = row.round
    suggestion.handling_mode = row.handling_mode
    suggestion.status = "second_handling"
    session.flush()
    return duties


def second_assignments(session: Session, suggestion_id: int) -> list[SecondAssignment]:
    question = select(SecondAssignment).where(SecondAssignment.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(SecondAssignment.round)))


def rounds_left(session: Session, suggestion_id: int, at: datetime) -> int:
    """Return how often a case may still be given out again."""
    suggestion = suggestions.get(session, suggestion_id)
    allowed = policies.number(session, "redo.max_rounds", at, suggestion.level)
    return max(allowed - len(second_assignments(session, suggestion_id)), 0)


def dispose(
    session: Session, suggestion_id: int, decision: str, reason: str, by: str | None, at: datetime
) -> DirectorDisposal:
    """Record what the chairpersons' meeting decided about a case no round could settle."""
    row = DirectorDisposal(
        suggestion_id=suggestion_id,
        decision=decision,
        reason=reason,
        decided_by=by,
        decided_at=at,
    )
    session.add(row)
    session.flush()
    return row


def disposal(session: Session, suggestion_id: int) -> DirectorDisposal | None:
    question = select(DirectorDisposal).where(DirectorDisposal.suggestion_id == suggestion_id)
    return session.scalars(question).first()


def _item(session: Session, suggestion_id: int, round_: int) -> MeetingItem | None:
    return session.scalars(
        select(MeetingItem).where(
            MeetingItem.suggestion_id == suggestion_id, MeetingItem.round == round_
        )
    ).first()


def _confirmations(session: Session, item_id: int) -> list[Confirmation]:
    question = select(Confirmation).where(Confirmation.item_id == item_id)
    return list(session.scalars(question.order_by(Confirmation.id)))
