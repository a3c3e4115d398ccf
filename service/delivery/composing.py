"""Notices and open tasks become messages: one a day for each person and channel, what is urgent at once.

A notice is taken once, in the transaction that writes the messages telling it. Whom it reaches is looked up then.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.orm import Session

from service import notifications
from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.delivery import addressing, digests, house, kinds, work
from service.delivery.addressing import Directory
from service.delivery.channels import Name
from service.delivery.digests import Line
from service.delivery.kinds import Kind, Rule
from service.delivery.work import Task
from service.register.common import links
from service.tables.messages import Message, MessageNotice
from service.tables.people import Notification
from service.tables.runtime import UserTask

MOST_AT_ONCE = 2_000
_ABOUT_A_TASK = frozenset({Kind.REMINDER, Kind.OVERDUE, Kind.URGENT})
_FIRST_DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Draft:
    """A message to be written, and the notices it tells."""

    row: Mapping[str, Any]
    notices: Sequence[int]


def compose(session: Session, channels: Collection[Name], base: str, at: datetime) -> int:
    """Write what is to leave now by the channels that are on; returns how many messages."""
    if not channels:
        notifications.settle(session, at)
        return 0
    rules_of_house = house.of(session)
    calendar = policies.calendar(session)
    if not rules_of_house.may_leave(calendar, at):
        return 0
    ordered = sorted(channels)
    if rules_of_house.is_day_due(calendar, at) and rules_of_house.is_grouped:
        return _of_the_day(session, ordered, base, at)
    return _at_once(session, ordered, base, at, rules_of_house.is_grouped)


def _at_once(
    session: Session, channels: Sequence[Name], base: str, at: datetime, is_grouped: bool
) -> int:
    rules = kinds.rules(session)
    chosen = [kind for kind in Kind if rules[kind].at_once or not is_grouped]
    taken = _pending(session, kinds.condition(Notification.kind, chosen), MOST_AT_ONCE)
    if not taken:
        return 0
    directory = addressing.directory(session, channels)
    told = _told(session, directory, rules, taken)
    first = taken[0].id
    drafts = []
    for (login, channel), notices in told.items():
        person = directory.people[login]
        about = kinds.of(notices[0].kind).label
        text = digests.at_once(channel, person.actor.name, about, _lines(notices), base)
        key = f"now:{first}:{login}:{channel}"
        drafts.append(_draft(key, "now", login, channel, person.addresses[channel], text, notices))
    return _write(session, drafts, taken, at)


def _of_the_day(session: Session, channels: Sequence[Name], base: str, at: datetime) -> int:
    last = house.of(session).last_daily_at
    house.day_is_done(session, at)
    rules = kinds.rules(session)
    directory = addressing.directory(session, channels)
    taken = _pending(session, Notification.id > 0)
    told = _told(session, directory, rules, taken)
    _take_over(session, told)
    tasks = work.of_everybody(
        session, directory, policies.calendar(session), at, last or at - _FIRST_DAY
    )
    drafts = []
    for login, person in directory.people.items():
        for channel, address in person.addresses.items():
            due = tasks.get(login, []) if channel in rules[Kind.DAILY].channels else []
            notices = told.get((login, channel), [])
            if not due and not notices:
                continue
            lines = _lines(notices, due)
            text = digests.of_the_day(channel, person.actor.name, due, lines, base, at)
            key = f"daily:{local_day(at).isoformat()}:{login}:{channel}"
            drafts.append(_draft(key, "daily", login, channel, address, text, notices))
    return _write(session, drafts, taken, at)


def _pending(
    session: Session, condition: ColumnElement[bool], limit: int | None = None
) -> Sequence[Notification]:
    waiting = select(Notification).where(Notification.delivered_at.is_(None), condition)
    return session.scalars(waiting.order_by(Notification.id).limit(limit)).all()


def _told(
    session: Session,
    directory: Directory,
    rules: Mapping[Kind, Rule],
    taken: Sequence[Notification],
) -> dict[tuple[str, Name], list[Notification]]:
    """Return which notices each person gets by which channel; a reminder of what is done meanwhile tells nothing."""
    open_links = _open_links(session, taken)
    told: dict[tuple[str, Name], list[Notification]] = defaultdict(list)
    for notice in taken:
        kind = kinds.of(notice.kind)
        is_of_task = kind in _ABOUT_A_TASK and notice.link.startswith("/tasks/")
        if is_of_task and notice.link not in open_links:
            continue
        for login in directory.named(notice.recipient):
            for channel in directory.people[login].addresses:
                if channel in rules[kind].channels:
                    told[login, channel].append(notice)
    return told


def _open_links(session: Session, taken: Sequence[Notification]) -> set[str]:
    ids = {notice.link.removeprefix("/tasks/") for notice in taken if "/tasks/" in notice.link}
    found: set[str] = set()
    for some in _pieces(sorted(ids)):
        rows = session.scalars(select(UserTask.id).where(UserTask.id.in_(some)))
        found.update(links.task(task_id) for task_id in rows)
    return found


def _take_over(session: Session, told: dict[tuple[str, Name], list[Notification]]) -> None:
    """Let the message of today tell what one of an earlier day still waits to tell: nobody gets two at once."""
    waiting = (Message.kind == "daily", Message.state == "waiting")
    rows = session.execute(
        select(Message.login, Message.channel, Notification)
        .join(MessageNotice, MessageNotice.message_id == Message.id)
        .join(Notification, Notification.id == MessageNotice.notification_id)
        .where(*waiting)
        .order_by(Notification.id)
    )
    older: dict[tuple[str, Name], list[Notification]] = defaultdict(list)
    for login, channel, notice in rows:
        older[login, Name(channel)].append(notice)
    for key, notices in older.items():
        told[key] = [*notices, *told.get(key, [])]
    session.execute(update(Message).where(*waiting).values(state="replaced"))


def _lines(notices: Sequence[Notification], due: Sequence[Task] = ()) -> list[Line]:
    """A notice of a task that is listed already says nothing more, and neither does the same one twice."""
    listed = {task.link for task in due}
    return list(
        dict.fromkeys(Line(one.text, one.link) for one in notices if one.link not in listed)
    )


def _draft(
    key: str,
    kind: str,
    login: str,
    channel: Name,
    address: str,
    text: digests.Text,
    notices: Sequence[Notification],
) -> _Draft:
    row = {
        "key": key,
        "kind": kind,
        "login": login,
        "channel": channel.value,
        "address": address,
        "subject": text.subject,
        "body": text.body,
        "state": "waiting",
        "attempts": 0,
    }
    return _Draft(row, sorted({notice.id for notice in notices}))


def _write(
    session: Session, drafts: Sequence[_Draft], taken: Sequence[Notification], at: datetime
) -> int:
    """Write the messages and what they tell, and date the notices as taken."""
    if drafts:
        rows = [{**draft.row, "created_at": at} for draft in drafts]
        written = session.execute(insert(Message).returning(Message.id, Message.key), rows)
        ids = {key: number for number, key in written.all()}
        told = [
            {"message_id": ids[draft.row["key"]], "notification_id": notice}
            for draft in drafts
            for notice in draft.notices
        ]
        if told:
            session.execute(insert(MessageNotice), told)
    for some in _pieces([notice.id for notice in taken]):
        taken_now = update(Notification).where(Notification.id.in_(some)).values(delivered_at=at)
        # The rows are not looked at again, and comparing each with the statement takes longer than writing them.
        session.execute(taken_now.execution_options(synchronize_session=False))
    return len(drafts)


def _pieces(ids: Sequence[Any], size: int = 5_000) -> list[Sequence[Any]]:
    return [ids[start : start + size] for start in range(0, len(ids), size)]
