"""A meeting brings deputies and units together; its minutes are written once it took place."""

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.deliberation import meetings
from service.register.deliberation.meetings import Plan
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, replied
from tests.service.register.deliberation.scene import HELD, MINUTES, PLAN, STATEMENT, convened


def test_cases_of_one_subject_share_a_meeting(session: Session, case: RepliedCase) -> None:
    meeting = meetings.plan(session, PLAN, "代工委甲", MORNING)
    other = replied(session)

    items = [
        meetings.convene(session, meeting, each.suggestion.id, 1, "护栏") for each in (case, other)
    ]

    assert {item.meeting_id for item in items} == {meeting.id}
    assert meetings.upcoming(session) == [meeting]
    meetings.minute(session, items[0].id, MINUTES, "代工委甲", HELD)
    assert meetings.upcoming(session) == []


def test_a_postponed_case_moves_to_another_meeting_and_keeps_its_statements(
    session: Session, case: RepliedCase
) -> None:
    item = convened(session, case)
    meetings.give_notice(session, item, ["JT"], MORNING)
    meetings.state(session, item, "JT", STATEMENT, "交通局联络员", MORNING)

    again = convened(session, case, Plan("护栏安装", HELD + timedelta(days=7), "二楼", "李主任"))

    assert again == item
    assert meetings.get(session, item).notified_at is None
    assert meetings.give_notice(session, item, ["JT"], MORNING) == []


def test_a_unit_that_was_not_asked_has_nothing_to_state(
    session: Session, case: RepliedCase
) -> None:
    item = convened(session, case)
    assert [row.unit for row in meetings.give_notice(session, item, ["JT"], MORNING)] == ["JT"]

    with pytest.raises(NotFound, match="没有请您的单位"):
        meetings.state(session, item, "GA", STATEMENT, "公安局联络员", MORNING)


def test_minutes_are_written_after_the_meeting(session: Session, case: RepliedCase) -> None:
    item = convened(session, case)

    with pytest.raises(NotAllowed, match="还没有召开"):
        meetings.minute(session, item, MINUTES, "代工委甲", HELD - timedelta(hours=1))
    meetings.minute(session, item, MINUTES, "代工委甲", HELD)

    assert [row.question for row in meetings.questions(session, item)] == ["为什么拖到六月？"]
    assert [row.due_on for row in meetings.resolutions(session, item)] == [date(2026, 6, 30)]
    assert meetings.get(session, item).stance == "accepted_explanation"


def test_an_unknown_item_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        meetings.get(session, 1)
