"""What a diagram's steps of deliberation return and tell: who meets whom, who does what again, what was decided."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.errors import FormInvalid
from service.operations import Context, options, run
from service.register.deliberation import meetings
from service.register.dispatch import assignments
from service.register.evaluation import evaluations
from service.tables.evaluation import Meeting
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.replied_case import BAD, DEMANDS, GOOD, MEETING, MINUTES, RepliedCase, replied

HELD = datetime(2026, 3, 25, 9, tzinfo=LOCAL)
POSTPONED = {
    "held": "postponed",
    "present": None,
    "unit_account": None,
    "questions": [],
    "resolutions": [],
    "stance": None,
    "recordings": [],
}
ORDER = {
    "demands": DEMANDS,
    "handling_mode": "sole",
    "lead_unit": "JT",
    "assist_units": [],
    "separate_units": [],
    "requirements": None,
    "lead_leader": None,
}


@pytest.fixture
def case(session: Session) -> RepliedCase:
    """A case with a deputy who was satisfied and one who was not."""
    case = replied(session, assists=["GA"], merged=["代表乙"])
    for row in evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING):
        rating = BAD if row.deputy == "代表乙" else GOOD
        evaluations.rate(session, row.id, rating, row.deputy, MORNING)
    evaluations.seal(session, case.instance_id, 1, MORNING)
    return case


def context(
    session: Session,
    case: RepliedCase,
    values: Mapping[str, Any] | None = None,
    by: str | None = "代工委甲",
    at: datetime = MORNING,
    **variables: Any,
) -> Context:
    return Context(
        session=session,
        at=at,
        by=by,
        instance_id=case.instance_id,
        business_key=case.key,
        process_id="deliberation_meeting",
        element_id="Task_convene",
        variables={
            "suggestion": case.suggestion.id,
            "round": 1,
            "system": "government",
            "office": "deputy_office",
            **variables,
        },
        values=values or {},
    )


def convened(session: Session, case: RepliedCase, **values: Any) -> Mapping[str, Any]:
    wanted = {"meeting": None, "held_time": "09:00", "observers": None, **MEETING, **values}
    return run("convene_meeting", context(session, case, wanted))


def met(session: Session, case: RepliedCase) -> Mapping[str, Any]:
    found = convened(session, case)
    run("send_meeting_notice", context(session, case, **found))
    minutes = {**MINUTES, "recordings": []}
    after = HELD + timedelta(hours=2)
    run("record_minutes", context(session, case, minutes, at=after, **found))
    return found


def told(session: Session, recipient: str) -> list[str]:
    rows = select(Notification.text).where(Notification.recipient == recipient)
    return list(session.scalars(rows.order_by(Notification.id)))


def test_the_meeting_brings_together_those_it_concerns(session: Session, case: RepliedCase) -> None:
    found = convened(session, case)

    assert (found["meeting_deputies"], found["meeting_units"]) == (["代表乙"], ["JT"])
    assert datetime.fromisoformat(found["meeting_at"]) == HELD


def test_a_meeting_that_is_over_takes_no_further_case(session: Session, case: RepliedCase) -> None:
    convened(session, case)
    meeting = session.scalars(select(Meeting)).one()
    offered = options("planned_meetings", session, {}, case.key)
    assert [option.label for option in offered] == ["03月25日 09:00 县道护栏（常委会三楼会议室）"]

    chosen = {"held_time": "09:00", "observers": None, **MEETING, "meeting": offered[0].code}
    with pytest.raises(FormInvalid) as refused:
        run("convene_meeting", context(session, case, chosen, at=HELD + timedelta(days=1)))
    assert "已经过了" in refused.value.messages["meeting"]
    again = run("convene_meeting", context(session, case, chosen))
    assert again["meeting_at"] == meeting.held_at.isoformat()


def test_everybody_concerned_is_invited_once(session: Session, case: RepliedCase) -> None:
    found = convened(session, case)

    asked = run("send_meeting_notice", context(session, case, **found))
    run("send_meeting_notice", context(session, case, **found))

    assert asked == {"meeting_units": ["JT"]}
    for recipient in ("代表乙", "unit_liaison:JT", "unit_liaison:GA", "gov_supervision"):
        assert len(told(session, recipient)) == 1
    assert told(session, "代表甲") == []
    assert case.suggestion.status == "deliberating"


def test_a_court_s_meeting_has_no_government_observer(session: Session, case: RepliedCase) -> None:
    found = convened(session, case)

    run("send_meeting_notice", context(session, case, **found, system="other"))

    assert told(session, "gov_supervision") == []


def test_a_statement_is_the_unit_s_whose_task_it_is(session: Session, case: RepliedCase) -> None:
    found = convened(session, case)
    run("send_meeting_notice", context(session, case, **found))
    values = {"account": "资金已经落实", "attending": "王局长", "attachments": [5]}

    run(
        "submit_statement",
        context(session, case, values, by="交通局联络员", **found, meeting_unit="JT"),
    )

    [row] = meetings.statements(session, found["meeting_item"])
    assert (row.submitted_by, row.attending, row.attachments) == ("交通局联络员", "王局长", [5])


def test_a_postponed_meeting_leaves_no_minutes(session: Session, case: RepliedCase) -> None:
    found = convened(session, case)

    assert run("record_minutes", context(session, case, POSTPONED, **found)) == {}
    assert meetings.get(session, found["meeting_item"]).minuted_at is None


def test_minutes_ask_the_deputies_concerned_to_confirm(session: Session, case: RepliedCase) -> None:
    found = met(session, case)

    run(
        "confirm_meeting",
        context(
            session,
            case,
            {"outcome": "satisfied", "text": None, "text_may_be_shared": None},
            by="代表乙",
            **found,
        ),
    )
    summed = run("sum_up_confirmations", context(session, case, **found))

    assert summed["deliberation_outcome"] == "accepted"
    assert options("meeting_demands", session, found, case.key) == [
        {"matter": "六月底前装完护栏", "unit": "交通局"}
    ]


def test_a_silent_deputy_accepts_nothing(session: Session, case: RepliedCase) -> None:
    found = met(session, case)

    summed = run("sum_up_confirmations", context(session, case, **found))

    assert summed["deliberation_outcome"] == "still_dissatisfied"


def test_a_second_assignment_gives_the_process_what_handling_needs(
    session: Session, case: RepliedCase
) -> None:
    found = met(session, case)
    prepared = run("prepare_second_assignment", context(session, case, ORDER, **found))

    opened = run("open_second_assignment", context(session, case, **found, **prepared))

    [duty] = assignments.active(session, case.suggestion.id)
    assert opened["lead_unit"] == "JT"
    assert opened["lead_assignment"] == duty.id
    assert (opened["round"], opened["rounds_left"], opened["disposer"]) == (
        2,
        1,
        "director_meeting",
    )
    assert opened["reassigned_at"] == opened["signed_at"] == MORNING.isoformat()
    assert len(told(session, "代表甲")) == 1
    assert len(told(session, "gov_office")) == 1


@pytest.mark.parametrize("word", ["dissatisfied", "不满意", "态度", "护栏还没有装"])
def test_the_units_read_nothing_of_the_rating(
    session: Session, case: RepliedCase, word: str
) -> None:
    found = met(session, case)
    prepared = run("prepare_second_assignment", context(session, case, ORDER, **found))
    run("open_second_assignment", context(session, case, **found, **prepared))

    read = [*told(session, "unit_liaison:JT"), *told(session, "unit_liaison:GA")]

    assert len(read) == 3
    assert not any(word in text for text in read)


def test_an_order_without_assisting_units_is_refused_beside_the_mode(
    session: Session, case: RepliedCase
) -> None:
    found = met(session, case)

    with pytest.raises(FormInvalid) as refused:
        run(
            "prepare_second_assignment",
            context(session, case, {**ORDER, "handling_mode": "lead_assist"}, **found),
        )
    assert "协办单位" in refused.value.messages["handling_mode"]


def test_one_unit_alone_may_rework_what_several_answered(
    session: Session, case: RepliedCase
) -> None:
    found = met(session, case)
    order = {**ORDER, "handling_mode": "separate", "separate_units": ["CG"]}
    prepared = run("prepare_second_assignment", context(session, case, order, **found))

    opened = run("open_second_assignment", context(session, case, **found, **prepared))

    assert [each["unit"] for each in opened["separates"]] == ["CG"]
    assert opened["handling_mode"] == "separate"


def test_the_last_word_is_told_to_every_deputy_and_unit(
    session: Session, case: RepliedCase
) -> None:
    values = {"disposal": "next_year", "disposal_reason": "资金明年才能落实。"}

    found = run("record_disposal", context(session, case, values, by="主任会议"))

    assert found == {"deliberation_outcome": "next_year"}
    for recipient in ("代表甲", "代表乙"):
        assert "列入下年度跟踪督办。资金明年才能落实。" in told(session, recipient)[-1]
    assert "列入下年度跟踪督办" in told(session, "unit_liaison:JT")[-1]
