"""Problems are numbered as they were written, and none is passed over."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.register.supervision import findings
from tests.service.register.supervision.examined import PROBLEMS, opened, required


def test_problems_are_numbered_in_the_order_they_were_written(session: Session) -> None:
    case = opened(session)

    findings.record(session, case.id, PROBLEMS)

    rows = findings.of(session, case.id)
    assert [(row.number, row.point) for row in rows] == [(1, "no_plan"), (2, "no_contact")]


def test_a_problem_that_was_forgotten_is_named(session: Session) -> None:
    case = opened(session)
    findings.record(session, case.id, PROBLEMS)

    with pytest.raises(NotAllowed, match="第 1、2 个问题还没有写到"):
        findings.refuse_gaps(session, case.id, [])


def test_what_was_required_stays_where_nothing_new_is(session: Session) -> None:
    case = opened(session)
    findings.record(session, case.id, PROBLEMS)
    findings.require(session, case.id, required("补方案", "联系代表"))

    findings.require(session, case.id, required("十日内补方案", ""))

    rows = findings.of(session, case.id)
    assert [row.requirement for row in rows] == ["十日内补方案", "联系代表"]
