"""The problems of a case: found by the examiners, each with what is required of the unit."""

from collections.abc import Iterable, Sequence

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.labels import Labelled
from service.operations import Row
from service.tables.supervision import Finding


class Point(Labelled):
    """What is examined."""

    UNSIGNED = "unsigned", "按时签收"
    NO_CONTACT = "no_contact", "办前沟通"
    NO_PLAN = "no_plan", "办理方案（三定）"
    ASSIST = "assist", "协办意见"
    OVERDUE = "overdue", "按时答复"
    QUALITY = "quality", "答复质量、逐条回应"
    COMMITMENT = "commitment", "承诺兑现"
    LEDGER = "ledger", "办理台账"
    ON_SITE = "on_site", "现场查看"
    DEPUTY = "deputy", "代表回访"
    OTHER = "other", "其他"


class Nature(Labelled):
    """How grave a problem is."""

    MINOR = "minor", "一般"
    SERIOUS = "serious", "较重"
    FALSE = "false", "虚假答复、代填评价或打击报复"


class Problem(Row):
    """发现的一个问题"""

    point: Point = Field(description="要点")
    description: str = Field(description="问题事实")
    evidence: str = Field(description="证据")
    nature: Nature = Field(description="性质")
    responsible: str | None = Field(description="责任层级")


class Requirement(Row):
    """对一个问题的整改要求"""

    number: int = Field(description="问题序号")
    requirement: str = Field(description="整改要求")


def record(session: Session, supervision_id: int, problems: Sequence[Problem]) -> None:
    """Keep the problems in the order they were written, numbered from one."""
    session.add_all(
        Finding(
            supervision_id=supervision_id,
            number=number,
            point=problem.point,
            description=problem.description,
            evidence=problem.evidence,
            nature=problem.nature,
            responsible=problem.responsible or "",
        )
        for number, problem in enumerate(problems, start=1)
    )


def of(session: Session, supervision_id: int) -> Sequence[Finding]:
    """Return the problems of a case by their numbers."""
    return session.scalars(
        select(Finding).where(Finding.supervision_id == supervision_id).order_by(Finding.number)
    ).all()


def require(session: Session, supervision_id: int, requirements: Sequence[Requirement]) -> None:
    """Write what is required for each problem, unless one of them was forgotten."""
    written = {row.number: row.requirement for row in requirements}
    for finding in of(session, supervision_id):
        finding.requirement = written.get(finding.number) or finding.requirement
    refuse_gaps(session, supervision_id, written)


def refuse_gaps(session: Session, supervision_id: int, numbers: Iterable[int]) -> None:
    """Raise NotAllowed where a problem of the case is not among the numbers."""
    known = {finding.number for finding in of(session, supervision_id)}
    if missing := sorted(known - set(numbers)):
        raise NotAllowed(
            f"第 {'、'.join(map(str, missing))} 个问题还没有写到，请逐个问题填写后再提交。"
        )
