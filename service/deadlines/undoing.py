"""A change taken back: every row goes where it was, unless a timer that the change moved has moved a case since.

A reminder that went out early moved nothing: it cannot be called back, but comes again at its own time.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.effects import Kind
from service.deadlines.explain import format_moment
from service.deadlines.places import AnyRow
from service.deadlines.plans import TASKS, TIMERS, Group, Plan, Record, Shift, among, chunks
from service.deadlines.recount import Counting, is_where_put, jobs_of, kind_of
from service.errors import StaleVersion
from service.tables import Base
from service.tables.runtime import HistoryEvent

_TELLING = frozenset({"warning", "overdue"})
"""Kinds of jobs that tell people and move no case; their ids begin with the task's."""


def take_back(counting: Counting, record: Record, done_at: datetime) -> Plan:
    """Return what takes a change back; refused with what has fired since, if something has."""
    plan = counting.taking_back(record)
    gone = record.added.keys() - counting.seen[TIMERS]
    for ids in chunks(sorted(gone)):
        for row in counting.session.execute(places.timers_by_id(ids)):
            gone.discard(row.id)
            if row.due_at == record.added[row.id]:
                counting.drop(kind_of(row.kind), row)
    for table, by_id in ((TASKS, places.tasks_by_id), (TIMERS, places.timers_by_id)):
        shifts = record.shifts.get(table, {})
        unseen = shifts.keys() - counting.seen[table]
        for ids in chunks(sorted(unseen)):
            for row in counting.session.execute(by_id(ids)):
                unseen.discard(row.id)
                if is_where_put(row, shifts[row.id]):
                    kind = Kind.TASK if table == TASKS else kind_of(row.kind)
                    counting.move(kind, row, shifts[row.id].back(), table)
        gone |= unseen if table == TIMERS else set()
    _put_back(counting, record)
    moved = record.shifts.get(TIMERS, {})
    _tell_again(counting, {id_: moved[id_] for id_ in gone & moved.keys() if _tells(id_)})
    moments = {**record.added, **{id_: shift.after for id_, shift in moved.items()}}
    due = {id_ for id_ in gone if moments[id_] <= counting.at and not _tells(id_)}
    _refuse_fired(counting.session, due, done_at)
    return plan


def refuse(session: Session, moved: Iterable[Group], done_at: datetime, at: datetime) -> None:
    """Refuse where taking a change back would be refused, without counting anything."""
    due = {
        id_
        for one in moved
        if one.table == TIMERS and one.after is not None and one.after <= at
        for id_ in one.ids
        if not _tells(id_)
    }
    if due:
        there = select(_TIMERS.c.id).where(among(_TIMERS.c.id, sorted(due), session.connection()))
        _refuse_fired(session, due.difference(session.scalars(there)), done_at)


def _tells(id_: str) -> bool:
    """Whether a job is a task's reminder or its overdue notice, by the id the runtime gives it."""
    return ":" in id_ and not id_.startswith("start:")


def _tell_again(counting: Counting, told: Mapping[str, Shift]) -> None:
    """Plan that what the change let go out early comes again where its own time is still to come."""
    again = {id_: shift.before for id_, shift in told.items() if shift.before > counting.at}
    by_task: dict[str, list[str]] = {}
    for id_ in sorted(again):
        by_task.setdefault(id_.rpartition(":")[0], []).append(id_)
    for ids in chunks(sorted(by_task)):
        for row in counting.session.execute(places.tasks_by_id(ids)):
            for id_ in by_task[row.id]:
                counting.add(row, {**_job(row, id_), "due_at": again[id_]})


def _job(task: AnyRow, id_: str) -> dict[str, Any]:
    """Return the job of a task that has this id."""
    number = id_.rpartition(":")[2]
    so_many = int(number) if number != "overdue" else 0
    jobs = jobs_of(task, [task.due_at] * so_many, task.due_at)
    return next(job for job in jobs if job["id"] == id_)


def _put_back(counting: Counting, record: Record) -> None:
    """Plan that the jobs a change dropped come back, of tasks that are still open."""
    jobs = {id_: row for id_, row in record.dropped.items() if id_ not in counting.seen[TIMERS]}
    for ids in chunks(sorted({row["task_id"] for row in jobs.values()})):
        open_ = {row.id: row for row in counting.session.execute(places.tasks_by_id(ids))}
        for job in jobs.values():
            if job["task_id"] in open_:
                counting.add(open_[job["task_id"]], job)


def _refuse_fired(session: Session, ids: Iterable[str], done_at: datetime) -> None:
    """Look in the history for what jobs that are gone did since the change; those of finished tasks may just be gone."""
    for some in chunks(sorted(ids)):
        starts = [id_ for id_ in some if id_.startswith("start:")]
        if starts:
            raise StaleVersion(_refusal("定时发起", "已经触发"))
        fired = select(HistoryEvent).where(
            HistoryEvent.at >= done_at,
            HistoryEvent.task_id.in_(some),
            HistoryEvent.kind.not_in(_TELLING),
        )
        event = session.scalars(fired.order_by(HistoryEvent.at).limit(1)).first()
        if event is not None:
            fired_at = f"已经触发（{format_moment(event.at)}）"
            raise StaleVersion(_refusal(event.name or "定时", fired_at))


_TIMERS = Base.metadata.tables[TIMERS]


def _refusal(name: str, what: str) -> str:
    return f"“{name}”的{what}，这次修改已经起了作用，不能再撤销。请按需要另作一次修改。"
