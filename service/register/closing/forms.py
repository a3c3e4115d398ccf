"""What the office hands in when it examines the replies it received."""

from pydantic import Field

from service.labels import Labelled
from service.operations import Form


class Verdict(Labelled):
    """What the office says of the replies."""

    QUALIFIED = "qualified", "合格，送代表评价"
    RETURNED = "returned", "不合格，退回重新答复"


class ReceiptCheck(Form):
    """收悉审核."""

    reply_check: Verdict = Field(description="审核意见")
    check_items: tuple[str, ...] = Field((), description="核对情况（随表单存档）")
    returned_units: tuple[str, ...] = Field(description="退回哪些单位")
    check_reason: str | None = Field(description="退回理由")
