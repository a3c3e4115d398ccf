"""What the forms of handling start with, and what they offer to choose from."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import run
from service.tables.assignments import Assignment
from tests.handled import CONTACT, ITEMS, OPINION, assign, at, listed, sent, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT", "lead")


@pytest.fixture
def assisting(session: Session, assignment: Assignment) -> Assignment:
    return assign(session, assignment.suggestion_id, "GA", "assist")


def test_the_judge_reads_the_opinion(session: Session, assisting: Assignment) -> None:
    sent(assisting)

    [row] = listed("assist_opinion", at(assisting))

    assert (row["unit"], row["number"]) == ("清沅市公安局", "公安局建协〔2026〕1号")


def test_the_deputy_reads_what_the_unit_wrote(session: Session, assignment: Assignment) -> None:
    found = run("record_contact_before", at(assignment, CONTACT))

    [row] = listed("contact_record", at(assignment, **found))

    assert (row["method"], row["deputy_opinion"]) == ("面商", CONTACT["deputy_opinion"])


def test_lists_name_the_units_handlers_and_the_cases_deputies(
    session: Session, assignment: Assignment
) -> None:
    desk = at(assignment)

    assert [o.code for o in listed("unit_handlers", desk)] == ["jt_chengban"]
    assert [o.code for o in listed("case_deputies", desk)] == ["d001"]


def test_a_first_plan_starts_from_what_the_deputy_asked(
    session: Session, assignment: Assignment
) -> None:
    rows = listed("plan_measures", at(assignment))

    assert [(row["number"], row["item"]) for row in rows] == list(enumerate(ITEMS, 1))
    assert listed("plan_milestones", at(assignment)) == []


def test_the_drafter_reads_who_returned_the_opinion(
    session: Session, assisting: Assignment
) -> None:
    desk = at(assisting)
    assert listed("last_judgement", desk) == []
    run("submit_opinion", at(assisting, OPINION))

    returned = {"endorse_conclusion": "return", "reason": "没有数据"}
    run("endorse_opinion", at(assisting, returned))
    assert listed("last_judgement", desk) == [{"by": "本单位审签", "reason": "没有数据"}]

    run("submit_opinion", at(assisting, OPINION))
    run("endorse_opinion", at(assisting, {"endorse_conclusion": "agree"}))
    run("judge_opinion", at(assisting, {"judgement": "redo", "reason": "太空"}))
    assert listed("last_judgement", desk) == [{"by": "主办单位评判", "reason": "太空"}]
