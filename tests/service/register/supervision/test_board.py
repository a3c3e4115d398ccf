"""Every number of the board is the length of a list that somebody can open."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.supervision import board as supervision_board
from service.register.supervision.board import COUNTS, LISTS
from service.tables.assignments import Assignment
from service.tables.handling import ContactRecord
from service.tables.suggestions import Suggestion
from service.tables.supervision import ControlCard, SupervisionCase
from tests.conftest import MORNING
from tests.supervised import deploy_rules
from tests.world import populate

NOW = MORNING + timedelta(days=9)  # Wednesday, 11 March


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session, MORNING)
        deploy_rules(session)
        yield session


def duty(session: Session, unit: str, due_in: float | None, **facts: object) -> Assignment:
    own = Suggestion(
        title=f"关于{unit}的建议",
        level="city",
        kind="in_session",
        category="transport",
        lead_deputy="代表甲",
        situation="情况",
        research_methods=[],
        preferred_units=[],
        status="handling",
        submitted_at=MORNING,
        dispatched_at=MORNING,
    )
    session.add(own)
    session.flush()
    given = {"role": "sole", "status": "working", "signed_at": MORNING}
    row = Assignment(
        suggestion_id=own.id,
        unit=unit,
        dispatched_at=MORNING,
        due_at=None if due_in is None else NOW + timedelta(days=due_in),
        **{**given, **facts},
    )
    session.add(row)
    session.flush()
    return row


def contact(session: Session, row: Assignment, confirmation: str) -> None:
    session.add(
        ContactRecord(
            suggestion_id=row.suggestion_id,
            assignment_id=row.id,
            unit=row.unit,
            stage="before",
            method="phone",
            held_on=date(2026, 3, 3),
            deputies=["代表甲"],
            deputy_opinion="尽快",
            attachments=[],
            evidence=[],
            recorded_at=MORNING,
            confirmation=confirmation,
        )
    )
    session.flush()


def case(session: Session, unit: str, **facts: object) -> SupervisionCase:
    row = SupervisionCase(
        **{
            "number": f"督查{unit}{facts.get('suggestion_id')}",
            "line": "party_gov",
            "organizer": "gov_supervision",
            "unit": unit,
            "points": [],
            "basis": "催办未果",
            "approved_by": "市长",
            "leader": "主任",
            "opened_by": "督查室",
            "opened_at": MORNING,
            "status": "inspecting",
            "methods": [],
            "checks": [],
            "photos": [],
            **facts,
        }
    )
    session.add(row)
    session.flush()
    return row


def card(session: Session, of: SupervisionCase, color: str, state: str = "in_force") -> None:
    number = f"{of.number}{color}{state}"
    session.add(
        ControlCard(
            supervision_id=of.id,
            unit=of.unit,
            color=color,
            number=number,
            rule="",
            proposed_color=color,
            reason="逾期",
            requirement="限期整改",
            issued_by="督查室主任",
            issued_at=MORNING,
            state=state,
            due_at=NOW,
        )
    )
    session.flush()


def numbers(session: Session, unit: str) -> dict[str, int]:
    [line] = [line for line in supervision_board.board(session, NOW).lines if line.unit == unit]
    return {key: count for key, count in line.counts.items() if count}


def test_an_idle_city_has_an_empty_board(session: Session) -> None:
    found = supervision_board.board(session, NOW)

    assert (found.lines, found.candidates, found.colors) == ([], [], {})
    assert found.totals == dict.fromkeys(COUNTS, 0)


def test_what_is_due_this_week_late_or_without_contact_is_counted(session: Session) -> None:
    duty(session, "JT", -1)
    duty(session, "JT", 4)  # Sunday
    duty(session, "JT", 5)  # Monday
    duty(session, "JT", None, role="assist")

    assert numbers(session, "JT") == {
        "open": 4,
        "due_this_week": 1,
        "overdue": 1,
        "no_contact": 3,
    }


def test_an_assisting_unit_s_late_opinion_is_no_late_reply(session: Session) -> None:
    duty(session, "JT", -1, role="assist")

    assert numbers(session, "JT") == {"open": 1, "assist_overdue": 1}


@pytest.mark.parametrize(
    ("confirmation", "missing"), [("pending", 0), ("confirmed", 0), ("denied", 1)]
)
def test_a_contact_that_the_deputy_denies_is_none(
    session: Session, confirmation: str, missing: int
) -> None:
    contact(session, duty(session, "JT", 30), confirmation)

    assert numbers(session, "JT").get("no_contact", 0) == missing


def test_what_is_answered_given_away_or_unsigned_is_not_counted_against_a_unit(
    session: Session,
) -> None:
    duty(session, "JT", -1, replied_at=NOW)
    duty(session, "JT", -1, status="reassigned")
    duty(session, "JT", 20, signed_at=None)

    assert numbers(session, "JT") == {"open": 1}


def test_a_unit_has_the_colour_of_its_gravest_card_until_it_is_cleared(session: Session) -> None:
    first = case(session, "JT", suggestion_id=None)
    card(session, first, "white")
    card(session, first, "yellow", "issued")
    card(session, first, "red", "cleared")
    letter = case(session, "FY", closed_at=NOW)
    card(session, letter, "letter")

    found = supervision_board.board(session, NOW)

    assert [(line.unit, line.color) for line in found.lines] == [("JT", "yellow"), ("FY", "letter")]
    assert found.lines[0].colors == {"white": 1, "yellow": 1}
    assert found.colors == {"white": 1, "yellow": 1, "letter": 1}
    assert (found.totals["cards"], found.totals["cases"]) == (3, 1)


def test_the_gravest_and_then_the_latest_come_first(session: Session) -> None:
    duty(session, "GA", 30)
    for _ in range(2):
        duty(session, "ZJ", -2)
    duty(session, "CG", -2)
    card(session, case(session, "JT"), "white")

    found = supervision_board.board(session, NOW)

    assert [line.unit for line in found.lines] == ["JT", "ZJ", "CG", "GA"]


def test_the_board_lists_whom_the_rules_would_card(session: Session) -> None:
    duty(session, "ZJ", -1)
    duty(session, "FY", -30)

    found = supervision_board.board(session, NOW).candidates

    assert [(each.unit, each.measure) for each in found] == [("FY", "letter"), ("ZJ", "white")]


@pytest.mark.parametrize("kind", COUNTS)
def test_every_number_is_the_length_of_its_list(session: Session, kind: str) -> None:
    for due_in in (-3, 2, 40):
        duty(session, "JT", due_in)
        duty(session, "ZJ", due_in)
    card(session, case(session, "JT"), "white")
    found = supervision_board.board(session, NOW)

    everywhere = supervision_board.listed(session, kind, NOW, None, 100)
    one_unit = supervision_board.listed(session, kind, NOW, "JT", 100)

    [line] = [line for line in found.lines if line.unit == "JT"]
    assert everywhere.total == len(everywhere.entries) == found.totals[kind]
    assert one_unit.total == len(one_unit.entries) == line.counts[kind]
    assert {entry.unit for entry in one_unit.entries} <= {"JT"}


def test_lists_lead_to_what_they_list_and_come_in_pages(session: Session) -> None:
    for _ in range(3):
        duty(session, "JT", -3)
    own = case(session, "ZJ")
    card(session, own, "white")

    page = supervision_board.listed(session, "overdue", NOW, None, 2, 2)
    [candidate, *_] = supervision_board.listed(session, "candidates", NOW, "JT", 50).entries
    [carded] = supervision_board.listed(session, "cards", NOW, None, 50).entries
    [supervised] = supervision_board.listed(session, "cases", NOW, None, 50).entries

    assert (len(page.entries), page.total) == (1, 3)
    assert page.entries[0].suggestion_id is not None
    assert (candidate.color, candidate.unit_name) == ("white", "交通局")
    assert (carded.supervision_id, carded.color) == (own.id, "white")
    assert (supervised.supervision_id, supervised.state) == (own.id, "inspecting")
    assert set(LISTS) == {*COUNTS, "candidates"}


def test_the_board_says_why_the_rules_cannot_be_asked(session: Session) -> None:
    duty(session, "ZJ", -1)
    faulty = 'if reply_overdue > 0 then null else "逾期"'
    deploy_rules(session, ('"答复逾期 {reply_overdue} 个工作日。"', faulty))

    found = supervision_board.board(session, NOW)

    assert found.candidates == ()
    assert "决策“三色规则”的结果看不懂" in found.fault
    assert found.totals["overdue"] == 1, "every number is there all the same"
