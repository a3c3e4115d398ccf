"""What dispatching gives to a diagram: the variables by name, and what each is."""

from datetime import date, datetime
from typing import Annotated, NotRequired, TypedDict

from service.labels import Labelled
from service.register.dispatch.status import Ruling
from service.register.dispatch.variables import (
    Adjudicator,
    AssignmentId,
    Assists,
    FinalAdjudicator,
    HandlingMode,
    LeadUnit,
    OwnUnit,
    Separates,
    UnitSystem,
)


class SignOutcome(Labelled):
    """What came of asking a unit to sign for its duty."""

    ACCEPTED = "accepted", "已签收"
    REQUESTED = "requested", "申请调整"


class PlanMade(TypedDict):
    """The units a plan names, and when they were asked."""

    planned_units: Annotated[list[str], "拟定的承办单位"]
    pre_dispatched_at: NotRequired[Annotated[datetime, "预交办时间"]]


class Objections(TypedDict):
    """How many units want the plan changed; nobody is asked a second time."""

    objections: Annotated[int, "要求调整的单位数"]
    pre_dispatch: Annotated[bool, "是否先征求承办单位意见"]


class SubDispatched(TypedDict):
    """The duties as they stand now."""

    assignments: Annotated[list[int], "各项承办任务"]
    handling_mode: HandlingMode


class Dispatched(SubDispatched):
    """The duties, and where their clock begins and the notice wants it to end."""

    dispatched_at: Annotated[datetime, "交办时间"]
    batch_due_on: Annotated[date | None, "统一办结日"]
    gov_dispatch: Annotated[bool, "是否交政府办二次分办"]


class Collected(TypedDict):
    """The duties after every unit has signed."""

    handling_mode: Annotated[str | None, "办理方式"]
    lead_unit: LeadUnit
    lead_assignment: Annotated[int, "主办（独办）单位的承办任务"]
    assists: Assists
    separates: Separates
    system: UnitSystem
    dispatched_to_unit_at: Annotated[datetime, "任务送达单位的时间"]
    signed_at: Annotated[datetime | None, "签收时间"]


class Delivered(TypedDict):
    """The duty a unit was given, and who adjudicates if it applies for a change."""

    unit: OwnUnit
    system: UnitSystem
    adjudicator: Adjudicator
    final_adjudicator: FinalAdjudicator
    may_return: Annotated[bool, "是否还可以申请调整"]
    dispatched_to_unit_at: Annotated[datetime, "任务送达单位的时间"]


class Objected(TypedDict, total=False):
    """Given where the unit applied for a change."""

    sign_outcome: Annotated[SignOutcome, "签收结果"]
    escalated: Annotated[bool, "是否直接终裁"]
    proposed_unit: Annotated[str, "建议改交单位"]
    return_requested_at: Annotated[datetime, "申请调整的时间"]
    return_escalated_at: Annotated[datetime, "提请终裁的时间"]


class Signed(TypedDict):
    """What came of asking the unit to sign, and of its application if it made one."""

    sign_outcome: Annotated[SignOutcome, "签收结果"]
    escalated: NotRequired[Annotated[bool, "是否直接终裁"]]
    proposed_unit: NotRequired[Annotated[str, "建议改交单位"]]
    return_requested_at: NotRequired[Annotated[datetime, "申请调整的时间"]]
    return_escalated_at: NotRequired[Annotated[datetime, "提请终裁的时间"]]


class RuledFinally(TypedDict):
    """How the application was decided; another unit has another assignment."""

    ruling: Annotated[Ruling, "裁定"]
    assignment: NotRequired[AssignmentId]


class Ruled(RuledFinally):
    """How the application was decided at first, and when."""

    return_decided_at: Annotated[datetime, "初裁时间"]
