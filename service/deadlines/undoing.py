"""A change taken back: every row goes where it was, unless something that the change moved has fired since."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.effects import Kind
from service.deadlines.explain import format_moment
from service.deadlines.plans import TASKS, TIMERS, Plan, Record, chunks
from service.deadlines.recount import Counting, is_where_put, kind_of
from service.errors import StaleVersion
from service.tables.runtime import HistoryEvent

_TOLD = {"warning": "提醒已经发出", "overdue": "到期通知已经发出"}


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
    moments = {**record.added, **{id_: s.after for id_, s in record.shifts.get(TIMERS, {}).items()}}
    due = {id_ for id_ in gone if moments[id_] <= counting.at}
    _refuse_fired(counting.session, due, done_at)
    return plan


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
        tasks = [id_.rpartition(":")[0] for id_ in some if ":" in id_]
        told = HistoryEvent.task_id.in_(tasks) & HistoryEvent.kind.in_(_TOLD)
        fired = select(HistoryEvent).where(
            HistoryEvent.at >= done_at, or_(told, HistoryEvent.task_id.in_(some))
        )
        event = session.scalars(fired.order_by(HistoryEvent.at).limit(1)).first()
        if event is not None:
            what = _TOLD.get(event.kind, "已经触发")
            raise StaleVersion(
                _refusal(event.name or "定时", f"{what}（{format_moment(event.at)}）")
            )


def _refusal(name: str, what: str) -> str:
    return f"“{name}”的{what}，这次修改已经起了作用，不能再撤销。请按需要另作一次修改。"
