"""What can be seen of a rehearsed instance in its store: what it has passed, what it expects and waits for."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.runtime import instances, timers
from service.simulation.outcome import Awaited, Passed
from service.tables.runtime import HistoryEvent, MessageSubscription, UserTask


def passed(session: Session, instance_id: int, seen: int) -> Iterator[Passed]:
    """Yield what has happened since so many things were seen."""
    query = (
        select(HistoryEvent)
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.seq > seen)
        .order_by(HistoryEvent.seq)
    )
    for each in session.scalars(query):
        name, flow = each.name or each.element_id, each.data.get("flow")
        yield Passed(each.at, each.process_id, each.element_id, name, each.kind, each.by, flow)


def expected(session: Session, instance_id: int, name: str) -> str | None:
    """Return what kind of word of this name an instance waits for, if it does."""
    query = select(MessageSubscription.kind).where(
        MessageSubscription.instance_id == instance_id, MessageSubscription.name == name
    )
    return session.scalars(query).first()


def awaited(
    session: Session, instance_id: int, task_ids: Collection[str], at: datetime
) -> list[Awaited]:
    """Return all an instance waits for: these open tasks, then timers, then messages, signals and conditions."""
    rows = [session.get_one(UserTask, id_) for id_ in task_ids]
    groups = {group for row in rows for group in row.candidates}
    logins = [row.assignee for row in rows]
    words = people.group_names(session, groups) | people.names(session, logins)
    jobs = timers.of(session, instance_id)
    with instances.looking(session, instance_id, at) as execution:
        subscriptions = execution.subscriptions
    return [
        *(_task(row, words) for row in rows),
        *(
            Awaited("timer", job.element_id, job.name, (), job.due_at)
            for job in jobs
            if job.kind in {"event", "cycle"}
        ),
        *(Awaited(each.kind, each.element_id, each.name) for each in subscriptions),
    ]


def _task(row: UserTask, words: Mapping[str, str]) -> Awaited:
    whom = [row.assignee] if row.assignee else row.candidates
    named = tuple(words.get(one, one) for one in whom)
    return Awaited("task", row.element_id, row.name, named, row.due_at)
