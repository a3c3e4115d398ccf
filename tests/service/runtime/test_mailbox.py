"""A message is kept for its case until somebody waits or the case ends, is handed over once, and is never silent."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from service.errors import MessageNotExpected, NotAllowed, NotFound, OperationFailed
from service.runtime import incidents, instances, mailbox, messages, retries, timers
from service.tables.runtime import CaseMessage, Incident, ProcessInstance, TimerJob
from tests.drawing import diagram, service, user
from tests.service.runtime.lamps import HANDLER, deployed, instance, registered, to_do
from tests.service.runtime.letters import start
from tests.service.runtime.parcels import (
    ASKED,
    DONE,
    NEWS,
    NOON,
    do,
    handler,
    kept,
    notes,
    payload,
    row,
    settle,
    throwing,
    variables,
    waiting,
)

A_DAY = timedelta(days=1)

# Kept until somebody waits


def test_a_message_nobody_waits_for_is_kept_until_somebody_does(cases):
    sender, receiver = start(cases, "once", "case:1"), start(cases, "receiver", "case:1")
    do(cases, "发料")
    settle(cases)
    assert notes(cases, sender) == [("message_kept", "消息“材料送达”已保存，等候收取它的环节")]

    do(cases, "登记")
    assert to_do(cases, HANDLER) == ["留守"]
    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["办理", "留守"]
    assert variables(cases, "办理")["number"] == 1
    assert notes(cases, receiver) == [("message_taken", "收到先前保存的消息“材料送达”")]
    assert kept(cases) == []


def test_who_waits_for_a_kept_message_is_looked_up_by_name_and_case(sqlite):
    """By the name alone every case that waits for a message would be read for every message of that name."""
    query = select(CaseMessage.id).where(mailbox._IS_DUE)
    compiled = query.compile(sqlite.engine, compile_kwargs={"literal_binds": True})

    with sqlite.engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}")]

    asked = [line for line in plan if "message_subscriptions" in line]
    assert asked
    assert all("(name=? AND business_key=?)" in line for line in asked)


def test_an_instance_takes_what_it_has_thrown_itself(cases):
    for key in ("case:1", None):
        started = start(cases, "inside", key)
        settle(cases)
        do(cases, "登记")
        settle(cases)

        assert variables(cases, "办理")["number"] == 1
        assert [kind for kind, _ in notes(cases, started)] == ["message_kept", "message_taken"]
        do(cases, "办理")
        assert instance(cases, started).status == "ended"
    assert kept(cases) == []


def test_who_waits_already_takes_it_without_its_being_kept(cases):
    sender, receiver = start(cases, "once", "case:1"), start(cases, "receiver", "case:1")
    do(cases, "登记")
    do(cases, "发料")

    assert settle(cases) == 1

    assert sorted(to_do(cases, HANDLER)) == ["办理", "留守"]
    assert (notes(cases, sender), notes(cases, receiver)) == ([], [])


def test_a_case_that_begins_to_wait_later_begins_with_what_was_kept(cases):
    """The receiver is started only after the message is kept, and waits at once."""
    start(cases, "once", "case:1")
    do(cases, "发料")
    settle(cases)

    start(cases, "twice", "case:1")
    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["先办", "留守"]


def test_what_is_kept_for_one_case_is_not_for_another(cases):
    start(cases, "once", "case:1")
    start(cases, "twice", "case:2")
    start(cases, "twice", None)
    do(cases, "发料")

    settle(cases)

    assert to_do(cases, HANDLER) == ["留守"]
    assert [one.business_key for one in kept(cases)] == ["case:1"]


def test_a_suggestion_s_own_processes_hear_one_another_and_nobody_else(cases):
    for key in ("suggestion:2", "supervision:1", "case:1", None):
        start(cases, "twice", key)
    start(cases, "once", "suggestion:1")
    do(cases, "发料")
    settle(cases)
    assert to_do(cases, HANDLER) == ["留守"]

    start(cases, "twice", "suggestion:1")
    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["先办", "留守"]


def test_what_is_of_no_case_is_kept_for_those_of_none(cases):
    start(cases, "once", None)
    do(cases, "发料")
    settle(cases)
    start(cases, "twice", "suggestion:1")
    start(cases, "twice", "case:1")
    settle(cases)
    assert to_do(cases, HANDLER) == ["留守"]

    start(cases, "twice", None)
    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["先办", "留守"]


def test_an_event_beside_an_activity_hears_nothing_from_before(cases):
    """A notice that came before the work began does not begin the work anew."""
    start(cases, "once", "case:1")
    start(cases, "beside", "case:1")
    do(cases, "发料")
    settle(cases)

    do(cases, "登记")
    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["办理", "留守"]
    assert len(kept(cases)) == 1


def test_an_event_that_begins_to_wait_in_the_step_that_throws_hears_nothing_of_it(cases):
    drawn = diagram(
        "then",
        "先发后办",
        ASKED
        + throwing("Throw_one")
        + handler("Task_work", "办理")
        + '<boundaryEvent id="Heard" name="听到" attachedToRef="Task_work"><messageEventDefinition'
        ' id="Heard_waits" messageRef="News"/></boundaryEvent>'
        + handler("Task_again", "重办")
        + DONE,
        [
            ("Start_asked", "Throw_one"),
            ("Throw_one", "Task_work"),
            ("Task_work", "End_done"),
            ("Heard", "Task_again"),
            ("Task_again", "End_done"),
        ],
        before=NEWS,
    )
    deployed(cases, {"then.bpmn": drawn})
    start(cases, "then", "case:1")

    settle(cases)

    assert to_do(cases, HANDLER) == ["办理"]
    assert len(kept(cases)) == 1


def test_an_event_beside_an_activity_hears_what_comes_while_it_waits(cases):
    """Also where one of the same name is kept already."""
    start(cases, "once", "case:1")
    start(cases, "beside", "case:1")
    do(cases, "发料")
    settle(cases)
    do(cases, "登记")
    start(cases, "once", "case:1")
    do(cases, "发料")

    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["留守", "留守", "重办"]
    assert len(kept(cases)) == 1


# In order, each once


def test_a_second_message_is_kept_for_the_next_that_waits_and_told(cases):
    sender, receiver = start(cases, "sender", "case:1"), start(cases, "receiver", "case:1")
    do(cases, "登记")
    do(cases, "发料")

    settle(cases)

    assert to_do(cases, HANDLER) == ["办理"]
    assert variables(cases, "办理")["number"] == 1
    assert [one.payload["number"] for one in kept(cases)] == [2]
    assert notes(cases, sender) == [("message_kept", "消息“材料送达”已保存，等候收取它的环节")]
    assert notes(cases, receiver) == []


def test_two_messages_nobody_waits_for_are_counted_and_handed_over_in_order(cases):
    sender = start(cases, "sender", "case:1")
    start(cases, "twice", "case:2")
    start(cases, "staying", "case:1")
    do(cases, "发料")
    settle(cases)
    assert [name for _, name in notes(cases, sender)] == [
        "消息“材料送达”已保存，等候收取它的环节",
        "消息“材料送达”已保存，等候收取它的环节，前面还有 1 条同名消息",
    ]

    start(cases, "twice", "case:1")
    settle(cases)
    assert variables(cases, "先办")["number"] == 1
    assert [one.payload["number"] for one in kept(cases)] == [2]
    do(cases, "先办")
    settle(cases)

    assert variables(cases, "再办")["number"] == 2
    assert kept(cases) == []


def test_two_that_wait_get_one_each(cases):
    start(cases, "sender", "case:1")
    receivers = [start(cases, "twice", "case:1") for _ in range(2)]
    do(cases, "发料")

    settle(cases)

    assert to_do(cases, HANDLER) == ["先办", "先办"]
    assert [instance(cases, one).version for one in receivers] == [2, 2]


def test_messages_of_different_names_do_not_wait_for_one_another(cases):
    drawn = row("other", throwing("Throw_more", reference="More"), handler("Task_stay", "留守"),
                ids="Throw_more Task_stay")  # fmt: skip
    deployed(cases, {"other.bpmn": drawn})
    start(cases, "other", "case:1")
    settle(cases)
    start(cases, "once", "case:1")
    start(cases, "twice", "case:1")
    do(cases, "发料")

    settle(cases)

    assert sorted(to_do(cases, HANDLER)) == ["先办", "留守", "留守"]
    assert [one.name for one in kept(cases)] == ["补充材料"]


def test_two_clocks_hand_a_message_over_once(cases):
    receiver = start(cases, "receiver", "case:1")
    start(cases, "sender", "case:1")
    do(cases, "登记")
    do(cases, "发料")
    fired = []

    threads = [
        threading.Thread(target=lambda: fired.append(settle(cases, NOON + A_DAY))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(cases, NOON + A_DAY)

    assert instance(cases, receiver).version == 3
    assert [one.payload["number"] for one in kept(cases)] == [2]
    assert to_do(cases, HANDLER) == ["办理"]


def test_a_clock_that_dies_while_it_hands_over_loses_nothing_and_doubles_nothing(cases):
    receiver = start(cases, "receiver", "case:1")
    start(cases, "once", "case:1")
    do(cases, "登记")
    do(cases, "发料")
    [message] = kept(cases)
    with pytest.raises(KeyboardInterrupt), cases.transaction() as session:
        assert mailbox.deliver(session, message.id, NOON) is mailbox.Outcome.TAKEN
        raise KeyboardInterrupt
    assert instance(cases, receiver).version == 2

    cases.memory.clear()
    settle(cases)
    settle(cases)

    assert instance(cases, receiver).version == 3
    assert kept(cases) == []


def test_a_step_that_fails_after_it_threw_has_thrown_nothing(cases):
    def break_down(context):
        """坏掉。"""
        raise RuntimeError("the register is broken")

    drawn = row("broken", handler("Task_send", "发料"), throwing("Throw_one"),
                service("Task_break", "坏掉", "break_down"), ids="Task_send Throw_one Task_break")  # fmt: skip
    with registered(break_down):
        deployed(cases, {"broken.bpmn": drawn})
        start(cases, "broken", "case:1")
        start(cases, "twice", "case:1")
        with pytest.raises(OperationFailed):
            do(cases, "发料")
        settle(cases)

    assert (kept(cases), to_do(cases, HANDLER)) == ([], ["发料"])


# When the case ends


def test_what_is_left_goes_when_the_case_ends(cases):
    sender, receiver = start(cases, "sender", "case:1"), start(cases, "receiver", "case:1")
    do(cases, "登记")
    do(cases, "发料")
    settle(cases)

    do(cases, "办理")
    settle(cases, NOON + A_DAY)

    assert instance(cases, receiver).status == "ended"
    assert kept(cases) == []
    assert [name for _, name in notes(cases, sender)] == [
        "消息“材料送达”已保存，等候收取它的环节",
        "消息“材料送达”没有环节等候，事项已经办结，不再送达",
    ]
    with cases.reading() as session:
        assert (timers.lag(session, NOON + A_DAY).aside, timers.next_due(session)) == (0, None)
        assert incidents.unresolved(session) == []


def test_what_an_instance_throws_with_its_end_is_told_where_nobody_is_left(cases):
    sender = start(cases, "sender", "case:1")
    do(cases, "发料")

    settle(cases)

    assert kept(cases) == []
    assert [kind for kind, _ in notes(cases, sender)] == ["message_dropped", "message_dropped"]


def test_a_case_lasts_as_long_as_one_of_its_instances(cases):
    start(cases, "sender", "case:1")
    staying = start(cases, "staying", "case:1")
    do(cases, "发料")
    settle(cases)
    assert len(kept(cases)) == 2

    with cases.transaction() as session:
        instances.terminate(session, staying, "不办了", "operator", NOON)
    settle(cases)

    assert kept(cases) == []


def test_a_message_for_another_case_is_kept_while_its_sender_runs(cases):
    addressed = row(
        "addressed",
        throwing("Throw_one", payload(business_key="case:9")),
        handler("Task_stay", "留守"),
        ids="Throw_one Task_stay",
    )
    deployed(cases, {"addressed.bpmn": addressed})
    start(cases, "addressed", "case:1")
    settle(cases)
    assert [one.business_key for one in kept(cases)] == ["case:9"]

    do(cases, "留守")
    settle(cases)

    assert kept(cases) == []


# When taking it fails


def failing(context):
    """收材料。"""
    raise RuntimeError("the register is broken")


def receive(context):
    """收材料。"""
    return {"received": True}


TROUBLED = row(
    "troubled",
    waiting("Catch_one"),
    service("Task_receive", "收材料", "receive"),
    handler("Task_work", "办理"),
    ids="Catch_one Task_receive Task_work",
)


@pytest.fixture
def troubled(cases):
    """A receiver whose step fails, and a message that was tried once for it."""
    with registered(receive):
        deployed(cases, {"troubled.bpmn": TROUBLED})
    failing.__name__ = "receive"
    receiver = start(cases, "troubled", "case:1")
    start(cases, "sender", "case:1")
    start(cases, "staying", "case:1")
    do(cases, "发料")
    with registered(failing):
        settle(cases)
    return cases, receiver


def test_a_receiver_that_fails_is_an_incident_and_the_message_waits(troubled):
    database, receiver = troubled

    with database.reading() as session:
        [incident] = incidents.unresolved(session)
        assert timers.lag(session, NOON).aside == 1
    assert (incident.command, incident.instance_id) == ("deliver", receiver)
    assert incident.element_id == "Task_receive"
    assert instance(database, receiver).status == "failed"
    assert len(kept(database)) == 2

    with registered(receive):
        settle(database, NOON + A_DAY)

    with database.reading() as session:
        assert incidents.unresolved(session) == []
        assert timers.lag(session, NOON + A_DAY).aside == 0
    assert instance(database, receiver).status == "running"
    assert variables(database, "办理")["number"] == 1
    assert [one.payload["number"] for one in kept(database)] == [2]


def test_an_incident_of_a_message_is_retried(troubled):
    database, receiver = troubled
    with database.reading() as session:
        [incident] = incidents.unresolved(session)

    with registered(receive), database.transaction() as session:
        retries.retry(session, incident.id, "operator", NOON)

    with database.reading() as session:
        assert session.get_one(Incident, incident.id).resolved_by == "operator"
    assert instance(database, receiver).status == "running"
    assert sorted(to_do(database, HANDLER)) == ["办理", "留守"]


def test_a_retry_says_that_another_comes_first_or_that_there_is_none(troubled):
    database, _ = troubled
    with database.reading() as session:
        [incident] = incidents.unresolved(session)
    with database.transaction() as session:
        session.get_one(Incident, incident.id).subject = mailbox.subject(
            incident_of_second(session)
        )
    with pytest.raises(NotAllowed, match="前面还有"), database.transaction() as session:
        retries.retry(session, incident.id, "operator", NOON)

    with database.transaction() as session:
        session.get_one(Incident, incident.id).subject = mailbox.subject(999)
    with pytest.raises(NotFound, match="已经送达"), database.transaction() as session:
        retries.retry(session, incident.id, "operator", NOON)


def incident_of_second(session):
    return session.scalars(select(CaseMessage.id).order_by(CaseMessage.id.desc())).first()


def test_a_dismissed_incident_does_not_come_back(troubled):
    database, receiver = troubled
    with database.reading() as session:
        [incident] = incidents.unresolved(session)

    with database.transaction() as session:
        retries.dismiss(session, incident.id, "operator", NOON)
    with registered(receive):
        settle(database, NOON + A_DAY)

    with database.reading() as session:
        assert incidents.unresolved(session) == []
        assert timers.lag(session, NOON + A_DAY).aside == 0
    assert variables(database, "办理")["number"] == 2  # the one after it
    assert instance(database, receiver).status == "running"


def test_what_waits_behind_a_message_goes_on_as_soon_as_that_is_gone(troubled):
    database, _ = troubled
    settle(database, NOON + timedelta(seconds=5))
    assert [one.attempts for one in kept(database)] == [1, 0]
    with database.reading() as session:
        [incident] = incidents.unresolved(session)

    with database.transaction() as session:
        retries.dismiss(session, incident.id, "operator", NOON + timedelta(seconds=6))
    with registered(receive):
        settle(database, NOON + timedelta(seconds=6))

    assert variables(database, "办理")["number"] == 2


def test_a_message_whose_receiver_ends_meanwhile_is_not_tried_for_ever(troubled):
    database, receiver = troubled
    with database.transaction() as session:
        instances.terminate(session, receiver, "不办了", "operator", NOON)

    with registered(failing):
        settle(database, NOON + A_DAY)

    with database.reading() as session:
        assert incidents.unresolved(session) == []
        assert timers.lag(session, NOON + A_DAY).aside == 0
        assert timers.next_due(session) is None
    assert [one.attempts for one in kept(database)] == [0, 0]


def test_a_case_whose_message_cannot_begin_a_process_has_an_incident_of_none(cases):
    drawn = diagram(
        "begun",
        "收到即办",
        '<startEvent id="Start_asked" name="已提出"><messageEventDefinition id="S" messageRef="News"/>'
        "</startEvent>" + user("Task_work", "办理", assignee="${nobody}") + DONE,
        [("Start_asked", "Task_work"), ("Task_work", "End_done")],
        before=NEWS,
    )
    deployed(cases, {"begun.bpmn": drawn})
    start(cases, "once", "case:1")
    do(cases, "发料")

    settle(cases)

    with cases.reading() as session:
        [incident] = incidents.unresolved(session)
    assert (incident.command, incident.instance_id) == ("deliver", None)
    with cases.transaction() as session:
        retries.dismiss(session, incident.id, "operator", NOON)
    assert kept(cases) == []


# What an operator sees


def test_what_is_kept_for_a_case_is_seen_from_each_of_its_instances(cases):
    sender, other = start(cases, "once", "case:1"), start(cases, "staying", "case:1")
    stranger = start(cases, "staying", "case:2")
    do(cases, "发料")
    settle(cases)

    def seen(instance_id):
        with cases.reading() as session:
            found = mailbox.of(session, session.get_one(ProcessInstance, instance_id))
            return [(one.name, one.sender_id, one.kept_at) for one in found]

    assert seen(sender) == seen(other) == [("材料送达", sender, NOON)]
    assert seen(stranger) == []


def test_a_message_from_outside_is_still_refused_where_nobody_waits(cases):
    start(cases, "once", "case:1")

    with pytest.raises(MessageNotExpected), cases.transaction() as session:
        messages.send(session, "材料送达", "case:1", {}, "li", NOON)

    assert kept(cases) == []


def test_nothing_is_due_while_nobody_waits(cases):
    start(cases, "once", "case:1")
    do(cases, "发料")
    with cases.reading() as session:
        assert timers.next_due(session) == NOON
    settle(cases)

    with cases.reading() as session:
        assert (timers.next_due(session), mailbox.due(session, NOON + A_DAY)) == (None, [])
        assert list(session.scalars(select(TimerJob))) == []
