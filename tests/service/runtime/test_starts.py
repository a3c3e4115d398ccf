"""A message begins one case, a signal all it begins, a moment exactly one, and a newer version what it draws."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service import history
from service.errors import ExpressionFailed
from service.runtime import incidents, instances, messages, retries, timers
from service.tables.runtime import CaseMessage, ProcessInstance
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.runtime.beginnings import MESSAGE, NEWS, SIGNAL, at_times, beginning, jobs, send
from tests.service.runtime.lamps import HANDLER, deployed, done, first, registered

A_DAY = timedelta(days=1)


def saying(event):
    """A process that says something when its task is done, with the case's key."""
    return diagram(
        "telling",
        "告知",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user("Task_tell", "告知", candidateGroups="unit_handler")
        + f'<intermediateThrowEvent id="Throw_it" name="说出">{event}</intermediateThrowEvent>'
        '<endEvent id="End_told" name="已告知"/>',
        [("Start_asked", "Task_tell"), ("Task_tell", "Throw_it"), ("Throw_it", "End_told")],
        before=NEWS,
    )


def thrown(database):
    with database.reading() as session:
        return list(session.scalars(select(CaseMessage)))


def running(database):
    with database.reading() as session:
        found = session.scalars(select(ProcessInstance).order_by(ProcessInstance.id))
        return [(one.process_id, one.business_key) for one in found]


# Messages and signals from outside


def test_a_message_nobody_waits_for_begins_the_process_that_starts_with_it(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE)})

    started = send(database, "case:1")

    assert running(database) == [("letter", "case:1")]
    task = first(database, HANDLER)
    assert (task.instance_id, task.assignee) == (started, "li")
    with database.reading() as session:
        assert history.of(session, started)[0].by == "wang"


def test_a_message_somebody_waits_for_begins_nothing(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE, catching=MESSAGE)})
    waiting = send(database, "case:1")

    reached = send(database, "case:1")

    assert reached == waiting
    assert running(database) == [("letter", "case:1")]

    assert send(database, "case:2") != waiting
    assert running(database) == [("letter", "case:1"), ("letter", "case:2")]


def test_a_signal_begins_every_process_that_starts_with_it_and_reaches_who_waits(database):
    deployed(
        database,
        {
            "one.bpmn": beginning("one", SIGNAL),
            "two.bpmn": beginning("two", SIGNAL, catching=SIGNAL),
        },
    )
    assert len(send(database, None, messages.signal, "汛情")) == 2

    reached = send(database, None, messages.signal, "汛情")

    assert len(reached) == 3
    assert [name for name, _ in running(database)] == ["one", "two", "one", "two"]


def test_a_start_that_fails_keeps_nothing_and_is_run_again_with_its_key(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE)})
    with (
        pytest.raises(ExpressionFailed, match="reader"),
        incidents.recording(database, MORNING) as session,
    ):
        messages.send(session, "来信", "case:1", {}, "wang", MORNING)
    assert running(database) == []
    with database.transaction() as session:
        [incident] = incidents.unresolved(session)
        assert (incident.command, incident.payload["business_key"]) == ("start", "case:1")
        incident.payload = {**incident.payload, "values": {"reader": "li"}}

    with database.transaction() as session:
        retries.retry(session, incident.id, "operator", MORNING)

    assert running(database) == [("letter", "case:1")]


# Said by running instances


@pytest.mark.parametrize(("event", "count"), [(MESSAGE, 1), (SIGNAL, 2)])
def test_what_an_instance_says_begins_others_once_in_a_transaction_of_their_own(
    database, event, count
):
    fixed = beginning("one", event).replace(b"${reader}", b"li")
    other = beginning("two", SIGNAL).replace(b"${reader}", b"li")
    deployed(database, {"one.bpmn": fixed, "two.bpmn": other, "telling.bpmn": saying(event)})
    with database.transaction() as session:
        instances.start(session, "telling", {}, None, MORNING, "case:7")

    done(database, HANDLER, {})

    assert running(database) == [("telling", "case:7")]
    assert len(jobs(database)) + len(thrown(database)) == count
    assert fire_due_timers(database, MORNING) == count
    assert fire_due_timers(database, MORNING) == 0
    assert running(database)[1:] == [("one", "case:7"), ("two", "case:7")][:count]


def test_a_message_somebody_waits_for_is_not_said_to_a_start_as_well(database):
    letter = beginning("letter", MESSAGE, catching=MESSAGE).replace(b"${reader}", b"li")
    deployed(database, {"letter.bpmn": letter, "telling.bpmn": saying(MESSAGE)})
    send(database, "case:7")
    with database.transaction() as session:
        instances.start(session, "telling", {}, None, MORNING, "case:7")

    done(database, HANDLER, {})
    fire_due_timers(database, MORNING)

    assert running(database) == [("letter", "case:7"), ("telling", "case:7")]


# Moments


