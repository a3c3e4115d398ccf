"""How far an application for a later day is, and what people say to it."""

from service.labels import Labelled


class State(Labelled):
    """Where an application stands."""

    DRAFTING = "drafting", "单位填写中"
    COSIGNING = "cosigning", "政府办会签中"
    DECIDING = "deciding", "待代工委决定"
    GRANTED = "granted", "已批准"
    REFUSED = "refused", "未批准"
    TAKEN_BACK = "taken_back", "单位已撤回"
    CLOSED = "closed", "逾期未提出"
    ENDED = "ended", "已自行终止"


OPEN = frozenset({State.DRAFTING, State.COSIGNING, State.DECIDING})
"""Nobody has decided yet: the unit may take the application back, and cannot make another."""


class Opinion(Labelled):
    """What the government office says to the application of a unit of the government."""

    AGREE = "agree", "同意延期"
    OPPOSE = "oppose", "不同意延期"


class Decision(Labelled):
    """What the congress office decides."""

    GRANT = "grant", "同意延期"
    REFUSE = "refuse", "不同意延期"


class Outcome(Labelled):
    """What became of an application when its review ended."""

    GRANTED = "granted", "批准"
    REFUSED = "refused", "不批准"
    NONE = "none", "没有作出决定"


class FastTrack(Labelled):
    """Which kind of quick case (小微急) a suggestion is."""

    SMALL = "small", "小"
    MICRO = "micro", "微"
    URGENT = "urgent", "急"
