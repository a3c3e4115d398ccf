"""A change is taken back row by row, and not once something it moved has fired."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from service.deadlines import changes, plans, policies
from service.deadlines.seed import Before, Policy
from service.errors import StaleVersion
from service.tables.runtime import HistoryEvent, TimerJob, UserTask

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
OpenTask = Callable[..., UserTask]


def ends(day: str, clock: str = "18:00") -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}+08:00")


def limit(session: Session, key: str, **changed: object) -> Policy:
    return policies.in_force(session).policy(key, "", date(2026, 3, 18))._replace(**changed)


def jobs(session: Session) -> dict[str, datetime]:
    return dict(session.execute(select(TimerJob.id, TimerJob.due_at)).all())


def fire(session: Session, id_: str, kind: str, at: datetime) -> None:
    """What the clock leaves behind when a job fires: no row, and an event in the history."""
    session.execute(delete(TimerJob).where(TimerJob.id == id_))
    session.add(
        HistoryEvent(
            instance_id=1, seq=1, at=at, kind=kind, process_id="handling", element_id="Task_sign",
            name="签收", task_id=id_.partition(":")[0], by=None, data={}, hash="",
        )
    )  # fmt: skip
    session.flush()


def test_jobs_a_change_added_go_and_those_it_dropped_come_back(
    working: Session, open_task: OpenTask
) -> None:
    open_task("a", "plan")
    now = ends("2026-04-02", "09:00")
    open_task("late", "plan", now=now)  # its jobs have fired
    working.execute(
        TimerJob.__table__.update().where(TimerJob.id == "a:1").values(attempts=3, last_error="x")
    )
    before = working.execute(select(TimerJob.__table__).order_by(TimerJob.id)).all()

    change = changes.apply(
        working, limit(working, "plan", amount=12, warnings=()), "试行", "guanli", now
    )
    assert set(jobs(working)) == {"a:overdue", "late:overdue"}
    changes.undo(working, change.id, "guanli", now)

    assert working.execute(select(TimerJob.__table__).order_by(TimerJob.id)).all() == before


def test_what_came_since_is_counted_by_the_limit_put_back(
    working: Session, open_task: OpenTask
) -> None:
    change = changes.apply(working, limit(working, "plan", amount=12), "试行", "guanli", AT)
    task = open_task("a", "plan")
    assert task.due_at == ends("2026-04-03")

    foreseen = changes.preview_undo(working, change.id, AT)
    changes.undo(working, change.id, "guanli", AT)

    assert foreseen.tasks == 1
    assert task.due_at == ends("2026-04-01")


@pytest.mark.parametrize(("id_", "kind"), [("a:1", "warning"), ("a:overdue", "overdue")])
def test_a_reminder_that_went_out_early_comes_again_at_its_own_time(
    working: Session, open_task: OpenTask, id_: str, kind: str
) -> None:
    task = open_task("a", "plan")
    before = jobs(working)
    change = changes.apply(working, limit(working, "plan", amount=4), "收紧", "guanli", AT)
    now = ends("2026-03-25", "09:00")
    fire(working, id_, kind, now)
    assert id_ not in jobs(working)

    foreseen = changes.preview_undo(working, change.id, now)
    changes.refuse_undo(working, change, plans.groups(change.moves), now)
    changes.undo(working, change.id, "guanli", now)

    assert (id_, None, before[id_]) in [(m.id, m.before, m.after) for m in foreseen.moves]
    assert jobs(working) == before
    assert task.due_at == ends("2026-04-01")


def test_a_change_is_not_taken_back_once_a_timer_it_moved_has_moved_a_case(
    working: Session, open_task: OpenTask
) -> None:
    due = policies.due(working, "plan", AT).moment
    working.add(
        TimerJob(
            id="f0", instance_id=1, kind="event", element_id="Boundary_plan", name="方案期限届满",
            due_at=due, policy_key="plan", level="", base_at=AT,
        )
    )  # fmt: skip
    working.flush()
    change = changes.apply(working, limit(working, "plan", amount=4), "收紧", "guanli", AT)
    now = ends("2026-03-25", "09:00")
    fire(working, "f0", "boundaryEvent", now)

    with pytest.raises(StaleVersion, match="已经触发"):
        changes.preview_undo(working, change.id, now)
    with pytest.raises(StaleVersion, match="已经触发"):
        changes.refuse_undo(working, change, plans.groups(change.moves), now)


def test_a_task_done_since_does_not_keep_a_change(working: Session, open_task: OpenTask) -> None:
    open_task("a", "plan")
    other = open_task("b", "plan")
    change = changes.apply(working, limit(working, "plan", amount=4), "收紧", "guanli", AT)
    working.execute(delete(TimerJob).where(TimerJob.task_id == "a"))
    working.delete(working.get_one(UserTask, "a"))
    working.flush()

    changes.undo(working, change.id, "guanli", ends("2026-03-25", "09:00"))

    assert other.due_at == ends("2026-04-01")


def test_a_start_that_has_begun_its_process_keeps_the_change(working: Session) -> None:
    due = policies.due(working, "plan", AT).moment
    working.add(
        TimerJob(
            id="start:report:Start_due", instance_id=None, kind="start", element_id="Start_due",
            name="总结", due_at=due, policy_key="plan", level="", base_at=AT, payload={},
        )
    )  # fmt: skip
    working.flush()
    change = changes.apply(working, limit(working, "plan", amount=4), "收紧", "guanli", AT)
    working.execute(delete(TimerJob))

    with pytest.raises(StaleVersion, match="定时发起"):
        changes.undo(working, change.id, "guanli", ends("2026-03-25", "09:00"))


def test_changes_of_different_limits_are_undone_in_any_order(
    working: Session, open_task: OpenTask
) -> None:
    task, other = open_task("a", "plan"), open_task("b", "sign")
    first = changes.apply(working, limit(working, "plan", amount=12), "一", "guanli", AT)
    second = changes.apply(
        working, limit(working, "sign", amount=5, warnings=(Before(2),)), "二", "guanli", AT
    )

    changes.undo(working, first.id, "guanli", AT)
    assert (task.due_at, other.due_at) == (ends("2026-04-01"), ends("2026-03-25"))
    changes.undo(working, second.id, "guanli", AT)
    assert other.due_at == ends("2026-03-23")


def test_a_moment_set_by_hand_stays_even_where_a_limit_comes_to_the_same(
    working: Session, open_task: OpenTask
) -> None:
    task = open_task("a", "sign")
    by_hand = changes.redate(working, "a", ends("2026-03-25"), "改期", "guanli", AT)
    change = changes.apply(working, limit(working, "sign", amount=5), "放宽", "guanli", AT)
    assert task.due_at == ends("2026-03-25")

    changes.undo(working, change.id, "guanli", AT)
    assert task.due_at == ends("2026-03-25")
    changes.undo(working, by_hand.id, "guanli", AT)
    assert task.due_at == ends("2026-03-23")
