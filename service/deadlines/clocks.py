"""The clock of one case: it stops, it goes on with the time that was left, one moment is set by hand."""

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import places
from service.deadlines.book import Book
from service.deadlines.effects import Kind
from service.deadlines.lateness import NEVER
from service.deadlines.places import AnyRow
from service.deadlines.plans import TASKS, TIMERS, Plan, Shift
from service.deadlines.recount import Counting, jobs_of, kind_of
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, NotFound, StaleVersion
from service.tables.runtime import ProcessInstance

_OF_TASKS = frozenset({"warning", "overdue"})


def stop(counting: Counting, case: str) -> Plan:
    """Let everything of the case stand that is still to come; what no limit counts remembers when it was due."""
    plan = counting.count()
    moved = {name: {shift.id for shift in plan.shifts[name]} for name in (TASKS, TIMERS)}
    for table, row in _rows(counting, case):
        if row.id not in moved[table] and counting.at < row.due_at < NEVER:
            kind = Kind.TASK if table == TASKS else kind_of(row.kind)
            counting.move(kind, row, Shift(row.id, row.due_at, NEVER, None, row.due_at), table)
    return plan


def go_on(counting: Counting, case: str, since: datetime) -> Plan:
    """Let everything of the case go on; what no limit counts is due after the time that was left."""
    plan = counting.count()
    stood = counting.at - since
    for table, row in _rows(counting, case):
        if row.held_due_at is not None:
            kind = Kind.TASK if table == TASKS else kind_of(row.kind)
            due_at = row.held_due_at + stood
            counting.move(kind, row, Shift(row.id, row.due_at, due_at, row.held_due_at), table)
    return plan


def step_over(counting: Counting, over: Collection[str]) -> Plan:
    """Let limits of the case step over days that are past; those of the names in `over` have ended and stay as they are."""
    counting.reach = replace(counting.reach, keys=counting.reach.keys - set(over))
    return counting.count()


def movable(session: Session, id_: str) -> AnyRow:
    """Return the task or timer whose moment may be set by hand, or say why it may not."""
    row = session.execute(places.tasks_by_id([id_])).one_or_none()
    row = row or session.execute(places.timers_by_id([id_])).one_or_none()
    if row is None:
        raise NotFound("没有找到这项任务或定时，它可能已经办结或触发。请刷新页面后重新选择。")
    if getattr(row, "kind", "") in _OF_TASKS | {"message"}:
        raise StaleVersion("提醒跟着任务的期限走，不能单独改期。请改任务本身的期限。")
    if row.due_at == NEVER:
        raise StaleVersion("这件事项已暂停计时，现在不能改期。请先恢复计时，再改期。")
    return row


def redate(counting: Counting, row: AnyRow, due_at: datetime, book: Book) -> Plan:
    """Set one moment by hand; a task's warnings and its overdue moment follow."""
    if not counting.at < due_at < NEVER.replace(year=counting.at.year + 10):
        raise FormInvalid(
            {"due_at": "请填写今后十年之内的一个时间。"}, {"due_at": due_at.isoformat()}
        )
    if due_at == row.due_at:
        raise FormInvalid(
            {"due_at": "这就是现在的时间，不用改。请填写另一个时间。"},
            {"due_at": due_at.isoformat()},
        )
    if hasattr(row, "kind"):
        counting.move(kind_of(row.kind), row, Shift(row.id, row.due_at, due_at), TIMERS)
        return counting.plan
    counting.move(Kind.TASK, row, Shift(row.id, row.due_at, due_at), TASKS)
    there = {job.id: job for job in counting.session.execute(places.timers_of_task(row.id))}
    for job in jobs_of(row, _warnings(book, row, due_at), due_at):
        if job["id"] in there:
            old = there[job["id"]]
            if old.due_at != job["due_at"]:
                shift = Shift(old.id, old.due_at, job["due_at"])
                counting.move(kind_of(job["kind"]), old, shift, TIMERS)
        elif job["due_at"] > counting.at:
            counting.add(row, job)
    return counting.plan


def is_running(session: Session, case: str) -> bool:
    """Whether the case has an instance that runs."""
    running = select(ProcessInstance.id).where(
        ProcessInstance.business_key == case, ProcessInstance.status == "running"
    )
    return session.scalar(running.limit(1)) is not None


def _rows(counting: Counting, case: str) -> Iterator[tuple[str, AnyRow]]:
    question = places.together(places.tasks_of(case), places.timers_of(case))
    for row in counting.session.execute(question):
        yield row.place, row


def _warnings(book: Book, row: AnyRow, due_at: datetime) -> list[datetime]:
    if row.policy_key is None or row.base_at is None:
        return []
    held = places.held(row)
    policy = book.policy(held.key, held.level, local_day(held.base_at))
    calendar = book.calendar_of(book.place(policy, held.unit))
    return [calendar.warning(due_at, before.amount, before.unit) for before in policy.warnings]
