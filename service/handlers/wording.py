"""Moments and statuses in the words a page shows; local time begins here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines import lateness, policies
from service.deadlines.book import Book
from service.deadlines.lateness import NEVER, Distance
from service.deadlines.workdays import LOCAL, local_day
from service.engine.telling.twin import Names
from service.register.dispatch.status import AssignmentStatus, Duty
from service.register.extension.kinds import State
from service.register.handling.kinds import Confirmation, Method, Stage
from service.register.people.roles import Role
from service.register.proposal.status import CaseStatus
from service.register.reply.kinds import ItemState

STANDS = "已暂停计时"
"""What a page shows as the due moment of a case whose clock stands."""

_WEEKDAYS = "一二三四五六日"
# Words first, colour second: the class only repeats what the word says.
CARDS = {"white": "白牌", "yellow": "黄牌", "red": "红牌"}
LABELS: Mapping[str, Mapping[str, str]] = {
    "CARDS": CARDS,
    "STATUSES": CaseStatus.labels(),
    "DUTIES": Duty.labels(),
    "DUTY_STATUSES": AssignmentStatus.labels(),
    "CONTACT_STAGES": Stage.labels(),
    "CONTACT_METHODS": Method.labels(),
    "CONFIRMATIONS": Confirmation.labels(),
    "ITEM_STATES": ItemState.labels(),
    "EXTENSION_STATES": State.labels(),
}
"""What templates call the values that are kept in tables."""


def day(value: date | datetime | str | None) -> str:
    """2026年11月23日（周一）"""
    if not value:
        return ""
    if value == NEVER:
        return STANDS
    on = _local(value)
    return f"{on.year}年{on.month}月{on.day}日（周{_WEEKDAYS[on.weekday()]}）"


def short_day(value: date | datetime | str | None) -> str:
    """11月23日"""
    if not value:
        return ""
    if value == NEVER:
        return STANDS
    on = _local(value)
    return f"{on.month}月{on.day}日"


def moment(value: datetime | None) -> str:
    """2026年11月23日（周一）14:05"""
    if value == NEVER:
        return STANDS
    return f"{day(value)}{value.astimezone(LOCAL):%H:%M}" if value else ""


def is_held(due_at: datetime | None) -> bool:
    """Say whether a due moment is none, because the clock of its case stands."""
    return due_at == NEVER


def phone(number: str) -> str:
    """138 0000 1234"""
    if len(number) == 11 and number.isdecimal():
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return number


def distance(
    book: Book, due_at: datetime | None, at: datetime, case: str | None
) -> Distance | None:
    """Say how far away a moment of a case is; while its clock stands nothing is near or late."""
    if due_at is not None and book.stands_since(case) is not None:
        due_at = NEVER
    return lateness.distance(due_at, at, book.calendar_lived(case, at))


def names(session: Session, *, are_for_designers: bool = True) -> Names:
    """Return what a diagram told in words calls its limits and roles."""
    limits = policies.titles(session)
    return Names(limits, Role.labels(), are_for_designers=are_for_designers)


def filters() -> dict[str, Any]:
    return {
        "day": day,
        "short_day": short_day,
        "moment": moment,
        "phone": phone,
        "is_held": is_held,
    }


def _local(value: date | datetime | str) -> date:
    if isinstance(value, str):
        return date.fromisoformat(value[:10])
    return local_day(value) if isinstance(value, datetime) else value
