"""Where a suggestion stands in its life, and what may still be done with it there."""

from service.labels import Labelled


class CaseStatus(Labelled):
    """The stations of a suggestion, in the order of its life; the last ones lie beside it."""

    COSIGNING = "cosigning", "待联名确认"
    DELEGATION_CHECK = "delegation_check", "待代表团初核"
    REVIEWING = "reviewing", "待审查"
    RETURNED_FOR_EDIT = "returned_for_edit", "退代表修改"
    REGISTERED = "registered", "已立案"
    PRE_DISPATCHING = "pre_dispatching", "预交办"
    DISPATCHED = "dispatched", "已交办"
    HANDLING = "handling", "办理中"
    REPLIED = "replied", "已答复"
    EVALUATING = "evaluating", "待评价"
    DELIBERATING = "deliberating", "知情议政"
    SECOND_HANDLING = "second_handling", "二次交办"
    CLOSED = "closed", "已办结"
    ARCHIVED = "archived", "已归档"
    WITHDRAWN = "withdrawn", "已撤回"
    NOT_ACCEPTED = "not_accepted", "未立案"
    TO_LETTER = "to_letter", "转代表来信"
    TO_PETITION = "to_petition", "转信访"
    MERGED_CHILD = "merged_child", "已并案"
    SUSPENDED = "suspended", "已挂起"


WITHDRAWABLE = frozenset(
    {
        CaseStatus.DELEGATION_CHECK,
        CaseStatus.REVIEWING,
        CaseStatus.RETURNED_FOR_EDIT,
        CaseStatus.REGISTERED,
        CaseStatus.PRE_DISPATCHING,
        CaseStatus.DISPATCHED,
    }
)
"""Until a unit has signed for it, the lead deputy is offered to take a suggestion back."""

OVER = frozenset(
    {
        CaseStatus.CLOSED,
        CaseStatus.ARCHIVED,
        CaseStatus.WITHDRAWN,
        CaseStatus.NOT_ACCEPTED,
        CaseStatus.TO_LETTER,
        CaseStatus.TO_PETITION,
    }
)
"""Nothing follows any more."""

MERGEABLE = frozenset(
    {
        CaseStatus.REGISTERED,
        CaseStatus.PRE_DISPATCHING,
        CaseStatus.DISPATCHED,
        CaseStatus.HANDLING,
    }
)
"""Others may be merged into it: registered, and not yet answered."""


class TimeState(Labelled):
    """How a case stands to the limit of its answer."""

    ON_TRACK = "on_track", "正常"
    DUE_SOON = "due_soon", "即将到期"
    OVERDUE = "overdue", "已逾期"
    ON_HOLD = "on_hold", "已暂停计时"


class Outcome(Labelled):
    """How the review of a suggestion ended."""

    REGISTERED = "registered", "立案"
    MERGED = "merged", "并案"
    TRANSFERRED = "transferred", "转办"
    NOT_ACCEPTED = "not_accepted", "不立案"
    WITHDRAWN = "withdrawn", "撤回"
