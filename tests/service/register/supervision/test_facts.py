"""What counts as left undone: replies, tasks and promises past their limit, by whose they are."""

from datetime import UTC, date, datetime, timedelta

from sqlalchemy.orm import Session

from service.deadlines import policies
from service.register.supervision import proposals
from service.register.supervision.colors import Color, Proposal
from service.tables.deadlines import DeadlinePause
from service.tables.handling import AssistDefault, Commitment
from tests.conftest import MORNING
from tests.service.register.supervision.undone import NOW, assignment, open_task, suggestion


def test_an_overdue_reply_is_counted_in_working_days(session: Session) -> None:
    own = suggestion(session, case_no="七届五次-001")
    assignment(session, own, due_at=datetime(2026, 9, 18, 10, 0, tzinfo=UTC))  # Friday, 18:00

    [found] = proposals.candidates(session, NOW)

    assert (found.unit, found.case_no, found.proposal.color) == ("JT", "七届五次-001", "white")
    assert found.proposal.reasons == ("答复逾期 2 个工作日。",), "the Sunday between was worked"


def test_what_is_answered_or_with_another_unit_is_not_overdue(session: Session) -> None:
    late = NOW - timedelta(days=60)
    own = suggestion(session)
    assignment(session, own, due_at=late, replied_at=late + timedelta(days=1))
    assignment(session, own, due_at=late, status="reassigned")
    assignment(session, own, due_at=late, role="assist", status="overdue_absent")

    assert proposals.candidates(session, NOW) == []


def test_an_assisting_unit_is_late_from_the_date_of_its_opinion(session: Session) -> None:
    own = suggestion(session, dispatched_at=NOW - timedelta(days=250))
    assignment(session, own, due_at=NOW - timedelta(days=3), role="assist")

    [found] = proposals.candidates(session, NOW)

    assert (found.unit, found.proposal.color) == ("JT", "white")
    assert "协办意见逾期 2 个工作日" in found.proposal.reasons[0]


def test_an_opinion_that_came_back_is_late_from_its_own_date(session: Session) -> None:
    own = suggestion(session)
    assignment(session, own, role="assist", due_at=NOW - timedelta(days=9), replied_at=NOW)
    rejected = NOW - timedelta(days=8)
    within = ("co_opinion.redo", rejected)
    early = NOW - timedelta(days=5)
    open_task(session, own, "co_opinion.draft", "unit_handler:JT", early, within)
    due_at = policies.due(session, "co_opinion.redo", rejected).moment

    assert proposals.candidates(session, due_at) == []
    [found] = proposals.candidates(session, due_at + timedelta(days=2))
    assert "协办意见逾期 1 个工作日" in found.proposal.reasons[0]


def test_six_months_after_dispatch_nothing_but_red_is_proposed(session: Session) -> None:
    own = suggestion(session, dispatched_at=datetime(2026, 3, 18, 1, 0, tzinfo=UTC))
    assignment(session, own, due_at=datetime(2026, 9, 18, 10, 0, tzinfo=UTC))

    [found] = proposals.candidates(session, NOW)

    assert found.proposal == Proposal(Color.RED, ("超过自交办之日起六个月的法定上限仍未答复。",))


def test_a_second_assignment_overdue_is_yellow(session: Session) -> None:
    own = suggestion(session, dispatched_at=NOW - timedelta(days=100))
    assignment(session, own, round=2, due_at=NOW - timedelta(days=5))

    [found] = proposals.candidates(session, NOW)

    assert found.proposal.color == "yellow"


def test_tasks_open_past_their_limit_name_their_unit_and_their_failing(session: Session) -> None:
    own = suggestion(session)
    open_task(session, own, "sign", "unit_liaison:JT")
    open_task(session, own, "contact.before", "unit_handler:ZJ")
    open_task(session, own, "evaluate", "deputy")
    open_task(session, own, "plan", "unit_liaison:JT", due_at=NOW + timedelta(days=1))

    found = {each.unit: each.proposal for each in proposals.candidates(session, NOW)}

    assert found == {
        "JT": Proposal(Color.WHITE, ("交办后逾期未签收。",)),
        "ZJ": Proposal(Color.WHITE, ("逾期未做办前沟通。",)),
    }


def test_promises_past_their_day_and_absent_assistants_count(session: Session) -> None:
    own = suggestion(session)
    promised = assignment(session, own)
    absent = assignment(session, own, unit="ZJ", role="assist")
    session.add(
        Commitment(
            suggestion_id=own.id,
            assignment_id=promised.id,
            unit="JT",
            source="plan",
            text="十月底前装好护栏",
            due_on=date(2026, 8, 20),
            status="open",
            made_at=MORNING,
        )
    )
    session.add(
        AssistDefault(
            suggestion_id=own.id,
            assignment_id=absent.id,
            unit="ZJ",
            recorded_at=NOW - timedelta(days=10),
            decision="absent",
        )
    )
    session.flush()

    found = {each.unit: each.proposal.color for each in proposals.candidates(session, NOW)}

    assert found == {"JT": "yellow", "ZJ": "yellow"}


def test_days_on_which_the_clock_stood_are_none_of_being_late(session: Session) -> None:
    own = suggestion(
        session, case_no="七届五次-001", dispatched_at=datetime(2026, 3, 18, 1, 0, tzinfo=UTC)
    )
    assignment(session, own, due_at=datetime(2026, 9, 14, 10, 0, tzinfo=UTC))  # Monday, 18:00
    row = {"id": 1, "business_key": f"suggestion:{own.id}", "reason": "", "attachments": []}
    days = {
        "from_at": datetime(2026, 9, 15, 1, 0, tzinfo=UTC),
        "until_at": datetime(2026, 9, 18, 1, 0, tzinfo=UTC),
    }
    session.add(DeadlinePause(**row, **days))
    policies.touch(session)

    [found] = proposals.candidates(session, NOW)

    assert found.proposal.reasons == ("答复逾期 3 个工作日。",), "and the six months are not over"
