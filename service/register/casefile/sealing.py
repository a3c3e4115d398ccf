"""What is kept from a reader: the names of deputies who asked for secrecy, and how and whether deputies rate.

Until the notice of a meeting, or the end of the case, whoever may not follow an evaluation sees the case as it stood
when the deputies were asked. What comes next, a reminder of it or somebody's claim of it would tell how they rated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.evaluation import attestation, sight
from service.register.people.directory import Actor
from service.register.proposal import identity
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.runtime import HistoryEvent
from service.tables.suggestions import Suggestion

SEALED_PROCESSES = sight.SEALED_PROCESSES


@dataclass(frozen=True)
class Withheld:
    """Of what a reader may learn nothing: the steps of these processes, perhaps whatever is waited for now, some names.

    While what is waited for is kept, so is what happened in this instance after the evaluation began.
    """

    processes: frozenset[str] = SEALED_PROCESSES
    is_waiting: bool = False
    deputies: frozenset[str] = frozenset()
    instance_id: int | None = None
    began: int = 0
    """The place in the history of that instance at which the evaluation began."""

    def hides(self, event: HistoryEvent) -> bool:
        """Say whether this event is kept from the reader."""
        is_later = event.instance_id == self.instance_id and event.seq > self.began
        return event.process_id in self.processes or is_later

    def shown(self, viewer: Actor) -> ColumnElement[bool]:
        """Return which events of the history this reader sees: those not withheld, and their own steps."""
        open_: ColumnElement[bool] = HistoryEvent.process_id.not_in(self.processes)
        if self.instance_id is not None:
            elsewhere = HistoryEvent.instance_id != self.instance_id
            open_ = and_(open_, or_(elsewhere, HistoryEvent.seq <= self.began))
        return or_(open_, and_(HistoryEvent.by == viewer.login, HistoryEvent.kind == "userTask"))


EVERYTHING_IS_SHOWN = Withheld(frozenset())


def follows(session: Session, viewer: Actor, suggestion_id: int) -> bool:
    """May this reader see the evaluation of a case step by step?"""
    units = session.scalars(
        select(Assignment.unit).where(Assignment.suggestion_id == suggestion_id)
    )
    return sight.may_follow(viewer, units.all())


def withheld(session: Session, viewer: Actor, business_key: str | None) -> Withheld:
    """Return what is kept from this reader.

    While a suggestion is evaluated, even the step that comes next would tell how the deputy rated. Of what is no
    suggestion's the sealed processes are kept from everybody.
    """
    suggestion = _suggestion(session, business_key)
    if suggestion is None:
        return Withheld()
    return of(session, viewer, suggestion, follows(session, viewer, suggestion.id))


def steps(session: Session, viewer: Actor, business_key: str | None) -> Withheld:
    """Return which steps are kept from this reader, for whoever shows no names of deputies: it asks less."""
    suggestion = _suggestion(session, business_key)
    if suggestion is None:
        return Withheld()
    return _steps(session, suggestion, follows(session, viewer, suggestion.id))


def waiting(session: Session, viewer: Actor, business_keys: Iterable[str | None]) -> frozenset[str]:
    """Return the cases, by their keys, of which this reader learns nothing now, since deputies evaluate them."""
    numbers = {number: f"suggestion:{number}" for number in map(_number, business_keys) if number}
    evaluated = session.scalars(
        select(Suggestion.id).where(
            Suggestion.id.in_(numbers), Suggestion.status == CaseStatus.EVALUATING
        )
    ).all()
    if not evaluated:
        return frozenset()
    units: dict[int, list[str]] = {number: [] for number in evaluated}
    assigned = select(Assignment.suggestion_id, Assignment.unit)
    for number, unit in session.execute(assigned.where(Assignment.suggestion_id.in_(evaluated))):
        units[number].append(unit)
    return frozenset(
        numbers[number] for number, named in units.items() if not sight.may_follow(viewer, named)
    )


def of(session: Session, viewer: Actor, suggestion: Suggestion, is_following: bool) -> Withheld:
    """Return what is kept from a reader of this suggestion who may follow its evaluation, or may not."""
    deputies = identity.hidden_from(session, viewer, suggestion.id)
    return replace(_steps(session, suggestion, is_following), deputies=deputies)


def _steps(session: Session, suggestion: Suggestion, is_following: bool) -> Withheld:
    if is_following:
        return EVERYTHING_IS_SHOWN
    processes = sight.sealed_processes(suggestion.status)
    if suggestion.status != CaseStatus.EVALUATING:
        return Withheld(processes)
    began = select(func.max(HistoryEvent.seq)).where(
        HistoryEvent.instance_id == suggestion.instance_id,
        HistoryEvent.process_id == attestation.PROCESS,
        HistoryEvent.kind == "startEvent",
    )
    return Withheld(
        processes,
        is_waiting=True,
        instance_id=suggestion.instance_id,
        began=session.scalar(began) or 0,
    )


def _suggestion(session: Session, business_key: str | None) -> Suggestion | None:
    number = _number(business_key)
    return session.get(Suggestion, number) if number is not None else None


def _number(business_key: str | None) -> int | None:
    kind, number = keys.parse(business_key)
    return number if kind == "suggestion" else None
