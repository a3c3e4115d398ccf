"""What happened in a case, newest first, in the words of its diagrams."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from service.register.casefile import clock
from service.register.casefile.sealing import Withheld
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import identity, suggestions
from service.tables.runtime import HistoryEvent, ProcessInstance
from service.tables.suggestions import Suggestion

_OF_THE_CASE = ("startEvent", "endEvent")  # those of called processes only repeat what a step said
_TELLING = {
    "userTask": "完成",
    "startEvent": "",
    "endEvent": "",
    "boundaryEvent": "",
    "withdrawn": "任务撤销",
    "terminated": "",
    "claimed": "领取",
    "transferred": "转办",
    "taken_over": "接手",
    "variable_set": "",
    "migrated": "",
    "retried": "",
    "dismissed": "",
}
_STEPS = ("%Task", "%Event", "%Gateway", "task", "callActivity", "subProcess", "transaction")
"""The kinds of the events that a token's way through an element leaves; a claim or a reminder leaves others."""

_MENDED = frozenset({"variable_set", "migrated", "retried", "dismissed"})
_BY_PEOPLE = frozenset({"userTask", "startEvent", "claimed", "taken_over"}) | _MENDED


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    at: datetime
    what: str
    who: str
    kind: str


def of(
    session: Session, viewer: Actor, suggestion: Suggestion, withheld: Withheld, limit: int = 50
) -> list[Moment]:
    """Return what happened in a case, newest first, in the words of its diagrams."""
    shown: ColumnElement[bool] = and_(
        HistoryEvent.kind.in_(_TELLING),
        or_(
            HistoryEvent.kind.not_in(_OF_THE_CASE),
            HistoryEvent.process_id == ProcessInstance.process_id,
        ),
    )
    rows = session.execute(
        select(HistoryEvent.at, HistoryEvent.kind, HistoryEvent.name, HistoryEvent.by)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(
            ProcessInstance.business_key == suggestions.business_key(suggestion.id),
            shown,
            withheld.shown(viewer),
            HistoryEvent.name != "",
        )
        .order_by(HistoryEvent.at.desc(), HistoryEvent.seq.desc())
        .limit(limit)
    ).all()
    stood = _stood(session, suggestion.id)
    people_named = {row.by for row in rows} | {by for _, _, by in stood}
    names = identity.masked(people.names(session, people_named), withheld.deputies)
    told = [
        Moment(
            row.at,
            f"{_TELLING[row.kind]}“{row.name}”" if _TELLING[row.kind] else row.name,
            names.get(row.by, "") if row.kind in _BY_PEOPLE else "",
            row.kind,
        )
        for row in rows
    ]
    told += [Moment(at, what, names.get(by or "", ""), "clock") for at, what, by in stood]
    return sorted(told, key=lambda one: one.at, reverse=True)[:limit]


def _stood(session: Session, suggestion_id: int) -> list[tuple[datetime, str, str | None]]:
    """Return when the clock of a case was stopped and went on, and who did it."""
    found: list[tuple[datetime, str, str | None]] = []
    for row in clock.rows(session, suggestion_id):
        found.append((row.from_at, f"暂停计时：{row.reason}", row.by))
        if row.until_at is not None:
            found.append((row.until_at, "恢复计时", row.resumed_by))
    return found


def passed(
    session: Session, viewer: Actor, suggestion: Suggestion, withheld: Withheld
) -> dict[str, set[str]]:
    """Return the elements a case went through, by process: steps that were completed, not what only fell due."""
    rows = session.execute(
        select(HistoryEvent.process_id, HistoryEvent.element_id)
        .join(ProcessInstance, ProcessInstance.id == HistoryEvent.instance_id)
        .where(
            ProcessInstance.business_key == suggestions.business_key(suggestion.id),
            or_(*(HistoryEvent.kind.like(kind) for kind in _STEPS)),
            withheld.shown(viewer),
        )
        .distinct()
    )
    found: dict[str, set[str]] = {}
    for process_id, element_id in rows:
        found.setdefault(process_id, set()).add(element_id)
    return found
