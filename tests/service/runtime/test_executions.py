"""A process keeps the executions it used last, and believes none that the stored row does not vouch for."""

from datetime import timedelta

import pytest

from service.database import Database, kept
from service.runtime import executions, inbox, instances, tasks
from service.runtime.executions import Executions
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    BEYOND,
    HANDLER,
    REPAIRED,
    REPORTER,
    done,
    first,
    instance,
    reported,
    to_do,
)

NOON = MORNING + timedelta(hours=3)


def test_another_process_s_step_is_seen(lamps):
    """Two processes that keep the same instance in memory: the one that is behind reads the state again."""
    other = Database(lamps.url.render_as_string(hide_password=False))
    instance_id = reported(lamps)
    done(other, HANDLER, BEYOND)

    done(lamps, HANDLER, {})
    done(other, REPORTER, {"rating": "good"})

    assert instance(lamps, instance_id).end_event == "End_lit"
    other.close()


def test_after_a_failure_the_half_advanced_execution_is_not_used_again(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    with pytest.raises(ValueError), lamps.transaction() as session:
        tasks.complete(session, task.id, BEYOND, HANDLER, NOON)
        raise ValueError("the page failed afterwards")

    done(lamps, HANDLER, REPAIRED)
    assert to_do(lamps, REPORTER) == ["评价"]
    assert instance(lamps, instance_id).version == 2


def test_an_execution_is_published_after_the_commit_and_used_by_the_next_command(lamps, queries):
    reported(lamps)
    task = first(lamps, HANDLER)

    with queries(lamps) as asked, lamps.transaction() as session:
        tasks.complete(session, task.id, REPAIRED, HANDLER, NOON)

    assert not [one for one in asked if "SELECT process_instances.state" in one]
    assert len(asked) <= 12, asked


def test_a_process_keeps_a_bounded_number_of_executions(lamps, monkeypatch):
    monkeypatch.setattr(executions, "MOST_CACHED", 3)
    started = [reported(lamps) for _ in range(5)]

    with lamps.reading() as session:
        cache = kept(session, Executions)
        assert len(cache) == 3
        assert cache.take(started[0]) is None
        assert cache.take(started[4]) is not None


def test_looking_at_a_step_that_is_undone_later_publishes_nothing(lamps):
    """The same step is done again at the same moment: its new task has another id than the undone one."""
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)
    with pytest.raises(ValueError), lamps.transaction() as session:
        tasks.complete(session, task.id, BEYOND, HANDLER, NOON)
        [undone] = [task.id for task in inbox.of(session, HANDLER)]
        assert instances.variables(session, instance_id, undone, NOON)
        raise ValueError

    with lamps.transaction() as session:
        tasks.complete(session, task.id, BEYOND, HANDLER, NOON)

    assert first(lamps, HANDLER).id != undone
    done(lamps, HANDLER, {}, NOON)
    assert to_do(lamps, REPORTER) == ["评价"]
