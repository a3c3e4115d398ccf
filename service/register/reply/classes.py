"""Reply classes (答复类别): letters mean different things in different places, so they are rows."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.tables.handling import ReplyClass

# Used until administrators enter their own: the three classes common in Shaanxi.
COMMON = (
    ReplyClass(
        code="A", name="A类（已解决或采纳）", position=1, resolved=True, tracked=False, active=True
    ),
    ReplyClass(
        code="B",
        name="B类（列入计划，逐步解决）",
        position=2,
        resolved=False,
        tracked=True,
        active=True,
    ),
    ReplyClass(
        code="C", name="C类（留作参考）", position=3, resolved=False, tracked=False, active=True
    ),
)


def in_use(session: Session) -> Sequence[ReplyClass]:
    """Return the reply classes in use here, in order."""
    query = select(ReplyClass).where(ReplyClass.active).order_by(ReplyClass.position)
    return session.scalars(query).all() or COMMON


def get(session: Session, code: str) -> ReplyClass:
    """Return a reply class by its code, which must exist."""
    for found in (*in_use(session), *COMMON):
        if found.code == code:
            return found
    raise NotFound(f"没有“{code}”这个答复类别。请重新选择。")
