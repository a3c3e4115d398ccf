"""A meeting brings deputies and units together; a second assignment starts a round of its own; the first stays."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.deliberation import meetings
from service.register.deliberation.meetings import Minutes, Order, Plan, Question, Resolution
from service.register.dispatch import assignments
from service.register.dispatch.assignments import Planned
from service.register.evaluation import evaluations
from service.register.evaluation.evaluations import Rating
from service.register.people import directory as people
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, populate, replied

LOCAL = ZoneInfo("Asia/Shanghai")
HELD = MORNING + timedelta(days=20)
PLAN = Plan("护栏安装", HELD, "常委会会议室", "李主任", "督查室")
MINUTES = Minutes(
    present="沈代表、交通局王局长",
    unit_account="资金已落实，六月施工。",
    stance="accepted_explanation",
    questions=[Question("为什么拖到六月？", "冬季不能施工。", "王局长")],
    resolutions=[Resolution("六月底前装完", "交通局", date(2026, 6, 30))],
    recordings=[3],
)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session)
        yield session


@pytest.fixture
def case(session: Session) -> RepliedCase:
    return replied(session, ["JT"], assists=["GA"])


def convened(session: Session, case: RepliedCase, plan: Plan = PLAN) -> int:
    meeting = meetings.plan(session, plan, "代工委甲", MORNING)
    return meetings.convene(session, meeting, case.suggestion.id, 1, "何时安装护栏").id


def met(session: Session, case: RepliedCase, *deputies: str) -> int:
    item = convened(session, case)
    meetings.give_notice(session, item, ["JT"], MORNING)
    meetings.minute(session, item, MINUTES, "代工委甲", HELD + timedelta(hours=3))
    meetings.ask_to_confirm(session, item, deputies or ("代表甲",))
    return item


# The meeting


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
    meetings.state(session, item, "JT", "资金已落实", "王局长", [], "交通局联络员", MORNING)

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
        meetings.state(session, item, "GA", "说明", "局长", [], "公安局联络员", MORNING)


def test_minutes_are_written_after_the_meeting(session: Session, case: RepliedCase) -> None:
    item = convened(session, case)

    with pytest.raises(NotAllowed, match="还没有召开"):
        meetings.minute(session, item, MINUTES, "代工委甲", HELD - timedelta(hours=1))
    meetings.minute(session, item, MINUTES, "代工委甲", HELD)

    assert [row.question for row in meetings.questions(session, item)] == ["为什么拖到六月？"]
    assert [row.due_on for row in meetings.resolutions(session, item)] == [date(2026, 6, 30)]
    assert meetings.get(session, item).stance == "accepted_explanation"


def test_what_was_voiced_in_the_room_accepts_nothing(session: Session, case: RepliedCase) -> None:
    item = met(session, case)

    assert not meetings.accepted(session, item)


@pytest.mark.parametrize(
    ("outcome", "accepted"),
    [("satisfied", True), ("accepted_explanation", True), ("still_dissatisfied", False)],
)
def test_the_deputy_alone_decides(
    session: Session, case: RepliedCase, outcome: str, accepted: bool
) -> None:
    item = met(session, case)

    meetings.confirm(session, item, "代表甲", outcome, "还要装反光镜", False, HELD)

    assert meetings.accepted(session, item) is accepted
    assert meetings.explanation_accepted(session, case.suggestion.id) is (
        outcome == "accepted_explanation"
    )


def test_one_deputy_who_does_not_accept_keeps_the_case_open(
    session: Session, case: RepliedCase
) -> None:
    item = met(session, case, "代表甲", "代表乙")
    meetings.confirm(session, item, "代表甲", "satisfied", "", False, HELD)
    assert not meetings.accepted(session, item)

    meetings.confirm(session, item, "代表乙", "still_dissatisfied", "再修", False, HELD)

    assert not meetings.accepted(session, item)


def test_nobody_confirms_for_a_deputy(session: Session, case: RepliedCase) -> None:
    item = met(session, case)

    for somebody in ("代表乙", "交通局联络员", "代工委甲", None):
        with pytest.raises(NotAllowed, match="代表本人"):
            meetings.confirm(session, item, somebody, "satisfied", "", False, HELD)


@pytest.mark.parametrize(
    ("reader", "rows"),
    [
        ("代表甲", 1),
        ("代表乙", 0),
        ("代工委甲", 1),
        ("代工委兼交通局", 0),
        ("交通局联络员", 0),
        ("公安局联络员", 0),
        ("政府办", 0),
    ],
)
def test_a_confirmation_is_the_deputy_s_and_the_office_s(
    session: Session, case: RepliedCase, reader: str, rows: int
) -> None:
    item = met(session, case)
    meetings.confirm(session, item, "代表甲", "satisfied", "", False, HELD)

    assert len(meetings.confirmations(session, people.actor(session, reader), item)) == rows


# Given out again


def given_again(session: Session, case: RepliedCase, order: Order | None = None) -> int:
    [last] = meetings.of_case(session, case.suggestion.id)[-1:]
    order = order or Order("装反光镜", "sole", [Planned("JT", "sole")])
    row = meetings.order(session, last.id, order, "代工委甲", HELD)
    meetings.open_round(session, row.id, HELD)
    return row.id


def test_a_second_assignment_has_its_own_units_and_clock(
    session: Session, case: RepliedCase
) -> None:
    case.suggestion.reply_due_at = MORNING
    met(session, case)

    order = Order(
        "装反光镜",
        "lead_assist",
        [Planned("CG", "lead"), Planned("JT", "assist")],
        "先清障",
        "陈副市长",
    )
    given_again(session, case, order)

    duties = assignments.active(session, case.suggestion.id)
    assert [(each.unit, each.role, each.round) for each in duties] == [
        ("CG", "lead", 2),
        ("JT", "assist", 2),
    ]
    assert {each.status for each in duties} == {"contacting"}
    assert {each.signed_at for each in duties} == {HELD}
    # One month from Sunday, 22 March; the assisting unit ten workdays, Tomb-Sweeping Day between.
    assert duties[0].due_at == datetime(2026, 4, 22, 18, tzinfo=LOCAL)
    assert duties[1].due_at == datetime(2026, 4, 3, 18, tzinfo=LOCAL)
    [row] = meetings.second_assignments(session, case.suggestion.id)
    assert (row.previous_units, row.due_at) == (["JT", "GA"], duties[0].due_at)
    assert (case.suggestion.round, case.suggestion.handling_mode) == (2, "lead_assist")
    assert case.suggestion.reply_due_at == MORNING


def test_the_first_round_stays_as_it_was(session: Session, case: RepliedCase) -> None:
    [first] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
    evaluations.rate(session, first.id, Rating("satisfied", "dissatisfied"), "代表甲", MORNING)
    evaluations.seal(session, case.instance_id, 1, MORNING)
    met(session, case)

    given_again(session, case)

    assert [each.status for each in case.duties] == ["delivered", "delivered"]
    assert first.result_rating == "dissatisfied"


def test_the_rounds_are_numbered_and_run_out(session: Session, case: RepliedCase) -> None:
    assert meetings.rounds_left(session, case.suggestion.id, HELD) == 2
    met(session, case)
    given_again(session, case)
    assert meetings.rounds_left(session, case.suggestion.id, HELD) == 1

    meeting = meetings.plan(session, PLAN, "代工委甲", MORNING)
    meetings.convene(session, meeting, case.suggestion.id, 2, "反光镜")
    given_again(session, case)

    assert meetings.rounds_left(session, case.suggestion.id, HELD) == 0
    rows = meetings.second_assignments(session, case.suggestion.id)
    assert [row.round for row in rows] == [2, 3]


def test_the_chairpersons_have_the_last_word(session: Session, case: RepliedCase) -> None:
    assert meetings.disposal(session, case.suggestion.id) is None

    meetings.dispose(session, case.suggestion.id, "next_year", "资金明年列入", "主任会议", HELD)

    row = meetings.disposal(session, case.suggestion.id)
    assert row is not None
    assert (row.decision, row.reason) == ("next_year", "资金明年列入")


def test_an_unknown_item_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        meetings.get(session, 1)
