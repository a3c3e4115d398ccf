"""What kinds of contact, plan, promise and opinion handling knows, where each stands, and what people read for it.

What may follow is drawn in the diagrams, whose tokens an operator may move back; only a contact is settled once and
for all, and a promise moves on as `commitments` says.
"""

from service.labels import Labelled


class Stage(Labelled):
    """When in the handling a unit spoke with the deputy (三联系)."""

    BEFORE = "before", "办前沟通"
    DURING = "during", "办中协商"
    AFTER = "after", "办后反馈"


class Method(Labelled):
    """How they spoke."""

    FACE_TO_FACE = "face_to_face", "面商"
    DISCUSSION = "discussion", "座谈"
    SITE_VISIT = "site_visit", "现场踏勘"
    PHONE = "phone", "电话"
    VIDEO = "video", "视频"
    LETTER = "letter", "书面"


IN_PERSON = frozenset({Method.FACE_TO_FACE, Method.DISCUSSION, Method.SITE_VISIT})
"""面商率 counts only these: a telephone call is contact, not a meeting."""


class Confirmation(Labelled):
    """What the deputy, or the congress office for a silent one, says to a contact a unit wrote down."""

    PENDING = "pending", "待确认"
    CONFIRMED = "confirmed", "已确认"
    DENIED = "denied", "代表否认"


class Confirmer(Labelled):
    """As what somebody answered for a contact."""

    DEPUTY = "deputy", "代表本人"
    OFFICE = "office", "代工委凭材料确认"


class Answer(Labelled):
    """Did the contact take place as it was written down?"""

    YES = "yes", "属实"
    NO = "no", "不属实"


class Conclusion(Labelled):
    """What a leader says to what is put before them."""

    AGREE = "agree", "同意"
    RETURN = "return", "退回修改"


class PlanStatus(Labelled):
    """Where a version of a plan stands."""

    SUBMITTED = "submitted", "待审定"
    RETURNED = "returned", "已退回"
    APPROVED = "approved", "已审定"


class ProgressState(Labelled):
    """Does the unit go on working, or has it enough to write its reply?"""

    CONTINUE = "continue", "继续办理"
    READY = "ready", "转入起草答复"


class Source(Labelled):
    """With what a promise was made."""

    PLAN = "plan", "三定方案"
    ASSIST = "assist", "协办任务"
    REPLY = "reply", "答复"


class CommitmentStatus(Labelled):
    """Where a promise stands."""

    PROPOSED = "proposed", "待生效"
    OPEN = "open", "履行中"
    FULFILLED = "fulfilled", "已兑现"
    REPLACED = "replaced", "已被新的承诺替换"


class OpinionStatus(Labelled):
    """Where a version of an assisting unit's opinion stands."""

    ENDORSING = "endorsing", "审签"
    SUBMITTED = "submitted", "待评判"
    JUDGED = "judged", "已评判"
    COORDINATED = "coordinated", "已协调"


class Judgement(Labelled):
    """What the lead unit makes of an assisting unit's opinion."""

    ADOPTED = "adopted", "采纳"
    PARTLY_ADOPTED = "partly_adopted", "部分采纳"
    REDO = "redo", "退回重提"
    DISPUTE = "dispute", "提请协调"


class AbsenceDecision(Labelled):
    """Does the lead unit go on without a late opinion?"""

    WAIT = "wait", "继续等待"
    ABSENT = "absent", "缺席继续办理"
