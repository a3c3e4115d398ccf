"""What is kept from a reader: the names of deputies who asked for secrecy, and how and whether deputies rate."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.evaluation import sight
from service.register.people.directory import Actor
from service.register.proposal import identity
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

SEALED_PROCESSES = sight.SEALED_PROCESSES


@dataclass(frozen=True)
class Withheld:
    """Of what a reader may learn nothing: the steps of these processes, perhaps whatever is waited for now, some names."""

    processes: frozenset[str] = SEALED_PROCESSES
    is_waiting: bool = False
    deputies: frozenset[str] = frozenset()


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
    kind, number = keys.parse(business_key)
    suggestion = session.get(Suggestion, number) if kind == "suggestion" else None
    if suggestion is None:
        return Withheld()
    return of(session, viewer, suggestion, follows(session, viewer, suggestion.id))


def of(session: Session, viewer: Actor, suggestion: Suggestion, is_following: bool) -> Withheld:
    """Return what is kept from a reader of this suggestion who may follow its evaluation, or may not."""
    deputies = identity.hidden_from(session, viewer, suggestion.id)
    if is_following:
        return Withheld(frozenset(), deputies=deputies)
    processes = sight.sealed_processes(suggestion.status)
    return Withheld(processes, suggestion.status == "evaluating", deputies)
