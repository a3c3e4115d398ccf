"""Every place that keeps a due moment moves with its limit: tasks, jobs, suggestions, assignments, cards."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from service.deadlines import places, plans, policies, recount, workdays
from service.deadlines.book import Book
from service.deadlines.plans import Plan
from service.tables.assignments import Assignment, DispatchBatch
from service.tables.evaluation import Meeting, MeetingItem, SecondAssignment
from service.tables.people import Person, Unit
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard, SupervisionCase

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]


def ends(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T18:00+08:00")


def with_amounts(book: Book, **amounts: int) -> Book:
    """The same book with other amounts; keys are written with _ for the dot."""
    changed = {
        (key, level): tuple(
            row._replace(amount=amounts.get(key.replace(".", "_"), row.amount)) for row in rows
        )
        for (key, level), rows in book.policies.items()
    }
    return Book(changed, book.calendar)


def carry_out(session: Session, **amounts: int) -> Plan:
    before = policies.in_force(session)
    keys = [key for key in before.keys if key.replace(".", "_") in amounts]
    reach = recount.Reach(frozenset(keys))
    plan = recount.count(session, before, with_amounts(before, **amounts), reach, AT)
    plans.carry_out(session, plan)
    return plan


def moved(plan: Plan) -> int:
    return sum(len(plan.shifts[name]) for name in places.PLACES)


@pytest.fixture
def case(working: Session) -> Suggestion:
    """A suggestion dispatched to a leading and an assisting unit, and one merged into it."""
    working.add_all(
        [
            Person(login="d001", name="林春梅"),
            Unit(code="JT", name="交通局", short_name="交通局", system="government", level="city"),
            Unit(code="CZ", name="财政局", short_name="财政局", system="government", level="city"),
            DispatchBatch(id=1, number="2026-1", name="首批", dispatched_on=date(2026, 3, 18)),
        ]
    )
    working.flush()
    due = policies.due(working, "reply.normal", AT).moment
    for number, main in ((1, None), (2, 1)):
        working.add(
            Suggestion(
                id=number, title="护栏", level="city", kind="in_session", category="交通水利",
                lead_deputy="d001", situation="", research_methods=[], preferred_units=[],
                status="handling", submitted_at=AT, dispatched_at=AT, reply_due_at=due,
                merged_into_id=main, batch_id=1,
            )
        )  # fmt: skip
        working.flush()
    assist = policies.due(working, "co_opinion", AT).moment
    working.add_all(
        Assignment(
            suggestion_id=1, unit=unit, role=role, status="working", dispatched_at=AT, due_at=moment
        )
        for unit, role, moment in (("JT", "lead", due), ("CZ", "assist", assist))
    )
    working.flush()
    return working.get_one(Suggestion, 1)


def assignments(session: Session) -> dict[str, datetime | None]:
    return {row.unit: row.due_at for row in session.scalars(select(Assignment))}


def test_the_header_of_a_case_moves_with_its_tasks(working: Session, case: Suggestion) -> None:
    plan = carry_out(working, reply_normal=2)

    assert case.reply_due_at == ends("2026-05-18")
    assert working.get_one(Suggestion, 2).reply_due_at == ends("2026-05-18")
    assert assignments(working) == {"JT": ends("2026-05-18"), "CZ": ends("2026-04-20")}
    assert sorted((move.business_key, move.unit, move.name) for move in plan.moves) == [
        ("suggestion:1", "", "建议的答复期限"),
        ("suggestion:1", "", "建议的答复期限"),
        ("suggestion:1", "JT", "承办单位的答复期限"),
    ]
    assert moved(plan) == 3


def test_an_assisting_unit_has_its_own_limit(working: Session, case: Suggestion) -> None:
    plan = carry_out(working, co_opinion=2)

    assert assignments(working) == {"JT": ends("2026-06-18"), "CZ": ends("2026-05-18")}
    assert moved(plan) == 1


def test_the_batch_date_caps_the_records_too(working: Session, case: Suggestion) -> None:
    working.get_one(DispatchBatch, 1).due_on = date(2026, 5, 25)
    capped = policies.due(working, "reply.normal", AT, cap_on="2026-05-25").moment
    for row in (case, working.get_one(Suggestion, 2)):
        row.reply_due_at = capped
    working.flush()

    carry_out(working, reply_normal=1)

    assert case.reply_due_at == ends("2026-04-20")


def test_what_is_answered_does_not_move(working: Session, case: Suggestion) -> None:
    for row in [*working.scalars(select(Suggestion)), *working.scalars(select(Assignment))]:
        row.replied_at = AT
    working.flush()

    plan = carry_out(working, reply_normal=2, co_opinion=2)

    assert moved(plan) == 0
    assert case.reply_due_at == ends("2026-06-18")


def test_a_hard_case_follows_the_hard_limit(working: Session, case: Suggestion) -> None:
    case.is_hard = True
    case.reply_due_at = policies.due(working, "reply.hard", AT).moment
    working.flush()

    unmoved = carry_out(working, reply_normal=2)
    carry_out(working, reply_hard=5)

    assert moved(unmoved) == 0
    assert case.reply_due_at == ends("2026-08-18")


def test_a_second_round_has_a_clock_of_its_own(working: Session, case: Suggestion) -> None:
    reassigned = AT + timedelta(days=100)
    second = policies.due(working, "redo", reassigned).moment
    working.add(
        Meeting(
            id=1, topic="护栏", held_at=AT, place="会客厅", chair="d001", convened_by=None,
            convened_at=AT,
        )
    )  # fmt: skip
    working.flush()
    working.add(MeetingItem(id=1, meeting_id=1, suggestion_id=1, round=1, recordings=[]))
    working.flush()
    working.add(
        SecondAssignment(
            id=1, suggestion_id=1, round=2, item_id=1, demands="再办", handling_mode="sole", plan=[],
            previous_units=[], ordered_at=AT, opened_at=reassigned, due_at=second,
        )
    )  # fmt: skip
    working.add(
        Assignment(
            id=9, suggestion_id=1, unit="JT", role="sole", round=2, status="working",
            dispatched_at=reassigned, due_at=second,
        )
    )  # fmt: skip
    working.flush()

    plan = carry_out(working, redo=2)

    expected = policies.in_force(working).calendar.due(reassigned, 2, workdays.Unit.MONTHS)
    assert working.get_one(SecondAssignment, 1).due_at == expected
    assert working.get_one(Assignment, 9).due_at == expected
    assert case.reply_due_at == ends("2026-06-18")
    assert moved(plan) == 2


def test_a_card_in_force_follows_the_limit_of_its_colour(
    working: Session, case: Suggestion
) -> None:
    working.add(
        SupervisionCase(
            id=1, number="督1", line="party_gov", organizer="gov_supervision", unit="JT",
            suggestion_id=1, points=[], basis="", approved_by="", leader="", opened_by="d001",
            opened_at=AT, status="rectifying", methods=[], checks=[], photos=[],
        )
    )  # fmt: skip
    working.flush()
    working.add(
        ControlCard(
            id=1, supervision_id=1, unit="JT", color="yellow", number="督黄1", rule="", reason="",
            proposed_color="yellow", requirement="", issued_by="d001", issued_at=AT,
            state="in_force", in_force_at=AT,
            due_at=policies.due(working, "rectify.yellow", AT).moment,
        )
    )  # fmt: skip
    working.flush()

    carry_out(working, rectify_white=9)
    after_white = working.get_one(ControlCard, 1).due_at
    carry_out(working, rectify_yellow=15)

    assert after_white == ends("2026-04-01")
    assert working.get_one(ControlCard, 1).due_at == ends("2026-04-09")


def test_the_questions_do_not_grow_with_the_tasks(working: Session, open_task: OpenTask) -> None:
    counts = []
    for first, last in ((0, 5), (5, 60)):
        for number in range(first, last):
            open_task(f"t{number:03d}", "sign", AT - timedelta(days=number % 7))
        working.flush()
        questions: list[str] = []

        def note(*given: object, kept: list[str] = questions) -> None:
            kept.append(str(given[2]))

        engine = working.get_bind()
        assert isinstance(engine, Engine)
        event.listen(engine, "before_cursor_execute", note)
        plan = carry_out(working, sign=5)
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(questions))
        assert len(plan.shifts[plans.TASKS]) == last
        for row in working.scalars(select(UserTask)):  # back to where they were
            row.due_at = policies.due(working, "sign", row.base_at or AT).moment
        working.flush()

    assert counts[0] == counts[1] <= 12
