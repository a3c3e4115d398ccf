"""What a granted extension moves."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import changes, policies
from service.deadlines.workdays import Unit, end_of
from service.errors import DatabaseUnavailable, StaleVersion
from service.register.extension import dates
from service.tables.assignments import Assignment, Extension
from service.tables.deadlines import DeadlineChange
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.extended import APPLICATION, ask
from tests.service.register.extension.conftest import DUE
from tests.world import World, moment

UNTIL = end_of(moment("2026-07-31").date())


def test_the_unit_that_answers_for_all_moves_the_case(
    session: Session, duty: Assignment, granted: Extension
) -> None:
    dates.move(session, granted, "延期", "dgw_jia", MORNING)

    assert duty.due_at == UNTIL
    assert session.get_one(Suggestion, duty.suggestion_id).reply_due_at == UNTIL


def test_a_unit_that_answers_for_itself_moves_nobody_else(
    session: Session, duty: Assignment, granted: Extension
) -> None:
    duty.role = "separate"

    dates.move(session, granted, "延期", "dgw_jia", MORNING)

    assert duty.due_at == UNTIL
    assert session.get_one(Suggestion, duty.suggestion_id).reply_due_at == DUE


# At the same moment an administrator changes a limit


class Desk:
    """Two people at work at once on PostgreSQL: one grants an extension, one makes 答复 sixty days."""

    def __init__(self, database: Database) -> None:
        self.world = World(database)
        self.world.register(by="代表甲")
        self.world.dispatch("JT")
        self.world.sign()
        self.application = ask(self.world, "JT")
        self.world.do("申请延期", "交通局承办人", self.application, **APPLICATION)
        opinion = {"cosign_opinion": "agree", "cosign_note": "情况属实。"}
        self.world.do("会签延期申请", "政府办", self.application, **opinion)
        with database.reading() as session:
            self.stamp = changes.stamp(session)

    def grant(self) -> None:
        given = {"extension_decision": "grant", "granted_until": "2026-07-31"}
        self.world.do("决定是否延期", "代工委甲", self.application, **given)

    def change(self) -> None:
        with self.world.database.transaction() as session:
            policy = policies.in_force(session).policy("reply.normal", "", self.world.at.date())
            sixty = policy._replace(amount=60, unit=Unit.DAYS)
            changes.apply(session, sixty, "市委要求", "管理员", self.world.at, self.stamp)

    def made(self) -> list[str]:
        with self.world.reading() as session:
            rows = session.scalars(select(DeadlineChange.subject).order_by(DeadlineChange.id))
            return [subject.partition(":")[0] for subject in rows]


@pytest.fixture
def desk(postgresql: Database) -> Desk:
    return Desk(postgresql)


def paused(monkeypatch: pytest.MonkeyPatch, name: str, arrived: Event, go_on: Event) -> None:
    """Let the first who comes to this part of a change stop before it until it may go on."""
    real = getattr(changes, name)
    first = Lock()

    def stopping(*given: Any) -> Any:
        if first.acquire(blocking=False):
            arrived.set()
            assert go_on.wait(20)
        return real(*given)

    monkeypatch.setattr(changes, name, stopping)


def test_a_grant_during_a_change_of_limits_is_asked_for_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The administrator has the book and is about to wait for the instances."""
    arrived, go_on = Event(), Event()
    paused(monkeypatch, "lock", arrived, go_on)
    with ThreadPoolExecutor(1) as other:
        changing = other.submit(desk.change)
        assert arrived.wait(20)

        with pytest.raises(DatabaseUnavailable, match="您的填写没有丢失，请稍等几秒后再提交"):
            desk.grant()

        go_on.set()
        changing.result(20)
    assert "决定是否延期" in desk.world.open_tasks(desk.application)
    assert desk.world.incidents() == []
    desk.grant()
    assert desk.made() == ["policy", "case"]


def test_a_change_of_limits_that_comes_while_a_grant_holds_its_case_goes_first(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grant has its instance and is about to take the book, which the administrator has by now: no circle."""
    arrived, go_on = Event(), Event()
    paused(monkeypatch, "_claim_in_a_step", arrived, go_on)
    locking = Event()
    real = changes.lock

    def noted(*given: Any) -> None:
        locking.set()
        real(*given)

    monkeypatch.setattr(changes, "lock", noted)
    with ThreadPoolExecutor(2) as others:
        granting = others.submit(desk.grant)
        assert arrived.wait(20)
        changing = others.submit(desk.change)
        assert locking.wait(20)

        go_on.set()

        with pytest.raises(DatabaseUnavailable, match="请稍等几秒后再提交"):
            granting.result(20)
        changing.result(20)
    assert desk.world.incidents() == []
    desk.grant()
    assert desk.made() == ["policy", "case"]


def test_a_change_of_limits_that_comes_after_a_grant_says_what_changed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The grant has its instance and the book; the administrator waits, and is told."""
    arrived, go_on = Event(), Event()
    paused(monkeypatch, "lock", arrived, go_on)
    with ThreadPoolExecutor(2) as others:
        granting = others.submit(desk.grant)
        assert arrived.wait(20)
        changing = others.submit(desk.change)

        go_on.set()

        granting.result(20)
        with pytest.raises(StaleVersion, match="延期"):
            changing.result(20)
    assert desk.made() == ["case"]
