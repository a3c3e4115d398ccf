"""One command is one transaction: what it changed is there, what failed left nothing, and nobody overwrites anybody."""

import sqlite3
import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from service import history
from service.errors import (
    DatabaseUnavailable,
    InstanceNotRunning,
    NotFound,
    OperationFailed,
)
from service.history import Entry
from service.runtime import inbox, instances, tasks
from service.runtime.executions import Executions
from service.runtime.instances import Command
from service.tables.runtime import (
    MessageSubscription,
    Submission,
    TaskCandidate,
    TimerJob,
    UserTask,
)
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.runtime.lamps import (
    BEYOND,
    HANDLER,
    REPAIRED,
    REPORTER,
    deployed,
    done,
    first,
    instance,
    marks,
    registered,
    reported,
    to_do,
)

NOON = MORNING + timedelta(hours=3)


def everything(database, table, instance_id):
    with database.reading() as session:
        return list(session.scalars(select(table).where(table.instance_id == instance_id)))


def forgotten(database):
    """Let the process forget the executions it keeps, as a restart does."""
    database.memory.pop(Executions, None)


def story(database, instance_id):
    with database.reading() as session:
        return [(event.kind, event.name) for event in history.of(session, instance_id)]


# start


def test_a_start_writes_instance_task_candidates_timers_and_history(lamps):
    instance_id = reported(lamps)

    row = instance(lamps, instance_id)
    assert (row.status, row.version, row.started_by) == ("running", 1, "wang")
    assert row.business_key == f"lamp:{instance_id}"
    [task] = everything(lamps, UserTask, instance_id)
    assert (task.name, task.element_id, task.process_id) == ("维修路灯", "Task_repair", "lamp")
    assert task.business_key == row.business_key
    assert task.candidates == ["unit_handler:JT"]
    assert task.policy_key == "sign"
    with lamps.reading() as session:
        assert list(session.scalars(select(TaskCandidate.candidate))) == ["unit_handler:JT"]
    kinds = sorted(job.kind for job in everything(lamps, TimerJob, instance_id))
    assert kinds == ["cycle", "event", "overdue", "warning"]
    assert story(lamps, instance_id) == [("startEvent", "路灯已报修")]


def seen(database, instance_id):
    [task] = everything(database, UserTask, instance_id)
    with database.reading() as session:
        return instances.variables(session, instance_id, task.id, MORNING)


def test_a_process_without_a_start_form_takes_variables(database):
    plain = diagram(
        "errand",
        "跑腿",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user("Task_run", "跑腿", candidateGroups="unit_handler")
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_run"), ("Task_run", "End_done")],
    )
    deployed(database, {"errand.bpmn": plain})

    with database.transaction() as session:
        row = instances.start(session, "errand", {"amount": 3}, None, MORNING, "errand:7")
        instance_id = row.id

    assert row.business_key == "errand:7"
    assert seen(database, instance_id) == {"amount": 3}


def test_a_start_that_fails_leaves_nothing(lamps):
    def open_lamp(context):
        """登记报修。"""
        context.session.execute(text("DELETE FROM deadline_policies"))
        raise RuntimeError("no register")

    with registered(open_lamp), pytest.raises(OperationFailed) as failed:
        reported(lamps)

    assert failed.value.element == "Start_reported"
    assert "no register" in failed.value.cause
    with lamps.reading() as session:
        assert session.scalar(text("SELECT count(*) FROM process_instances")) == 0
        assert session.scalar(text("SELECT count(*) FROM deadline_policies")) > 0


# advancing


def test_a_step_writes_only_what_changed(lamps):
    instance_id = reported(lamps)
    before = {job.id for job in everything(lamps, TimerJob, instance_id)}

    done(lamps, HANDLER, BEYOND)

    [task] = everything(lamps, UserTask, instance_id)
    assert task.name == "更换路灯"
    assert len(before) == 4
    assert everything(lamps, TimerJob, instance_id) == []
    assert instance(lamps, instance_id).version == 2


def test_the_whole_story_is_told_in_order_with_names(lamps):
    instance_id = reported(lamps)
    done(lamps, HANDLER, BEYOND, NOON)
    done(lamps, HANDLER, {}, NOON)
    done(lamps, REPORTER, {"rating": "good"}, NOON)

    assert story(lamps, instance_id) == [
        ("startEvent", "路灯已报修"),
        ("userTask", "维修路灯"),
        ("exclusiveGateway", "路灯能修好吗?"),
        ("userTask", "更换路灯"),
        ("userTask", "评价"),
        ("endEvent", "路灯已亮"),
    ]
    row = instance(lamps, instance_id)
    assert (row.status, row.end_event, row.ended_at) == ("ended", "End_lit", NOON)
    with lamps.reading() as session:
        assert [event.by for event in history.of(session, instance_id)] == [
            "wang",
            "li",
            "li",
            "li",
            "wang",
            "wang",
        ]
        assert history.verify(session, instance_id).intact


