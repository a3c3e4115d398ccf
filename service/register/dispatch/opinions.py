"""What units say to being named, before a suggestion is dispatched (预交办)."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.dispatch.forms import UnitOpinion
from service.register.dispatch.status import Opinion
from service.tables.assignments import PreDispatchOpinion

_OBJECTIONS = frozenset({Opinion.ADJUST, Opinion.ADD_ASSIST})


def ask(session: Session, suggestion_id: int, units: Sequence[str], at: datetime) -> None:
    """Ask each unit what it says to being named (预交办); an earlier question is asked anew."""
    session.add_all(
        PreDispatchOpinion(
            suggestion_id=suggestion_id,
            unit=unit,
            opinion=Opinion.PENDING,
            proposed_units=[],
            asked_at=at,
        )
        for unit in units
    )
    session.flush()


def answer(
    session: Session, suggestion_id: int, unit: str, form: UnitOpinion, by: str | None, at: datetime
) -> None:
    """Keep a unit's opinion on being named."""
    row = session.scalar(
        select(PreDispatchOpinion)
        .where(
            PreDispatchOpinion.suggestion_id == suggestion_id,
            PreDispatchOpinion.unit == unit,
            PreDispatchOpinion.opinion == Opinion.PENDING,
        )
        .order_by(PreDispatchOpinion.id.desc())
        .limit(1)
    )
    if row is None:
        raise NotFound("没有向这个单位征求过意见，或意见已经反馈。")
    row.opinion = form.unit_opinion
    row.text = form.opinion_text or ""
    row.basis = form.opinion_basis or ""
    row.proposed_units = list(form.proposed_units)
    row.by = by
    row.at = at


def end(session: Session, suggestion_id: int, at: datetime) -> int:
    """Count silence as no objection; returns how many units of the last asking want a change."""
    session.execute(
        update(PreDispatchOpinion)
        .where(
            PreDispatchOpinion.suggestion_id == suggestion_id,
            PreDispatchOpinion.opinion == Opinion.PENDING,
        )
        .values(opinion=Opinion.NO_OBJECTION, at=at)
    )
    return sum(row.opinion in _OBJECTIONS for row in of(session, suggestion_id))


def of(session: Session, suggestion_id: int) -> list[PreDispatchOpinion]:
    """Return what the units said when they were last asked."""
    rows = list(
        session.scalars(
            select(PreDispatchOpinion)
            .where(PreDispatchOpinion.suggestion_id == suggestion_id)
            .order_by(PreDispatchOpinion.id)
        )
    )
    return [row for row in rows if row.asked_at == rows[-1].asked_at]
