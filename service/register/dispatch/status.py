"""What a unit has to do in a case and how far it is, with the words people read for it."""

from service.labels import Labelled


class Mode(Labelled):
    """How the units of a case work together."""

    SOLE = "sole", "独办"
    LEAD_ASSIST = "lead_assist", "主办和协办"
    SEPARATE = "separate", "分办"


class Duty(Labelled):
    """What one unit of a case has to do, in the order in which units are listed."""

    SOLE = "sole", "独办"
    LEAD = "lead", "主办"
    ASSIST = "assist", "协办"
    SEPARATE = "separate", "分办"


class AssignmentStatus(Labelled):
    """How far a unit is with its duty."""

    PENDING_SIGN = "pending_sign", "待签收"
    REASSIGN_REQUESTED = "reassign_requested", "申请调整中"
    CONTACTING = "contacting", "办前沟通"
    PLANNING = "planning", "制定方案"
    WORKING = "working", "办理中"
    DRAFTING = "drafting", "起草答复"
    PROOFING = "proofing", "核稿"
    ENDORSING = "endorsing", "审签"
    ISSUING = "issuing", "待签发"
    DELIVERED = "delivered", "已送达"
    OVERDUE_ABSENT = "overdue_absent", "逾期缺席"
    REASSIGNED = "reassigned", "已改派"
    WITHDRAWN = "withdrawn", "已终止"


ENDED = frozenset({AssignmentStatus.REASSIGNED, AssignmentStatus.WITHDRAWN})
"""The unit no longer has the duty."""

TO_BE_SIGNED = frozenset({AssignmentStatus.PENDING_SIGN, AssignmentStatus.REASSIGN_REQUESTED})
"""The unit has not accepted the duty: it may sign for it, or apply for a change of the unit."""


class Opinion(Labelled):
    """What a unit says to being named, before the dispatch."""

    PENDING = "pending", "未反馈"
    AGREE = "agree", "同意承办"
    ADJUST = "adjust", "建议调整"
    ADD_ASSIST = "add_assist", "建议增加协办"
    NO_OBJECTION = "no_objection", "逾期未反馈，视为无异议"


class Ruling(Labelled):
    """How an application to change the unit was decided."""

    AGREED = "agreed", "同意调整"
    REFUSED = "refused", "不同意调整"


class System(Labelled):
    """Which side adjudicates for a unit and watches its limits."""

    GOVERNMENT = "government", "政府系统"
    OTHER = "other", "其他系统"
