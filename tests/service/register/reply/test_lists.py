"""What the forms of a reply start with, and what they offer to choose from."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.operations import options
from service.register.handling import commitments, opinions
from service.register.handling.commitments import Promise
from service.register.handling.opinions import Opinion
from service.register.reply import lists
from service.register.reply import operations as replying
from service.tables.assignments import Assignment
from tests.conftest import MORNING
from tests.handled import REPLY, assign, at, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def test_the_promises_of_the_plan_are_offered(session: Session, assignment: Assignment) -> None:
    promise = Promise("加装护栏", MORNING.date())
    commitments.make(session, assignment, "plan", [promise], "jt_chengban", MORNING)

    [row] = lists.reply_commitments(session, at(assignment).variables)

    assert (row["text"], row["due_on"]) == ("加装护栏", "2026-03-02")


def test_the_lead_unit_reads_every_opinion_also_the_missing_one(
    session: Session, assignment: Assignment
) -> None:
    given = assign(session, assignment.suggestion_id, "GA", "assist")
    absent = assign(session, assignment.suggestion_id, "CZ", "assist")
    opinions.submit(session, given, Opinion("已装测速设备"), "ga_chengban", MORNING)
    opinions.endorse(session, given, "ga_fenguan", MORNING)
    opinions.judge(session, given.id, "adopted", "", "jt_chengban", MORNING)
    assists = [{"unit": a.unit, "assignment": a.id} for a in (given, absent)]

    rows = lists.assist_accounts(session, at(assignment, assists=assists).variables)

    assert [(row["unit"], row["judgement"]) for row in rows] == [
        ("公安局", "采纳"),
        ("财政局", "逾期缺席"),
    ]


def test_the_classes_are_offered(session: Session) -> None:
    assert [option.code for option in lists.reply_classes(session, {})] == ["A", "B", "C"]


def test_the_office_reads_what_each_unit_answered(session: Session, assignment: Assignment) -> None:
    variables = at(assignment).variables
    assert lists.delivered_replies(session, variables) == []

    replying.submit_reply(at(assignment, REPLY))

    [row] = lists.delivered_replies(session, variables)
    assert (row["unit"], row["items"], row["delivered"]) == ("交通局", "2 条", "")


def test_a_protected_deputy_is_delivered_to_without_a_name(session: Session) -> None:
    duty = assign(session, suggest(session, identity_protected=True).id, "JT")

    [row] = options("reply_recipients", session, at(duty).variables, at(duty).business_key)

    assert (row["number"], row["role"], row["name"]) == (1, "领衔", "代表（要求保密身份）")
