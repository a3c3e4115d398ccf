"""The history of a case vouches for rows too secret for it: by keyed digests, so that a changed row shows.

A digest is an HMAC over everything a row says: whoever reads the history learns nothing of it, and only this service
can tell whether the row still says what was handed in. A release before this one gave no digests; what it opened
cannot be compared and says so.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.database import derived_key
from service.history import Entry
from service.labels import Labelled
from service.tables.runtime import HistoryEvent


@dataclass(frozen=True)
class Witnessed:
    """A row as the history is asked about it."""

    content: Sequence[Any]
    """Everything it says, as it is stored."""
    is_given: bool
    """Does it count as handed in?"""
    is_blank: bool
    """Does it say nothing at all?"""
    is_void: bool = False
    """Does it count for nothing, whatever it says?"""


@dataclass(frozen=True)
class Comparison:
    """What comparing rows with a history found, in Chinese sentences.

    `faults` are changes; `gaps` say what cannot be compared, in the same words whether or not anything was handed in.
    """

    faults: Sequence[str] = ()
    gaps: Sequence[str] = ()


@dataclass(frozen=True)
class Ledger:
    """One kind of secret row: what people call it, and the events it leaves in the history of its case.

    The events belong to `process_id`, so that they are kept from whoever its steps are kept from.
    """

    noun: str
    process_id: str
    opened: Labelled
    taken_back: Labelled | None
    given: frozenset[Labelled]

    def open(self, session: Session, instance_id: int, ids: Sequence[int], at: datetime) -> None:
        """Say which rows wait for somebody; from then on one that is handed in without a digest is a fault."""
        data = {"rows": list(ids), "key": _key_id(_key(session))}
        self._append(session, instance_id, self.opened, None, data, at)

    def give(
        self,
        session: Session,
        instance_id: int,
        happening: Labelled,
        row: tuple[int, Sequence[Any]],
        by: str | None,
        at: datetime,
    ) -> None:
        """Say that a row was handed in, or handed in again, with the digest of what it says now."""
        key = _key(session)
        data = {"row": row[0], "digest": _digest(key, row[1]), "key": _key_id(key)}
        self._append(session, instance_id, happening, by, data, at)

    def take_back(
        self, session: Session, instance_id: int, row_id: int, by: str | None, at: datetime
    ) -> None:
        """Say that what was handed in is void."""
        assert self.taken_back is not None
        self._append(session, instance_id, self.taken_back, by, {"row": row_id}, at)

    def compare(
        self, session: Session, instance_id: int, rows: Mapping[int, Witnessed]
    ) -> Comparison:
        """Compare the rows of an instance with the digests its history keeps."""
        key = _key(session)
        opened: set[int] = set()
        last: dict[int, HistoryEvent] = {}
        is_comparable = True
        for event in self._events(session, instance_id):
            is_comparable &= event.data.get("key") in (None, _key_id(key))
            if event.kind == self.opened:
                opened.update(event.data["rows"])
            else:
                last[event.data["row"]] = event
        lost = sorted((opened | set(last)) - set(rows))
        faults = [f"第 {number} 号{self.noun}的记录缺失。" for number in lost]
        faults += [
            f"第 {number} 号{self.noun}与登记时的校验值不符，可能被改动过。"
            for number, row in rows.items()
            if not self._agrees(row, last.get(number), number in opened, key, is_comparable)
        ]
        return Comparison(faults, list(self._gaps(sorted(set(rows) - opened), is_comparable)))

    def _agrees(
        self,
        row: Witnessed,
        event: HistoryEvent | None,
        is_opened: bool,
        key: bytes,
        is_comparable: bool,
    ) -> bool:
        """Is the row what its last event says it is? With another key only whether it says anything can be told."""
        says_nothing = row.is_blank and not row.is_given
        if event is None:
            return not is_opened or says_nothing
        if event.kind == self.taken_back:
            return row.is_void or says_nothing
        if not row.is_given:
            return False
        return not is_comparable or hmac.compare_digest(
            event.data["digest"], _digest(key, row.content)
        )

    def _gaps(self, unopened: Sequence[int], is_comparable: bool) -> Iterable[str]:
        if unopened:
            numbers = "、".join(map(str, unopened))
            yield (
                f"第 {numbers} 号{self.noun}是旧版本程序建立的，没有校验值，不能核对是否改动过。"
            )
        if not is_comparable:
            yield (
                f"签名密钥更换过，更换以前的{self.noun}不能核对是否改动过。"
                "恢复原来的密钥后可以核对。"
            )

    def _events(self, session: Session, instance_id: int) -> Iterable[HistoryEvent]:
        kinds = [each for each in (self.opened, self.taken_back, *self.given) if each is not None]
        question = select(HistoryEvent).where(
            HistoryEvent.instance_id == instance_id, HistoryEvent.kind.in_(kinds)
        )
        return session.scalars(question.order_by(HistoryEvent.seq))

    def _append(
        self,
        session: Session,
        instance_id: int,
        happening: Labelled,
        by: str | None,
        data: Mapping[str, Any],
        at: datetime,
    ) -> None:
        entry = Entry(happening.value, self.process_id, "", happening.label, None, by, data)
        history.append(session, instance_id, [entry], at)


def _digest(key: bytes, content: Sequence[Any]) -> str:
    told = [
        each.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(each, datetime)
        else each
        for each in content
    ]
    return hmac.digest(key, orjson.dumps(told), "sha256").hex()


def _key(session: Session) -> bytes:
    return derived_key(session, "rows in the history")


def _key_id(key: bytes) -> str:
    """Return what tells one key from another and gives away neither."""
    return hmac.digest(key, b"id", "sha256").hex()[:16]
