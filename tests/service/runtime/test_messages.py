"""A message reaches the one instance that waits for it; a signal reaches all; nobody waiting is said so."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service import history
from service.errors import MessageNotExpected
from service.runtime import inbox, instances, messages
from service.tables.runtime import MessageSubscription
from tests.conftest import MORNING
from tests.service.runtime.lamps import HANDLER, instance
from tests.service.runtime.letters import start, to_read

NOON = MORNING + timedelta(hours=3)


def send(database, key, **payload):
    with database.transaction() as session:
        return messages.send(session, "已整改", key, payload, "li", NOON)


def test_a_message_moves_the_case_it_is_about_and_no_other(letters):
    first, second = start(letters, "letter", "case:1"), start(letters, "letter", "case:2")

    reached = send(letters, "case:2", grade="good")

    assert reached == second
    assert to_read(letters) == ["case:2"]
    assert instance(letters, first).version == 1
    with letters.reading() as session:
        [task] = inbox.of(session, HANDLER)
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
