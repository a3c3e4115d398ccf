"""What people write in the forms of a reply."""

from datetime import date

from pydantic import Field

from service.operations import Form, Row
from service.register.handling.forms import CommitmentRow
from service.register.handling.kinds import Conclusion
from service.register.proposal.kinds import Publicity
from service.register.reply.kinds import (
    DeliveryMethod,
    IssueConclusion,
    ItemState,
    ProofConclusion,
)


class ItemRow(Row):
    """The response to one item of the suggestion."""

    number: int = Field(description="第几条")
    item: str | None = Field(description="代表建议")
    response: str = Field(description="回应")
    state: ItemState = Field(description="状态")


class Draft(Form):
    """起草答复."""

    title: str = Field(description="标题")
    body: str = Field(description="办理情况")
    items: tuple[ItemRow, ...] = Field(description="逐条回应")
    next_steps: str | None = Field(description="下一步计划和时限")
    assist_account: str | None = Field(description="协办单位办理情况说明")
    reply_class: str = Field(description="答复类别")
    class_reason: str = Field(description="分类理由")
    commitments: tuple[CommitmentRow, ...] = Field(description="承诺事项")
    publicity: Publicity = Field(description="公开属性")
    publicity_reason: str | None = Field(description="不全文公开的理由和依据")
    contact_name: str = Field(description="联系人")
    contact_phone: str = Field(description="联系电话")
    copies: tuple[str, ...] = Field(description="抄送单位")
    attachments: tuple[int, ...] = Field(description="附件")


class Proof(Form):
    """核稿."""

    checks: tuple[str, ...] = Field((), description="核对内容（随表单存档）")
    proof_conclusion: ProofConclusion = Field(description="核稿意见")
    reason: str | None = Field(description="退回理由")


class Endorsement(Form):
    """审签答复."""

    endorse_conclusion: Conclusion = Field(description="审签意见")
    reason: str | None = Field(description="退回理由")


class LeaderReview(Form):
    """领办审定."""

    leader_conclusion: Conclusion = Field(description="审定意见")
    reason: str | None = Field(description="退回理由")


class Signature(Form):
    """签发答复."""

    issue_conclusion: IssueConclusion = Field(description="签发意见")
    reason: str | None = Field(description="退回理由")


class DeliveryRow(Row):
    """How one deputy got the reply; `number` is their place among the recipients."""

    number: int = Field(description="序号")
    method: DeliveryMethod = Field(description="送达方式")
    delivered_on: date = Field(description="送达日期")
    receipt: str | None = Field(description="签收情况")


class Deliveries(Form):
    """登记送达."""

    deliveries: tuple[DeliveryRow, ...] = Field(description="逐人送达")
    receipts: tuple[int, ...] = Field((), description="签收单等附件（随案卷存档）")
