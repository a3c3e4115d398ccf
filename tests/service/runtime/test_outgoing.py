"""What one instance says is handed to another by the clock, and only to whom it is meant for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service import history
from service.runtime import inbox, tasks
from service.tables.runtime import TimerJob
from tests.conftest import MORNING
from tests.service.runtime.lamps import HANDLER, deployed, instance
from tests.service.runtime.letters import saying, start, to_read

NOON = MORNING + timedelta(hours=3)


@pytest.mark.parametrize(("kind", "listener"), [("message", "letter"), ("signal", "broadcast")])
def test_what_one_instance_says_is_handed_to_another_by_the_clock(letters, kind, listener):
    """Each instance in its own transaction; nothing is lost when the speaker's process dies after its commit."""
    deployed(letters, {"telling.bpmn": saying(kind)})
    listening = start(letters, listener, "case:1")
    start(letters, "telling", "case:1")
    with letters.reading() as session:
        [task] = inbox.of(session, HANDLER)

    with letters.transaction() as session:
        tasks.complete(session, task.id, {}, HANDLER, NOON)

    assert instance(letters, listening).version == 1
    with letters.reading() as session:
        [job] = session.scalars(select(TimerJob))
    assert (job.kind, job.instance_id, job.due_at) == ("message", listening, NOON)

    fire_due_timers(letters, NOON)

    assert to_read(letters) == ["case:1"]
    with letters.reading() as session:
        assert list(session.scalars(select(TimerJob))) == []
        assert history.verify(session, listening).intact


def test_what_one_case_says_does_not_reach_another_case(letters):
    deployed(letters, {"telling.bpmn": saying("message")})
    start(letters, "letter", "case:2")
    start(letters, "telling", "case:1")
    with letters.reading() as session:
        [task] = inbox.of(session, HANDLER)

    with letters.transaction() as session:
        tasks.complete(session, task.id, {}, HANDLER, NOON)

    with letters.reading() as session:
        assert list(session.scalars(select(TimerJob))) == []
