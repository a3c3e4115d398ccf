"""Who was asked to which meeting: whoever got its notice, and nobody else, for the guests tell who was not satisfied."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.people.directory import Actor
from service.tables.evaluation import Meeting, MeetingItem
from service.tables.people import Notification
from service.tables.suggestions import Suggestion

KIND = "meeting"
_OCCASION = re.compile(r"meeting:(\d+):(\d+)>", re.ASCII)


@dataclass(frozen=True)
class Invitation:
    """A meeting a person was asked to, about one suggestion."""

    item_id: int
    topic: str
    held_at: datetime
    called_at: datetime
    place: str
    chair: str
    title: str
    suggestion_id: int


def of(session: Session, person: Actor, since: datetime) -> list[Invitation]:
    """Return the meetings from a moment on to which a person was asked, the next first; a moved one counts once."""
    names = sorted({person.login, *person.groups})
    keys = session.scalars(
        select(Notification.dedupe_key).where(
            Notification.kind == KIND, Notification.recipient.in_(names)
        )
    )
    asked = {(int(found[1]), int(found[2])) for key in keys if (found := _OCCASION.match(key))}
    if not asked:
        return []
    rows = session.execute(
        select(MeetingItem, Meeting, Suggestion.title)
        .join(Meeting, Meeting.id == MeetingItem.meeting_id)
        .join(Suggestion, Suggestion.id == MeetingItem.suggestion_id)
        .where(MeetingItem.id.in_({item for item, _ in asked}), Meeting.held_at >= since)
        .order_by(Meeting.held_at, MeetingItem.id)
    )
    return [
        Invitation(
            item.id,
            meeting.topic,
            meeting.held_at,
            meeting.convened_at,
            meeting.place,
            meeting.chair,
            title,
            item.suggestion_id,
        )
        for item, meeting, title in rows
        if (item.id, meeting.id)
        in asked  # a case that was moved to a later meeting gets its notice anew
    ]
