"""What happened, in order: appended, never changed, and every event vouches for the one before it.

The hash of an event is the SHA-256 of the compact JSON list `[hash before, instance, seq, moment in UTC with
microseconds, kind, process, element, name, task, by, data with sorted keys]`; the first event's hash before is "".
The instance's row keeps the last seq and hash. What a person handed in is covered by a digest in its event's data,
except for sealed tasks, whose few possible values a plain digest would give away: what the register keeps of them
it vouches for itself, by a keyed one.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from service.database import together
from service.errors import NotFound
from service.tables import Base
from service.tables.runtime import HistoryEvent, ProcessInstance, Submission


class Entry(NamedTuple):
    """One thing that happened, before it has its place in the chain. `kind` is an element's kind or a verb."""

    kind: str
    process_id: str
    element_id: str
    name: str
    task_id: str | None = None
    by: str | None = None
    data: Mapping[str, Any] = {}


class Head(NamedTuple):
    """The end of an instance's chain."""

    seq: int
    hash: str


EMPTY = Head(0, "")


@dataclass(frozen=True)
class Verification:
    """What checking a case file found, in Chinese sentences.

    `faults` are changes, none when it is intact; `gaps` say what cannot be checked.
    """

    events: int
    head: Head
    faults: Sequence[str] = field(default_factory=tuple)
    gaps: Sequence[str] = field(default_factory=tuple)

    @property
    def intact(self) -> bool:
        return not self.faults


def append(session: Session, instance_id: int, entries: Iterable[Entry], at: datetime) -> None:
    """Add what happened to an instance; waits for whoever is advancing it.

    Where a step of this very transaction is advancing it, the step writes the entries behind its own.
    """
    joined = session.info.get(_JOINED, {}).get(instance_id)
    if joined is not None:
        joined.extend(entries)
        return
    connection = session.connection()
    found = connection.execute(_LOCKED_HEAD, {"instance": instance_id}).one_or_none()
    if found is None:
        raise NotFound
    rows, head = chained(instance_id, Head(*found), entries, at)
    with together(connection):
        connection.execute(_NEW_HEAD, {"instance": instance_id, "seq": head.seq, "hash": head.hash})
        connection.execute(EVENT, rows)


@contextmanager
def joining(session: Session, instance_id: int) -> Iterator[list[Entry]]:
    """Collect what is appended to an instance while a step advances it; the step writes both as one chain."""
    collecting: dict[int, list[Entry]] = session.info.setdefault(_JOINED, {})
    found: list[Entry] = []
    collecting[instance_id] = found
    try:
        yield found
    finally:
        del collecting[instance_id]


def chained(
    instance_id: int, head: Head, entries: Iterable[Entry], at: datetime
) -> tuple[list[dict[str, Any]], Head]:
    """Return the rows that put the entries behind `head`, and the new end; whoever holds the instance writes both."""
    rows = []
    for entry in entries:
        seq = head.seq + 1
        hash_ = digest(head.hash, instance_id, seq, at, entry)
        rows.append(
            {"instance_id": instance_id, "seq": seq, "at": at, **entry._asdict(), "hash": hash_}
        )
        head = Head(seq, hash_)
    return rows, head


def of(session: Session, instance_id: int) -> list[HistoryEvent]:
    """Return what happened to an instance, oldest first."""
    return list(
        session.scalars(
            select(HistoryEvent)
            .where(HistoryEvent.instance_id == instance_id)
            .order_by(HistoryEvent.seq)
        )
    )


def verify(session: Session, instance_id: int) -> Verification:
    """Recompute the chain and compare it with what is stored; nothing that was altered goes unnoticed.

    Whoever can rewrite the whole chain together with the instance's row can only be found out by comparing
    `head` with one that was kept elsewhere, for example printed on the archived case file.
    """
    stored = session.execute(_HEAD, {"instance": instance_id}).one_or_none()
    if stored is None:
        raise NotFound
    events = of(session, instance_id)
    faults: list[str] = []
    head = EMPTY
    for event in events:
        if event.seq != head.seq + 1:
            faults.append(f"第 {head.seq + 1} 至 {event.seq - 1} 条记录缺失。")
        entry = Entry(*(getattr(event, name) for name in Entry._fields))
        if event.hash != digest(head.hash, instance_id, event.seq, event.at, entry):
            faults.append(f"第 {event.seq} 条记录“{event.name}”与校验值不符，可能被改动过。")
        head = Head(event.seq, event.hash)
    if head.seq != stored.history_seq:
        faults.append(f"末尾的记录缺失：应有 {stored.history_seq} 条，现有 {head.seq} 条。")
    elif head.hash != stored.history_hash:
        faults.append("末条记录与事项登记的校验值不符，可能被改动过。")
    faults += _submission_faults(session, instance_id, events)
    return Verification(len(events), head, tuple(faults))


def digest(before: str, instance_id: int, seq: int, at: datetime, entry: Entry) -> str:
    """Return the hash of an event: see the first lines of this module."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256([before, instance_id, seq, moment, *entry])


def submission_digest(task_id: str, by: str | None, at: datetime, values: Mapping[str, Any]) -> str:
    """Return what an event says about the values a person handed in with it."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _sha256([task_id, by, moment, values])


_JOINED = "entries that join a step"
_EVENTS = Base.metadata.tables[HistoryEvent.__tablename__]
_INSTANCES = Base.metadata.tables[ProcessInstance.__tablename__]

EVENT = insert(_EVENTS)
_HEAD = select(_INSTANCES.c.history_seq, _INSTANCES.c.history_hash).where(
    _INSTANCES.c.id == bindparam("instance")
)
_LOCKED_HEAD = _HEAD.with_for_update()
_NEW_HEAD = (
    update(_INSTANCES)
    .where(_INSTANCES.c.id == bindparam("instance"))
    .values(history_seq=bindparam("seq"), history_hash=bindparam("hash"))
)


def _sha256(value: Any) -> str:
    return hashlib.sha256(orjson.dumps(value, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _submission_faults(
    session: Session, instance_id: int, events: Sequence[HistoryEvent]
) -> Iterable[str]:
    """Say which submissions are missing, were added, or are not what was handed in."""
    submissions = {
        submission.task_id: submission
        for submission in session.scalars(
            select(Submission).where(Submission.instance_id == instance_id)
        )
    }
    for event in events:
        if event.task_id is None or not {"submitted", "sealed"} & event.data.keys():
            continue
        submission = submissions.pop(event.task_id, None)
        if submission is None:
            yield f"第 {event.seq} 条记录“{event.name}”所附的填写内容缺失。"
        elif not _is_what_was_handed_in(submission, event):
            yield f"第 {event.seq} 条记录“{event.name}”所附的填写内容与校验值不符，可能被改动过。"
    for submission in submissions.values():
        yield f"填写内容“{submission.name}”没有对应的办理记录，可能是事后添加的。"


def _is_what_was_handed_in(submission: Submission, event: HistoryEvent) -> bool:
    if event.data.get("sealed"):
        return submission.sealed and submission.values == {}
    found = submission_digest(submission.task_id, submission.by, submission.at, submission.values)
    return not submission.sealed and found == event.data["submitted"]
