"""The calendar is one that common programs read: zones, folding, escaping, stable names."""

from datetime import UTC, datetime, timedelta

import icalendar

from service.deadlines.lateness import NEVER
from service.handlers.everyone import agenda
from service.handlers.everyone.agenda import Revision
from service.register.casefile.cases import Case
from service.register.deliberation.invitations import Invitation
from service.tables.runtime import UserTask

DUE = datetime(2026, 12, 2, 10, 0, tzinfo=UTC)  # 18:00 where the office is
RECEIVED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TITLE = "关于“急弯”增设护栏; 警示牌, 反光镜\nBEGIN:VEVENT 的建议" + "，尽快办理" * 20


def task(**facts: object) -> UserTask:
    given = {"id": "a1", "name": "起草答复", "created_at": RECEIVED, "due_at": DUE, "version": 1}
    return UserTask(business_key="suggestion:17", **{**given, **facts})


def written(*tasks: UserTask, meetings: tuple[Invitation, ...] = (), number: int = 0) -> bytes:
    cases = {"suggestion:17": Case("suggestion:17", TITLE, "七届五次-017")}
    revision = Revision(number, RECEIVED + timedelta(days=number) if number else None)
    return agenda.calendar(tasks, cases, meetings, "https://dy.example", revision)


def read(content: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(content)


def test_a_step_is_the_half_hour_before_it_is_due() -> None:
    found = read(written(task()))

    [event] = found.walk("VEVENT")
    assert event["uid"] == "task-a1@tibanping"
    assert event.decoded("dtstart").isoformat() == "2026-12-02T17:30:00+08:00"
    assert event.decoded("dtend") == DUE
    assert event["url"] == "https://dy.example/tasks/a1"
    assert "七届五次-017。2026年12月2日（周三）18:00到期" in event["description"]
    assert [alarm.decoded("trigger") for alarm in event.walk("VALARM")] == [
        timedelta(days=-1),
        timedelta(hours=-2),
    ]


def test_a_title_is_text_and_nothing_else() -> None:
    found = read(written(task()))

    [event] = found.walk("VEVENT")
    assert event["summary"] == f"到期：起草答复：{TITLE}"


def test_the_form_is_the_one_programs_ask_for() -> None:
    content = written(task())

    lines = content.split(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 75
    assert lines[0] == b"BEGIN:VCALENDAR"
    found = read(content)
    assert (found["version"], found["method"]) == ("2.0", "PUBLISH")
    [zone] = found.walk("VTIMEZONE")
    assert zone["tzid"] == "Asia/Shanghai"
    assert b"DTSTART;TZID=Asia/Shanghai:20261202T173000" in content
    assert found.decoded("refresh-interval") == timedelta(hours=1)


def test_a_change_of_limits_raises_the_sequence_and_nothing_else_changes_the_text() -> None:
    assert written(task()) == written(task())

    [before] = read(written(task())).walk("VEVENT")
    [after] = read(written(task(version=2), number=3)).walk("VEVENT")

    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"]) == (0, 4)
    assert after.decoded("last-modified") > before.decoded("last-modified")


def test_what_has_no_date_or_a_stopped_clock_is_left_out() -> None:
    assert read(written(task(due_at=None), task(id="a2", due_at=NEVER))).walk("VEVENT") == []


def test_a_meeting_has_its_place_and_leads_to_its_case() -> None:
    held_at = datetime(2026, 12, 8, 1, 30, tzinfo=UTC)
    meeting = Invitation(5, "急弯护栏", held_at, RECEIVED, "三楼会议室", "李主任", "护栏", 17)

    [event] = read(written(meetings=(meeting,))).walk("VEVENT")

    assert event["uid"] == "meeting-5@tibanping"
    assert event.decoded("dtstart") == held_at
    assert event["location"] == "三楼会议室"
    assert event["url"] == "https://dy.example/suggestions/17"
