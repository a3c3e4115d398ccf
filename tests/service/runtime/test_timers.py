"""The calendar acts once, at its time, whoever looks first; what fails steps aside and delays no other."""

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from scheduler.jobs import fire_due_timers
from service import history
from service.errors import InstanceNotRunning, OperationFailed
from service.runtime import inbox, incidents, instances, messages, tasks, timers
from service.tables.people import Notification
from service.tables.runtime import ProcessInstance, SchedulerLease, TimerJob, UserTask
from tests.conftest import MORNING
from tests.service.runtime.lamps import (
    HANDLER,
    REPAIRED,
    TOWN,
    deployed,
    done,
    first,
    instance,
    marks,
    registered,
    reported,
    to_do,
)
from tests.service.runtime.letters import saying, start

A_DAY = timedelta(days=1)


def jobs(database, *kinds):
    with database.reading() as session:
        found = session.scalars(select(TimerJob).order_by(TimerJob.due_at, TimerJob.id))
        return [job for job in found if not kinds or job.kind in kinds]


def fire(database, job, at):
    with database.transaction() as session:
        return timers.fire(session, job.id, at)


def told(database):
    with database.reading() as session:
        rows = session.scalars(select(Notification).where(Notification.kind != "test"))
        return [(row.kind, row.recipient, row.text) for row in rows]


def move(database, job, due_at):
    with database.transaction() as session:
        session.execute(update(TimerJob).where(TimerJob.id == job.id).values(due_at=due_at))


# what is due


def test_due_are_those_whose_moment_has_come_the_longest_first(lamps):
    reported(lamps, MORNING)
    reported(lamps, MORNING - A_DAY)
    everything = jobs(lamps)
    at = everything[3].due_at

    with lamps.reading() as session:
        assert timers.due(session, everything[0].due_at - timedelta(seconds=1)) == []
        found = timers.due(session, at)
        assert timers.due(session, at, limit=2) == found[:2]

    due = [job for job in everything if job.due_at <= at]
    assert found == [job.id for job in due]


def test_the_next_due_moment_is_known(lamps):
    with lamps.reading() as session:
        assert timers.next_due(session) is None
    reported(lamps)

    with lamps.reading() as session:
        assert timers.next_due(session) == jobs(lamps)[0].due_at


# tokens


def test_an_interrupting_timer_hands_the_task_over(lamps):
    instance_id = reported(lamps)
    [job] = jobs(lamps, "event")

    assert fire(lamps, job, job.due_at)

    assert to_do(lamps, HANDLER) == []
    assert to_do(lamps, TOWN) == ["镇里维修"]
    assert jobs(lamps) == []  # reminder and limits went with the task
    with lamps.reading() as session:
        kinds = [event.kind for event in history.of(session, instance_id)]
        assert kinds == ["startEvent", "boundaryEvent", "withdrawn"]
        assert history.verify(session, instance_id).intact


def test_a_timer_fires_once(lamps):
    reported(lamps)
    [job] = jobs(lamps, "event")

    assert fire(lamps, job, job.due_at)
    assert not fire(lamps, job, job.due_at)


def test_a_timer_does_not_fire_before_its_moment(lamps):
    reported(lamps)
    [job] = jobs(lamps, "event")

    assert not fire(lamps, job, job.due_at - timedelta(seconds=1))

    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert len(jobs(lamps, "event")) == 1


def test_a_daily_reminder_ticks_and_stops(lamps):
    reported(lamps)
    ticks = []
    while found := jobs(lamps, "cycle"):
        [job] = found
        ticks.append(job.due_at - MORNING)
        assert fire(lamps, job, job.due_at)

    assert ticks == [A_DAY, 2 * A_DAY, 3 * A_DAY]
    assert marks(lamps) == ["reminded"] * 3
    assert to_do(lamps, HANDLER) == ["维修路灯"]


def test_the_row_and_not_the_engine_says_when(lamps):
    """An administrator gave it another date: earlier and later both hold."""
    reported(lamps)
    [job] = jobs(lamps, "event")
    move(lamps, job, job.due_at + A_DAY)
    assert not fire(lamps, job, job.due_at)

    move(lamps, job, MORNING + timedelta(minutes=1))
    assert fire(lamps, job, MORNING + timedelta(minutes=1))

    assert to_do(lamps, TOWN) == ["镇里维修"]


