"""What one instance says is handed to another by the clock, and only to whom it is meant for."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service import history
from service.errors import OperationFailed
from service.tables.runtime import CaseMessage, TimerJob
from tests.conftest import MORNING
from tests.drawing import diagram
from tests.service.runtime.lamps import HANDLER, deployed, done, instance
from tests.service.runtime.letters import saying, start, to_read

NOON = MORNING + timedelta(hours=3)


def test_a_signal_is_handed_to_another_instance_by_the_clock(letters):
    """Each instance in its own transaction; nothing is lost when the speaker's process dies after its commit."""
    deployed(letters, {"telling.bpmn": saying("signal")})
    listening = start(letters, "broadcast", "case:1")
    start(letters, "telling", "case:1")

    done(letters, HANDLER, {}, NOON)

    assert instance(letters, listening).version == 1
    with letters.reading() as session:
        [job] = session.scalars(select(TimerJob))
    assert (job.kind, job.instance_id, job.due_at) == ("message", listening, NOON)

    fire_due_timers(letters, NOON)

    assert to_read(letters) == ["case:1"]
    with letters.reading() as session:
        assert list(session.scalars(select(TimerJob))) == []
        assert history.verify(session, listening).intact


def test_a_message_is_written_with_the_step_that_throws_it(letters):
    deployed(letters, {"telling.bpmn": saying("message")})
    speaking = start(letters, "telling", "case:1")

    done(letters, HANDLER, {}, NOON)

    with letters.reading() as session:
        [message] = session.scalars(select(CaseMessage))
    assert (message.name, message.business_key, message.kept_at) == ("已整改", "case:1", None)
    assert (message.sender_id, message.element_id) == (speaking, "Throw_news")


def test_what_one_case_says_does_not_reach_another_case(letters):
    deployed(letters, {"telling.bpmn": saying("message")})
    start(letters, "letter", "case:2")
    start(letters, "telling", "case:1")

    done(letters, HANDLER, {}, NOON)
    fire_due_timers(letters, NOON)

    assert to_read(letters) == []


def naming(process_id: str, key: str) -> bytes:
    """A process that says 已整改 to the case it names, as soon as it is begun."""
    return diagram(
        process_id,
        "告知别的事项",
        '<startEvent id="Start_asked" name="已提出"/>'
        '<endEvent id="End_told" name="已告知"><messageEventDefinition id="Says" messageRef="News">'
        "<extensionElements><camunda:inputOutput><camunda:inputParameter"
        f' name="business_key">{key}</camunda:inputParameter></camunda:inputOutput>'
        "</extensionElements></messageEventDefinition></endEvent>",
        [("Start_asked", "End_told")],
        before='<message id="News" name="已整改"/>',
    )


def test_a_case_of_the_register_is_addressed_by_nobody_else(letters):
    deployed(letters, {"naming.bpmn": naming("naming", "suggestion:1")})
    start(letters, "letter", "suggestion:1")

    for key in (None, "case:1", "suggestion:2"):
        with pytest.raises(OperationFailed, match="business_key"):
            start(letters, "naming", key)

    with letters.reading() as session:
        assert list(session.scalars(select(TimerJob))) == []


def test_another_s_key_may_be_named_where_it_is_no_case(letters):
    deployed(letters, {"naming.bpmn": naming("naming", "case:7")})
    start(letters, "letter", "case:7")

    start(letters, "naming", "case:1")
    fire_due_timers(letters, NOON)

    assert to_read(letters) == ["case:7"]


def test_a_key_is_a_text(letters):
    deployed(letters, {"naming.bpmn": naming("naming", "${17}")})

    with pytest.raises(OperationFailed, match="business_key"):
        start(letters, "naming", "case:1")


@pytest.mark.parametrize("kind", ["message", "signal"])
def test_what_is_of_no_case_reaches_none(letters, kind):
    deployed(letters, {"telling.bpmn": saying(kind)})
    start(letters, {"message": "letter", "signal": "broadcast"}[kind], "suggestion:1")
    start(letters, "telling", None)

    done(letters, HANDLER, {}, NOON)
    fire_due_timers(letters, NOON)

    assert to_read(letters) == []
