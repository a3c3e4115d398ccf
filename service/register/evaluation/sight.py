"""Who may see which part of a rating, and when: nothing before the seal, afterwards what the matrix gives them.

A single rating is shown to a person from here and from nowhere else.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.register.evaluation import ratings
from service.register.evaluation.attestation import PROCESS
from service.register.evaluation.ratings import Mark
from service.register.evaluation.states import State
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.people.roles import Role
from service.register.proposal import identity
from service.register.proposal.kinds import Level
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.evaluation import Evaluation, MeetingItem, SecondAssignment
from service.tables.suggestions import CoSigner, Suggestion

log = logging.getLogger(__name__)

_TOLD_BY_NOTICE = frozenset({"deliberation_meeting"})
SEALED_PROCESSES = _TOLD_BY_NOTICE | {
    PROCESS,
    "proxy_evaluation",
    "deliberation_and_reassign",
}
"""Their steps would tell who has rated, and whether a meeting is needed."""

SEALED = "已封口"


@dataclass(frozen=True)
class Seen:
    """What one reader may know of one evaluation. None means: not for this reader, whether or not it exists."""

    id: int
    suggestion_id: int
    unit: str
    round: int
    deputy: str
    deputy_name: str
    progress: str
    sealed_at: datetime | None
    is_own: bool = False
    attitude: Mark | None = None
    result: Mark | None = None
    text: str | None = None
    contact_check: str | None = None
    reply_class_agreed: bool | None = None
    meeting_wish: str | None = None
    proxy_entered: bool | None = None
    rated_at: datetime | None = None
    amended_at: datetime | None = None

    @property
    def attitude_words(self) -> str:
        """The mark for the attitude as people read it."""
        return Mark.label_of(self.attitude, "—")

    @property
    def result_words(self) -> str:
        """The mark for the result as people read it."""
        return Mark.label_of(self.result, "—")


@dataclass(frozen=True)
class _Sight:
    """Three rights, from weak to strong: whether a rating was handed in, the words, the marks."""

    handed_in: bool = False
    text: bool = False
    marks: bool = False


_BLIND = _Sight()
_CONGRESS = (
    Role.DEPUTY_OFFICE,
    Role.DIRECTOR_MEETING,
    Role.DIRECTOR_MEMBER,
    Role.WORK_COMMITTEE,
)
_ONLY_PROGRESS = (
    Role.GOV_OFFICE,
    Role.GOV_SUPERVISION,
    Role.GOV_SUPERVISION_HEAD,
    Role.PARTY_SUPERVISION,
    Role.PARTY_OFFICE,
    Role.VICE_MAYOR,
)


@dataclass(frozen=True)
class _Case:
    """What decides about sight besides the row: who handles the case, who signed it, who follows it."""

    suggestion: Suggestion
    units: frozenset[str]
    co_signers: frozenset[str]
    released: frozenset[int]  # rounds whose meeting the units were told of
    times_given_again: int


def visible(session: Session, viewer: Actor | None, suggestion_id: int) -> list[Seen]:
    """Return what this reader may know of the evaluations of a case, and of those merged into it.

    What they may not know is absent: no row, or None. A reader of the unit sees the same before the seal whatever
    the deputy did.
    """
    found = session.execute(
        select(Evaluation, Suggestion)
        .join(Suggestion, Suggestion.id == Evaluation.suggestion_id)
        .where(or_(Suggestion.id == suggestion_id, Suggestion.merged_into_id == suggestion_id))
        .where(Evaluation.state != State.VOIDED)
        .order_by(Evaluation.round, Evaluation.id)
    ).all()
    return _seen(session, viewer, [(row, suggestion) for row, suggestion in found])


def own(session: Session, viewer: Actor) -> list[Seen]:
    """Return a deputy's own evaluations, those still to be given first."""
    found = session.execute(
        select(Evaluation, Suggestion)
        .join(Suggestion, Suggestion.id == Evaluation.suggestion_id)
        .where(Evaluation.deputy == viewer.login, Evaluation.state != State.VOIDED)
        .order_by(Evaluation.rated_at.is_not(None), Evaluation.id.desc())
    ).all()
    return _seen(session, viewer, [(row, suggestion) for row, suggestion in found])


def sealed_processes(status: str) -> frozenset[str]:
    """Return the processes whose steps are shown only to those who follow the evaluation, while a case stands so.

    Until the notice of a meeting nobody else may learn that there will be one.
    """
    is_sealed = status == CaseStatus.EVALUATING
    return SEALED_PROCESSES if is_sealed else SEALED_PROCESSES - _TOLD_BY_NOTICE


def may_follow(viewer: Actor | None, units: Iterable[str]) -> bool:
    """Say whether somebody may see where in the evaluation a case stands, step by step.

    Everybody else sees only that it is being evaluated: who has handed in, and when, would tell too much. `units`
    are those that handle the case; nobody of theirs follows it, whatever other post they hold.
    """
    if viewer is None or set(viewer.units) & set(units):
        return False
    return any(viewer.holds(group) for group in _CONGRESS)


def _seen(
    session: Session, viewer: Actor | None, found: Sequence[tuple[Evaluation, Suggestion]]
) -> list[Seen]:
    if not found:
        return []
    cases = _cases(session, viewer, [suggestion for _, suggestion in found])
    names = people.names(session, [row.deputy for row, _ in found])
    hidden = {
        suggestion.id: identity.hidden_from(session, viewer, suggestion.id)
        for _, suggestion in found
        if suggestion.identity_protected
    }
    shown = []
    for row, suggestion in found:
        sight = _sight(viewer, row, cases[suggestion.id])
        if sight is None:
            continue
        if sight.marks and viewer is not None and viewer.login != row.deputy:
            log.info("evaluation read", extra={"evaluation": row.id, "by": viewer.login})
        name = identity.masked(names, hidden.get(suggestion.id, frozenset()))[row.deputy]
        shown.append(_show(viewer, row, sight, name))
    return shown


