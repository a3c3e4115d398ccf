"""What people write in the forms of handling."""

from datetime import date

from pydantic import BaseModel, Field

from service.operations import Flag, Form, Row
from service.register.handling.kinds import (
    AbsenceDecision,
    Answer,
    Conclusion,
    Judgement,
    Method,
    ProgressState,
)


class Section(Form):
    """分派科室."""

    section: str = Field(description="承办科室")
    handler: str | None = Field(description="承办人")


class Talk(BaseModel):
    """What a unit writes down about one contact with the deputy, alone or as a row of its diary."""

    method: Method = Field(description="沟通方式")
    held_on: date = Field(description="沟通日期")
    place: str | None = Field(description="地点")
    participants: str | None = Field(description="单位参加人")
    head_attended: Flag = Field(description="单位主要负责人参加")
    deputy_opinion: str = Field(description="代表意见要点")
    unit_response: str | None = Field(description="单位回应")
    agreed: Flag = Field(False, description="是否达成一致")
    deputies: tuple[str, ...] = Field((), description="参加的代表")
    photos: tuple[int, ...] = Field((), description="照片、记录等附件")


class TalkRow(Row, Talk):
    """One contact during the work."""


class Contact(Form, Talk):
    """办前沟通、办后反馈."""


class ContactAnswer(Form):
    """确认沟通."""

    contact_true: Answer = Field(description="沟通是否属实")
    note: str | None = Field(description="说明")


class ContactCheck(Form):
    """核实沟通."""

    contact_true: Answer = Field(description="沟通是否属实")
    note: str = Field(description="核实情况")
    evidence: tuple[int, ...] = Field(description="佐证材料")


class CommitmentRow(Row):
    """One promise, in words that somebody else can check."""

    text: str = Field(description="承诺内容")
    standard: str = Field(description="可核验标准")
    due_on: date = Field(description="完成日期")
    responsible: str = Field(description="责任人")
    is_public: Flag = Field(description="公开承诺")


class MeasureRow(Row):
    """One measure, and the item of the suggestion it serves."""

    number: int | None = Field(description="代表建议第几条")
    item: str | None = Field(description="代表建议")
    measure: str = Field(description="措施")
    partner: str | None = Field(description="配合单位")


class MilestoneRow(Row):
    """What will be there on which day."""

    text: str = Field(description="完成什么")
    due_on: date = Field(description="完成日期")


class Plan(Form):
    """三定方案：定责任、定措施、定时限."""

    leader: str = Field(description="责任领导")
    section: str = Field(description="责任科室")
    handler: str = Field(description="承办人")
    phone: str = Field(description="联系电话")
    measures: tuple[MeasureRow, ...] = Field(description="定措施")
    milestones: tuple[MilestoneRow, ...] = Field(description="定时限")
    funding: str | None = Field(description="资金来源")
    expected_class: str | None = Field(description="预计答复类别")
    commitments: tuple[CommitmentRow, ...] = Field(description="承诺事项")


class PlanDecision(Form):
    """审定方案."""

    plan_conclusion: Conclusion = Field(description="审定意见")
    opinion: str | None = Field(description="意见")
    reason: str | None = Field(description="退回理由")


class LeaderDecision(Form):
    """领办审定."""

    leader_conclusion: Conclusion = Field(description="审定意见")
    opinion: str | None = Field(description="批示")
    reason: str | None = Field(description="退回理由")


class Progress(Form):
    """推进办理."""

    progress: str = Field(description="办理进展")
    contacts: tuple[TalkRow, ...] = Field(description="办中协商")
    attachments: tuple[int, ...] = Field(description="照片等附件")
    progress_state: ProgressState = Field(description="下一步")


class AssistTask(Form):
    """承诺协办任务."""

    section: str = Field(description="承办科室")
    handler: str | None = Field(description="承办人")
    commitments: tuple[CommitmentRow, ...] = Field(description="协办承诺")


class ItemRow(Row):
    """What an assisting unit did for one item of the suggestion."""

    number: int | None = Field(description="第几条")
    item: str | None = Field(description="代表建议")
    response: str | None = Field(description="本单位办理情况")


class Opinion(Form):
    """起草协办意见."""

    progress: str = Field(description="办理情况")
    items: tuple[ItemRow, ...] = Field(description="逐条情况")
    basis: str | None = Field(description="政策和数据依据")
    contact_name: str = Field(description="联系人")
    contact_phone: str = Field(description="联系电话")
    attachments: tuple[int, ...] = Field(description="附件")


class OpinionEndorsement(Form):
    """审签协办意见."""

    endorse_conclusion: Conclusion = Field(description="审签意见")
    reason: str | None = Field(description="退回理由")


class OpinionJudgement(Form):
    """评判协办意见."""

    judgement: Judgement = Field(description="评判")
    reason: str | None = Field(description="理由")


class Absence(Form):
    """决定是否等待."""

    absence_decision: AbsenceDecision = Field(description="决定")
    reason: str | None = Field(description="理由")


class Coordination(Form):
    """协调分歧."""

    minutes: str = Field(description="协调会议纪要")
    attachments: tuple[int, ...] = Field((), description="附件（随案卷存档）")
