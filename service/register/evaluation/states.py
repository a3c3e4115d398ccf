"""The states of an evaluation and of a paper that is typed in, and which of them may follow which."""

from collections.abc import Mapping

from service.errors import NotAllowed
from service.labels import Labelled
from service.tables.evaluation import Evaluation


class State(Labelled):
    """Where one evaluation stands."""

    PENDING = "pending", "待评价"
    SUPPLEMENTING = "supplementing", "单位补正中"
    RATED = "rated", "已提交"
    NO_FEEDBACK = "no_feedback", "未反馈"
    VOIDED = "voided", "已作废"


class Outcome(Labelled):
    """What the process learns when all evaluations of a round are sealed, and no more than that."""

    SATISFIED = "satisfied", "代表表示满意"
    NOT_SATISFIED = "not_satisfied", "需要知情议政"
    NO_FEEDBACK = "no_feedback", "代表未反馈"


class ProxyState(Labelled):
    """Where a signed paper stands that two people type in."""

    OPEN = "open", "待录入"
    ENTERED = "entered", "待复核"
    REGISTERED = "registered", "已登记"
    SUPERSEDED = "superseded", "以代表本人评价为准"
    DENIED = "denied", "代表已否认"


class ProxyResult(Labelled):
    """What the second typing of a paper leads to."""

    REGISTERED = "registered", "两次一致，已登记"
    MISMATCHED = "mismatched", "两次不一致，重新录入"
    CLOSED = "closed", "评价已经提交或封口，不再登记"


OPEN = frozenset({State.PENDING, State.SUPPLEMENTING})
"""What the seal turns into silence."""

_NEXT: Mapping[State, frozenset[State]] = {
    State.PENDING: frozenset({State.SUPPLEMENTING, State.RATED, State.NO_FEEDBACK}),
    State.SUPPLEMENTING: frozenset({State.PENDING, State.NO_FEEDBACK}),
    # A rating is amended, denied, or was typed in from paper and the deputy has had no reply.
    State.RATED: frozenset({State.RATED, State.PENDING, State.SUPPLEMENTING, State.VOIDED}),
    State.NO_FEEDBACK: frozenset(),
    State.VOIDED: frozenset(),
}


def become(row: Evaluation, state: State) -> None:
    """Take an evaluation to a state that may follow its own."""
    if state not in _NEXT[State(row.state)]:
        was = State(row.state).label
        raise NotAllowed(f"这份评价{was}，不能改为{state.label}。请刷新页面后再看。")
    row.state = state