def _sight(viewer: Actor | None, row: Evaluation, case: _Case) -> _Sight | None:
    """The matrix of who may see what, row by row; None: nothing at all.

    The units come before the offices: somebody who holds a post in both stays as blind as the unit.
    """
    sealed = row.sealed_at is not None
    is_over = case.suggestion.closed_at is not None
    if viewer is None:
        published = sealed and is_over and row.text_may_be_published
        return _Sight(text=True) if published else None
    if viewer.login == row.deputy:
        return _Sight(handed_in=True, text=True, marks=True)
    if case.units & set(viewer.units):
        if row.unit not in viewer.units:
            return None
        # Words that come before the notice would tell that there will be none.
        told = sealed and (is_over or row.round in case.released)
        return _Sight(text=told and row.text_may_be_shared)
    if viewer.holds(Role.DEPUTY_OFFICE) or _is_town_office(viewer, case):
        return _Sight(handed_in=True, text=sealed, marks=sealed)
    if _oversees(viewer, case):
        return _Sight(handed_in=True, text=sealed and row.text_may_be_shared, marks=sealed)
    if viewer.login in case.co_signers or any(viewer.holds(group) for group in _ONLY_PROGRESS):
        return _BLIND
    if any(viewer.holds(group) for group in _CONGRESS):
        return _Sight(handed_in=True)
    return None


def _is_town_office(viewer: Actor, case: _Case) -> bool:
    own = case.suggestion
    return own.level == Level.TOWN and viewer.holds(Role.TOWN_PRESIDIUM.of(own.town or ""))


def _oversees(viewer: Actor, case: _Case) -> bool:
    own = case.suggestion
    if own.oversight_committee and viewer.holds(Role.WORK_COMMITTEE.of(own.oversight_committee)):
        return True
    return _leads(viewer) and (own.is_key or case.times_given_again > 0)


def _leads(viewer: Actor) -> bool:
    return viewer.holds(Role.DIRECTOR_MEETING) or viewer.holds(Role.DIRECTOR_MEMBER)


def _show(viewer: Actor | None, row: Evaluation, sight: _Sight, name: str) -> Seen:
    rating = ratings.of(row) if sight.marks else None
    return Seen(
        id=row.id,
        suggestion_id=row.suggestion_id,
        unit=row.unit,
        round=row.round,
        deputy=row.deputy,
        deputy_name=name,
        progress=_progress(row, sight),
        sealed_at=row.sealed_at,
        is_own=viewer is not None and viewer.login == row.deputy,
        attitude=rating.attitude if rating else None,
        result=rating.result if rating else None,
        text=row.text if sight.text else None,
        contact_check=row.contact_check if sight.marks else None,
        reply_class_agreed=row.reply_class_agreed if sight.marks else None,
        meeting_wish=row.meeting_wish if sight.marks else None,
        proxy_entered=row.proxy_entered if sight.marks else None,
        rated_at=row.rated_at if sight.marks else None,
        amended_at=row.amended_at if sight.marks else None,
    )


def _progress(row: Evaluation, sight: _Sight) -> str:
    if sight.marks and row.state == State.NO_FEEDBACK:
        return State.NO_FEEDBACK.label
    if row.sealed_at:
        return SEALED
    if sight.handed_in and row.state in (State.RATED, State.SUPPLEMENTING):
        return State(row.state).label
    return State.PENDING.label


def _cases(session: Session, viewer: Actor | None, found: Sequence[Suggestion]) -> dict[int, _Case]:
    """Gather what decides about this reader's sight: one question for what concerns them, none for what does not."""
    main = {each.id: each.merged_into_id or each.id for each in found}
    wanted = [*main, *main.values()]
    units, signers, rounds, given_again = _Facts(), _Facts(), _Facts(), _Facts()
    if viewer is not None and viewer.units:
        units = _facts(session, Assignment.suggestion_id, Assignment.unit, wanted)
        told = MeetingItem.notified_at.is_not(None)
        rounds = _facts(session, MeetingItem.suggestion_id, MeetingItem.round, wanted, told)
    if viewer is not None and viewer.holds(Role.DEPUTY):
        signers = _facts(session, CoSigner.suggestion_id, CoSigner.login, wanted)
    if viewer is not None and _leads(viewer):
        again = SecondAssignment
        given_again = _facts(session, again.suggestion_id, again.round, wanted)
    return {
        each.id: _Case(
            suggestion=each,
            units=frozenset(units[main[each.id]]),
            co_signers=frozenset(signers[each.id]),
            released=frozenset(rounds[main[each.id]]),
            times_given_again=len(given_again[main[each.id]]),
        )
        for each in found
    }


class _Facts(defaultdict[int, set[Any]]):
    """What is known of each case, nothing where nothing is."""

    def __init__(self) -> None:
        super().__init__(set)


def _facts(
    session: Session,
    case: InstrumentedAttribute[int],
    fact: InstrumentedAttribute[Any],
    wanted: Iterable[int],
    *which: ColumnElement[bool],
) -> _Facts:
    found = _Facts()
    for suggestion_id, value in session.execute(
        select(case, fact).where(case.in_(set(wanted)), *which)
    ):
        found[suggestion_id].add(value)
    return found
