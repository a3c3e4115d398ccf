"""What handles ratings is deployed on the word of two people."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import audit
from service.database import Database
from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.people.directory import Actor
from service.runtime import proposals, publishing
from service.runtime.proposals import Proposed
from service.tables.people import Notification
from service.tables.runtime import Deployment
from tests.conftest import MORNING
from tests.service.runtime.errands import calling, plain, rewritten

OFFICE = Actor("wang", "王芳", frozenset({"deputy_office"}))
BOTH = Actor("sheji", "设计员", frozenset({"designer", "deputy_office"}))
STRANGER = Actor("li", "李明", frozenset({"deputy"}))
LATER = MORNING + timedelta(hours=1)


@pytest.fixture
def limits(database: Database) -> Database:
    with database.transaction() as session:
        policies.seed(session, MORNING)
    return database


@pytest.fixture(autouse=True)
def errands_need_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(publishing, "reserved", lambda: frozenset({"errand"}))


def publish(database: Database, content: bytes) -> Proposed:
    done = publishing.publish(database, {"errand.bpmn": content}, "sheji", MORNING, "改了名称")
    assert isinstance(done, Proposed)
    return done


def deployed(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Deployment)) or 0


def recorded(session: Session) -> list[tuple[str | None, str]]:
    """What auditors read, the earliest first."""
    return [(row.by, row.sentence) for row in reversed(audit.latest(session, 10))]


@pytest.fixture
def changed(limits: Database) -> tuple[Database, int]:
    """A second version that waits."""
    publishing.publish(limits, {"errand.bpmn": plain()}, "sheji", MORNING)
    return limits, publish(limits, plain(task="撤销")).proposal_id


def test_the_first_version_and_the_same_content_need_nobody(limits: Database) -> None:
    for _ in range(2):
        done = publishing.publish(limits, {"errand.bpmn": plain()}, "sheji", MORNING)
        assert not isinstance(done, Proposed)
    assert deployed(limits) == 1


def test_a_new_version_waits_and_the_office_hears_of_it(changed: tuple[Database, int]) -> None:
    database, proposal = changed

    assert deployed(database) == 1
    with database.reading() as session:
        [message] = session.scalars(select(Notification))
        assert message.recipient == "deputy_office"
        assert message.link == f"/g/deployments/{proposal}"
        assert [row.status for row in proposals.latest(session)] == ["waiting"]
        assert list(proposals.files(session, proposal)) == ["errand.bpmn"]


def test_another_drawing_of_the_same_content_needs_nobody(limits: Database) -> None:
    publishing.publish(limits, {"errand.bpmn": plain()}, "sheji", MORNING)

    done = publishing.publish(limits, {"errand.bpmn": rewritten(plain())}, "sheji", MORNING)

    assert not isinstance(done, Proposed)
    assert deployed(limits) == 1


def test_taking_a_reserved_caller_along_waits_and_its_callers_come_with_the_consent(
    limits: Database,
) -> None:
    publishing.publish(limits, {"part.bpmn": plain("part")}, "sheji", MORNING)
    publishing.publish(limits, {"errand.bpmn": calling("errand", "part")}, "sheji", MORNING)
    changed = {"part.bpmn": plain("part", task="送信")}

    alone = publishing.publish(limits, changed, "sheji", MORNING)
    together = publishing.publish(limits, changed, "sheji", MORNING, with_callers=True)

    assert not isinstance(alone, Proposed)
    assert isinstance(together, Proposed)
    assert together.processes == ("errand",)
    with limits.transaction() as session:
        done = publishing.agree(session, together.proposal_id, OFFICE, LATER)
    assert [(one.process_id, one.version) for one in done.processes] == [("errand", 2), ("part", 2)]


def test_an_earlier_version_of_a_reserved_process_waits_too(changed: tuple[Database, int]) -> None:
    database, proposal = changed
    with database.transaction() as session:
        publishing.agree(session, proposal, OFFICE, LATER)

    done = publishing.restore(database, "errand", 1, "sheji", LATER, "新名称不清楚")

    assert isinstance(done, Proposed)
    with database.reading() as session:
        assert proposals.get(session, done.proposal_id).note == "恢复第 1 版：新名称不清楚"


def test_the_office_agrees_once_and_the_designer_hears_of_it(changed: tuple[Database, int]) -> None:
    database, proposal = changed

    with database.transaction() as session:
        done = publishing.agree(session, proposal, OFFICE, LATER)

    assert [one.version for one in done.processes] == [2]
    with database.transaction() as session:
        row = proposals.get(session, proposal)
        assert (row.status, row.decided_by) == ("agreed", "wang")
        assert row.deployment_id == done.deployment_id
        assert recorded(session) == [
            ("sheji", "部署“跑腿”第 1 版。"),
            ("sheji", f"提交第 {proposal} 号流程变更，等代表工委决定。"),
            ("wang", f"同意第 {proposal} 号流程变更。"),
            ("sheji", "部署“跑腿”第 2 版。"),
        ]
        told = session.scalars(select(Notification).where(Notification.recipient == "sheji")).all()
        assert [one.text for one in told] == ["您提交的流程变更，代表工委已同意并上线。"]
        with pytest.raises(NotAllowed, match="已经有了决定"):
            publishing.agree(session, proposal, OFFICE, LATER)


def test_nobody_agrees_to_their_own_and_no_stranger_decides(changed: tuple[Database, int]) -> None:
    database, proposal = changed

    for person in (BOTH, STRANGER):
        with pytest.raises(NotAllowed), database.transaction() as session:
            publishing.agree(session, proposal, person, LATER)
        with pytest.raises(NotAllowed), database.transaction() as session:
            proposals.decide(session, proposal, person, LATER, "refused", "不行")
    assert deployed(database) == 1


def test_what_is_refused_changes_nothing_and_says_why(changed: tuple[Database, int]) -> None:
    database, proposal = changed

    with database.transaction() as session:
        proposals.decide(session, proposal, OFFICE, LATER, "refused", "任务没有密封")

    assert deployed(database) == 1
    with database.reading() as session:
        assert recorded(session)[-1] == ("wang", f"没有同意第 {proposal} 号流程变更。")
        assert audit.latest(session, 1)[0].reason == "任务没有密封"
        told = session.scalars(select(Notification).where(Notification.recipient == "sheji")).one()
        assert "任务没有密封" in told.text


def test_a_proposal_that_is_not_there_is_not_found(limits: Database) -> None:
    with limits.reading() as session, pytest.raises(NotFound):
        proposals.get(session, 99)
    with pytest.raises(NotFound), limits.transaction() as session:
        publishing.agree(session, 99, OFFICE, LATER)
