"""Evaluations on paper: a form the deputy signed is typed in twice, by two people who do not see each other's typing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.operations import Variable
from service.register.evaluation import evaluations
from service.register.evaluation.ratings import Mark, Rating
from service.register.evaluation.states import ProxyResult, ProxyState, State
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.tables.evaluation import Evaluation, ProxyEntry


def _case_of(session: Session, entry_id: int) -> str | None:
    entry = session.get(ProxyEntry, entry_id)
    return evaluations.business_key(entry.evaluation_id) if entry else None


EntryId = Annotated[int, Variable("代录", case=_case_of)]


def candidates(session: Session) -> list[Evaluation]:
    """Return the evaluations for which a signed paper may be typed in."""
    busy = select(ProxyEntry.evaluation_id).where(
        ProxyEntry.state.in_((ProxyState.OPEN, ProxyState.ENTERED))
    )
    return list(
        session.scalars(
            select(Evaluation)
            .where(Evaluation.state == State.PENDING, Evaluation.sealed_at.is_(None))
            .where(Evaluation.id.not_in(busy))
            .order_by(Evaluation.id)
        )
    )


def open_entry(
    session: Session, evaluation_id: int, scans: Sequence[int], by: str, at: datetime
) -> ProxyEntry:
    """Begin to type in a signed paper, unless the deputy or a colleague was first."""
    if evaluation_id not in {row.id for row in candidates(session)}:
        raise NotAllowed("这份评价已经提交、已经封口，或者正在代录，不需要再代录。")
    entry = ProxyEntry(
        evaluation_id=evaluation_id,
        scans=list(scans),
        opened_by=by,
        opened_at=at,
        state=ProxyState.OPEN,
    )
    session.add(entry)
    session.flush()
    return entry


def enter(
    session: Session, entry_id: int, rating: Rating, by: str | None, at: datetime
) -> ProxyEntry:
    """Keep the first typing; nobody is shown it."""
    entry = get(session, entry_id)
    entry.attitude_rating, entry.result_rating = rating.attitude, rating.result
    entry.text, entry.text_may_be_shared = rating.text, rating.text_may_be_shared
    entry.entered_by, entry.entered_at = by, at
    entry.state = ProxyState.ENTERED
    return entry


def check(
    session: Session, entry_id: int, marks: tuple[Mark, Mark], by: str | None, at: datetime
) -> ProxyResult:
    """Compare the second typing, by somebody else, with the first; two that agree become the rating."""
    entry = get(session, entry_id)
    if by == entry.entered_by:
        raise NotAllowed("复核须由另一个人办理，请交给同事复核。")
    row = evaluations.get(session, entry.evaluation_id)
    if row.sealed_at or row.state != State.PENDING:
        entry.state = ProxyState.SUPERSEDED
        return ProxyResult.CLOSED
    if marks != (entry.attitude_rating, entry.result_rating):
        entry.state = ProxyState.OPEN
        return ProxyResult.MISMATCHED
    words = Rating(*marks, text=entry.text, text_may_be_shared=entry.text_may_be_shared)
    evaluations.take_from_paper(session, row.id, words, by, at)
    entry.checked_by, entry.checked_at = by, at
    entry.state = ProxyState.REGISTERED
    return ProxyResult.REGISTERED


def papers(session: Session, rows: Sequence[Evaluation]) -> list[str]:
    """Say of each evaluation which one it is: 《……》 沈代表评交通局."""
    deputies = people.names(session, [row.deputy for row in rows])
    units = people.unit_names(session, [row.unit for row in rows])
    return [
        f"《{suggestions.get(session, row.suggestion_id).title}》 "
        f"{deputies[row.deputy]}评{units[row.unit]}"
        for row in rows
    ]


def get(session: Session, entry_id: int) -> ProxyEntry:
    """Return the entry, which must exist."""
    found = session.get(ProxyEntry, entry_id)
    if found is None:
        raise NotFound("没有找到这份代录，请返回列表重新选择。", entry=entry_id)
    return found