def test_a_date_an_administrator_gave_survives_other_steps(lamps):
    reported(lamps)
    [job] = jobs(lamps, "event")
    move(lamps, job, job.due_at + A_DAY)
    [reminder] = jobs(lamps, "cycle")

    fire(lamps, reminder, reminder.due_at)

    [kept] = jobs(lamps, "event")
    assert kept.due_at == job.due_at + A_DAY


def test_a_timer_whose_task_was_done_is_gone(lamps):
    reported(lamps)
    found = jobs(lamps)
    done(lamps, HANDLER, REPAIRED)

    assert [fire(lamps, job, MORNING + 60 * A_DAY) for job in found] == [False] * 4


# people


def test_a_warning_tells_the_candidates_and_touches_nothing_else(lamps):
    instance_id = reported(lamps)
    [warning] = jobs(lamps, "warning")

    assert fire(lamps, warning, warning.due_at)

    [(kind, recipient, text)] = told(lamps)
    assert (kind, recipient) == ("warning", "unit_handler:JT")
    assert text.startswith("“维修路灯”将于2026年3月")
    assert text.endswith("到期，请及时办理。")
    assert to_do(lamps, HANDLER) == ["维修路灯"]
    assert instance(lamps, instance_id).version == 1
    assert [job.kind for job in jobs(lamps)] == ["cycle", "overdue", "event"]


def test_a_claimed_task_s_warning_tells_its_assignee(lamps):
    reported(lamps)
    with lamps.transaction() as session:
        [task] = inbox.of(session, HANDLER)
        tasks.claim(session, task.id, HANDLER, MORNING)
    [warning] = jobs(lamps, "warning")

    fire(lamps, warning, warning.due_at)

    assert [recipient for _, recipient, _ in told(lamps)] == ["li"]


def test_the_overdue_moment_tells_again_and_says_so(lamps):
    reported(lamps)
    for job in jobs(lamps, "warning", "overdue"):
        assert fire(lamps, job, job.due_at)

    assert [kind for kind, _, _ in told(lamps)] == ["warning", "overdue"]
    assert "到期，请立即办理。" in told(lamps)[1][2]


def test_warning_and_overdue_are_in_the_case_file(lamps):
    instance_id = reported(lamps)
    for job in jobs(lamps, "warning", "overdue"):
        fire(lamps, job, job.due_at)
    done(lamps, HANDLER, REPAIRED)

    with lamps.reading() as session:
        kinds = [event.kind for event in history.of(session, instance_id)]
        assert kinds[:4] == ["startEvent", "warning", "overdue", "userTask"]
        assert history.verify(session, instance_id).intact


def test_warnings_already_past_are_not_given(lamps):
    reported(lamps, MORNING)
    late = jobs(lamps, "overdue")[0].due_at
    with lamps.transaction() as session:
        values = {"place": "a", "unit": "JT", "note": ""}
        instance_id = instances.start(session, "lamp", values, "wang", late).id

    with lamps.reading() as session:
        own = timers.of(session, instance_id)
    assert all(job.due_at > late for job in own if job.kind == "warning")


# several at once


def test_some_are_fired_together_in_due_order(lamps):
    for number in range(6):
        reported(lamps, MORNING + number * timedelta(minutes=1))
    at = MORNING + A_DAY + timedelta(minutes=3)

    with lamps.transaction() as session:
        assert timers.fire_due(session, at, 3) == 3
    with lamps.transaction() as session:
        assert timers.fire_due(session, at, 3) == 1
    with lamps.transaction() as session:
        assert timers.fire_due(session, at, 3) == 0

    assert marks(lamps) == ["reminded"] * 4


def test_several_timers_of_one_instance_are_fired_together(lamps):
    instance_id = reported(lamps)
    at = MORNING + 10 * A_DAY

    fired = 0
    for _ in range(5):
        with lamps.transaction() as session:
            fired += timers.fire_due(session, at, 50)

    assert fired >= 3  # reminder, warning, overdue; a cycle that is behind catches up once
    with lamps.reading() as session:
        assert history.verify(session, instance_id).intact
    assert len(told(lamps)) == 2
    assert jobs(lamps, "warning", "overdue") == []


