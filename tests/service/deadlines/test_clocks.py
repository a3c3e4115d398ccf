"""The clock of a case stops and goes on; one moment is set by hand."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import audit
from service.deadlines import changes, policies
from service.deadlines.effects import Kind
from service.deadlines.lateness import NEVER
from service.errors import FormInvalid, InstanceNotRunning, NotFound, StaleVersion
from service.tables.deadlines import DeadlinePause
from service.tables.runtime import ProcessInstance, TaskCandidate, TimerJob, UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]
CASE = "suggestion:1"


def ends(day: str, clock: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def jobs(session: Session) -> dict[str, datetime]:
    return dict(session.execute(select(TimerJob.id, TimerJob.due_at)).all())


def event(id_: str, due_at: datetime) -> TimerJob:
    return TimerJob(
        id=id_, instance_id=1, kind="event", element_id="Timer_meeting", name="开会", due_at=due_at
    )


def test_a_case_that_is_held_is_due_never_and_goes_on_with_what_was_left(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "plan")  # ten workdays, 1 April
    stopped, resumed = ends("2026-03-20", "10:00"), ends("2026-03-27", "15:00")

    foreseen = changes.preview_hold(working, CASE, stopped)
    change = changes.hold(working, CASE, "代表同意暂缓", "d001", stopped, attachments=[7])

    assert task.due_at == NEVER
    assert set(jobs(working).values()) == {NEVER}
    assert working.scalars(select(TaskCandidate.due_at)).one() == NEVER
    assert (foreseen.tasks, foreseen.jobs) == (change.moved_tasks, change.moved_timers) == (1, 2)
    [pause] = changes.pauses(working, CASE)
    assert (pause["reason"], pause["attachments"], pause["until_at"]) == ("代表同意暂缓", [7], None)

    changes.resume(working, CASE, "材料已补齐", "d001", resumed)

    # 20 to 26 March stood: 19, then 27 March, and eight more.
    assert task.due_at == ends("2026-04-09")
    assert jobs(working) == {"a:1": ends("2026-04-03", "08:30"), "a:overdue": ends("2026-04-09")}
    assert policies.in_force(working).stands_since(CASE) is None
    assert [entry.act for entry in audit.latest(working, 10)] == ["case", "case"]


def test_what_no_limit_counts_stands_still_too(working: Session, open_task: OpenTask) -> None:
    by_hand = open_task("a", "sign", due_at=ends("2026-04-30"))
    working.add(event("e", ends("2026-03-25", "09:00")))
    working.flush()
    stopped, resumed = ends("2026-03-20", "10:00"), ends("2026-03-22", "12:00")

    changes.hold(working, CASE, "暂缓", "d001", stopped)
    assert (by_hand.due_at, by_hand.held_due_at) == (NEVER, ends("2026-04-30"))
    assert jobs(working)["e"] == NEVER

    changes.resume(working, CASE, "继续", "d001", resumed)
    assert (by_hand.due_at, by_hand.held_due_at) == (ends("2026-05-02", "20:00"), None)
    assert jobs(working)["e"] == ends("2026-03-27", "11:00")
    assert jobs(working)["a:overdue"] == ends("2026-05-02", "20:00")


def test_what_was_late_before_stays_late(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "sign")

    changes.hold(working, CASE, "暂缓", "d001", ends("2026-03-24", "09:00"))

    assert task.due_at == ends("2026-03-23")


def test_a_limit_changed_while_the_clock_stands_counts_from_when_it_goes_on(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "sign")
    longer = policies.in_force(working).policy("sign", "", date(2026, 3, 18))._replace(amount=5)
    changes.hold(working, CASE, "暂缓", "d001", ends("2026-03-19", "09:00"))

    assert changes.preview(working, longer, AT).tasks == 0
    changes.apply(working, longer, "放宽", "guanli", AT)
    changes.resume(working, CASE, "继续", "d001", ends("2026-03-23", "09:00"))

    assert task.due_at == ends("2026-03-27")


def test_another_case_goes_on(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "sign")
    row = working.get_one(ProcessInstance, 1)
    fields = {name: getattr(row, name) for name in ("deployed_process_id", "process_id", "status")}
    working.add(
        ProcessInstance(
            id=2, business_key="suggestion:2", state=b"", version=1, started_at=AT,
            history_seq=0, history_hash="", **fields,
        )
    )  # fmt: skip
    working.flush()

    changes.hold(working, "suggestion:2", "暂缓", "d001", AT)

    assert task.due_at == ends("2026-03-23")


def test_a_case_is_held_once_and_resumed_once(working: Session) -> None:
    with pytest.raises(StaleVersion, match="没有暂停计时"):
        changes.resume(working, CASE, "继续", "d001", AT)
    changes.hold(working, CASE, "暂缓", "d001", AT)
    with pytest.raises(StaleVersion, match="已经暂停计时"):
        changes.hold(working, CASE, "暂缓", "d001", AT)
    with pytest.raises(InstanceNotRunning):
        changes.hold(working, "suggestion:404", "暂缓", "d001", AT)
    with pytest.raises(FormInvalid):
        changes.hold(working, CASE, " ", "d001", AT)


def test_holding_and_resuming_are_undone_in_turn(working: Session, open_task: OpenTask) -> None:
    task = open_task("a", "plan")
    working.add(event("e", ends("2026-03-25", "09:00")))
    working.flush()
    before = jobs(working)
    held = changes.hold(working, CASE, "暂缓", "d001", ends("2026-03-20", "10:00"))
    during = jobs(working)
    resumed = changes.resume(working, CASE, "继续", "d001", ends("2026-03-23", "10:00"))

    with pytest.raises(StaleVersion):
        changes.undo(working, held.id, "guanli", ends("2026-03-23", "11:00"))
    changes.undo(working, resumed.id, "guanli", ends("2026-03-23", "11:00"))
    assert jobs(working) == during
    assert working.scalars(select(DeadlinePause.until_at)).one() is None
    changes.undo(working, held.id, "guanli", ends("2026-03-23", "11:00"))

    assert jobs(working) == before
    assert task.due_at == ends("2026-04-01")
    assert working.scalars(select(DeadlinePause)).all() == []


def test_a_time_that_is_over_is_recorded_and_taken_back(
    working: Session, open_task: OpenTask
) -> None:
    task, ended = open_task("a", "plan"), open_task("b", "sign")
    before = jobs(working)
    span = ends("2026-03-20", "10:00"), ends("2026-03-24", "09:00")

    change = changes.stood(working, CASE, *span, "按规则", None, span[1], ["sign"])

    assert change is not None
    # Monday 23 March is the one workday of 20 to 23 March beside Friday: 1 April moves by two.
    assert task.due_at == ends("2026-04-03")
    assert ended.due_at == ends("2026-03-23")
    assert (change.moved_tasks, change.moved_timers) == (1, 2)
    assert "2026年3月20日（周五）至2026年3月23日（周一）的 4 天记为暂停计时" in change.sentence
    [pause] = changes.pauses(working, CASE)
    assert (pause["reason"], pause["by"], pause["resumed_by"]) == ("按规则", None, None)
    assert policies.in_force(working).stands_since(CASE) is None
    [entry] = audit.latest(working, 10)
    assert (entry.act, entry.by, entry.reason) == ("case", None, "按规则")

    changes.undo(working, change.id, "guanli", ends("2026-03-24", "11:00"))

    assert jobs(working) == before
    assert task.due_at == ends("2026-04-01")
    assert changes.pauses(working, CASE) == []


def test_days_on_which_the_clock_stood_anyway_are_not_recorded_again(working: Session) -> None:
    changes.hold(working, CASE, "暂缓", "d001", ends("2026-03-19", "09:00"))
    span = ends("2026-03-20", "10:00"), ends("2026-03-24", "09:00")
    assert changes.stood(working, CASE, *span, "按规则", None, span[1]) is None

    earlier = ends("2026-03-17", "10:00")
    assert changes.stood(working, CASE, earlier, span[1], "按规则", None, span[1]) is not None
    changes.resume(working, CASE, "继续", "d001", ends("2026-03-25", "09:00"))

    days = [
        (pause["from_at"][:10], pause["until_at"][:10]) for pause in changes.pauses(working, CASE)
    ]
    assert sorted(days) == [("2026-03-17", "2026-03-19"), ("2026-03-19", "2026-03-25")]
    with pytest.raises(InstanceNotRunning):
        changes.stood(working, "suggestion:404", *span, "按规则", None, span[1])


# One moment by hand


def test_a_task_set_to_another_moment_takes_its_jobs_along_and_stays(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "plan")
    later = ends("2026-04-20")

    foreseen = changes.preview_redate(working, "a", later, AT)
    change = changes.redate(working, "a", later, "等上级批复", "guanli", AT)

    assert task.due_at == later
    assert jobs(working) == {"a:1": ends("2026-04-15", "08:30"), "a:overdue": later}
    assert (foreseen.tasks, foreseen.jobs) == (change.moved_tasks, change.moved_timers) == (1, 2)
    assert change.sentence.startswith("把“签收”由 2026年4月1日（周三）18:00改到 2026年4月20日")
    shorter = policies.in_force(working).policy("plan", "", date(2026, 3, 18))._replace(amount=8)
    assert changes.preview(working, shorter, AT).by_hand == 1

    changes.undo(working, change.id, "guanli", AT)
    assert task.due_at == ends("2026-04-01")
    assert jobs(working)["a:1"] == ends("2026-03-27", "08:30")


def test_an_overdue_task_gets_its_jobs_back_with_a_new_moment(
    working: Session, open_task: OpenTask
) -> None:
    now = ends("2026-04-02", "09:00")
    open_task("a", "plan", now=now)

    change = changes.redate(working, "a", ends("2026-04-20"), "补办", "guanli", now)
    assert set(jobs(working)) == {"a:1", "a:overdue"}
    changes.undo(working, change.id, "guanli", now)

    assert jobs(working) == {}


def test_a_timer_of_a_diagram_is_set_alone(working: Session) -> None:
    working.add(event("e", ends("2026-03-25", "09:00")))
    working.flush()

    [move] = changes.preview_redate(working, "e", ends("2026-03-26", "09:00"), AT).moves
    changes.redate(working, "e", ends("2026-03-26", "09:00"), "改期", "guanli", AT)

    assert (move.kind, move.business_key) == (Kind.TIMER, CASE)
    assert jobs(working) == {"e": ends("2026-03-26", "09:00")}


def test_what_cannot_be_set_by_hand_says_why(working: Session, open_task: OpenTask) -> None:
    open_task("a", "plan")
    with pytest.raises(NotFound):
        changes.preview_redate(working, "gone", ends("2026-04-20"), AT)
    with pytest.raises(StaleVersion, match="提醒跟着任务的期限走"):
        changes.preview_redate(working, "a:1", ends("2026-04-20"), AT)
    with pytest.raises(FormInvalid):
        changes.preview_redate(working, "a", ends("2026-03-01"), AT)
    with pytest.raises(FormInvalid):
        changes.preview_redate(working, "a", ends("2126-03-01"), AT)
    with pytest.raises(FormInvalid):
        changes.preview_redate(working, "a", ends("2026-04-01"), AT)
    changes.hold(working, CASE, "暂缓", "d001", AT)
    with pytest.raises(StaleVersion, match="已暂停计时"):
        changes.preview_redate(working, "a", ends("2026-04-20"), AT)
