"""What the forms of a reply start with, and what they offer to choose from."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import run
from service.register.handling import commitments, opinions
from service.register.handling.kinds import Judgement, Source
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import REPLY, assign, at, listed, opined, promised, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def test_the_promises_of_the_plan_are_offered(session: Session, assignment: Assignment) -> None:
    promise = promised("加装护栏", due_on="2026-03-02")
    commitments.make(session, assignment, Source.PLAN, [promise], "jt_chengban", MORNING)

    [row] = listed("reply_commitments", at(assignment))

    assert (row["text"], row["due_on"]) == ("加装护栏", "2026-03-02")


def test_the_lead_unit_reads_every_opinion_also_the_missing_one(
    session: Session, assignment: Assignment
) -> None:
    given = assign(session, assignment.suggestion_id, "GA", "assist")
    absent = assign(session, assignment.suggestion_id, "CZ", "assist")
    opinions.submit(session, given, opined(progress="已装测速设备"), "ga_chengban", MORNING)
    opinions.endorse(session, given, "ga_fenguan", MORNING)
    opinions.judge(session, given.id, Judgement.ADOPTED, "", "jt_chengban", MORNING)
    assists = [{"unit": a.unit, "assignment": a.id} for a in (given, absent)]

    rows = listed("assist_accounts", at(assignment, assists=assists))

    assert [(row["unit"], row["judgement"]) for row in rows] == [
        ("公安局", "采纳"),
        ("财政局", "逾期缺席"),
    ]


def test_the_classes_are_offered(session: Session) -> None:
    assert [
        option.code
        for option in listed("reply_classes", at(assign(session, suggest(session).id, "JT")))
    ] == ["A", "B", "C"]


def test_the_office_reads_what_each_unit_answered(session: Session, assignment: Assignment) -> None:
    desk = at(assignment)
    assert listed("delivered_replies", desk) == []

    run("submit_reply", at(assignment, REPLY))

    [row] = listed("delivered_replies", desk)
    assert (row["unit"], row["items"], row["delivered"]) == ("交通局", "2 条", "")


def test_a_protected_deputy_is_delivered_to_without_a_name(session: Session) -> None:
    duty = assign(session, suggest(session, identity_protected=True).id, "JT")

    [row] = listed("reply_recipients", at(duty))

    assert (row["number"], row["role"], row["name"]) == (1, "领衔", "代表（要求保密身份）")
