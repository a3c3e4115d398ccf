"""At which stage of a case's life each limit runs: the order and the headings of every list of limits.

Whoever adds a limit to the seed adds its name here; one that is listed nowhere stands under 其他, at the end.
"""

from typing import NamedTuple


class Stage(NamedTuple):
    """A heading, and the limits under it in the order in which they run."""

    key: str
    label: str
    limits: tuple[str, ...]


_KINDS = ("small", "micro", "urgent")

STAGES: tuple[Stage, ...] = (
    Stage("propose", "提出", ("cosign.confirm", "delegation.check", "supplement.by_deputy")),
    Stage(
        "register",
        "审查登记",
        ("review.recess", "review.session", "plan.propose", "pre_dispatch.opinion"),
    ),
    Stage("dispatch", "交办", ("dispatch.recess", "dispatch.session", "gov_sub_dispatch")),
    Stage(
        "sign",
        "签收与调整",
        ("sign", "return.request", "return.decide", "return.final", "return.object"),
    ),
    Stage(
        "handle",
        "单位办理",
        (
            "assign.section",
            "contact.before",
            "contact.confirm",
            "contact.verify",
            "contact.again",
            "plan",
            "plan.approve",
            "plan.leader",
            "reply.advance",
            "reply.draft",
            "reply.proof",
            "reply.endorse",
            "reply.leader",
            "reply.issue",
            "reply.deliver",
            "contact.after",
        ),
    ),
    Stage(
        "assist",
        "协办",
        (
            "assist.commit",
            "co_opinion",
            "co_opinion.draft",
            "co_opinion.endorse",
            "co_opinion.assess",
            "co_opinion.redo",
            "co_opinion.absence",
            "co_opinion.wait",
            "coordinate",
        ),
    ),
    Stage(
        "reply",
        "答复",
        (
            "reply.normal",
            "reply.hard",
            "reply.check",
            "reply.return",
            "extension.apply",
            "extension.apply.small",
            "extension.apply.micro",
            "extension.apply.urgent",
            "extension.cosign",
            "extension.decide",
        ),
    ),
    Stage(
        "evaluate",
        "评价",
        (
            "evaluate",
            "evaluate.seal",
            "evaluate.amend",
            "evaluate.supplement",
            "evaluate.proxy",
            "archive",
        ),
    ),
    Stage(
        "deliberate",
        "议政会与二次交办",
        (
            "meeting.convene",
            "meeting.notice",
            "meeting.statement",
            "meeting.minutes",
            "meeting.confirm",
            "reassign",
            "redo",
            "redo.co_opinion",
            "redo.max_rounds",
            "director.decide",
        ),
    ),
    Stage("publish", "公开", ("publish", "publish.secrecy", "publish.consent")),
    Stage(
        "supervise",
        "督查整改",
        (
            "inspect",
            "self_check",
            "conclusion.draft",
            "conclusion.sign",
            "review_appeal",
            "review_appeal.accept",
            "review_appeal.decide",
            "color.issue",
            "interview",
            "card.sign",
            "card.appeal",
            "rectify.plan",
            "rectify.letter",
            "rectify.white",
            "rectify.yellow",
            "rectify.red",
            "lookback",
            "clear",
            "bulletin",
        ),
    ),
    Stage(
        "year",
        "承诺与年度",
        (
            "commitment.report",
            "unit_report",
            "report.consult",
            "report.submit",
            "report.distribute",
        ),
    ),
    Stage(
        "fast",
        "小微急",
        (
            *(f"ft.accept.{kind}" for kind in _KINDS),
            *(f"ft.dispatch.{kind}" for kind in _KINDS),
            *(f"ft.sign.{kind}" for kind in _KINDS),
            *(f"ft.contact.{kind}" for kind in _KINDS),
            "ft.first_response.urgent",
            *(f"ft.handle.{kind}" for kind in _KINDS),
            *(f"ft.extend.{kind}" for kind in _KINDS),
            *(f"ft.evaluate.{kind}" for kind in _KINDS),
            *(f"ft.redo.{kind}" for kind in _KINDS),
            *(f"ft.cap.{kind}" for kind in _KINDS),
        ),
    ),
)
OTHERS = Stage("others", "其他", ())

_PLACES = {
    key: (stage, (number, place))
    for number, stage in enumerate(STAGES)
    for place, key in enumerate(stage.limits)
}


def of(key: str) -> Stage:
    """Return the stage at which this limit runs."""
    return _PLACES[key][0] if key in _PLACES else OTHERS


def place(key: str) -> tuple[int, int, str]:
    """Return what sorts limits into the order in which they run."""
    number, within = _PLACES[key][1] if key in _PLACES else (len(STAGES), 0)
    return number, within, key
