"""What other colour rules would say of today's units and cases, beside what those in force say."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.engine.deciding.decisions import Decision
from service.register.people import directory as people
from service.register.supervision import colors, proposals, standing
from service.register.supervision.colors import Color, Proposal
from service.register.supervision.proposals import Candidate
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase

_NOTHING = Proposal(Color.NONE, ())


@dataclass(frozen=True)
class Shift:
    """A unit whose proposal would be another one: about which suggestion or supervision, before and after."""

    unit: str
    number: str
    title: str
    before: Proposal
    after: Proposal
    suggestion_id: int | None = None
    supervision_id: int | None = None


@dataclass(frozen=True)
class Comparison:
    """How many proposals were compared, and those that would be otherwise, the gravest afterwards first."""

    compared: int
    shifts: tuple[Shift, ...]


def compare(session: Session, at: datetime, draft: Decision) -> Comparison:
    """Ask both tables about every unit that is late with something and every open supervision; nothing is kept."""
    in_force = colors.rules(session)
    known = standing.of_units(session, at)
    before, after = (
        {
            (each.unit, each.suggestion_id): each
            for each in proposals.candidates(session, at, known, table)
        }
        for table in (in_force, draft)
    )
    found = [_of_candidate(before.get(pair), after.get(pair)) for pair in {**before, **after}]
    cases = _open_cases(session)
    found += _of_cases(session, at, cases, in_force, draft)
    shifts = [one for one in found if one.before != one.after]
    shifts.sort(
        key=lambda one: (-one.after.color.rank, -one.before.color.rank, one.unit, one.number)
    )
    return Comparison(len(found), tuple(shifts))


def _of_candidate(before: Candidate | None, after: Candidate | None) -> Shift:
    known = after or before
    assert known is not None
    return Shift(
        known.facts.name,
        known.case_no or "未编号",
        known.title,
        before.proposal if before else _NOTHING,
        after.proposal if after else _NOTHING,
        suggestion_id=known.suggestion_id,
    )


def _open_cases(session: Session) -> list[SupervisionCase]:
    question = select(SupervisionCase).where(SupervisionCase.closed_at.is_(None))
    return list(session.scalars(question.order_by(SupervisionCase.id)))


def _of_cases(
    session: Session,
    at: datetime,
    cases: list[SupervisionCase],
    in_force: Decision,
    draft: Decision,
) -> list[Shift]:
    """Compare what is proposed for the supervisions that are open."""
    names = people.unit_names(session, {case.unit for case in cases})
    numbers = [case.suggestion_id for case in cases if case.suggestion_id is not None]
    rows = session.execute(
        select(Suggestion.id, Suggestion.title).where(Suggestion.id.in_(numbers))
    )
    titles = {row[0]: row[1] for row in rows}
    return [
        Shift(
            names.get(case.unit, case.unit),
            case.number,
            titles.get(case.suggestion_id or 0, case.basis),
            proposals.of_case(session, case, at, in_force),
            proposals.of_case(session, case, at, draft),
            supervision_id=case.id,
        )
        for case in cases
    ]