def test_a_reminder_that_is_behind_ticks_once_for_all_it_missed(lamps):
    reported(lamps)
    [job] = jobs(lamps, "cycle")

    fire(lamps, job, MORNING + 2 * A_DAY + timedelta(hours=1))

    assert marks(lamps) == ["reminded"]
    remaining = jobs(lamps, "cycle")
    assert [job.due_at for job in remaining] == [MORNING + 3 * A_DAY]


def test_one_that_fails_takes_the_others_of_its_transaction_with_it(lamps):
    for _ in range(3):
        reported(lamps)
    broken = jobs(lamps, "cycle")[1].instance_id

    def remind_handler(context):
        """提醒维修单位。"""
        if context.instance_id == broken:
            raise RuntimeError("no line")

    with registered(remind_handler), pytest.raises(OperationFailed), lamps.transaction() as session:
        timers.fire_due(session, MORNING + A_DAY, 50)

    assert len(jobs(lamps, "cycle")) == 3


def test_what_another_holds_is_passed_over(postgresql_lamps):
    """On PostgreSQL a scheduler does not wait for an instance that somebody else is working on."""
    held, free = reported(postgresql_lamps), reported(postgresql_lamps)

    with (
        postgresql_lamps.transaction() as holder,
        instances.advancing(holder, held, MORNING),
        postgresql_lamps.transaction() as session,
    ):
        fired = timers.fire_due(session, MORNING + A_DAY, 50)

    assert fired == 1
    assert [job.instance_id for job in jobs(postgresql_lamps, "cycle")][-1] == free
    assert jobs(postgresql_lamps, "cycle")[0].instance_id == held


@pytest.fixture
def postgresql_lamps(postgresql):
    from tests.service.runtime import lamps as scene

    functions = (scene.open_lamp, scene.note_repair, scene.remind_handler, scene.keep_rating)
    with registered(*functions):
        scene.deployed(postgresql, {"lamp.bpmn": scene.LAMP})
        yield postgresql


