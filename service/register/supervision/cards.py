"""The cards of a case: one binds at a time, a graver one takes its place; none is ever deleted."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.errors import NotFound
from service.labels import Labelled
from service.register.common import numbers
from service.register.common.numbers import Series
from service.register.supervision.colors import Color
from service.tables.supervision import ControlCard, SupervisionCase


class State(Labelled):
    """What became of a card."""

    ISSUED = "issued", "待签收"
    IN_FORCE = "in_force", "整改中"
    REPLACED = "replaced", "已由新通知单代替"
    WITHDRAWN = "withdrawn", "已撤回"
    CLEARED = "cleared", "已销号"


STANDING = (State.ISSUED, State.IN_FORCE)
"""A card counts while it is in one of these states."""

_SERIES: Mapping[Color, Series] = {
    Color.LETTER: Series.LETTER,
    Color.WHITE: Series.WHITE,
    Color.YELLOW: Series.YELLOW,
    Color.RED: Series.RED,
}


def get(session: Session, card_id: int) -> ControlCard:
    """Return a card, or raise NotFound."""
    found = session.get(ControlCard, card_id)
    if found is None:
        raise NotFound("没有找到这张通知单，请返回督查看板重新选择。", card=card_id)
    return found


def in_force(session: Session, supervision_id: int) -> ControlCard | None:
    """Return the card that binds in this case."""
    return session.scalar(
        select(ControlCard).where(
            ControlCard.supervision_id == supervision_id, ControlCard.state == State.IN_FORCE
        )
    )


def standing(session: Session, supervision_id: int) -> Sequence[ControlCard]:
    """Return the cards that count: issued or in force."""
    return session.scalars(
        select(ControlCard)
        .where(ControlCard.supervision_id == supervision_id, ControlCard.state.in_(STANDING))
        .order_by(ControlCard.id)
    ).all()


def next_number(session: Session, color: Color, at: datetime) -> str:
    """Take the next number of a colour's notices, 督白〔2026〕3号."""
    return numbers.give(session, _SERIES[color], at)


def put_in_force(session: Session, card_id: int, at: datetime) -> ControlCard:
    """Make a card bind from now on; it takes the place of the one before. Its limit is that of its colour."""
    found = get(session, card_id)
    before = in_force(session, found.supervision_id)
    if before is not None and before.id != found.id:
        end(before, State.REPLACED, at)
        before.replaced_by_id = found.id
    found.state = State.IN_FORCE
    found.in_force_at = at
    restart(session, found, at)
    session.flush()
    return found


def restart(session: Session, found: ControlCard, at: datetime) -> None:
    """Give the unit the full limit of the card's colour from that moment on."""
    facts = {
        "control_color": found.color,
        "color_issued_at": at.isoformat(),
        "unit": found.unit,
    }
    case = f"supervision:{found.supervision_id}"
    found.counted_from_at = at
    found.due_at = policies.for_variables(session, "rectify", facts, at, case).moment


def recolor(
    session: Session, case: SupervisionCase, color: Color, reason: str, by: str, at: datetime
) -> None:
    """Let the card that binds have another colour from now on, or none."""
    found = in_force(session, case.id)
    if found is None or found.color == color:
        return
    if color is Color.NONE:
        end(found, State.WITHDRAWN, at)
    else:
        succeed(session, found, color, reason, by, at)


def succeed(
    session: Session, old: ControlCard, color: Color, reason: str, by: str, at: datetime
) -> ControlCard:
    """Replace a card by one of another colour; what was signed and how long it runs stay as they are."""
    new = ControlCard(
        supervision_id=old.supervision_id,
        unit=old.unit,
        color=color,
        number=next_number(session, color, at),
        rule=old.rule,
        proposed_color=old.proposed_color,
        reason=reason,
        requirement=old.requirement,
        issued_by=by,
        issued_at=at,
        receipt=old.receipt,
        signed_by=old.signed_by,
        signed_at=old.signed_at,
        in_force_at=old.in_force_at,
        counted_from_at=old.counted_from_at,
        due_at=old.due_at,
        state=old.state,
    )
    session.add(new)
    session.flush()
    end(old, State.REPLACED, at)
    old.replaced_by_id = new.id
    session.flush()
    return new


def end(found: ControlCard, state: State, at: datetime) -> None:
    """Let a card count no longer; why is its state."""
    found.state = state
    found.ended_at = at
