from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from scheduler import jobs
from service import clock
from service.cli import demonstrating
from service.database import Database
from service.demo import city, stories
from service.demo import clock as demo_clock
from service.runtime import timers
from service.tables.runtime import HistoryEvent, TimerJob

FEW = (5, 14, 30)
TELL = stories.load
DAYS = ("2026-01-01", "2026-02-17", "2026-06-15", "2026-10-02", "2026-11-30", "2026-12-01")
"""Of some, limits are warned of before they end; of some, the last of these stories ends on the way."""


@pytest.fixture(params=DAYS)
def day(request, monkeypatch):
    """Let today be this day, whatever the machine says; the demo may still run ahead of it."""
    wanted = datetime.fromisoformat(f"{request.param}T03:00").replace(tzinfo=UTC)
    off, now = wanted - datetime.now(UTC), clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + off)


@pytest.fixture
def store(run, tmp_path, monkeypatch):
    """A demo with a few of its stories; the clock is set back when the test ends."""
    monkeypatch.setattr(stories, "load", lambda database, at: TELL(database, at, FEW))
    assert run("demo").exit_code == 0
    database = Database(f"sqlite:///{tmp_path / 'var' / 'tibanping.db'}")
    yield database
    database.close()
    clock.run_ahead(timedelta())


def next_due(database):
    with database.reading() as session:
        return timers.next_due(session)


@pytest.mark.usefixtures("day")
def test_the_clock_of_the_demo_goes_forward_and_fires_what_falls_due(run, store):
    before, due = clock.now(), next_due(store)

    answer = run("demo", "--days", (due - before).days + 2)

    assert answer.exit_code == 0
    assert "演示时钟前进了" in answer.output
    assert clock.now() > due
    left = next_due(store)
    assert left is None or left > clock.now()
    with store.reading() as session:
        moments = session.scalars(select(HistoryEvent.at).where(HistoryEvent.at > before)).all()
    assert due in moments  # at its own moment, not at the end of the way


def test_a_second_time_goes_on_from_where_the_first_ended(run, store):
    began = clock.now()

    for _ in range(2):
        assert run("demo", "--days", 3).exit_code == 0

    assert timedelta(days=6) <= clock.now() - began < timedelta(days=6, minutes=5)
    assert "演示时钟现在是" in demonstrating.greeting()


def test_a_store_that_is_no_demo_keeps_its_time(run, tmp_path):
    assert run("init").exit_code == 0

    answer = run("demo", "--days", 3)

    assert answer.exit_code == 1
    assert "没有完整的演示数据" in answer.output
    assert demo_clock.ahead(tmp_path / "var") == timedelta()


def test_nobody_moves_the_clock_under_a_running_scheduler(run, store):
    jobs.beat(store, "somebody", clock.now(), timedelta(seconds=10))
    with store.reading() as session:
        before = session.scalars(select(TimerJob.due_at)).all()

    answer = run("demo", "--days", 60)

    assert answer.exit_code == 1
    assert "定时器正在运行" in answer.output
    with store.reading() as session:
        assert session.scalars(select(TimerJob.due_at)).all() == before


def test_the_accounts_of_the_demo_are_listed_with_their_password():
    shown = demonstrating.greeting()

    assert city.PASSWORD in shown
    for account in city.ACCOUNTS:
        assert f"{account.login} " in shown
        assert account.who in shown
    assert "演示时钟" not in shown


def test_every_account_that_is_listed_can_sign_in():
    assert {one.login for one in city.ACCOUNTS} <= {one.login for one in city.citizens()}
    assert "sl_lianluo" in {one.login for one in city.citizens()}
