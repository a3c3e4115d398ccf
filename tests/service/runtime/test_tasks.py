"""What people have to do is found by whom it concerns, and handed in once, by somebody who may."""

import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from scheduler.jobs import fire_due_timers
from service import history
from service.errors import (
    ExpressionFailed,
    FormInvalid,
    NotAllowed,
    OperationFailed,
    StaleVersion,
    TaskNotOpen,
)
from service.register.people.directory import Actor
from service.runtime import drafts, tasks, timers
from service.runtime.incidents import recording, unresolved
from service.tables.people import Notification, Person, Post
from service.tables.runtime import (
    HistoryEvent,
    ProcessInstance,
    Submission,
    TaskCandidate,
    TimerJob,
)
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.runtime.lamps import (
    BEYOND,
    COLLEAGUE,
    HANDLER,
    NOBODY,
    REPAIRED,
    REPORT,
    REPORTER,
    STRANGER,
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


def complete(database, task_id, values, person, version=None, at=NOON):
    with database.transaction() as session:
        tasks.complete(session, task_id, values, person, at, version)


def claim(database, task_id, person, version=None):
    with database.transaction() as session:
        tasks.claim(session, task_id, person, NOON, version)


def release(database, task_id, person, version=None):
    with database.transaction() as session:
        tasks.release(session, task_id, person, NOON, version)


def open_(database, task_id, person):
    with database.reading() as session:
        return tasks.open(session, task_id, person, NOON)


# inbox


# open


def test_an_opened_task_brings_form_variables_and_draft(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    with lamps.transaction() as session:
        drafts.save(session, task.id, HANDLER, {"remark": "写到一半"}, NOON)

    view = open_(lamps, task.id, HANDLER)

    assert view.row.name == "维修路灯"
    assert [field.id for field in view.fields] == ["result", "cost", "remark"]
    assert view.element.documentation == "照章办理。"
    assert view.variables["place"] == "人民路 12 号"
    assert view.draft == {"remark": "写到一半"}


def test_a_task_is_opened_by_nobody_else(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    for person in (STRANGER, REPORTER, NOBODY):
        with pytest.raises(NotAllowed):
            open_(lamps, task.id, person)


def test_a_task_that_is_gone_says_so(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    done(lamps, HANDLER, REPAIRED)

    with pytest.raises(TaskNotOpen, match="已经由他人办结或已撤销"):
        open_(lamps, task.id, HANDLER)


# drafts


# start


def test_who_may_start_is_offered_the_start_form(lamps):
    with lamps.reading() as session:
        [offered] = tasks.startable(session, REPORTER)
        assert tasks.startable(session, HANDLER) == []
        assert tasks.startable(session, NOBODY) == []

    assert (offered.process_id, offered.name) == ("lamp", "路灯报修")
    assert [field.id for field in offered.element.fields] == ["place", "unit", "note"]


def test_who_may_not_start_is_refused(lamps):
    with pytest.raises(NotAllowed), lamps.transaction() as session:
        tasks.start(session, "lamp", REPORT, HANDLER, MORNING)

    with lamps.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessInstance)) == 0


# claim and release


def test_a_claimed_task_leaves_the_colleagues_inboxes_and_comes_back(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    claim(lamps, task.id, HANDLER)

    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert to_do(lamps, COLLEAGUE) == []
    assert first(lamps, HANDLER).assignee == "li"

    release(lamps, task.id, HANDLER)

    assert to_do(lamps, COLLEAGUE) == ["维修路灯"]
    assert first(lamps, COLLEAGUE).assignee is None
    assert first(lamps, COLLEAGUE).due_at == task.due_at


def test_claiming_and_releasing_are_told_in_the_history(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    claim(lamps, task.id, HANDLER)
    release(lamps, task.id, HANDLER)
    done(lamps, COLLEAGUE, REPAIRED)

    with lamps.reading() as session:
        events = history.of(session, instance_id)
        assert [(e.kind, e.by) for e in events[1:4]] == [
            ("claimed", "li"),
            ("released", "li"),
            ("userTask", "zhao"),
        ]
        assert history.verify(session, instance_id).intact


def test_the_second_to_claim_is_told_who_has_it(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    with pytest.raises(TaskNotOpen, match="已由同事认领"):
        claim(lamps, task.id, COLLEAGUE)


def test_a_task_taken_over_is_the_new_person_s_and_the_history_says_so(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    with lamps.transaction() as session:
        tasks.take_over(session, task.id, NOBODY, NOON)

    assert to_do(lamps, NOBODY) == ["维修路灯"]
    assert to_do(lamps, HANDLER) == []
    with lamps.reading() as session:
        [event] = session.scalars(select(HistoryEvent).where(HistoryEvent.kind == "taken_over"))
        assert (event.by, event.task_id) == (NOBODY.login, task.id)
        assert history.verify(session, event.instance_id).intact


def test_a_sealed_task_is_taken_over_by_nobody(lamps):
    reported(lamps)
    done(lamps, HANDLER, REPAIRED)
    task = first(lamps, REPORTER)

    with pytest.raises(NotAllowed), lamps.transaction() as session:
        tasks.take_over(session, task.id, NOBODY, NOON)

    assert to_do(lamps, REPORTER) == ["评价"]


def test_what_changed_meanwhile_is_not_taken_over(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    with pytest.raises(StaleVersion), lamps.transaction() as session:
        tasks.take_over(session, task.id, NOBODY, NOON, version=task.version)


def test_claiming_twice_is_harmless(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    claim(lamps, task.id, HANDLER)
    claim(lamps, task.id, HANDLER)

    assert first(lamps, HANDLER).version == 2


def test_only_the_one_who_claimed_releases(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    for person in (COLLEAGUE, STRANGER):
        with pytest.raises(NotAllowed):
            release(lamps, task.id, person)


def test_a_stranger_cannot_claim(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    with pytest.raises(NotAllowed):
        claim(lamps, task.id, STRANGER)


def test_a_task_given_to_one_person_cannot_be_released_to_nobody(lamps):
    reported(lamps)
    done(lamps, HANDLER, REPAIRED)
    task = first(lamps, REPORTER)

    with pytest.raises(NotAllowed, match="只指定给您一人"):
        release(lamps, task.id, REPORTER)


def test_claiming_what_changed_meanwhile_is_refused(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)
    release(lamps, task.id, HANDLER)

    with pytest.raises(StaleVersion):
        claim(lamps, task.id, COLLEAGUE, version=1)


# complete


def test_the_one_who_may_hands_in(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    complete(lamps, task.id, REPAIRED, HANDLER, version=1)

    assert to_do(lamps, HANDLER) == []
    assert to_do(lamps, REPORTER) == ["评价"]
    assert marks(lamps) == ["repaired"]
    with lamps.reading() as session:
        submission = session.get_one(Submission, task.id)
    assert submission.values == REPAIRED
    assert (submission.by, submission.at, submission.name) == ("li", NOON, "维修路灯")
    assert instance(lamps, instance_id).version == 2


def test_strangers_and_nobody_cannot_hand_in(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)

    for person in (STRANGER, REPORTER, NOBODY):
        with pytest.raises(NotAllowed):
            complete(lamps, task.id, REPAIRED, person)

    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert marks(lamps) == []


def test_a_colleague_cannot_hand_in_what_somebody_claimed(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    with pytest.raises(TaskNotOpen, match="已由同事认领"):
        complete(lamps, task.id, REPAIRED, COLLEAGUE)


def test_a_login_stands_for_the_person_as_they_are_now(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    with lamps.transaction() as session:
        session.add(Person(login="li", name="李", password_hash=None))
        session.flush()
        session.add(Post(login="li", role="unit_handler", scope="JT"))

    complete(lamps, task.id, REPAIRED, "li")

    assert to_do(lamps, REPORTER) == ["评价"]


def test_an_older_page_is_refused(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    claim(lamps, task.id, HANDLER)

    with pytest.raises(StaleVersion, match="内容已有变化"):
        complete(lamps, task.id, REPAIRED, HANDLER, version=task.version)

    complete(lamps, task.id, REPAIRED, HANDLER, version=task.version + 1)


def test_a_double_click_hands_in_once(lamps):
    reported(lamps)
    task = first(lamps, HANDLER)
    complete(lamps, task.id, REPAIRED, HANDLER)

    with pytest.raises(TaskNotOpen):
        complete(lamps, task.id, REPAIRED, HANDLER)

    assert marks(lamps) == ["repaired"]


def test_of_many_at_once_one_hands_in(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)
    people = [Actor(f"p{number}", "某", HANDLER.groups) for number in range(8)]
    told = []

    def attempt(person):
        try:
            complete(lamps, task.id, REPAIRED, person)
            told.append("done")
        except TaskNotOpen:
            told.append("too late")

    threads = [threading.Thread(target=attempt, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(told) == ["done"] + ["too late"] * 7
    assert marks(lamps) == ["repaired"]
    assert instance(lamps, instance_id).version == 2
    with lamps.reading() as session:
        assert history.verify(session, instance_id).intact


def test_claims_and_completions_at_once_leave_one_of_each(lamps):
    """A claim that comes between the page and the hand-in is never overwritten."""
    for _ in range(5):
        reported(lamps)
        task = first(lamps, HANDLER)
        told = []

        def attempt(act, person, task=task, told=told):
            try:
                act(lamps, task.id, *([REPAIRED] if act is complete else []), person)
                told.append(act.__name__)
            except (TaskNotOpen, StaleVersion):
                told.append("too late")

        threads = [
            threading.Thread(target=attempt, args=[complete, HANDLER]),
            threading.Thread(target=attempt, args=[claim, COLLEAGUE]),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert sorted(told) in (["claim", "too late"], ["complete", "too late"])
        if "claim" in told:
            complete(lamps, task.id, REPAIRED, COLLEAGUE)


def test_how_long_a_task_was_open_can_be_told_afterwards(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)
    complete(lamps, task.id, REPAIRED, HANDLER, at=NOON)

    with lamps.reading() as session:
        [event] = [e for e in history.of(session, instance_id) if e.name == "维修路灯"]
    assert event.task_id == task.id
    assert event.at - datetime.fromisoformat(event.data["created_at"]) == timedelta(hours=3)


def test_an_operation_s_objection_reaches_the_form(lamps):
    def note_repair(context):
        """登记维修结果。"""
        raise FormInvalid({"cost": "费用超过限额，请改正。"}, context.values)

    reported(lamps)
    task = first(lamps, HANDLER)

    with registered(note_repair), pytest.raises(FormInvalid) as refused:
        complete(lamps, task.id, REPAIRED, HANDLER)

    assert refused.value.messages == {"cost": "费用超过限额，请改正。"}
    assert to_do(lamps, HANDLER) == ["维修路灯"]


def test_the_limits_of_a_task_go_with_it(lamps):
    reported(lamps)
    done(lamps, HANDLER, REPAIRED)

    with lamps.reading() as session:
        assert session.scalar(select(func.count()).select_from(TimerJob)) == 0
        assert session.scalars(select(TaskCandidate.candidate)).all() == ["user:wang"]


def test_completing_keeps_to_a_fixed_number_of_queries(lamps, queries):
    reported(lamps)
    task = first(lamps, HANDLER)

    with queries(lamps) as asked:
        complete(lamps, task.id, BEYOND, HANDLER)

    assert len(asked) <= 14, asked


def test_operation_failures_carry_what_an_incident_needs(lamps):
    instance_id = reported(lamps)
    task = first(lamps, HANDLER)

    with pytest.raises(OperationFailed) as failed:
        complete(lamps, task.id, {**REPAIRED, "remark": "boom"}, HANDLER)

    facts = failed.value.facts
    assert facts["instance_id"] == instance_id
    assert facts["by"] == "li"
    assert (facts["command"].name, facts["command"].subject) == ("complete", task.id)
    assert facts["command"].payload == {"values": {**REPAIRED, "remark": "boom"}}


def test_extensions_are_read_from_the_test_diagram():
    assert "camunda:formField" in extensions(["a:string:甲"])


LEAVE = diagram(
    "leave",
    "请假",
    '<startEvent id="Start_asked" name="已申请" camunda:initiator="asker"/>'
    + user("Task_explain", "补充说明", assignee="${asker}", dueDate="P2D", followUpDate="${now()}")
    + user(
        "Task_decide",
        "批准",
        candidateGroups="unit_handler",
        dueDate="${deadline('sign')}",
        priority="${asker == 'wang' ? 80 : 20}",
        formKey="embedded:app:leave-${asker}.html",
    )
    + '<endEvent id="End_decided" name="已批准"/>',
    [
        ("Start_asked", "Task_explain"),
        ("Task_explain", "Task_decide"),
        ("Task_decide", "End_decided"),
    ],
).replace(
    b'<process id="leave"',
    b'<process id="leave" camunda:candidateStarterGroups="deputy" camunda:candidateStarterUsers="li"',
)


def test_who_started_a_process_is_who_does_what_the_initiator_has_to_do(database):
    deployed(database, {"leave.bpmn": LEAVE})

    with database.transaction() as session:
        tasks.start(session, "leave", {}, REPORTER, MORNING)

    explain = first(database, REPORTER)
    assert (explain.assignee, explain.due_at) == ("wang", MORNING + timedelta(days=2))
    assert explain.follow_up_at == MORNING


def test_a_process_says_by_group_and_by_login_who_may_start_it(database):
    deployed(database, {"leave.bpmn": LEAVE})

    with database.reading() as session:
        may = [
            person.login
            for person in (REPORTER, HANDLER, COLLEAGUE)
            if tasks.startable(session, person)
        ]

    assert may == ["wang", "li"]


def test_a_task_has_the_limit_its_due_date_names_and_the_priority_its_expression_gives(database):
    deployed(database, {"leave.bpmn": LEAVE})
    with database.transaction() as session:
        tasks.start(session, "leave", {}, REPORTER, MORNING)

    done(database, REPORTER, {})

    decide = first(database, HANDLER)
    assert (decide.policy_key, decide.base_at) == ("sign", MORNING)
    assert (decide.priority, decide.form_key) == (80, "embedded:app:leave-wang.html")
    with database.reading() as session:
        kinds = [job.kind for job in timers.of(session, decide.instance_id)]
    assert kinds[-1] == "overdue"
    assert "warning" in kinds

    done(database, HANDLER, {})

    with database.reading() as session:
        assert timers.of(session, decide.instance_id) == []


def test_a_date_that_cannot_be_reckoned_keeps_the_task_before_open_and_names_the_element(database):
    broken = LEAVE.replace(b"${deadline('sign')}", b"${whenever}")
    deployed(database, {"leave.bpmn": broken})
    with database.transaction() as session:
        tasks.start(session, "leave", {}, REPORTER, MORNING)
    task = first(database, REPORTER)

    with pytest.raises(ExpressionFailed) as failed, recording(database, MORNING) as session:
        tasks.complete(session, task.id, {}, REPORTER, MORNING)

    assert failed.value.element == "Task_decide"
    assert to_do(database, REPORTER) == ["补充说明"]
    with database.reading() as session:
        [incident] = unresolved(session)
    assert incident.element_id == "Task_decide"


def test_a_task_over_a_date_without_a_limit_is_told_to_whoever_has_it(database):
    deployed(database, {"leave.bpmn": LEAVE})
    with database.transaction() as session:
        tasks.start(session, "leave", {}, REPORTER, MORNING)

    assert fire_due_timers(database, MORNING + timedelta(days=2)) == 1

    with database.reading() as session:
        [told] = session.scalars(select(Notification))
    assert (told.recipient, told.kind) == ("wang", "overdue")
