"""A unit under supervision: opened on a ground, examined on the spot, and closed for a reason."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.labels import Labelled
from service.operations import Form, Row, Variable
from service.register.common import numbers
from service.register.common.numbers import Series
from service.register.people import directory as people
from service.register.proposal.status import CaseStatus
from service.register.supervision import findings
from service.register.supervision.findings import Point, Problem
from service.register.supervision.organizers import Organizer
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase


class Status(Labelled):
    """Where a case stands."""

    INSPECTING = "inspecting", "检查核实"
    CONCLUDED = "concluded", "已出结论"
    RECTIFYING = "rectifying", "整改中"
    LOOKING_BACK = "looking_back", "回头看"
    CLOSED = "closed", "已办结"


class Outcome(Labelled):
    """Why a case was closed."""

    NO_PROBLEM = "no_problem", "未发现问题"
    NOT_CARDED = "not_carded", "没有亮牌"
    CLEARED = "cleared", "已销号"
    REVOKED = "revoked", "结论已撤销"


class Checked(Labelled):
    """What came of examining one point."""

    OK = "ok", "符合"
    PROBLEM = "problem", "有问题"
    ABSENT = "absent", "不适用"


class Opening(Form):
    """发起督查"""

    organizer: Organizer = Field(description="督查主体")
    unit: str = Field(description="被督查单位")
    suggestion: str | None = Field(description="所涉代表建议")
    points: tuple[Point, ...] = Field(description="检查要点")
    basis: str = Field(description="督查缘由")
    leader: str = Field(description="督查组组长")
    approved_by: str = Field(description="批准人")

    @property
    def suggestion_id(self) -> int | None:
        """The suggestion it is about, None where it is about the unit's work as a whole."""
        return int(self.suggestion) if self.suggestion else None


class Check(Row):
    """一个要点的检查结果"""

    point: str = Field(description="检查要点")
    result: Checked = Field(description="结果")
    note: str | None = Field(description="情况说明")


class Examination(Form):
    """检查核实"""

    methods: tuple[str, ...] = Field(description="检查方式")
    checks: tuple[Check, ...] = Field(description="逐项检查结果")
    record: str = Field(description="检查情况")
    found: bool = Field(description="是否发现问题")
    findings: tuple[Problem, ...] = Field(description="发现的问题")
    photos: tuple[int, ...] = Field(description="现场照片")


def get(session: Session, supervision_id: int) -> SupervisionCase:
    """Return a case, or raise NotFound."""
    found = session.get(SupervisionCase, supervision_id)
    if found is None:
        raise NotFound("没有找到这次督查，请返回督查看板重新选择。", supervision=supervision_id)
    return found


def business_key(supervision_id: int) -> str:
    """Return the key by which process instances name a case."""
    return f"supervision:{supervision_id}"


def case_of(session: Session, supervision_id: int) -> str | None:
    """Return the key of a case, None where there is none of this number."""
    return business_key(supervision_id) if session.get(SupervisionCase, supervision_id) else None


_SUPERVISABLE = (
    CaseStatus.DISPATCHED,
    CaseStatus.HANDLING,
    CaseStatus.REPLIED,
    CaseStatus.EVALUATING,
    CaseStatus.DELIBERATING,
    CaseStatus.SECOND_HANDLING,
    CaseStatus.CLOSED,
)
SupervisionId = Annotated[int, Variable("督查", case=case_of)]


def supervisable(session: Session) -> list[Suggestion]:
    """Return the suggestions that are with a unit, or were answered and are not yet archived."""
    return list(
        session.scalars(
            select(Suggestion)
            .where(Suggestion.status.in_(_SUPERVISABLE))
            .order_by(Suggestion.case_no)
        )
    )


def open_case(session: Session, opening: Opening, by: str, at: datetime) -> SupervisionCase:
    """Open a supervision, unless the organizer may not examine this unit or somebody does already."""
    organizer = opening.organizer
    unit = people.unit(session, opening.unit)
    if not organizer.may_examine(unit.system):
        raise NotAllowed(
            f"{organizer.label}只能督查政府部门、下级政府和受托管理公共事务的组织，不能督查{unit.name}"
            "（政府督查工作条例第五条）。请改由市委督查室或者代表工委发起。"
        )
    _refuse_repeated(session, opening)
    case = SupervisionCase(
        number=numbers.give(session, Series.SUPERVISION, at),
        line=organizer.line,
        organizer=organizer,
        unit=unit.code,
        suggestion_id=opening.suggestion_id,
        points=list(opening.points),
        basis=opening.basis,
        approved_by=opening.approved_by,
        leader=opening.leader,
        opened_by=by,
        opened_at=at,
        status=Status.INSPECTING,
        methods=[],
        checks=[],
        photos=[],
    )
    session.add(case)
    session.flush()
    return case


def examine(
    session: Session, supervision_id: int, examination: Examination, by: str, at: datetime
) -> SupervisionCase:
    """Keep what the examiners saw; without a problem the case is closed."""
    case = get(session, supervision_id)
    case.methods = list(examination.methods)
    case.checks = [check.model_dump(mode="json") for check in examination.checks]
    case.record = examination.record
    case.photos = list(examination.photos)
    case.inspected_by = by
    case.inspected_at = at
    findings.record(session, case.id, examination.findings)
    if not examination.findings:
        close(case, Outcome.NO_PROBLEM, at)
    session.flush()
    return case


def close(case: SupervisionCase, outcome: Outcome, at: datetime) -> None:
    """End a case; what was found and issued stays."""
    case.status = Status.CLOSED
    case.outcome = outcome
    case.closed_at = at


def _refuse_repeated(session: Session, opening: Opening) -> None:
    """政府督查工作条例 art. 15: nobody is supervised twice for the same, nor by several offices at once."""
    question = select(SupervisionCase.number).where(
        SupervisionCase.unit == opening.unit, SupervisionCase.closed_at.is_(None)
    )
    about = SupervisionCase.suggestion_id
    same = about == opening.suggestion_id if opening.suggestion_id else about.is_(None)
    number = session.scalar(question.where(same).limit(1))
    if number is not None:
        raise NotAllowed(
            f"这个单位同一事项已有在办的督查（{number}），严禁重复督查、多头督查"
            "（政府督查工作条例第十五条）。请在原督查中一并办理。"
        )
