"""The variables by which diagrams name duties; what does not belong to the case of the instance is refused."""

from typing import Annotated

from sqlalchemy.orm import Session

from service.operations import Row, Variable
from service.register.dispatch.status import Mode, System
from service.register.proposal import suggestions
from service.tables.assignments import Assignment


def _case_of(session: Session, assignment_id: int) -> str | None:
    duty = session.get(Assignment, assignment_id)
    return suggestions.business_key(duty.suggestion_id) if duty else None


class UnitDuty(Row):
    """A unit of the case, and its assignment."""

    unit: str
    assignment: int


def _case_of_duty(session: Session, duty: UnitDuty) -> str | None:
    return _case_of(session, duty.assignment)


AssignmentId = Annotated[int, Variable("承办任务", case=_case_of)]
Assists = Annotated[tuple[UnitDuty, ...], Variable("协办单位及其任务", case=_case_of_duty)]
Separates = Annotated[tuple[UnitDuty, ...], Variable("分办单位及其任务", case=_case_of_duty)]
LeadUnit = Annotated[str, Variable("主办单位")]
OwnUnit = Annotated[str, Variable("办理任务的单位")]
UnitSystem = Annotated[System, Variable("承办单位所属系统")]
HandlingMode = Annotated[Mode, Variable("办理方式")]
PlannedLead = Annotated[str | None, Variable("拟定的主办（独办）单位")]
PlannedUnits = Annotated[tuple[str, ...] | None, Variable("拟定的协办或分办单位")]
Adjudicator = Annotated[str, Variable("裁定调整申请的机关")]
FinalAdjudicator = Annotated[str, Variable("终裁调整申请的机关")]
