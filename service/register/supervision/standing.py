"""How every unit stands: its cards by colour, the white ones of this year, what is supervised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, cast, func, null, select, union_all
from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.register.people.sectors import GOVERNED
from service.register.supervision import cards
from service.register.supervision.cards import State
from service.register.supervision.colors import Color
from service.tables.people import Unit
from service.tables.supervision import ControlCard, SupervisionCase


class Supervised(NamedTuple):
    """What was and is supervised of one unit and suggestion."""

    last_opened_at: datetime | None
    open: int

    def before(self, moment: datetime) -> bool:
        """Say whether no supervision was opened since."""
        return self.last_opened_at is None or self.last_opened_at < moment


class UnitFacts(NamedTuple):
    """What the rules must know of a unit."""

    name: str
    system: str

    @property
    def is_colored(self) -> bool:
        """Only government units and bodies entrusted with public affairs are given cards; all others get letters."""
        return self.system in GOVERNED


@dataclass(frozen=True)
class Standing:
    """How every unit stands: cards not cleared by colour, white cards of this year, what is supervised."""

    units: Mapping[str, UnitFacts]
    colors: Mapping[str, Mapping[str, int]]
    whites: Mapping[str, int]
    supervised: Mapping[tuple[str, int | None], Supervised]

    @property
    def cases(self) -> dict[str, int]:
        """The open cases of each unit."""
        found: dict[str, int] = {}
        for (unit, _), seen in self.supervised.items():
            if seen.open:
                found[unit] = found.get(unit, 0) + seen.open
        return found


def of_units(session: Session, at: datetime) -> Standing:
    """Return how every unit stands, with one query."""
    units: dict[str, UnitFacts] = {}
    colors: dict[str, dict[str, int]] = {}
    whites: dict[str, int] = {}
    supervised: dict[tuple[str, int | None], Supervised] = {}
    for row in session.execute(union_all(_units_with_cards(at), _SUPERVISED)):
        code, name, system, color, open_, given, suggestion_id, opened_at = row
        if name is None:
            supervised[code, suggestion_id] = Supervised(opened_at, open_)
            continue
        units[code] = UnitFacts(name, system)
        if open_:
            colors.setdefault(code, {})[color] = open_
        if color == Color.WHITE and given:
            whites[code] = given
    return Standing(dict(sorted(units.items())), colors, whites, supervised)


def _units_with_cards(at: datetime) -> Select[*tuple[Any, ...]]:
    """Every unit with each colour of its cards: how many count, and how many it was given this year."""
    year_began = at.astimezone(LOCAL).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    this_year = and_(ControlCard.issued_at >= year_began, ControlCard.state != State.WITHDRAWN)
    counted = (
        select(
            ControlCard.unit,
            ControlCard.color,
            func.sum(case((ControlCard.state.in_(cards.STANDING), 1), else_=0)).label("open"),
            func.sum(case((this_year, 1), else_=0)).label("given"),
        )
        .group_by(ControlCard.unit, ControlCard.color)
        .subquery()
    )
    return select(
        Unit.code,
        Unit.short_name,
        Unit.system,
        counted.c.color,
        counted.c.open,
        counted.c.given,
        cast(null(), SupervisionCase.suggestion_id.type),
        cast(null(), SupervisionCase.opened_at.type),
    ).outerjoin(counted, counted.c.unit == Unit.code)


_SUPERVISED = select(
    SupervisionCase.unit,
    null(),
    null(),
    null(),
    func.count() - func.count(SupervisionCase.closed_at),
    null(),
    SupervisionCase.suggestion_id,
    func.max(SupervisionCase.opened_at),
).group_by(SupervisionCase.unit, SupervisionCase.suggestion_id)
"""What was and is supervised, with the columns of a unit's cards."""
