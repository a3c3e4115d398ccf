"""Looking at a rectification again, in person; one that failed counts towards the next colour."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.register.common.labels import Labelled
from service.register.supervision import cases
from service.tables.supervision import LookBack, SupervisionCase


class Verdict(Labelled):
    """Whether a problem was put right."""

    IN_PLACE = "in_place", "到位"
    PARTIAL = "partial", "部分到位"
    NOT_IN_PLACE = "not_in_place", "未到位"


@dataclass(frozen=True)
class Inspected:
    """What a look-back found."""

    verdict: Verdict
    opinion: str
    methods: Sequence[str]
    items: Sequence[Mapping[str, Any]]
    deputy_opinion: str = ""


def record(
    session: Session, supervision_id: int, inspected: Inspected, by: str, at: datetime
) -> SupervisionCase:
    """Keep what a look-back found; a failed one counts towards the colour."""
    case = cases.get(session, supervision_id)
    done = session.scalar(
        select(func.count()).select_from(LookBack).where(LookBack.supervision_id == supervision_id)
    )
    session.add(
        LookBack(
            supervision_id=supervision_id,
            round=(done or 0) + 1,
            methods=list(inspected.methods),
            items=[dict(item) for item in inspected.items],
            deputy_opinion=inspected.deputy_opinion,
            verdict=inspected.verdict,
            opinion=inspected.opinion,
            by=by,
            at=at,
        )
    )
    if inspected.verdict is not Verdict.IN_PLACE:
        case.look_backs_failed += 1
    session.flush()
    return case


def of(session: Session, supervision_id: int) -> Sequence[LookBack]:
    """Return the look-backs of a case, the first one first."""
    return session.scalars(
        select(LookBack).where(LookBack.supervision_id == supervision_id).order_by(LookBack.round)
    ).all()


def last_at(session: Session, supervision_id: int) -> datetime | None:
    """Return when somebody looked last."""
    return session.scalar(
        select(func.max(LookBack.at)).where(LookBack.supervision_id == supervision_id)
    )