def test_a_moment_begins_one_case_when_it_comes(database):
    drawn = beginning("daily", at_times("timeDuration", "P1D")).replace(b"${reader}", b"li")
    deployed(database, {"daily.bpmn": drawn})

    with database.reading() as session:
        assert timers.next_due(session) == MORNING + A_DAY
        assert timers.lag(session, MORNING + 2 * A_DAY).due == 1
    assert fire_due_timers(database, MORNING + A_DAY - timedelta(seconds=1)) == 0

    assert fire_due_timers(database, MORNING + A_DAY) == 1

    assert running(database) == [("daily", None)]
    assert jobs(database) == []


def test_a_repetition_begins_a_case_each_time_and_once_for_all_it_missed(database):
    drawn = beginning("daily", at_times("timeCycle", "R/P1D")).replace(b"${reader}", b"li")
    deployed(database, {"daily.bpmn": drawn})

    fire_due_timers(database, MORNING + A_DAY)
    assert fire_due_timers(database, MORNING + 9 * A_DAY) == 1

    assert running(database) == [("daily", None)] * 2
    [job] = jobs(database)
    assert job.due_at == MORNING + 10 * A_DAY


def test_several_schedulers_begin_a_case_once(database):
    drawn = beginning("daily", at_times("timeCycle", "R/P1D")).replace(b"${reader}", b"li")
    deployed(database, {"daily.bpmn": drawn})
    at_once = threading.Barrier(3)

    def clock():
        at_once.wait()
        fire_due_timers(database, MORNING + A_DAY)

    clocks = [threading.Thread(target=clock) for _ in range(3)]
    for each in clocks:
        each.start()
    for each in clocks:
        each.join()

    assert running(database) == [("daily", None)]
    assert len(jobs(database)) == 1


def test_a_start_that_fails_steps_aside_and_its_incident_ends_with_its_success(database):
    broken = []

    def check_weather(context):
        """查天气。"""
        if not broken:
            broken.append(True)
            raise RuntimeError("no weather")

    form = extensions(on_complete="check_weather")
    drawn = beginning("daily", at_times("timeDuration", "P1D"), form).replace(b"${reader}", b"li")
    with registered(check_weather):
        deployed(database, {"daily.bpmn": drawn})

        fire_due_timers(database, MORNING + A_DAY)
        with database.reading() as session:
            [incident] = incidents.unresolved(session)
            assert timers.lag(session, MORNING + A_DAY).aside == 1
        assert (incident.instance_id, incident.element_id) == (None, "Start_it")
        assert running(database) == []

        fire_due_timers(database, MORNING + A_DAY + timedelta(minutes=1))

    assert running(database) == [("daily", None)]
    with database.reading() as session:
        assert incidents.unresolved(session) == []


def test_a_person_may_start_what_usually_begins_by_itself(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE)})

    with database.transaction() as session:
        instances.start(session, "letter", {"reader": "li"}, "wang", MORNING)

    assert running(database) == [("letter", None)]


def test_ordinary_timers_are_fired_with_no_more_questions_than_before(database, queries):
    deployed(database, {"daily.bpmn": beginning("daily", at_times("timeDuration", "P9D"))})

    with queries(database) as asked, database.transaction() as session:
        timers.fire_due(session, MORNING, 50)

    assert len([one for one in asked if one.startswith("SELECT")]) == 1


def test_a_process_with_several_starts_begins_at_the_one_that_was_called(database):
    several = diagram(
        "several",
        "来件",
        '<startEvent id="Start_asked" name="有人提出"/>'
        f'<startEvent id="Start_told" name="来信">{MESSAGE}</startEvent>'
        f'<startEvent id="Start_rung" name="每月一次">{at_times("timeCycle", "R/P1M")}</startEvent>'
        + user("Task_ask", "受理", candidateGroups="unit_handler")
        + user("Task_read", "阅信", candidateGroups="unit_handler")
        + user("Task_look", "巡查", candidateGroups="unit_handler")
        + '<endEvent id="End_asked" name="已受理"/><endEvent id="End_read" name="已阅信"/>'
        '<endEvent id="End_looked" name="已巡查"/>',
        [
            *(("Start_asked", "Task_ask"), ("Task_ask", "End_asked")),
            *(("Start_told", "Task_read"), ("Task_read", "End_read")),
            *(("Start_rung", "Task_look"), ("Task_look", "End_looked")),
        ],
        before=NEWS,
    )
    deployed(database, {"several.bpmn": several})

    with database.transaction() as session:
        instances.start(session, "several", {}, "wang", MORNING)
    assert first(database, HANDLER).name == "受理"
    done(database, HANDLER, {})
    send(database, "case:1")
    assert first(database, HANDLER).name == "阅信"
    done(database, HANDLER, {})
    fire_due_timers(database, MORNING + 31 * A_DAY)
    assert first(database, HANDLER).name == "巡查"
