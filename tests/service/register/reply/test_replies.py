"""A reply answers every item, keeps every version, gets one number, and reaches every deputy."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.reply import deliveries, replies
from service.register.reply.kinds import Step
from service.tables.assignments import Assignment
from service.tables.handling import Reply, ReplyVersion
from tests.conftest import MORNING
from tests.handled import REPLY, assign, replying, session_of, suggest

LATER = MORNING + timedelta(days=30)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "JT")


def draft(session: Session, assignment: Assignment, **changes: object) -> Reply:
    return replies.draft(session, assignment, replying(**changes), "jt_chengban", MORNING)


def test_every_version_is_kept(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)
    replies.send_back(session, assignment.id, Step.PROOF, "第二条太空", "jt_hegao", MORNING)

    reply = draft(session, assignment, body="护栏已装三公里。", items=REPLY["items"][:1])

    kept = session.scalars(select(ReplyVersion).order_by(ReplyVersion.version)).all()
    assert [version.content["body"] for version in kept] == [REPLY["body"], "护栏已装三公里。"]
    assert [len(version.content["items"]) for version in kept] == [2, 1]
    assert [item.response for item in reply.items] == ["十二处警示已经装好。"]


def test_the_drafter_reads_why_it_came_back(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)
    assert replies.last_return(session, assignment.id) is None

    replies.send_back(session, assignment.id, Step.ENDORSE, "承诺要写日期", "jt_fenguan", MORNING)

    returned = replies.last_return(session, assignment.id)
    assert returned is not None
    assert (returned.step, returned.reason) == ("endorse", "承诺要写日期")

    draft(session, assignment)
    assert replies.last_return(session, assignment.id) is None, "the new version is not returned"


def test_issue_numbers_a_reply_once(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)
    replies.sign_off(session, assignment.id, "jt_zhuyao")

    reply = replies.issue(session, assignment, MORNING)

    assert (reply.number, reply.status) == ("交通局建复〔2026〕1号", "issued")
    assert reply.issued_by == "jt_zhuyao"

    replies.send_back(session, assignment.id, Step.RECEIPT, "没有逐条回应", "dgw_ganshi", MORNING)
    draft(session, assignment)
    assert replies.issue(session, assignment, LATER).number == "交通局建复〔2026〕1号"
    assert reply.issued_at == LATER


def test_who_passed_the_reply_is_kept(session: Session, assignment: Assignment) -> None:
    draft(session, assignment)

    replies.proof(session, assignment.id, "jt_hegao", MORNING)
    replies.endorse(session, assignment.id, "jt_fenguan", MORNING)
    reply = replies.review(session, assignment.id, "fsz_cheng", MORNING)

    assert (reply.proofed_by, reply.endorsed_by, reply.leader_reviewed_by) == (
        "jt_hegao",
        "jt_fenguan",
        "fsz_cheng",
    )


def test_the_replies_of_a_round_are_told_in_order_of_delivery(session: Session) -> None:
    case = suggest(session)
    first, second = assign(session, case.id, "SJ", "separate"), assign(session, case.id, "WL")
    again = assign(session, case.id, "SJ", round=2)
    for assignment, at in ((second, MORNING), (first, LATER), (again, LATER)):
        draft(session, assignment)
        deliveries.record(session, assignment, [], "x", at)

    assert [r.unit for r in replies.of_suggestion(session, case.id, 1)] == ["WL", "SJ"]
    assert [r.assignment_id for r in replies.of_suggestion(session, case.id, 2)] == [again.id]


def test_nobody_can_pass_what_is_not_drafted(session: Session, assignment: Assignment) -> None:
    with pytest.raises(NotFound, match="还没有起草答复"):
        replies.proof(session, assignment.id, "jt_hegao", MORNING)
