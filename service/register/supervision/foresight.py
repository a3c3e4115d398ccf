"""What the colour rules would propose at other moments or with other due dates; nothing is written, nobody is carded."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import groupby, repeat
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from service.deadlines.workdays import Calendar, local_day
from service.register.people.sectors import GOVERNED
from service.register.supervision import colors, facts, measures, proposals, standing
from service.register.supervision.cards import State
from service.register.supervision.cases import Status
from service.register.supervision.colors import CARDS, Color, Fact, Proposal
from service.register.supervision.facts import AS_IT_IS, EXPIRED, Lapse, Pair, Supposed
from service.register.supervision.organizers import Line
from service.register.supervision.proposals import Candidate, Judge
from service.register.supervision.standing import Standing
from service.tables.supervision import ControlCard, Finding, SupervisionCase

NOTHING = Proposal(Color.NONE, ())
_MEASURES = {
    is_colored: measures.at_least(Color.NONE, CARDS if is_colored else (Color.LETTER,))
    for is_colored in (True, False)
}


class Matter(NamedTuple):
    """A unit with a suggestion, or a case under supervision, and all that the rules ask about it."""

    unit: str
    suggestion_id: int | None
    supervision_id: int | None
    lapses: tuple[Lapse, ...]
    fixed: frozenset[tuple[Fact, int]]  # what time does not change
    measures: tuple[Color, ...]  # what it may be given
    stands: Color  # the card in force

    @property
    def key(self) -> tuple[str, int | None, int | None]:
        """What it is, whatever its dates are."""
        return self.unit, self.suggestion_id, self.supervision_id


class _Kind(NamedTuple):
    """Matters that are judged alike when their numbers are alike."""

    facts: tuple[Fact, ...]
    fixed: frozenset[tuple[Fact, int]]
    measures: tuple[Color, ...]
    whites: int


@dataclass(frozen=True)
class Outlook:
    """Everything the rules may be asked about until a moment, read once."""

    matters: tuple[Matter, ...]
    calendar: Calendar
    year: int
    whites: Mapping[str, int]  # of that year, by unit
    ask: Judge

    def course(self, moments: Sequence[datetime]) -> Iterator[tuple[Matter, list[Proposal]]]:
        """Yield each matter with what the rules would propose at these moments, if nobody acts before."""
        whites_count = [local_day(moment).year == self.year for moment in moments]

        @cache  # many lapse on the same day
        def values(lapse: Lapse) -> list[int]:
            found = (facts.of_lapses([lapse], moment, self.calendar) for moment in moments)
            return [each.get(lapse.fact, 0) for each in found]

        @cache
        def judged(kind: _Kind, numbers: tuple[int, ...], with_whites: bool) -> Proposal:
            known = dict(kind.fixed)
            for fact, number in zip(kind.facts, numbers, strict=True):
                if number > known.get(fact, 0):
                    known[fact] = number
            if not known:
                return NOTHING
            proposed = self.ask(frozenset(known.items()), kind.whites if with_whites else 0)
            return proposals.within(kind.measures, proposed)

        for matter in self.matters:
            kind = _Kind(
                tuple(lapse.fact for lapse in matter.lapses),
                matter.fixed,
                matter.measures,
                self.whites.get(matter.unit, 0),
            )
            rows = (
                zip(*map(values, matter.lapses), strict=True)
                if matter.lapses
                else repeat((), len(moments))
            )
            yield (
                matter,
                [judged(kind, row, counts) for row, counts in zip(rows, whites_count, strict=True)],
            )


class Changed(NamedTuple):
    """A matter for which the rules would propose something else than they do."""

    matter: Matter
    now: Proposal
    then: Proposal


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


def set_off(
    session: Session, at: datetime, supposed: Supposed, known: Standing | None = None
) -> list[Foreseen]:
    """Return whom the rules would propose something else for with these due moments, the gravest first.

    It costs the same number of queries however much moves.
    """
    known = known or standing.of_units(session, at)
    found = changed(session, at, supposed, known)
    numbers = (each.matter.suggestion_id for each in found)
    ids = {number for number in numbers if number is not None}
    named = proposals.titles(session, ids) if ids else {}
    return [
        Foreseen(
            each.matter.unit,
            known.units[each.matter.unit].name,
            each.matter.suggestion_id,
            each.matter.supervision_id,
            *named.get(each.matter.suggestion_id or 0, (None, "该单位整体办理工作")),
            each.now.color,
            each.then.color,
            each.then.reasons,
        )
        for each in found
    ]


def changed(session: Session, at: datetime, supposed: Supposed, known: Standing) -> list[Changed]:
    """Return the matters for which the rules would propose something else at a moment, the gravest first."""
    read = _read(session, at, known, supposed)
    before, after = (_outlook(read, at, known, one) for one in (AS_IT_IS, supposed))
    proposed = {matter.key: now for matter, [now] in before.course([at])}
    found = [
        Changed(matter, proposed.get(matter.key, NOTHING), then)
        for matter, [then] in after.course([at])
    ]
    return sorted(
        (each for each in found if each.now.color is not each.then.color),
        key=lambda each: (
            -each.then.color.rank,
            each.matter.unit,
            each.matter.suggestion_id or 0,
        ),
    )


def candidates(session: Session, found: Outlook, at: datetime, known: Standing) -> list[Candidate]:
    """Return whom the rules would card at a moment and nobody supervises yet, the gravest first."""
    pairs = {
        (matter.unit, matter.suggestion_id): facts.of_lapses(matter.lapses, at, found.calendar)
        for matter in found.matters
        if matter.suggestion_id is not None and matter.supervision_id is None
    }
    left_undone = {pair: each for pair, each in pairs.items() if each}
    return proposals.carded(session, left_undone, known, found.ask)


def outlook(
    session: Session,
    at: datetime,
    until: datetime,
    known: Standing | None = None,
) -> Outlook:
    """Read what the rules may be asked about until a moment."""
    known = known or standing.of_units(session, at)
    return _outlook(_read(session, until, known, AS_IT_IS), at, known, AS_IT_IS)


class _Read(NamedTuple):
    """Everything that is read for an outlook, whatever due moments are supposed."""

    undone: facts.Undone
    watched: Sequence[Any]
    ask: Judge


def _read(session: Session, until: datetime, known: Standing, supposed: Supposed) -> _Read:
    watched = session.execute(_OPEN_CASES).all()
    ask = proposals.judge(colors.rules(session))
    return _Read(facts.read(session, until, None, supposed), watched, ask)


def _outlook(found: _Read, at: datetime, known: Standing, supposed: Supposed) -> Outlook:
    undone = found.undone.lapses(supposed)
    return Outlook(
        (*_unwatched(undone, known), *_watched(found.watched, undone, known, supposed)),
        supposed.calendar or found.undone.calendar,
        local_day(at).year,
        known.whites,
        found.ask,
    )


def _unwatched(undone: Mapping[Pair, Sequence[Lapse]], known: Standing) -> Iterable[Matter]:
    """Yield what nobody supervises yet, of the units there are."""
    seen = facts.unseen(undone, known.supervised)
    nothing: frozenset[tuple[Fact, int]] = frozenset()
    for (unit, suggestion_id), own in proposals.unwatched(seen, known.supervised).items():
        if own and unit in known.units:
            allowed = _MEASURES[known.units[unit].is_colored]
            yield Matter(unit, suggestion_id, None, _sorted(own), nothing, allowed, Color.NONE)


def _watched(
    found: Sequence[Any],
    undone: Mapping[Pair, Sequence[Lapse]],
    known: Standing,
    supposed: Supposed,
) -> Iterable[Matter]:
    """Yield the cases under supervision, but for those whose rectification is put off."""
    of_units: dict[str, list[Lapse]] = defaultdict(list)
    for (unit, _), each in undone.items():
        of_units[unit] += each
    for (case, card), rows in groupby(found, key=_case_and_card):
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
            _sorted((*own, *_expiry(case, card, supposed))),
            frozenset(fixed.items()),
            measures.at_least(stands, CARDS if is_colored else (Color.LETTER,)),
            stands,
        )


def _sorted(found: Iterable[Lapse]) -> tuple[Lapse, ...]:
    """Put lapses in one order, so that alike matters are seen to be alike."""
    return tuple(sorted(found, key=lambda lapse: lapse.fact))


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
