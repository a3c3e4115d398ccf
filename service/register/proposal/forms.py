"""What deputies and the office hand in while a suggestion is proposed, signed and reviewed."""

from pydantic import Field

from service.labels import Labelled
from service.operations import Flag, Form, Row
from service.register.proposal.admission import Requirement
from service.register.proposal.kinds import Level, Publicity


class Origin(Labelled):
    """Where a suggestion comes from, as the person who enters it says."""

    ORDINARY = "ordinary", "代表建议"
    MOTION_CONVERTED = "motion_converted", "议案转为建议"


class Signing(Labelled):
    """What a deputy who was asked to sign too answers."""

    AGREE = "agree", "同意联名"
    DECLINE = "decline", "不联名"


class Check(Labelled):
    """What the delegation concludes."""

    PASS = "pass", "通过"
    RETURN = "return", "退代表修改"


class Conclusion(Labelled):
    """What the office concludes from its examination."""

    REGISTER = "register", "立案登记"
    RETURN_FOR_EDIT = "return_for_edit", "退代表修改"
    TO_LETTER = "to_letter", "转代表来信"
    TO_PETITION = "to_petition", "转信访"
    SUGGEST_WITHDRAW = "suggest_withdraw", "建议撤回"
    NOT_ACCEPTED = "not_accepted", "不作为建议处理"


class Authority(Labelled):
    """Which level's affair the suggestion is."""

    OWN = "own", "本级"
    HIGHER = "higher", "上级"
    LOWER = "lower", "下级"


class Relation(Labelled):
    """How a similar case relates to this one."""

    NONE = "none", "不重复"
    RELATED = "related", "关联"
    MERGE = "merge", "并案"


class ContactResult(Labelled):
    """What came of asking a deputy whose time to edit has passed."""

    WILL_REVISE = "will_revise", "继续修改"
    WILL_WITHDRAW = "will_withdraw", "愿意撤回"
    NOT_REACHED = "not_reached", "没有联系上"


class WithdrawalAnswer(Labelled):
    """What the deputy says to being advised to withdraw."""

    AGREE = "agree", "同意撤回"
    INSIST = "insist", "继续提出"


class ProposedItem(Row):
    """One numbered proposal (三、具体建议)."""

    text: str = Field(description="具体建议")


class Wording(Form):
    """What a suggestion says."""

    title: str = Field(description="标题")
    situation: str = Field(description="情况与问题")
    analysis: str | None = Field(description="原因分析")
    items: tuple[ProposedItem, ...] = Field(description="具体建议")
    attachments: tuple[int, ...] = Field(description="附件")


class Proposal(Wording):
    """A suggestion as it is submitted (F01)."""

    level: Level = Field(description="层级")
    category: str = Field(description="类别")
    kind: Origin = Field(description="来源")
    motion_no: str | None = Field(description="原议案号")
    lead_deputy: str | None = Field(description="领衔代表")
    co_signers: tuple[str, ...] = Field(description="联名代表")
    prep_steps: tuple[str, ...] = Field(description="提出前做过哪些功课")
    research_methods: tuple[str, ...] = Field(description="调研方式")
    preferred_units: tuple[str, ...] = Field(description="希望由哪些单位承办")
    preferred_contact: str | None = Field(description="希望的沟通方式")
    publicity: Publicity = Field(description="是否同意公开")
    publicity_reason: str | None = Field(description="不公开全文的理由")
    identity_protected: Flag = Field(description="要求保密本人身份")
    repeat_of: str | None = Field(description="以前提过的同类建议编号")
    is_secret: bool = Field(description="是否涉密")
    self_check: tuple[str, ...] = Field(description="对照负面清单，属于哪种情形")
    signed: bool = Field(description="确认签名")


class CoSignature(Form):
    """A deputy's answer to being asked to sign too."""

    co_sign: Signing = Field(description="是否联名")
    co_sign_opinion: str | None = Field(description="意见")


class DelegationCheck(Form):
    """代表团初核."""

    delegation_conclusion: Check = Field(description="初核意见")
    delegation_opinion: str | None = Field(description="意见")


class SimilarCase(Row):
    """A registered suggestion the register finds similar, and how the reviewer judges it."""

    case_no: str | None = Field(description="编号")
    title: str | None = Field(description="标题")
    likeness: int | None = Field(description="相似度")
    status: str | None = Field(description="状态")
    relation: Relation | None = Field(description="结论")


class Examination(Form):
    """审查意见和结论."""

    checklist: tuple[Requirement, ...] = Field(description="形式审查")
    negative_hits: tuple[str, ...] = Field(description="命中负面清单")
    similar: tuple[SimilarCase, ...] = Field(description="查重结果")
    authority: Authority = Field(description="事权层级")
    review_conclusion: Conclusion = Field(description="审查结论")
    review_reason: str | None = Field(description="理由")
    category: str | None = Field(description="核定类别")
    recommend_key: Flag = Field(description="推荐为重点建议")


class DeputyContact(Form):
    """What came of contacting the deputy after the time to edit had passed."""

    contact_result: ContactResult = Field(description="联系结果")
    contact_note: str = Field(description="联系情况")


class Withdrawal(Form):
    """The deputy's answer to being advised to withdraw."""

    withdrawal: WithdrawalAnswer = Field(description="是否撤回")
    withdrawal_reason: str | None = Field(description="继续提出的理由")
