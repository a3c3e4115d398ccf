"""When a unit may ask for a later day, and which day is the last that may be granted.

代表法第五十一条: within three months of the dispatch, or six where the matter is wide and hard. The six months are the
law's own and no limit an administrator changes; they run from the first dispatch, whoever handles the case by now.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from service.deadlines import explain, policies
from service.deadlines.workdays import Unit, local_day
from service.register.extension.kinds import FastTrack
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

LEGAL_MONTHS = 6


@dataclass(frozen=True)
class Terms:
    """What an application may ask for, as it stands when it is opened."""

    due_at: datetime
    apply_before: datetime
    latest_on: date

    @property
    def reply_on(self) -> date:
        """The day of the reply as it is now."""
        return local_day(self.due_at)


def terms(
    session: Session, suggestion: Suggestion, duty: Assignment, kind: FastTrack | None
) -> Terms | None:
    """Return what may be asked for; nothing while the reply has no date."""
    due_at = duty.due_at or suggestion.reply_due_at
    if due_at is None or suggestion.dispatched_at is None:
        return None
    named = {
        "fast_track_kind": kind,
        "level": suggestion.level,
        "reply_due_at": due_at,
        "ft_due_at": due_at,
    }
    closing = policies.for_variables(session, "extension.apply", named, due_at).moment
    latest = legal_end(session, suggestion.dispatched_at)
    if kind is not None:
        latest = min(latest, policies.for_variables(session, "ft.extend", named, due_at).moment)
    return Terms(due_at, closing, local_day(latest))


def legal_end(session: Session, dispatched_at: datetime) -> datetime:
    """Return the end of the six months in which the law asks for a reply to the hardest suggestion."""
    return policies.calendar(session).due(dispatched_at, LEGAL_MONTHS, Unit.MONTHS)


def unfit(session: Session, day: date, due_at: datetime, latest_on: date) -> str:
    """Say why a reply cannot be put off to this day; empty where it can."""
    first = local_day(due_at)
    if day <= first:
        return f"新的日期应当晚于原定答复日期{explain.format_day(first)}，请改选更晚的日期。"
    if day > latest_on:
        return (
            f"最晚只能延到{explain.format_day(latest_on)}，请改选更早的日期。"
            "（代表法第五十一条：自首次交办之日起最长六个月。）"
        )
    if not policies.calendar(session).is_workday(day):
        return f"{explain.format_day(day)}是休息日，请改选工作日。"
    return ""
