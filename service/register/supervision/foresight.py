"""What the colour rules would propose at other moments or with other due dates; nothing is written, nobody is carded."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import Calendar, local_day
from service.register.people.sectors import GOVERNED
from service.register.supervision import colors, facts, measures, proposals, standing
from service.register.supervision.cards import State
from service.register.supervision.cases import Status
from service.register.supervision.colors import CARDS, Color, Fact, Proposal
from service.register.supervision.facts import AS_IT_IS, EXPIRED, Lapse, Pair, Supposed
from service.register.supervision.organizers import Line
from service.register.supervision.standing import Standing
from service.tables.supervision import ControlCard, Finding, SupervisionCase

NOTHING = Proposal(Color.NONE, ())


class Matter(NamedTuple):
    """A unit with a suggestion, or a case under supervision, and all that the rules ask about it."""

    unit: str
    suggestion_id: int | None
    supervision_id: int | None
    lapses: frozenset[Lapse]
    fixed: frozenset[tuple[Fact, int]]  # what time does not change
    measures: tuple[Color, ...]  # what it may be given
    stands: Color  # the card in force

    @property
    def key(self) -> tuple[str, int | None, int | None]:
        """What it is, whatever its dates are."""
        return self.unit, self.suggestion_id, self.supervision_id


@dataclass(frozen=True)
class Outlook:
    """Everything the rules may be asked about until a moment, read once."""

    matters: tuple[Matter, ...]
    calendar: Calendar
    year: int
    whites: Mapping[str, int]  # of that year, by unit
    ask: Callable[[frozenset[tuple[Fact, int]], int], Proposal]

    def proposal(self, matter: Matter, at: datetime) -> Proposal:
        """Return what the rules would propose at a moment, if nobody acts before."""
        known = facts.of_lapses(matter.lapses, at, self.calendar)
        known = facts.most(known, dict(matter.fixed))
        if not known:
            return NOTHING
        whites = self.whites.get(matter.unit, 0) if local_day(at).year == self.year else 0
        return proposals.within(matter.measures, self.ask(frozenset(known.items()), whites))


@dataclass(frozen=True)
class Foreseen:
    """A unit and a matter for which the rules would propose something else than they do."""

    unit: str
    unit_name: str
    suggestion_id: int | None
    supervision_id: int | None
    case_no: str | None
    title: str
    now: Color
    then: Color
    reasons: tuple[str, ...]

    @property
    def is_graver(self) -> bool:
        """Say whether a change would set a card off, and not take one back."""
        return self.then.rank > self.now.rank


def set_off(session: Session, at: datetime, supposed: Supposed) -> list[Foreseen]:
    """Return whom the rules would propose something else for with these due moments, the gravest first.

    It costs the same number of queries however much moves.
    """
    known = standing.of_units(session, at)
    before = outlook(session, at, at, known)
    after = outlook(session, at, at, known, supposed)
    proposed = {each.key: before.proposal(each, at) for each in before.matters}
    changed = [
        (matter, now, then)
        for matter in after.matters
        for now, then in [(proposed.get(matter.key, NOTHING), after.proposal(matter, at))]
        if now.color is not then.color
    ]
    named = proposals.titles(session, {each.suggestion_id or 0 for each, _, _ in changed})
    found = [
        Foreseen(
            matter.unit,
            known.units[matter.unit].name,
            matter.suggestion_id,
            matter.supervision_id,
            *named.get(matter.suggestion_id or 0, (None, "该单位整体办理工作")),
            now.color,
            then.color,
            then.reasons,
        )
        for matter, now, then in changed
    ]
    return sorted(found, key=lambda each: (-each.then.rank, each.unit, each.suggestion_id or 0))


def outlook(
    session: Session,
    at: datetime,
    until: datetime,
    known: Standing | None = None,
    supposed: Supposed = AS_IT_IS,
) -> Outlook:
    """Read what the rules may be asked about until a moment, with due dates as a change would leave them."""
    known = known or standing.of_units(session, at)
    undone = facts.lapses(session, until, None, supposed)
    return Outlook(
        (*_unwatched(undone, known), *_watched(session, undone, known, supposed)),
        supposed.calendar or policies.calendar(session),
        local_day(at).year,
        known.whites,
        proposals.judge(colors.rules(session)),
    )


def _unwatched(undone: Mapping[Pair, Sequence[Lapse]], known: Standing) -> Iterable[Matter]:
    """Yield what nobody supervises yet, of the units there are."""
    seen = facts.unseen(undone, known.supervised)
    nothing: frozenset[tuple[Fact, int]] = frozenset()
    for (unit, suggestion_id), own in proposals.unwatched(seen, known.supervised).items():
        if own and unit in known.units:
            given = CARDS if known.units[unit].is_colored else (Color.LETTER,)
            allowed = measures.at_least(Color.NONE, given)
            yield Matter(unit, suggestion_id, None, frozenset(own), nothing, allowed, Color.NONE)


def _watched(
    session: Session,
    undone: Mapping[Pair, Sequence[Lapse]],
    known: Standing,
    supposed: Supposed,
) -> Iterable[Matter]:
    """Yield the cases under supervision, but for those whose rectification is put off."""
    of_units: dict[str, list[Lapse]] = defaultdict(list)
    for (unit, _), each in undone.items():
        of_units[unit] += each
    for (case, card), rows in groupby(session.execute(_OPEN_CASES), key=_case_and_card):
        whole = case.suggestion_id is None
        own = of_units[case.unit] if whole else undone.get((case.unit, case.suggestion_id or 0), ())
        fixed = facts.of_findings(row.Finding for row in rows if row.Finding is not None)
        if case.look_backs_failed:
            fixed[Fact.LOOK_BACKS_FAILED] = case.look_backs_failed
        stands = Color(card.color) if card is not None else Color.NONE
        is_colored = case.line == Line.PARTY_GOVERNMENT
        is_colored = is_colored and known.units[case.unit].system in GOVERNED
        yield Matter(
            case.unit,
            case.suggestion_id,
            case.id,
            frozenset((*own, *_expiry(case, card, supposed))),
            frozenset(fixed.items()),
            measures.at_least(stands, CARDS if is_colored else (Color.LETTER,)),
            stands,
        )


def _expiry(case: SupervisionCase, card: ControlCard | None, supposed: Supposed) -> list[Lapse]:
    """A card expires while its unit has not reported."""
    if card is None or card.due_at is None or card.color not in EXPIRED:
        return []
    if case.status != Status.RECTIFYING:
        return []
    return [Lapse(EXPIRED[card.color], supposed.due("control_cards", card.id, card.due_at))]


def _case_and_card(row: Any) -> tuple[SupervisionCase, ControlCard | None]:
    return row.SupervisionCase, row.ControlCard


_OPEN_CASES = (
    select(SupervisionCase, ControlCard, Finding)
    .outerjoin(
        ControlCard,
        and_(
            ControlCard.supervision_id == SupervisionCase.id,
            ControlCard.state == State.IN_FORCE,
        ),
    )
    .outerjoin(Finding, Finding.supervision_id == SupervisionCase.id)
    .where(SupervisionCase.closed_at.is_(None), SupervisionCase.suspended_at.is_(None))
    .order_by(SupervisionCase.id, Finding.number)
)