def test_eight_at_once_fire_each_timer_once(lamps):
    for _ in range(20):
        reported(lamps)
    at = MORNING + A_DAY
    with lamps.reading() as session:
        due = timers.due(session, at)
    fired = []

    def go():
        for timer_id in due:
            with lamps.transaction() as session:
                fired.append(timers.fire(session, timer_id, at))

    threads = [threading.Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert fired.count(True) == 20
    assert marks(lamps) == ["reminded"] * 20


# stepping aside


def test_a_failed_job_waits_twice_as_long_each_time(lamps):
    reported(lamps)
    [job] = jobs(lamps, "event")
    waits = []
    for _ in range(10):
        with lamps.transaction() as session:
            until = timers.set_aside(session, job.id, "no line", job.due_at)
        waits.append((until - job.due_at).total_seconds())

    assert waits[:4] == [30, 60, 120, 240]
    assert waits[-1] == 3600
    [row] = jobs(lamps, "event")
    assert (row.attempts, row.last_error) == (10, "no line")


def test_a_job_set_aside_is_not_due_until_its_wait_is_over(lamps):
    reported(lamps)
    [job] = jobs(lamps, "event")
    for other in jobs(lamps, "cycle", "warning", "overdue"):
        move(lamps, other, job.due_at + 90 * A_DAY)
    with lamps.transaction() as session:
        until = timers.set_aside(session, job.id, "no line", job.due_at)

    with lamps.reading() as session:
        assert timers.due(session, job.due_at) == []
        assert timers.next_due(session) == until
        assert timers.due(session, until) == [job.id]
        lag = timers.lag(session, until)
    assert (lag.due, lag.aside) == (0, 1)


def test_setting_aside_what_is_gone_is_nothing(lamps):
    with lamps.transaction() as session:
        assert timers.set_aside(session, "gone", "no line", MORNING) is None


# punctuality


def test_the_lag_says_how_late_the_clock_is(lamps):
    reported(lamps)
    earliest = jobs(lamps)[0].due_at

    with lamps.reading() as session:
        on_time = timers.lag(session, earliest)
        late = timers.lag(session, earliest + timedelta(seconds=5))

    assert on_time == timers.Lag(0, None, 0)
    assert late == timers.Lag(1, earliest, 0)


def test_the_clocks_that_were_heard_of_lately_are_known(lamps):
    with lamps.transaction() as session:
        for name, until in (("clock:a", A_DAY), ("clock:b", -A_DAY), ("chore:c", A_DAY)):
            session.add(
                SchedulerLease(name=name, holder=name, beat_at=MORNING, until=MORNING + until)
            )

    with lamps.reading() as session:
        assert [clock.name for clock in timers.clocks(session, MORNING)] == ["clock:a"]


def test_the_clock_of_this_process_is_told_of_new_timers(lamps):
    moments = []
    lamps.on_due.append(moments.append)

    reported(lamps)

    assert min(moments) == jobs(lamps)[0].due_at


def test_due_and_next_use_the_index(lamps):
    for _ in range(3):
        reported(lamps)
    with lamps.transaction() as session:
        verb = "EXPLAIN QUERY PLAN" if lamps.is_sqlite else "EXPLAIN"
        if not lamps.is_sqlite:
            session.execute(func.set_config("enable_seqscan", "off", True).select())
        compiled = timers._NEXT.compile(lamps.engine, compile_kwargs={"literal_binds": True})
        rows = session.connection().exec_driver_sql(f"{verb} {compiled}")
        plan = "\n".join(map(str, rows))

    assert "ix_timer_jobs_due" in plan
    assert "B-TREE" not in plan


def test_a_task_and_its_jobs_share_what_the_date_was_computed_from(lamps):
    reported(lamps)
    with lamps.reading() as session:
        [task] = session.scalars(select(UserTask))
        [row] = session.scalars(select(ProcessInstance))
    for job in jobs(lamps, "warning", "overdue"):
        assert job.task_id == task.id
        assert job.instance_id == row.id
        assert (job.level, job.base_at, job.cap_on) == (task.level, task.base_at, task.cap_on)
    assert first(lamps, HANDLER).due_at == task.due_at


def test_a_job_that_has_failed_for_months_still_steps_aside():
    waits = [timers.back_off(attempts) for attempts in (0, 1, 6, 7, 5_000)]

    assert waits == [timedelta(seconds=seconds) for seconds in (30, 60, 1_920, 3_600, 3_600)]


# signals that come too late


def given_a_signal(database, key="case:1"):
    """A signal is on its way to an instance that waits for it; returns the instance and the job."""
    deployed(database, {"telling.bpmn": saying("signal")})
    listening = start(database, "broadcast", key)
    start(database, "telling", key)
    done(database, HANDLER, {})
    [job] = jobs(database, "message")
    return listening, job


def lapsed(database, instance_id):
    with database.reading() as session:
        assert history.verify(session, instance_id).intact
        found = history.of(session, instance_id)
    return [one.name for one in found if one.kind == "message_dropped"]


def test_a_signal_for_an_instance_that_has_ended_meanwhile_is_let_go_and_noted(letters):
    listening, _ = given_a_signal(letters)
    with letters.transaction() as session:
        instances.terminate(session, listening, "不办了", "operator", MORNING)

    assert fire_due_timers(letters, MORNING) == 1

    assert jobs(letters) == []
    assert lapsed(letters, listening) == ["信号“已整改”送到时已经没有环节在等候，不再送达"]
    with letters.reading() as session:
        assert timers.lag(session, MORNING).aside == 0


def test_a_signal_somebody_else_has_brought_meanwhile_is_let_go_and_noted(letters):
    listening, _ = given_a_signal(letters)
    with letters.transaction() as session:
        messages.signal(session, "已整改", "case:1", {}, "li", MORNING)

    fire_due_timers(letters, MORNING)

    assert (jobs(letters), len(lapsed(letters, listening))) == ([], 1)
    assert instance(letters, listening).status == "running"


def test_what_an_earlier_release_has_tried_for_ever_ends_with_its_incident(letters):
    """A message that was a job, set aside again and again because its receiver had ended."""
    listening, job = given_a_signal(letters)
    with letters.transaction() as session:
        instances.terminate(session, listening, "不办了", "operator", MORNING)
        row = session.get_one(TimerJob, job.id)
        row.payload = {"kind": "message", "payload": {}}
        incidents.timer_failed(session, job.id, InstanceNotRunning(), MORNING)

    fire_due_timers(letters, MORNING + A_DAY)

    assert jobs(letters) == []
    assert lapsed(letters, listening) == ["消息“已整改”送到时已经没有环节在等候，不再送达"]
    with letters.reading() as session:
        assert incidents.unresolved(session) == []
