"""How a meeting may end: what a deputy says in the room and alone, and what is decided when nothing helped."""

from service.labels import Labelled


class Held(Labelled):
    """Whether a meeting took place."""

    HELD = "held", "已经召开"
    POSTPONED = "postponed", "改期，重新排会"


class Stance(Labelled):
    """What a deputy says in the room; it is noted and decides nothing."""

    SATISFIED = "satisfied", "当场满意"
    ACCEPTED_EXPLANATION = "accepted_explanation", "接受解释"
    STILL_DISSATISFIED = "still_dissatisfied", "仍不满意"
    NONE = "none", "没有表态"


class Answer(Labelled):
    """What a deputy says alone after the meeting; only this decides."""

    SATISFIED = "satisfied", "满意，改评为满意"
    ACCEPTED_EXPLANATION = "accepted_explanation", "接受解释，同意不再办理"
    STILL_DISSATISFIED = "still_dissatisfied", "仍不满意，要求继续办理"


ACCEPTING = frozenset({Answer.SATISFIED, Answer.ACCEPTED_EXPLANATION})


class Disposal(Labelled):
    """What the chairpersons' meeting decides when the rounds are used up."""

    SPECIAL_INQUIRY = "special_inquiry", "开展专题询问"
    NEXT_YEAR = "next_year", "列入下年度跟踪督办"
    CLOSED_WITH_EXPLANATION = "closed_with_explanation", "公开说明理由后终结"


class Deliberated(Labelled):
    """What the process learns of a meeting."""

    ACCEPTED = "accepted", "代表接受"
    STILL_DISSATISFIED = "still_dissatisfied", "仍不满意"
