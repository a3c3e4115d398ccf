"""What a rating says, and the one place where its columns are read and written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.labels import Labelled
from service.tables.evaluation import Evaluation


class Mark(Labelled):
    """How content a deputy is with the attitude, or with the result; the best one first."""

    SATISFIED = "satisfied", "满意"
    BASICALLY_SATISFIED = "basically_satisfied", "基本满意"
    DISSATISFIED = "dissatisfied", "不满意"


class ContactCheck(Labelled):
    """Whether the deputy had a reply and met the unit; the last two are made good before anything is rated."""

    MET = "met", "收到了答复，见过面"
    REMOTE = "remote", "只通过电话或书面联系过"
    NO_CONTACT = "no_contact", "没有人联系过"
    NO_REPLY = "no_reply", "没有收到书面答复"


MISSING = frozenset({ContactCheck.NO_CONTACT, ContactCheck.NO_REPLY})


@dataclass(frozen=True)
class Rating:
    """What a deputy says of one unit's work; both dimensions, always."""

    attitude: Mark
    result: Mark
    contact_check: ContactCheck | None = None
    text: str = ""
    text_may_be_shared: bool = False
    text_may_be_published: bool = False
    reply_class_agreed: bool | None = None
    wants_meeting: bool = False
    meeting_wish: str = ""

    @property
    def is_satisfied(self) -> bool:
        """Anything short of 满意 in either dimension leads to a meeting, 基本满意 too."""
        return self.attitude == self.result == Mark.SATISFIED


def of(row: Evaluation) -> Rating | None:
    """Return the rating a row keeps, None while there is none."""
    if row.attitude_rating is None or row.result_rating is None:
        return None
    return Rating(
        attitude=Mark(row.attitude_rating),
        result=Mark(row.result_rating),
        contact_check=ContactCheck(row.contact_check) if row.contact_check else None,
        text=row.text,
        text_may_be_shared=row.text_may_be_shared,
        text_may_be_published=row.text_may_be_published,
        reply_class_agreed=row.reply_class_agreed,
        wants_meeting=row.wants_meeting,
        meeting_wish=row.meeting_wish,
    )


def write(row: Evaluation, rating: Rating, at: datetime) -> None:
    """Keep a rating in its row, in place of an earlier one."""
    row.attitude_rating, row.result_rating = rating.attitude, rating.result
    row.contact_check = rating.contact_check
    row.text = rating.text
    row.text_may_be_shared = rating.text_may_be_shared
    row.text_may_be_published = rating.text_may_be_published
    row.reply_class_agreed = rating.reply_class_agreed
    row.wants_meeting, row.meeting_wish = rating.wants_meeting, rating.meeting_wish
    row.proxy_entered = False
    row.rated_at = at


def clear(row: Evaluation) -> None:
    """Leave nothing of a rating in its row."""
    row.contact_check = row.attitude_rating = row.result_rating = None
    row.reply_class_agreed = row.rated_at = row.amended_at = None
    row.text = row.meeting_wish = ""
    row.text_may_be_shared = row.text_may_be_published = row.wants_meeting = False


def is_blank(row: Evaluation) -> bool:
    """Say whether a row keeps no mark at all, whatever its state says."""
    return row.attitude_rating is None and row.result_rating is None and row.rated_at is None


def columns(row: Evaluation) -> Mapping[str, Any]:
    """Return all that makes up a rating as it is stored, whatever is stored there."""
    return {
        "attitude": row.attitude_rating,
        "result": row.result_rating,
        "contact_check": row.contact_check,
        "text": row.text,
        "text_may_be_shared": row.text_may_be_shared,
        "text_may_be_published": row.text_may_be_published,
        "reply_class_agreed": row.reply_class_agreed,
        "wants_meeting": row.wants_meeting,
        "meeting_wish": row.meeting_wish,
        "proxy_entered": row.proxy_entered,
        "rated_at": row.rated_at,
        "amended_at": row.amended_at,
    }
