"""What offices and units hand in while a suggestion is given to its units."""

from datetime import date

from pydantic import Field

from service.labels import Labelled
from service.operations import Flag, Form, Row
from service.register.dispatch.status import Duty, Mode, Opinion, Ruling


class SignDecision(Labelled):
    """What a unit says to a duty it is given."""

    ACCEPT = "accept", "接受"
    REQUEST = "request", "申请调整承办单位"


class RulingAnswer(Labelled):
    """What a unit says to the first ruling on its application."""

    ACCEPT = "accept", "接受裁定，继续办理"
    OBJECT = "object", "仍有异议，提请终裁"


class DispatchPlan(Form):
    """拟定承办方案."""

    handling_mode: Mode = Field(description="办理方式")
    lead_unit: str | None = Field(description="主办（独办）单位")
    assist_units: tuple[str, ...] = Field(description="协办单位")
    separate_units: tuple[str, ...] = Field(description="分办单位")
    preferred_adopted: str | None = Field(
        None, description="代表希望的承办单位是否采纳（随表单存档）"
    )
    preferred_reason: str | None = Field(None, description="没有采纳的理由（随表单存档）")
    pre_dispatch: bool = Field(description="是否先征求承办单位意见")


class UnitOpinion(Form):
    """反馈预交办意见."""

    unit_opinion: Opinion = Field(description="意见")
    opinion_text: str | None = Field(description="具体意见")
    opinion_basis: str | None = Field(description="职责依据")
    proposed_units: tuple[str, ...] = Field(description="建议由哪些单位承办")


class PlannedDuty(Row):
    """One unit of a plan and what it has to do."""

    unit: str = Field(description="承办单位")
    role: Duty = Field(description="角色")
    duties: str | None = Field(description="办理内容")


class Dispatch(Form):
    """正式交办."""

    assignments: tuple[PlannedDuty, ...] = Field(description="承办单位和分工")
    is_hard: bool = Field(description="是否难件")
    is_key: bool = Field(description="是否重点建议")
    oversight_committee: str | None = Field(description="督办工委")
    batch_number: str | None = Field(description="批次号")
    batch_name: str | None = Field(description="批次名称")
    batch_due_on: date | None = Field(description="统一办结日")
    late_date_seen: Flag = Field(description="已知统一办结日晚于法定期限")
    requirements: str | None = Field(None, description="办理要求（随表单存档）")


class SubDispatch(Form):
    """二次分办."""

    assignments: tuple[PlannedDuty, ...] = Field(description="承办单位和分工")
    sub_dispatch_note: str | None = Field(None, description="分办意见（随表单存档）")


class ChangeRequest(Form):
    """What a unit writes that applies for another to be named; the fields show only then."""

    section: str | None = Field(description="承办科室")
    return_reason: str | None = Field(description="申请理由")
    return_basis: str | None = Field(description="职责依据")
    proposed_unit: str | None = Field(description="建议改交单位")


class SignOff(ChangeRequest):
    """签收任务; the decision is asked only while the unit may still apply for a change."""

    sign_decision: SignDecision | None = Field(description="签收意见")


class AnswerToRuling(ChangeRequest):
    """确认裁定."""

    ruling_answer: RulingAnswer = Field(description="对裁定的意见")


class Adjudication(Form):
    """初裁, 终裁."""

    ruling: Ruling = Field(description="裁定")
    new_unit: str | None = Field(description="改交单位")
    ruling_opinion: str = Field(description="裁定意见")
