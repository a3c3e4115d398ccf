"""What people hand in around a meeting: its plan, statements, minutes, what a deputy says, an order, a disposal."""

from datetime import date

from pydantic import Field

from service.operations import Flag, Form, Row
from service.register.deliberation.outcomes import Answer, Disposal, Held, Stance
from service.register.dispatch.status import Mode


class Convening(Form):
    """研判排会"""

    meeting: str | None = Field(description="并入已排定的会议")
    topic: str | None = Field(description="会议主题")
    held_on: date | None = Field(description="会议日期")
    held_time: str | None = Field(description="开始时间")
    place: str | None = Field(description="地点")
    chair: str | None = Field(description="主持人")
    observers: str | None = Field(description="列席单位和人员")
    focus: str = Field(description="会议重点")


class Statement(Form):
    """提交会前说明"""

    account: str = Field(description="书面说明")
    attending: str = Field(description="参会负责人（姓名和职务）")
    attachments: tuple[int, ...] = Field(description="附件")


class Question(Row):
    """What a deputy asked, and what the unit said to it."""

    question: str = Field(description="提问或询问")
    answer: str = Field(description="单位回应")
    answered_by: str | None = Field(description="回应人")


class Resolution(Row):
    """What was agreed, who does it, and until when."""

    matter: str = Field(description="议定事项")
    unit: str = Field(description="责任单位")
    due_on: date | None = Field(description="期限")


class Minutes(Form):
    """记录会议纪要"""

    held: Held = Field(description="会议是否召开")
    present: str | None = Field(description="到会人员")
    unit_account: str | None = Field(description="单位说明")
    questions: tuple[Question, ...] = Field(description="代表提问、询问和单位回应")
    resolutions: tuple[Resolution, ...] = Field(description="议定事项")
    stance: Stance | None = Field(description="代表现场表态")
    recordings: tuple[int, ...] = Field(description="签到表、录音录像")


class Confirming(Form):
    """会后确认"""

    outcome: Answer = Field(description="您的意见")
    text: str | None = Field(description="还要办什么")
    text_may_be_shared: Flag = Field(description="上面的文字可以转给承办单位")


class Order(Form):
    """填写二次交办单"""

    demands: str = Field(description="代表的新要求")
    handling_mode: Mode = Field(description="办理方式")
    lead_unit: str | None = Field(description="主办单位")
    assist_units: tuple[str, ...] = Field(description="协办单位")
    separate_units: tuple[str, ...] = Field(description="分别办理的单位")
    lead_leader: str | None = Field(description="领办领导")
    requirements: str | None = Field(description="办理要求")


class Disposing(Form):
    """主任会议处置"""

    disposal: Disposal = Field(description="处置方式")
    disposal_reason: str = Field(description="理由和要求")
