"""What the forms of deliberation offer and show: planned meetings, the agenda, statements, what was agreed."""

from typing import Any

from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.forms import Option
from service.operations import source
from service.register.deliberation import meetings, second_assignments
from service.register.deliberation.meetings import MeetingItemId
from service.register.people import directory as people
from service.register.proposal.suggestions import SuggestionId
from service.tables.evaluation import Meeting


@source(reserved=("deliberation_meeting",))
def planned_meetings(session: Session) -> list[Option]:
    """已排定、还没有召开的知情议政会"""
    return [
        Option(
            str(row.id),
            f"{row.held_at.astimezone(LOCAL):%m月%d日 %H:%M} {row.topic}（{row.place}）",
        )
        for row in meetings.upcoming(session)
    ]


@source("suggestion")
def meeting_agenda(session: Session, *, meeting_item: MeetingItemId) -> list[dict[str, Any]]:
    """知情议政会的时间、地点、主持人和会议重点"""
    item = meetings.get(session, meeting_item)
    meeting = session.get_one(Meeting, item.meeting_id)
    return [
        {
            "when": meetings.when(meeting),
            "place": meeting.place,
            "chair": meeting.chair,
            "focus": item.focus,
        }
    ]


@source("suggestion")
def meeting_statements(session: Session, *, meeting_item: MeetingItemId) -> list[dict[str, Any]]:
    """各单位的会前书面说明，没有提交的如实列出"""
    rows = meetings.statements(session, meeting_item)
    names = people.unit_names(session, [row.unit for row in rows])
    return [
        {
            "unit": names[row.unit],
            "account": row.account or "没有提交书面说明",
            "attending": row.attending,
        }
        for row in rows
    ]


@source("suggestion")
def second_assignment_rounds(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """历次二次交办：代表的要求和承办单位"""
    rows = second_assignments.of_case(session, suggestion)
    names = people.unit_names(session, [each["unit"] for row in rows for each in row.plan])
    return [
        {
            "number": row.round - 1,
            "units": "、".join(names[each["unit"]] for each in row.plan),
            "demands": row.demands,
        }
        for row in rows
    ]


@source("suggestion")
def meeting_demands(session: Session, *, meeting_item: MeetingItemId) -> list[dict[str, Any]]:
    """议政会议定的事项，供填写二次交办单时参考"""
    return [
        {"matter": row.matter, "unit": row.unit}
        for row in meetings.resolutions(session, meeting_item)
    ]
