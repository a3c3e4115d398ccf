"""What people write in the forms of an extension."""

from datetime import date

from pydantic import Field

from service.operations import Form
from service.register.extension.kinds import Decision, Opinion


class Application(Form):
    """申请延期."""

    reason: str = Field(description="为什么不能按期答复")
    work_done: str = Field(description="已经做了哪些工作")
    asked_until: date = Field(description="申请延到哪一天答复")
    talk: str | None = Field(description="向代表说明的沟通记录")
    talk_on: date | None = Field(description="向代表说明的日期")
    talk_note: str | None = Field(description="说明的方式和代表的意见")
    attachments: tuple[int, ...] = Field(description="附件")


class CoSignature(Form):
    """会签延期申请."""

    cosign_opinion: Opinion = Field(description="会签意见")
    cosign_note: str = Field(description="说明")


class Ruling(Form):
    """决定是否延期."""

    extension_decision: Decision = Field(description="决定")
    granted_until: date | None = Field(description="延到哪一天")
    decision_reason: str | None = Field(description="理由")