def test_the_history_knows_which_way_was_taken(lamps):
    instance_id = reported(lamps)
    done(lamps, HANDLER, BEYOND)
    done(lamps, HANDLER, {})

    with lamps.reading() as session:
        [replaced] = [e for e in history.of(session, instance_id) if e.name == "更换路灯"]
    assert replaced.data["from"] == "Gateway_repairable"
    assert replaced.data["flow"] == "Flow_4"


def test_a_case_goes_on_after_every_restart(lamps):
    instance_id = reported(lamps)
    forgotten(lamps)
    done(lamps, HANDLER, BEYOND)
    forgotten(lamps)
    done(lamps, HANDLER, {})
    forgotten(lamps)
    done(lamps, REPORTER, {"rating": "bad"})

    assert instance(lamps, instance_id).end_event == "End_lit"


def test_an_operation_that_fails_undoes_the_whole_step(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    with pytest.raises(OperationFailed) as failed, lamps.transaction() as session:
        tasks.complete(session, task.id, {**REPAIRED, "remark": "boom"}, HANDLER, NOON)

    assert failed.value.element == "Task_repair"
    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert everything(lamps, Submission, instance_id)[0].element_id == "Start_reported"
    assert instance(lamps, instance_id).version == 1
    assert len(story(lamps, instance_id)) == 1
    assert marks(lamps) == []


def test_several_commands_in_one_transaction_see_one_another(lamps):
    with lamps.transaction() as session:
        instance_id = tasks.start(
            session, "lamp", {"place": "a", "unit": "JT", "note": ""}, REPORTER, MORNING
        ).id
        [task] = inbox.of(session, HANDLER)
        tasks.complete(session, task.id, BEYOND, HANDLER, MORNING)
        [task] = inbox.of(session, HANDLER)
        tasks.complete(session, task.id, {}, HANDLER, MORNING)

    assert instance(lamps, instance_id).version == 3
    assert to_do(lamps, REPORTER) == ["评价"]


def test_two_at_once_are_one_after_the_other(lamps):
    """Eight threads add a line to one instance's history; none is lost."""
    instance_id = reported(lamps)

    def note(name):
        command = Command("note", name, entries=(Entry("noted", "lamp", "", name),))
        with (
            lamps.transaction() as session,
            instances.advancing(session, instance_id, NOON, name, command),
        ):
            pass

    threads = [threading.Thread(target=note, args=[f"t{number}"]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert instance(lamps, instance_id).version == 9
    assert sorted(name for kind, name in story(lamps, instance_id) if kind == "noted") == [
        f"t{number}" for number in range(8)
    ]
    with lamps.reading() as session:
        assert history.verify(session, instance_id).intact


def test_looking_takes_no_lock_and_changes_nothing(lamps):
    instance_id = reported(lamps)

    with lamps.transaction() as holder, instances.advancing(holder, instance_id, NOON):
        assert seen(lamps, instance_id)["place"] == "人民路 12 号"
    with lamps.reading() as session, instances.looking(session, instance_id, NOON) as execution:
        assert len(execution.user_tasks) == 1

    done(lamps, HANDLER, REPAIRED)
    assert to_do(lamps, REPORTER) == ["评价"]


def test_what_is_unknown_or_over_cannot_be_advanced(lamps):
    instance_id = reported(lamps)
    with lamps.transaction() as session:
        instances.terminate(session, instance_id, "重复报修", "wang", NOON)

    with pytest.raises(InstanceNotRunning), lamps.transaction() as session:
        advance(session, instance_id)
    with pytest.raises(NotFound), lamps.transaction() as session:
        advance(session, 404)
    with pytest.raises(NotFound), lamps.reading() as session:
        instances.variables(session, 404, "x", NOON)


def advance(session, instance_id):
    with instances.advancing(session, instance_id, NOON):
        pass


def test_terminating_withdraws_everything_and_keeps_the_reason(lamps):
    instance_id = reported(lamps)

    with lamps.transaction() as session:
        instances.terminate(session, instance_id, "重复报修", "wang", NOON)

    row = instance(lamps, instance_id)
    assert (row.status, row.ended_at) == ("terminated", NOON)
    assert to_do(lamps, HANDLER) == []
    assert everything(lamps, TimerJob, instance_id) == []
    assert story(lamps, instance_id)[1:] == [("terminated", "终止办理"), ("withdrawn", "维修路灯")]
    with lamps.reading() as session:
        assert history.of(session, instance_id)[1].data == {"reason": "重复报修"}


def test_the_instances_of_a_case_are_found(lamps):
    instance_id = reported(lamps)
    reported(lamps)

    with lamps.reading() as session:
        [found] = instances.of(session, f"lamp:{instance_id}")

    assert found.id == instance_id


def test_a_database_that_is_away_inside_an_operation_is_no_failure_of_the_process(lamps):
    def note_repair(context):
        """登记维修结果。"""
        error = sqlite3.OperationalError("database is locked")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise OperationalError("UPDATE", {}, error)

    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    with (
        registered(note_repair),
        pytest.raises(DatabaseUnavailable, match="数据库正忙"),
        lamps.transaction() as session,
    ):
        tasks.complete(session, task.id, REPAIRED, HANDLER, NOON)

    assert instance(lamps, instance_id).status == "running"


# what waits


def test_a_task_s_limit_sets_its_due_date_warnings_and_overdue_moment(lamps):
    instance_id = reported(lamps)

    [task] = everything(lamps, UserTask, instance_id)
    jobs = {job.kind: job for job in everything(lamps, TimerJob, instance_id)}
    assert task.due_at == jobs["overdue"].due_at
    assert jobs["warning"].due_at < task.due_at
    assert jobs["warning"].id == f"{task.id}:1"
    assert {jobs[kind].policy_key for kind in ("warning", "overdue")} == {"sign"}
    assert (task.level, task.base_at) == (jobs["overdue"].level, jobs["overdue"].base_at)
    with lamps.reading() as session:
        assert session.scalar(select(TaskCandidate.due_at)) == task.due_at


def test_an_interrupted_task_is_withdrawn_and_says_so(lamps):
    instance_id = reported(lamps)
    with (
        lamps.transaction() as session,
        instances.advancing(session, instance_id, NOON) as execution,
    ):
        [taken_over] = [t for t in execution.timers if t.element_id == "Timer_taken_over"]
        execution.fire(taken_over.id, NOON)

    assert to_do(lamps, HANDLER) == []
    assert ("withdrawn", "维修路灯") in story(lamps, instance_id)


def test_a_message_somebody_waits_for_is_a_row(database):
    drawn = diagram(
        "letter",
        "信件",
        '<startEvent id="Start_asked" name="已提出"/>'
        '<intermediateCatchEvent id="Catch_letter" name="来信">'
        '<messageEventDefinition id="Waits" messageRef="Message_letter"/></intermediateCatchEvent>'
        '<endEvent id="End_done" name="已收信"/>',
        [("Start_asked", "Catch_letter"), ("Catch_letter", "End_done")],
        before='<message id="Message_letter" name="来信"/>',
    )
    deployed(database, {"letter.bpmn": drawn})

    with database.transaction() as session:
        instance_id = instances.start(session, "letter", {}, None, MORNING, "letter:1").id

    [waiting] = everything(database, MessageSubscription, instance_id)
    assert (waiting.name, waiting.kind, waiting.business_key) == ("来信", "message", "letter:1")


def test_the_state_of_a_case_is_small(lamps):
    instance_id = reported(lamps)

    assert len(instance(lamps, instance_id).state) < 2_000


def test_a_loop_costs_the_same_at_its_hundredth_round(database, queries):
    drawn = diagram(
        "round",
        "往返",
        '<startEvent id="Start_asked" name="已提出"/>'
        + user(
            "Task_ask", "询问", extensions(["again:boolean:再问"]), candidateGroups="unit_handler"
        )
        + '<exclusiveGateway id="Gateway_again" name="还要再问吗?"/>'
        + '<endEvent id="End_done" name="已问清"/>',
        [
            ("Start_asked", "Task_ask"),
            ("Task_ask", "Gateway_again"),
            ("Gateway_again", "End_done", "不用"),
            ("Gateway_again", "Task_ask", "再问", "again"),
        ],
    )
    deployed(database, {"round.bpmn": drawn})
    with database.transaction() as session:
        instance_id = instances.start(session, "round", {}, "wang", MORNING).id
    costs = []

    for _ in range(100):
        with queries(database) as asked:
            done(database, HANDLER, {"again": True})
        costs.append((len(asked), len(instance(database, instance_id).state)))

    assert costs[99][0] == costs[9][0]
    assert abs(costs[99][1] - costs[9][1]) < 50


def test_instances_are_found_latest_first_page_by_page(lamps):
    ids = [reported(lamps) for _ in range(3)]
    for _ in range(2):
        done(lamps, HANDLER, REPAIRED)
    done(lamps, REPORTER, {"rating": "good"})

    def found(*asked, **more):
        with lamps.reading() as session:
            return [row.id for row in instances.find(session, *asked, **more)]

    assert found(2) == [ids[2], ids[1]]
    assert found(2, before=ids[1]) == [ids[0]]
    assert found(9, process_id="lamp") == ids[::-1]
    assert found(9, process_id="other") == []
    assert found(9, business_key=f"lamp:{ids[1]}") == [ids[1]]
    assert len(found(9, status="ended")) == 1
    assert found(9, but={"lamp"}) == []
