"""What a person has to do and where they are expected, as an iCalendar that phones and office programs read.

Everything is an event: the programs people have show no to-do items of a subscribed calendar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import icalendar

from service.deadlines.explain import format_moment
from service.deadlines.lateness import NEVER
from service.deadlines.workdays import LOCAL
from service.register.casefile.cases import Case
from service.register.deliberation.invitations import Invitation
from service.tables.runtime import UserTask

NAME = "提办评：我的期限"
EVERY = timedelta(hours=1)
"""How often a calendar program should ask again."""
_HALF_AN_HOUR = timedelta(minutes=30)
_REMINDED = (timedelta(days=-1), timedelta(hours=-2))


@dataclass(frozen=True)
class Revision:
    """How often limits were changed by now, and when last: each time a date may be another one."""

    number: int
    at: datetime | None


def calendar(
    tasks: Iterable[UserTask],
    cases: Mapping[str, Case],
    meetings: Iterable[Invitation],
    address: str,
    revision: Revision,
) -> bytes:
    """Return the calendar; `address` is where the service is, for the links to the forms."""
    found = icalendar.Calendar()
    found.add("prodid", "-//Tibanping//zh-CN")
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", NAME)
    found.add("x-wr-timezone", LOCAL.key)
    found.add("refresh-interval", EVERY, parameters={"value": "DURATION"})
    found.add("x-published-ttl", EVERY)
    for task in tasks:
        if task.due_at is not None and task.due_at != NEVER:
            found.add_component(_due(task, cases.get(task.business_key or ""), address, revision))
    for meeting in meetings:
        found.add_component(_meeting(meeting, address))
    found.add_missing_timezones()
    content: bytes = found.to_ical()
    return content


def _due(task: UserTask, case: Case | None, address: str, revision: Revision) -> icalendar.Event:
    """The half hour before a step is due; it says no more of the case than the to-do list."""
    assert task.due_at is not None
    named = f"：{case.title}" if case else ""
    changed = max(task.created_at, revision.at or task.created_at)
    event = _event(f"task-{task.id}", f"到期：{task.name}{named}", task.due_at, changed)
    event.add("sequence", task.version - 1 + revision.number)
    number = f"{case.number}。" if case and case.number else ""
    event.add(
        "description", f"{number}{format_moment(task.due_at)}到期，请登录提办评办理：{task.name}。"
    )
    event.add("url", f"{address}/tasks/{task.id}")
    for before in _REMINDED:
        event.add_component(_alarm(before, f"{task.name}快到期了"))
    return event


def _meeting(meeting: Invitation, address: str) -> icalendar.Event:
    ends = meeting.held_at + timedelta(hours=2)
    event = _event(f"meeting-{meeting.item_id}", f"会议：{meeting.topic}", ends, meeting.called_at)
    event["dtstart"] = icalendar.vDDDTypes(meeting.held_at.astimezone(LOCAL))
    event.add("sequence", 0)
    event.add("location", meeting.place)
    event.add("description", f"主持人{meeting.chair}。就《{meeting.title}》沟通。")
    event.add("url", f"{address}/suggestions/{meeting.suggestion_id}")
    event.add_component(_alarm(_REMINDED[0], f"明天开会：{meeting.topic}"))
    return event


def _event(uid: str, summary: str, ends: datetime, changed: datetime) -> icalendar.Event:
    event = icalendar.Event()
    event.add("uid", f"{uid}@tibanping")
    event.add("summary", summary)
    event.add("dtstart", (ends - _HALF_AN_HOUR).astimezone(LOCAL))
    event.add("dtend", ends.astimezone(LOCAL))
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("transp", "TRANSPARENT")
    return event


def _alarm(before: timedelta, words: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", words)
    alarm.add("trigger", before)
    return alarm
