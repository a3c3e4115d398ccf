"""A rating enters the history of its case when it is given, as a keyed digest, so that a changed one shows.

The digest is an HMAC over everything a rating says: whoever reads the history learns nothing of it, and only this
service can tell whether a row still says what was handed in. An amended rating, one from paper and one taken back
leave events of their own. A release before this one gave no digests; what it opened cannot be compared and says so.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from service import history
from service.database import derived_key
from service.history import Entry
from service.register.common.labels import Labelled
from service.register.evaluation import ratings
from service.register.evaluation.states import State
from service.tables.evaluation import Evaluation
from service.tables.runtime import HistoryEvent

PROCESS = "back_to_back_evaluation"
"""The events belong to the process whose steps are kept from everybody who may not follow an evaluation."""


class Happening(Labelled):
    """What the history says happened to a rating; never how anybody rated."""

    OPENED = "evaluations_opened", "评价已建立"
    GIVEN = "rating_given", "评价已提交"
    AMENDED = "rating_amended", "评价已修改"
    FROM_PAPER = "rating_from_paper", "评价已代录"
    TAKEN_BACK = "rating_taken_back", "评价已收回"


@dataclass(frozen=True)
class Comparison:
    """What comparing the ratings of an instance with its history found, in Chinese sentences.

    `faults` are changes; `gaps` say what cannot be compared, in the same words whether or not anybody rated.
    """

    faults: Sequence[str] = ()
    gaps: Sequence[str] = ()


def opened(session: Session, rows: Sequence[Evaluation], at: datetime) -> None:
    """Say in the history which evaluations were opened; from then on a rating without its digest is a fault."""
    for instance_id in {row.instance_id for row in rows}:
        ids = [row.id for row in rows if row.instance_id == instance_id]
        data = {"evaluations": ids, "key": _key_id(_key(session))}
        history.append(session, instance_id, [_entry(Happening.OPENED, None, data)], at)


def given(
    session: Session, row: Evaluation, happening: Happening, by: str | None, at: datetime
) -> None:
    """Say in the history that a rating was given, or given again, with the digest of what it says now."""
    key = _key(session)
    data = {"evaluation": row.id, "digest": _digest(key, row), "key": _key_id(key)}
    history.append(session, row.instance_id, [_entry(happening, by, data)], at)


def taken_back(session: Session, row: Evaluation, by: str | None, at: datetime) -> None:
    """Say in the history that a rating is void."""
    entry = _entry(Happening.TAKEN_BACK, by, {"evaluation": row.id})
    history.append(session, row.instance_id, [entry], at)


def compare(session: Session, instance_id: int) -> Comparison:
    """Compare the ratings of an instance with the digests its history keeps."""
    rows = {
        row.id: row
        for row in session.scalars(
            select(Evaluation).where(Evaluation.instance_id == instance_id).order_by(Evaluation.id)
        )
    }
    events = session.scalars(
        select(HistoryEvent)
        .where(HistoryEvent.instance_id == instance_id, HistoryEvent.kind.in_(list(Happening)))
        .order_by(HistoryEvent.seq)
    ).all()
    key = _key(session)
    attested: set[int] = set()
    last: dict[int, HistoryEvent] = {}
    for event in events:
        if event.kind == Happening.OPENED:
            attested.update(event.data["evaluations"])
        else:
            last[event.data["evaluation"]] = event
    is_comparable = all(event.data.get("key") in (None, _key_id(key)) for event in events)
    faults = [
        f"第 {number} 号评价的记录缺失。" for number in sorted((attested | set(last)) - set(rows))
    ]
    faults += [
        f"第 {number} 号评价与登记时的校验值不符，可能被改动过。"
        for number, row in rows.items()
        if not _agrees(row, last.get(number), number in attested, key if is_comparable else None)
    ]
    return Comparison(faults, list(_gaps(rows, attested, is_comparable)))


def _agrees(
    row: Evaluation, event: HistoryEvent | None, is_attested: bool, key: bytes | None
) -> bool:
    """Is the row what its last event says it is? Without a key only whether there is a rating can be told."""
    if event is None:
        return not is_attested or _is_unrated(row)
    if event.kind == Happening.TAKEN_BACK:
        return row.state == State.VOIDED or _is_unrated(row)
    if row.state != State.RATED:
        return False
    return key is None or hmac.compare_digest(event.data["digest"], _digest(key, row))


def _is_unrated(row: Evaluation) -> bool:
    return row.state != State.RATED and ratings.is_blank(row)


def _gaps(rows: Iterable[int], attested: Iterable[int], is_comparable: bool) -> Iterable[str]:
    unattested = sorted(set(rows) - set(attested))
    if unattested:
        numbers = "、".join(map(str, unattested))
        yield f"第 {numbers} 号评价是旧版本程序建立的，没有校验值，不能核对是否改动过。"
    if not is_comparable:
        yield "签名密钥更换过，更换以前的评价不能核对是否改动过。恢复原来的密钥后可以核对。"


def _entry(happening: Happening, by: str | None, data: Mapping[str, object]) -> Entry:
    return Entry(happening.value, PROCESS, "", happening.label, None, by, data)


def _digest(key: bytes, row: Evaluation) -> str:
    said = {
        name: value.astimezone(UTC).isoformat(timespec="microseconds")
        if isinstance(value, datetime)
        else value
        for name, value in ratings.columns(row).items()
    }
    whose = [row.id, row.suggestion_id, row.deputy, row.unit, row.round]
    return hmac.digest(
        key, orjson.dumps([whose, said], option=orjson.OPT_SORT_KEYS), "sha256"
    ).hex()


def _key(session: Session) -> bytes:
    return derived_key(session, "ratings in the history")


def _key_id(key: bytes) -> str:
    """Return what tells one key from another and gives away neither."""
    return hmac.digest(key, b"id", "sha256").hex()[:16]
