"""A plan names people, measures and dates; a returned one comes back as the next version."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.handling import plans
from service.tables.assignments import Assignment
from service.tables.handling import HandlingPlan
from tests.conftest import MORNING
from tests.handled import assign, planned, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def submit(session: Session, assignment: Assignment) -> HandlingPlan:
    return plans.submit(session, assignment, planned(), "jt_chengban", MORNING)


def test_a_plan_keeps_measures_and_milestones_in_order(
    session: Session, assignment: Assignment
) -> None:
    plan = submit(session, assignment)

    assert [(m.number, m.text) for m in plan.measures] == [
        (1, "增设十二处警示"),
        (2, "加装护栏三公里"),
    ]
    assert [m.due_on for m in plan.milestones] == [date(2026, 4, 10)]
    assert (plan.version, plan.status) == (1, "submitted")


def test_an_approved_plan_says_who_approved_it(session: Session, assignment: Assignment) -> None:
    submit(session, assignment)

    plan = plans.decide(session, assignment.id, True, "抓紧办", "jt_fenguan", MORNING)

    assert (plan.status, plan.opinion, plan.decided_by) == ("approved", "抓紧办", "jt_fenguan")


def test_a_returned_plan_comes_back_as_the_next_version(
    session: Session, assignment: Assignment
) -> None:
    first = submit(session, assignment)
    plans.decide(session, assignment.id, False, "时限太晚", "jt_fenguan", MORNING)

    second = submit(session, assignment)

    assert (first.status, second.version) == ("returned", 2)
    assert plans.latest(session, assignment.id) is second


def test_the_leader_in_charge_may_return_what_the_unit_approved(
    session: Session, assignment: Assignment
) -> None:
    submit(session, assignment)
    plans.decide(session, assignment.id, True, "", "jt_fenguan", MORNING)

    plan = plans.review(session, assignment.id, False, "请财政局参加", "fsz_cheng", MORNING)

    assert (plan.status, plan.leader_opinion) == ("returned", "请财政局参加")
    assert plan.leader_reviewed_by == "fsz_cheng"


def test_there_is_nothing_to_decide_without_a_plan(
    session: Session, assignment: Assignment
) -> None:
    with pytest.raises(NotFound, match="还没有三定方案"):
        plans.decide(session, assignment.id, True, "", "jt_fenguan", MORNING)


def test_the_diary_is_kept_in_order(session: Session, assignment: Assignment) -> None:
    plans.note(session, assignment.id, "完成勘查", [], "jt_chengban", MORNING)
    plans.note(session, assignment.id, "开始施工", [5], "jt_chengban", MORNING)

    assert [n.text for n in plans.notes(session, assignment.id)] == ["完成勘查", "开始施工"]
