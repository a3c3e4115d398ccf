"""A rating enters the history of its case when it is given, so that a changed one shows.

An amended rating, one from paper and one taken back leave events of their own; none says how anybody rated.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.labels import Labelled
from service.register.common.vouching import Comparison, Ledger, Witnessed
from service.register.evaluation import ratings
from service.register.evaluation.states import State
from service.tables.evaluation import Evaluation

PROCESS = "back_to_back_evaluation"
"""Its steps are kept from everybody who may not follow an evaluation, and these events with them."""


class Happening(Labelled):
    """What the history says happened to a rating."""

    OPENED = "evaluations_opened", "评价已建立"
    GIVEN = "rating_given", "评价已提交"
    AMENDED = "rating_amended", "评价已修改"
    FROM_PAPER = "rating_from_paper", "评价已代录"
    TAKEN_BACK = "rating_taken_back", "评价已收回"


_LEDGER = Ledger(
    noun="评价",
    process_id=PROCESS,
    opened=Happening.OPENED,
    taken_back=Happening.TAKEN_BACK,
    given=frozenset({Happening.GIVEN, Happening.AMENDED, Happening.FROM_PAPER}),
)


def opened(session: Session, rows: Sequence[Evaluation], at: datetime) -> None:
    """Say in the history which evaluations were opened."""
    for instance_id in sorted({row.instance_id for row in rows}):
        ids = [row.id for row in rows if row.instance_id == instance_id]
        _LEDGER.open(session, instance_id, ids, at)


def given(
    session: Session, row: Evaluation, happening: Happening, by: str | None, at: datetime
) -> None:
    """Say in the history that a rating was given, or given again, with the digest of what it says now."""
    _LEDGER.give(session, row.instance_id, happening, (row.id, _content(row)), by, at)


def taken_back(session: Session, row: Evaluation, by: str | None, at: datetime) -> None:
    """Say in the history that a rating is void."""
    _LEDGER.take_back(session, row.instance_id, row.id, by, at)


def compare(session: Session, instance_id: int) -> Comparison:
    """Compare the ratings of an instance with the digests its history keeps."""
    question = select(Evaluation).where(Evaluation.instance_id == instance_id)
    rows = session.scalars(question.order_by(Evaluation.id))
    return _LEDGER.compare(session, instance_id, {row.id: _witnessed(row) for row in rows})


def _witnessed(row: Evaluation) -> Witnessed:
    return Witnessed(
        content=_content(row),
        is_given=row.state == State.RATED,
        is_blank=ratings.is_blank(row),
        is_void=row.state == State.VOIDED,
    )


def _content(row: Evaluation) -> Sequence[Any]:
    whose = [row.id, row.suggestion_id, row.deputy, row.unit, row.round]
    return [*whose, *ratings.columns(row).values()]
