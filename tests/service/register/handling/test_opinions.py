"""An assist opinion is written, endorsed, judged; it may be corrected twice, and it may be late."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.handling import opinions
from service.register.handling.kinds import AbsenceDecision, Judgement
from service.tables.assignments import Assignment
from service.tables.handling import AssistOpinion
from tests.conftest import MORNING
from tests.handled import assign, opined, session_of, suggest


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


@pytest.fixture
def assignment(session: Session) -> Assignment:
    return assign(session, suggest(session).id, "GA", "assist")


def submit(
    session: Session, assignment: Assignment, progress: str = "已装测速设备"
) -> AssistOpinion:
    return opinions.submit(session, assignment, opined(progress=progress), "ga_chengban", MORNING)


def send(session: Session, assignment: Assignment) -> AssistOpinion:
    submit(session, assignment)
    return opinions.endorse(session, assignment, "ga_fenguan", MORNING)


def test_an_endorsed_opinion_has_a_letter_number(session: Session, assignment: Assignment) -> None:
    row = send(session, assignment)

    assert (row.status, row.number, row.late) == ("submitted", "公安局建协〔2026〕1号", False)
    assert opinions.awaiting_judgement(session, assignment.id)


def test_what_the_units_own_leader_returns_is_written_over(
    session: Session, assignment: Assignment
) -> None:
    first = submit(session, assignment)
    opinions.send_back(session, assignment.id, "没有数据")

    second = submit(session, assignment, "已装测速设备两处")

    assert second is first
    assert (second.round, second.progress, second.returned_reason) == (1, "已装测速设备两处", "")


def test_an_opinion_may_be_corrected_twice_and_then_goes_higher(
    session: Session, assignment: Assignment
) -> None:
    judged = []
    for _ in range(3):
        send(session, assignment)
        row = opinions.judge(
            session, assignment.id, Judgement.REDO, "没有实际内容", "jt_chengban", MORNING
        )
        judged.append((row.round, row.judgement))

    assert judged == [(1, "redo"), (2, "redo"), (3, "dispute")]


def test_a_dispute_ends_with_minutes(session: Session, assignment: Assignment) -> None:
    send(session, assignment)
    opinions.judge(session, assignment.id, Judgement.DISPUTE, "职责不清", "jt_chengban", MORNING)

    row = opinions.coordinate(session, assignment.id, "由公安局负责", "zfb_guzhang", MORNING)

    assert (row.status, row.minutes) == ("coordinated", "由公安局负责")


def test_a_late_opinion_is_marked_and_its_default_kept(
    session: Session, assignment: Assignment
) -> None:
    default = opinions.default(session, assignment, MORNING)

    row = send(session, assignment)

    assert row.late
    assert default.arrived_at == MORNING


def test_the_lead_unit_goes_on_without_an_absent_one(
    session: Session, assignment: Assignment
) -> None:
    opinions.default(session, assignment, MORNING)

    row = opinions.decide_absence(
        session, assignment, AbsenceDecision.ABSENT, "不再等待", "jt_chengban", MORNING
    )

    assert (row.decision, row.decided_by) == ("absent", "jt_chengban")
    assert assignment.status == "overdue_absent"


def test_waiting_changes_nothing_for_the_late_unit(
    session: Session, assignment: Assignment
) -> None:
    opinions.default(session, assignment, MORNING)

    row = opinions.decide_absence(
        session, assignment, AbsenceDecision.WAIT, "", "jt_chengban", MORNING
    )

    assert row.decision == "wait"
    assert assignment.status == "contacting"


def test_there_is_nothing_to_judge_before_it_came(session: Session, assignment: Assignment) -> None:
    with pytest.raises(NotFound, match="还没有提出协办意见"):
        opinions.judge(session, assignment.id, Judgement.ADOPTED, "", "jt_chengban", MORNING)
    assert not opinions.awaiting_judgement(session, assignment.id)
