"""What happened to the clock of a case, as both sides read it on its page: later days that
were asked for and granted, times in which it stood."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import explain, policies
from service.deadlines.workdays import local_day
from service.register.extension.kinds import OPEN, State
from service.register.proposal import suggestions
from service.tables.assignments import Extension
from service.tables.deadlines import DeadlinePause


@dataclass(frozen=True)
class Pause:
    """A time in which the clock of a case stood: in words, why, and the deputy's written consent."""

    sentence: str
    reason: str
    consent: tuple[int, ...]
    stands: bool
    days: int


def in_words(
    found: Iterable[Extension], units: Mapping[str, str], *, tells_why: bool = True
) -> list[str]:
    """Say, in a sentence each, which later days were asked for and what came of it; what never was handed in is left out."""
    shown = (row for row in found if row.applied_at or row.state in OPEN)
    return [_sentence(row, units.get(row.unit, row.unit), tells_why) for row in shown]


def pauses(session: Session, suggestion_id: int, at: datetime) -> list[Pause]:
    """Return the times in which the clock of a case stood, the first first, in words."""
    return [_pause(row, local_day(at)) for row in rows(session, suggestion_id)]


def rows(session: Session, suggestion_id: int) -> Sequence[DeadlinePause]:
    """Return the pauses of a case, the first first; no query for a case that never stood."""
    key = suggestions.business_key(suggestion_id)
    if key not in policies.in_force(session).pauses:
        return []
    query = select(DeadlinePause).where(DeadlinePause.business_key == key)
    return session.scalars(query.order_by(DeadlinePause.from_at)).all()


def standing(since: datetime, at: datetime) -> str:
    """Say since when a clock stands, and for how many days by now."""
    first = local_day(since)
    days = (local_day(at) - first).days + 1
    return f"{explain.format_day(first)}起暂停计时，已暂停 {days} 天（另计）。"


def _pause(row: DeadlinePause, today: date) -> Pause:
    first = local_day(row.from_at)
    until = None if row.until_at is None else local_day(row.until_at)
    days = ((until or today + timedelta(days=1)) - first).days
    began = explain.format_day(first)
    if until is None:
        sentence = f"{began}起暂停计时，已暂停 {days} 天（另计）。"
    elif days:
        last = explain.format_day(until - timedelta(days=1))
        sentence = f"{began}至{last}暂停计时 {days} 天（另计）。"
    else:
        sentence = f"{began}暂停计时，当天恢复，不影响日期。"
    return Pause(sentence, row.reason, tuple(row.attachments), until is None, days)


def _sentence(row: Extension, unit: str, tells_why: bool) -> str:
    before = explain.format_day(local_day(row.due_at))
    if row.state == State.DRAFTING or row.applied_at is None or row.asked_until is None:
        return f"{unit}正在填写延期申请，原定{before}答复。"
    asked = (
        f"{unit}于{explain.format_day(local_day(row.applied_at))}申请延期："
        f"原定{before}答复，申请延到{explain.format_day(row.asked_until)}"
    )
    asked += f"，理由：{row.reason}" if tells_why else ""
    return f"{_ended(asked)}{_came_of_it(row, tells_why)}"


def _came_of_it(row: Extension, tells_why: bool) -> str:
    if row.state == State.GRANTED and row.granted_until and row.decided_at:
        day = explain.format_day(local_day(row.decided_at))
        return f"已于{day}批准延到{explain.format_day(row.granted_until)}。"
    if row.state == State.REFUSED and row.decided_at:
        day = explain.format_day(local_day(row.decided_at))
        return _ended(f"{day}没有批准" + (f"，理由：{row.decision_reason}" if tells_why else ""))
    return f"现在的情况：{State.label_of(row.state)}。"


def _ended(sentence: str) -> str:
    """Return the sentence with its full stop, whether its writer set one or not."""
    return sentence if sentence.endswith(("。", "！", "？")) else f"{sentence}。"
