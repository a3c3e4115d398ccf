"""知情议政会: deputies and units sit down together; whether that was enough, each deputy says alone."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select

from service.register.deliberation import confirmations, meetings
from service.tables.evaluation import Evaluation, MeetingItem, MeetingStatement
from service.tables.runtime import Submission
from tests.replied_case import DEMANDS, MEETING, MINUTES, RepliedCase, unhappy
from tests.world import World, assert_every_flow_taken

STATEMENT = {
    "account": "资金已列入本年度计划，设计已经完成，雨季以前开工，年内装完全部护栏。",
    "attending": "王局长",
}


def called(world: World, *deputies: str, **facts: Any) -> RepliedCase:
    case = unhappy(world, "deliberation_meeting", *deputies, **facts)
    world.do("研判排会", "代工委甲", **MEETING)
    return case


def held(world: World, **values: Any) -> None:
    world.until("会议时间已到")
    world.do("记录会议纪要", "代工委乙", **{**MINUTES, **values})


def variables(world: World, by: str, name: str) -> Mapping[str, Any]:
    return world.task(name, by).variables


def test_the_deputy_is_content_after_the_meeting(world: World) -> None:
    unhappy(world, "deliberation_meeting")
    assert world.open_tasks() == ["研判排会"]
    assert world.suggestion().status == "replied"

    world.do("研判排会", "代工委甲", **MEETING)
    assert world.open_tasks() == ["提交会前说明"]
    assert world.suggestion().status == "deliberating"
    world.do("提交会前说明", "交通局联络员", **STATEMENT)
    assert world.open_tasks() == ["记录会议纪要"]
    world.pass_days(24)
    world.do("记录会议纪要", "代工委乙", **MINUTES)
    assert world.inbox("代表甲") == ["会后确认"]
    world.do("会后确认", "代表甲", outcome="satisfied")

    assert world.ended() == "End_confirmed"
    with world.reading() as session:
        [item] = session.scalars(select(MeetingItem))
        [rating] = session.scalars(select(Evaluation))
        assert confirmations.accepted(session, item.id)
        assert rating.result_rating == "dissatisfied"  # the first rating is kept for ever


def test_a_unit_that_hands_in_no_statement_does_not_hold_up_the_meeting(world: World) -> None:
    called(world)

    world.until("会议时间已到")

    assert world.open_tasks() == ["记录会议纪要"]
    with world.reading() as session:
        [row] = session.scalars(select(MeetingStatement))
        assert (row.unit, row.submitted_at) == ("JT", None)
    assert any("到期" in text for text in world.told("unit_liaison:JT"))


def test_the_statement_is_due_five_workdays_before_the_meeting(world: World) -> None:
    called(world)

    [task] = world.waiting()

    assert task.due_at is not None
    assert task.due_at.isoformat() == "2026-03-18T10:00:00+00:00"


def test_a_postponed_meeting_is_called_again(world: World) -> None:
    called(world)
    world.do("提交会前说明", "交通局联络员", **STATEMENT)

    held_nothing = {"held": "postponed"}
    world.do("记录会议纪要", "代工委乙", **held_nothing)
    assert world.open_tasks() == ["研判排会"]
    world.do("研判排会", "代工委甲", **{**MEETING, "held_on": "2026-04-15"})

    assert world.open_tasks() == ["记录会议纪要"]  # the statement is there already
    notices = [text for text in world.told("代表甲") if "知情议政会" in text]
    assert ["3月25日" in notices[0], "4月15日" in notices[1]] == [True, True]


def test_minutes_wait_for_the_meeting(world: World) -> None:
    called(world)
    world.do("提交会前说明", "交通局联络员", **STATEMENT)

    messages = world.refused("记录会议纪要", "代工委乙", **MINUTES)

    assert "还没有召开" in messages["held"]


def test_a_meeting_lies_ahead(world: World) -> None:
    unhappy(world, "deliberation_meeting")

    messages = world.refused("研判排会", "代工委甲", **{**MEETING, "held_on": "2026-03-02"})

    assert "今天以后" in messages["held_on"]


def test_two_cases_share_one_meeting(world: World) -> None:
    called(world)
    unhappy(world, "deliberation_meeting", title="关于修补弯道路面的建议")
    with world.reading() as session:
        [meeting] = meetings.upcoming(session)

    world.do("研判排会", "代工委甲", meeting=str(meeting.id), focus="路面何时修补、谁来负责")

    with world.reading() as session:
        assert {item.meeting_id for item in session.scalars(select(MeetingItem))} == {meeting.id}
    assert variables(world, "交通局联络员", "提交会前说明")["meeting_at"] == (
        meeting.held_at.isoformat()
    )


def test_every_deputy_who_was_not_satisfied_decides_alone(world: World) -> None:
    called(world, "代表甲", "代表乙", merged=["代表乙", "代表丙"])
    held(world)
    assert world.open_tasks() == ["会后确认", "会后确认"]
    assert world.inbox("代表丙") == []

    world.do("会后确认", "代表甲", outcome="accepted_explanation")
    world.do("会后确认", "代表乙", outcome="still_dissatisfied", text=DEMANDS)

    assert world.ended() == "End_confirmed"
    with world.reading() as session:
        [item] = session.scalars(select(MeetingItem))
        assert not confirmations.accepted(session, item.id)


def test_only_units_that_fell_short_explain_themselves_all_are_invited(world: World) -> None:
    called(world, units=["JT"], assists=["GA"])

    assert [task.candidates for task in world.waiting()] == [["unit_liaison:JT"]]
    assert len(world.told("unit_liaison:GA")) == 1
    assert "知情议政会" in world.told("gov_supervision")[0]


def test_the_notice_says_that_there_is_a_meeting_and_nothing_of_the_rating(world: World) -> None:
    called(world)

    told = [*world.told("unit_liaison:JT"), *world.told("gov_supervision")]
    told += [str(variables(world, "交通局联络员", "提交会前说明"))]

    for word in ("满意", "态度", "结果", "dissatisfied", "护栏还没有装"):
        assert not any(word in text for text in told)


def test_what_was_voiced_in_the_room_decides_nothing(world: World) -> None:
    called(world)

    held(world, stance="satisfied")

    assert world.open_tasks() == ["会后确认"]


def test_a_confirmation_is_kept_out_of_sight_and_asks_what_is_still_missing(world: World) -> None:
    called(world)
    held(world)
    assert list(world.refused("会后确认", "代表甲", outcome="still_dissatisfied", text="")) == [
        "text"
    ]

    world.do("会后确认", "代表甲", outcome="still_dissatisfied", text=DEMANDS)

    with world.reading() as session:
        rows = session.scalars(select(Submission).where(Submission.name == "会后确认"))
        assert [(row.values, row.sealed) for row in rows] == [({}, True)]
    assert DEMANDS not in str([event.data for event in world.history()])


@pytest.mark.parametrize("somebody", ["代工委甲", "交通局联络员", "代表乙"])
def test_nobody_confirms_for_the_deputy(world: World, somebody: str) -> None:
    called(world)
    held(world)

    assert world.inbox(somebody) == []


def test_the_focus_goes_to_the_units_so_it_may_not_be_empty(world: World) -> None:
    unhappy(world, "deliberation_meeting")

    assert list(world.refused("研判排会", "代工委甲", **{**MEETING, "focus": ""})) == ["focus"]


def test_every_flow_is_taken() -> None:
    assert_every_flow_taken("deliberation_meeting")
