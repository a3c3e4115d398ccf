"""What granting an extension would move, for whoever decides: the dates, and the cards that would not be proposed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from service.deadlines import explain, words
from service.deadlines.effects import Effect, Kind, Move
from service.deadlines.workdays import moment
from service.engine.definitions import Element
from service.errors import FormInvalid, ProcessFailed
from service.register.extension import applications, dates
from service.register.supervision import foresight, standing
from service.register.supervision.colors import Color
from service.register.supervision.facts import Supposed

_DECIDES = "decide_extension"
_DAY = "granted_until"


@dataclass(frozen=True)
class Row:
    """One date that would move, in words."""

    kind: str
    name: str
    before: str
    after: str
    difference: str


@dataclass(frozen=True)
class Spared:
    """A unit for which the rules would propose a card, and a lighter one or none with the grant."""

    unit: str
    now: Color
    then: Color


@dataclass(frozen=True)
class Granting:
    """A grant up to one day as it would be: what moves, which cards are not proposed, or why it cannot be."""

    until: str
    rows: tuple[Row, ...] = ()
    reminders: int = 0
    spared: tuple[Spared, ...] = ()
    fault: str = ""


def of(
    session: Session,
    element: Element,
    variables: Mapping[str, Any],
    values: Mapping[str, Any],
    at: datetime,
) -> Granting | None:
    """Return what the decision on an extension would move: up to the day that was typed, or else the one asked for.

    Every other task decides nothing of the kind.
    """
    number = variables.get("extension")
    if element.properties.get("on_complete") != _DECIDES or not isinstance(number, int):
        return None
    row = applications.get(session, number)
    until = _typed(values.get(_DAY)) or row.asked_until
    if until is None:
        return None
    day = explain.format_day(until)
    try:
        effect = dates.preview(session, row, until, at)
        return Granting(
            day,
            tuple(_row(move) for move in effect.moves if move.kind is not Kind.REMINDER),
            effect.reminders,
            _spared(session, effect, until),
        )
    except FormInvalid as refused:
        return Granting(day, fault="".join(refused.messages.values()))
    except ProcessFailed as failed:
        return Granting(day, fault=str(failed))


def _spared(session: Session, effect: Effect, until: date) -> tuple[Spared, ...]:
    """Return whom the rules would card if nobody had replied by the new day, and would not card with it."""
    day = moment(until, time.min)
    known = standing.of_units(session, day)
    changed = foresight.changed(session, day, Supposed.of(effect.moves), known)
    return tuple(
        Spared(known.units[one.matter.unit].name, one.now.color, one.then.color)
        for one in changed
        if one.then.color.rank < one.now.color.rank
    )


def _row(move: Move) -> Row:
    return Row(
        move.kind.label,
        move.name,
        words.moment(move.before),
        words.moment(move.after),
        words.difference(move.before, move.after),
    )


def _typed(text: Any) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
