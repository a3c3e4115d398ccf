"""A message reaches the one instance that waits for it; a signal reaches all; nobody waiting is said so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service.errors import MessageNotExpected
from service.runtime import history, instances, messages, tasks
from service.tables.runtime import MessageSubscription, TimerJob
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import HANDLER, deployed, instance

NOON = MORNING + timedelta(hours=3)


def waiting(process_id, kind):
    """A process that waits for 已整改 and then for a person."""
    return diagram(
        process_id,
        "等待",
        '<startEvent id="Start_asked" name="已提出"/>'
        f'<intermediateCatchEvent id="Catch_news" name="已整改"><{kind}EventDefinition'
        f' id="Waits" {kind}Ref="News"/></intermediateCatchEvent>'
        + user("Task_read", "阅读", candidateGroups="unit_handler")
        + '<endEvent id="End_done" name="已阅"/>',
        [("Start_asked", "Catch_news"), ("Catch_news", "Task_read"), ("Task_read", "End_done")],
        before=f'<{kind} id="News" name="已整改"/>',
    )


def saying(kind):
    """A process that says 已整改 when its task is done."""
    return diagram(
        "telling",
        "告知",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user("Task_tell", "告知", candidateGroups="unit_handler")
        + f'<intermediateThrowEvent id="Throw_news" name="已整改"><{kind}EventDefinition'
        f' id="Says" {kind}Ref="News"/></intermediateThrowEvent>'
        '<endEvent id="End_done" name="已告知"/>',
        [("Start_asked", "Task_tell"), ("Task_tell", "Throw_news"), ("Throw_news", "End_done")],
        before=f'<{kind} id="News" name="已整改"/>',
    )


@pytest.fixture
def letters(database):
    deployed(
        database,
        {
            "letter.bpmn": waiting("letter", "message"),
            "broadcast.bpmn": waiting("broadcast", "signal"),
        },
    )
    return database


def start(database, process_id, key):
    with database.transaction() as session:
        return instances.start(session, process_id, {}, None, MORNING, key).id


def send(database, key, **payload):
    with database.transaction() as session:
        return messages.send(session, "已整改", key, payload, "li", NOON)


def to_read(database):
    with database.reading() as session:
        return [task.business_key for task in tasks.inbox(session, HANDLER)]


def test_a_message_moves_the_case_it_is_about_and_no_other(letters):
    first, second = start(letters, "letter", "case:1"), start(letters, "letter", "case:2")

    reached = send(letters, "case:2", grade="good")

    assert reached == second
    assert to_read(letters) == ["case:2"]
    assert instance(letters, first).version == 1
    with letters.reading() as session:
        [task] = tasks.inbox(session, HANDLER)
        assert instances.variables(session, second, task.id, NOON)["grade"] == "good"
        caught = history.of(session, second)[-1]
        assert (caught.kind, caught.name, caught.by) == ("intermediateCatchEvent", "已整改", "li")
        assert list(session.scalars(select(MessageSubscription.instance_id))) == [first]


def test_without_a_case_the_longest_waiting_gets_it(letters):
    first = start(letters, "letter", "case:1")
    start(letters, "letter", "case:2")

    assert send(letters, None) == first


def test_a_message_nobody_waits_for_changes_nothing(letters):
    start(letters, "letter", "case:1")

    with pytest.raises(MessageNotExpected, match="没有环节在等待"):
        send(letters, "case:9")
    send(letters, "case:1")
    with pytest.raises(MessageNotExpected):
        send(letters, "case:1")


def test_a_signal_reaches_everybody_and_no_message_does(letters):
    start(letters, "letter", "case:1")
    waiting_ = [start(letters, "broadcast", f"case:{number}") for number in (2, 3)]

    with letters.transaction() as session:
        reached = messages.signal(session, "已整改", None, {}, "li", NOON)

    assert reached == waiting_
    assert sorted(to_read(letters)) == ["case:2", "case:3"]


def test_a_signal_of_one_case_reaches_only_it(letters):
    for number in (2, 3):
        start(letters, "broadcast", f"case:{number}")

    with letters.transaction() as session:
        messages.signal(session, "已整改", "case:3", {}, "li", NOON)

    assert to_read(letters) == ["case:3"]


def test_what_a_case_waits_for_can_be_asked(letters):
    start(letters, "letter", "case:1")

    with letters.reading() as session:
        [expected] = messages.expected(session, "case:1")
        assert messages.expected(session, "case:2") == []

    assert (expected.name, expected.kind) == ("已整改", "message")


@pytest.mark.parametrize(("kind", "listener"), [("message", "letter"), ("signal", "broadcast")])
def test_what_one_instance_says_is_handed_to_another_by_the_clock(letters, kind, listener):
    """Each instance in its own transaction; nothing is lost when the speaker's process dies after its commit."""
    deployed(letters, {"telling.bpmn": saying(kind)})
    listening = start(letters, listener, "case:1")
    start(letters, "telling", "case:1")
    with letters.reading() as session:
        [task] = tasks.inbox(session, HANDLER)

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
        [task] = tasks.inbox(session, HANDLER)

    with letters.transaction() as session:
        tasks.complete(session, task.id, {}, HANDLER, NOON)

    with letters.reading() as session:
        assert list(session.scalars(select(TimerJob))) == []
