"""The deliberation meeting: called, announced, prepared in writing by the units, and minuted.

Nothing a unit reads here says which dimension fell short, by how much, or in whose words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.errors import NotAllowed, NotFound
from service.operations import Variable
from service.register.deliberation.forms import Convening, Minutes, Statement
from service.register.proposal import suggestions
from service.tables.evaluation import (
    Meeting,
    MeetingItem,
    MeetingQuestion,
    MeetingResolution,
    MeetingStatement,
)


def _case_of(session: Session, item_id: int) -> str | None:
    item = session.get(MeetingItem, item_id)
    return suggestions.business_key(item.suggestion_id) if item else None


MeetingItemId = Annotated[int, Variable("知情议政会的议题", case=_case_of)]


@dataclass(frozen=True)
class Plan:
    """Where and when a meeting is, and who presides."""

    topic: str
    held_at: datetime
    place: str
    chair: str
    observers: str = ""


def upcoming(session: Session) -> list[Meeting]:
    """Return the meetings no case of which has minutes yet, the next one first."""
    held = select(MeetingItem.meeting_id).where(MeetingItem.minuted_at.is_not(None))
    question = select(Meeting).where(Meeting.id.not_in(held)).order_by(Meeting.held_at)
    return list(session.scalars(question))


def planned(form: Convening) -> Plan:
    """Return the meeting a form plans, all of which it asks where no planned one is chosen."""
    day = form.needed("held_on", form.held_on)
    hour = form.needed("held_time", form.held_time)
    return Plan(
        topic=form.needed("topic", form.topic),
        held_at=datetime.combine(day, time.fromisoformat(hour), LOCAL),
        place=form.needed("place", form.place),
        chair=form.needed("chair", form.chair),
        observers=form.observers or "",
    )


def plan(session: Session, wanted: Plan, by: str | None, at: datetime) -> Meeting:
    """Set a meeting down, for one case or for several."""
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
    session: Session, item_id: int, unit: str, said: Statement, by: str | None, at: datetime
) -> MeetingStatement:
    """Hand in a unit's written account before the meeting."""
    row = next((each for each in statements(session, item_id) if each.unit == unit), None)
    if row is None:
        raise NotFound("这次会议没有请您的单位提交书面说明。", item=item_id, unit=unit)
    row.account, row.attending = said.account, said.attending
    row.attachments = list(said.attachments)
    row.submitted_by, row.submitted_at = by, at
    return row


def statements(session: Session, item_id: int) -> list[MeetingStatement]:
    """Return the written accounts of the units, those not handed in yet among them."""
    question = select(MeetingStatement).where(MeetingStatement.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingStatement.id)))


def minute(
    session: Session, item_id: int, minutes: Minutes, by: str | None, at: datetime
) -> MeetingItem:
    """Keep the minutes of a meeting that took place."""
    item = get(session, item_id)
    if at < session.get_one(Meeting, item.meeting_id).held_at:
        raise NotAllowed("会议还没有召开，请在会后记录纪要；会议改期的，请选“改期，重新排会”。")
    item.present = minutes.needed("present", minutes.present)
    item.unit_account = minutes.needed("unit_account", minutes.unit_account)
    item.stance = minutes.needed("stance", minutes.stance)
    item.recordings = list(minutes.recordings)
    item.minuted_by, item.minuted_at = by, at
    session.add_all(
        MeetingQuestion(
            item_id=item_id,
            number=number,
            question=each.question,
            answer=each.answer,
            answered_by=each.answered_by or "",
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
    """Return what was asked and answered, in order."""
    question = select(MeetingQuestion).where(MeetingQuestion.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingQuestion.number)))


def resolutions(session: Session, item_id: int) -> list[MeetingResolution]:
    """Return what was agreed, in order."""
    question = select(MeetingResolution).where(MeetingResolution.item_id == item_id)
    return list(session.scalars(question.order_by(MeetingResolution.number)))


def of_case(session: Session, suggestion_id: int) -> list[MeetingItem]:
    """Return the meetings a case was on, the first one first."""
    question = select(MeetingItem).where(MeetingItem.suggestion_id == suggestion_id)
    return list(session.scalars(question.order_by(MeetingItem.round)))


def when(meeting: Meeting) -> str:
    """Return day and hour of a meeting as its notice writes them."""
    local = meeting.held_at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def get(session: Session, item_id: int) -> MeetingItem:
    """Return the case on an agenda, which must exist."""
    found = session.get(MeetingItem, item_id)
    if found is None:
        raise NotFound("没有找到这次会议的议题，请返回列表重新选择。", item=item_id)
    return found


def _item(session: Session, suggestion_id: int, round_: int) -> MeetingItem | None:
    return session.scalars(
        select(MeetingItem).where(
            MeetingItem.suggestion_id == suggestion_id, MeetingItem.round == round_
        )
    ).first()
