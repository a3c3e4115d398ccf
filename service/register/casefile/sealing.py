"""What is kept from a reader while deputies rate: the steps of sealed processes, and whatever is waited for."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.evaluation import sight
from service.register.people.directory import Actor
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

SEALED_PROCESSES = sight.SEALED_PROCESSES


@dataclass(frozen=True)
class Withheld:
    """Of what a reader may learn nothing: the steps of these processes, and perhaps whatever is waited for now."""

    processes: frozenset[str] = SEALED_PROCESSES
    is_waiting: bool = False


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
    return of(suggestion, follows(session, viewer, suggestion.id))


def of(suggestion: Suggestion, is_following: bool) -> Withheld:
    """Return what is kept from a reader of this suggestion who may follow its evaluation, or may not."""
    if is_following:
        return EVERYTHING_IS_SHOWN
    processes = sight.sealed_processes(suggestion.status)
    return Withheld(processes, suggestion.status == "evaluating")
