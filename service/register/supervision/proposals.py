"""What the rules propose: for a case at a moment, and for what nobody supervises yet."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.engine.deciding.decisions import Decision
from service.register.supervision import cards, colors, facts, findings, measures, standing
from service.register.supervision.colors import Color, Fact, Proposal
from service.register.supervision.facts import Facts, Pair
from service.register.supervision.standing import Standing, Supervised, UnitFacts
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase

Known = TypeVar("Known")
Judge = Callable[[frozenset[tuple[Fact, int]], int], Proposal]
"""Says what the rules propose for facts of a unit that was given so many white cards this year."""


@dataclass(frozen=True)
class Candidate:
    """A unit, with one suggestion, that the rules would card and nobody supervises yet."""

    unit: str
    facts: UnitFacts
    suggestion_id: int
    case_no: str | None
    title: str
    proposal: Proposal

    @property
    def measure(self) -> Color:
        """What the unit would be given: courts and party units get letters instead of cards."""
        return self.proposal.color if self.facts.is_colored else Color.LETTER


def of_case(
    session: Session, case: SupervisionCase, at: datetime, table: Decision | None = None
) -> Proposal:
    """Return what the rules propose, within what may be decided in this case."""
    if case.suspended_at is not None:
        return Proposal(Color.NONE, ("复核期间已决定暂缓整改，不建议亮牌或者升色。",))
    return within(measures.allowed(session, case), of_rules(session, case, at, table))


def within(allowed: Sequence[Color], found: Proposal) -> Proposal:
    """Return a proposal as a unit may be given it: at least what stands, a letter instead of a card."""
    if found.color in allowed:
        return found
    return Proposal(allowed[1] if found.color is not Color.NONE else Color.NONE, found.reasons)


def of_rules(
    session: Session, case: SupervisionCase, at: datetime, table: Decision | None = None
) -> Proposal:
    """Return the proposal for a case: what the register says, what was found, how its rectification went.

    The rules are those in force, or those of another table where one is named.
    """
    known: Facts = {}
    for (_, suggestion_id), each in facts.of_register(session, at, case.unit).items():
        if case.suggestion_id in (None, suggestion_id):
            known = facts.most(known, each)
    known = facts.most(known, facts.of_findings(findings.of(session, case.id)))
    if case.look_backs_failed:
        known[Fact.LOOK_BACKS_FAILED] = case.look_backs_failed
    known |= facts.of_card(cards.in_force(session, case.id), at)
    whites = standing.of_units(session, at).whites.get(case.unit, 0)
    return colors.propose(table or colors.rules(session), known, whites)


def candidates(
    session: Session, at: datetime, known: Standing | None = None, table: Decision | None = None
) -> list[Candidate]:
    """Return whom the rules would card now, the gravest first; cases under supervision are left out.

    The rules are those in force, or those of another table where one is named.
    """
    known = known or standing.of_units(session, at)
    pairs = unwatched(facts.of_register(session, at, None, known.supervised), known.supervised)
    if not pairs:
        return []
    return carded(session, pairs, known, judge(table or colors.rules(session)))


def carded(
    session: Session, pairs: Mapping[Pair, Facts], known: Standing, ask: Judge
) -> list[Candidate]:
    """Return whom the rules would card for these facts, the gravest first."""
    found = {
        pair: ask(frozenset(each.items()), known.whites.get(pair[0], 0))
        for pair, each in pairs.items()
    }
    hit = {pair: proposal for pair, proposal in found.items() if proposal.color is not Color.NONE}
    named = titles(session, {suggestion_id for _, suggestion_id in hit}) if hit else {}
    listed = [
        Candidate(unit, known.units[unit], suggestion_id, *named[suggestion_id], proposal)
        for (unit, suggestion_id), proposal in hit.items()
        if suggestion_id in named and unit in known.units
    ]
    return sorted(
        listed, key=lambda each: (-each.proposal.color.rank, each.unit, each.suggestion_id)
    )


def judge(table: Decision) -> Judge:
    """Return what asks the rules, once for the same facts: many are late by the same number of days."""

    @cache
    def proposed(known: frozenset[tuple[Fact, int]], whites: int) -> Proposal:
        return colors.propose(table, dict(known), whites)

    return proposed


def unwatched(
    pairs: Mapping[Pair, Known], supervised: Mapping[tuple[str, int | None], Supervised]
) -> dict[Pair, Known]:
    """Leave out what somebody supervises now, the unit as a whole included."""
    watched = {pair for pair, seen in supervised.items() if seen.open}
    return {
        pair: known
        for pair, known in pairs.items()
        if pair not in watched and (pair[0], None) not in watched
    }


def titles(session: Session, ids: Iterable[int]) -> dict[int, tuple[str | None, str]]:
    """Return number and title of suggestions."""
    question = select(Suggestion.id, Suggestion.case_no, Suggestion.title).where(
        Suggestion.id.in_(set(ids))
    )
    return {row[0]: (row[1], row[2]) for row in session.execute(question)}
