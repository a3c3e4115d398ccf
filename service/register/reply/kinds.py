"""What a reply says of each item, where it stands, by whom it is returned, how it gets to a deputy.

A reply may be drafted again from wherever it stands: it is returned by four desks and by the congress office, and an
operator may move its token back. What may follow is drawn in `reply_review` and `reply_issuing`.
"""

from service.labels import Labelled


class ReplyStatus(Labelled):
    """Where a reply stands between its drafter and the deputies."""

    DRAFTING = "drafting", "起草"
    REVIEWING = "reviewing", "审核"
    ISSUED = "issued", "已印发"
    DELIVERED = "delivered", "已送达"


class ItemState(Labelled):
    """How far one item of the suggestion is settled."""

    RESOLVED = "resolved", "已解决"
    IN_PROGRESS = "in_progress", "正在解决"
    PLANNED = "planned", "列入计划"
    UNABLE = "unable", "无法解决"
    HIGHER_AUTHORITY = "higher_authority", "上级事权"


class Step(Labelled):
    """Who may send a reply back to its drafter."""

    PROOF = "proof", "核稿"
    ENDORSE = "endorse", "分管领导审签"
    LEADER = "leader", "领办领导审定"
    ISSUE = "issue", "主要负责人签发"
    RECEIPT = "receipt", "代工委收悉审核"


class ProofConclusion(Labelled):
    """What the proofreader says."""

    PASS = "pass", "通过"
    RETURN = "return", "退回修改"


class IssueConclusion(Labelled):
    """What the head of the unit says."""

    SIGN = "sign", "签发"
    RETURN = "return", "退回修改"


class DeliveryMethod(Labelled):
    """How a deputy gets the reply."""

    IN_PERSON = "in_person", "当面"
    POST = "post", "邮寄"
    PLATFORM = "platform", "平台"
    VIA_LEAD = "via_lead", "经领衔代表转交"
