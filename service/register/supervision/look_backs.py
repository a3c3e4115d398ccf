"""Looking at a rectification again, in person; one that failed counts towards the next colour."""

from collections.abc import Sequence
from datetime import datetime

from pydantic import Field
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.labels import Labelled
from service.operations import Form, Row
from service.register.supervision import cases
from service.tables.supervision import LookBack, SupervisionCase


class Verdict(Labelled):
    """Whether a problem was put right."""

    IN_PLACE = "in_place", "到位"
    PARTIAL = "partial", "部分到位"
    NOT_IN_PLACE = "not_in_place", "未到位"


class Item(Row):
    """一个问题的核查结论"""

    number: int = Field(description="问题序号")
    requirement: str | None = Field(description="整改要求")
    verdict: Verdict = Field(description="结论")
    note: str | None = Field(description="说明")


class Inspection(Form):
    """回头看"""

    methods: tuple[str, ...] = Field(description="核查方式")
    items: tuple[Item, ...] = Field(description="逐项核查")
    deputy_opinion: str | None = Field(description="代表回访意见")
    verdict: Verdict = Field(description="总的结论")
    opinion: str = Field(description="核查意见")


def record(
    session: Session, supervision_id: int, inspection: Inspection, by: str, at: datetime
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
            methods=list(inspection.methods),
            items=[item.model_dump(mode="json") for item in inspection.items],
            deputy_opinion=inspection.deputy_opinion or "",
            verdict=inspection.verdict,
            opinion=inspection.opinion,
            by=by,
            at=at,
        )
    )
    if inspection.verdict is not Verdict.IN_PLACE:
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
