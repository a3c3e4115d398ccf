"""The kinds of notice as officials know them, what goes out at once, and by which channels."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import QueryableAttribute, Session

from service.delivery.channels import Name
from service.labels import Labelled
from service.tables.messages import MessageRule


class Kind(Labelled):
    """What a notice is about; an administrator decides for each how it leaves the house."""

    URGENT = "urgent", "按小时计的期限（小微急）"
    REMINDER = "reminder", "到期提醒"
    OVERDUE = "overdue", "逾期提醒"
    WORK = "work", "交来办理的事"
    PROGRESS = "progress", "办理进展"
    EVALUATION = "evaluation", "代表评价"
    DENIED = "denied", "代表否认评价"
    DELIBERATION = "deliberation", "议政会和二次交办"
    SUPERVISION = "supervision", "督查、通知单和整改"
    DEPLOYMENT = "deployment", "流程图变更"
    OTHER = "other", "其他通知"
    DAILY = "daily", "每日待办（今天到期、已经逾期、新到的事）"


class Rule(NamedTuple):
    """By which channels a kind goes out, and whether it goes at once instead of with the day's message."""

    channels: frozenset[Name]
    at_once: bool


_BOTH = frozenset(Name)
_MAIL = frozenset({Name.MAIL})
DEFAULTS: Mapping[Kind, Rule] = {
    **{kind: Rule(_MAIL, False) for kind in Kind},
    Kind.URGENT: Rule(_BOTH, True),
    Kind.DENIED: Rule(_BOTH, True),
    Kind.OVERDUE: Rule(_BOTH, False),
    Kind.DAILY: Rule(_BOTH, False),
}
_KINDS: Mapping[Kind, tuple[str, ...]] = {
    Kind.URGENT: ("urgent",),
    Kind.REMINDER: ("warning",),
    Kind.OVERDUE: ("overdue", "reply_overdue", "assist_default", "contact_missing"),
    Kind.WORK: (
        "co_sign",
        "review",
        "revised",
        "returned_for_edit",
        "withdrawal_suggested",
        "withdrawal_refused",
        "pre_dispatch",
        "dispatched_to_unit",
        "return_requested",
        "assigned",
        "reply_returned",
        "supplement",
    ),
    Kind.PROGRESS: (
        "registered",
        "merged",
        "not_accepted",
        "withdrawn",
        "dispatched",
        "signed",
        "accepted_by_default",
        "reassigned",
        "refused",
        "assist_absent",
        "reply_delivered",
        "reply_copied",
        "extension_granted",
        "extension_refused",
        "extension_closed",
        "extension_taken_back",
        "held",
        "resumed",
        "closed",
        "extension_granted",
        "extension_refused",
        "extension_closed",
        "extension_taken_back",
    ),
    Kind.EVALUATION: (
        "evaluate",
        "made_good",
        "proxy",
        "evaluation_sealed",
        "met_contradiction",
        "contradiction",
    ),
    Kind.DENIED: ("evaluation_denied",),
    Kind.DELIBERATION: ("meeting", "disposal", "second_assignment"),
    Kind.SUPERVISION: ("conclusion", "card", "cleared"),
    Kind.DEPLOYMENT: ("deployment_proposed", "deployment_decided", "baseline_offered"),
}
_OF: Mapping[str, Kind] = {name: kind for kind, names in _KINDS.items() for name in names}


def of(notice: str) -> Kind:
    """Return the kind of a notice by the name its occasion has."""
    return _OF.get(notice, Kind.OTHER)


def rules(session: Session) -> dict[Kind, Rule]:
    """Return the rule in force for every kind."""
    stored = {
        row.kind: Rule(frozenset(map(Name, row.channels)), row.at_once)
        for row in session.scalars(select(MessageRule))
    }
    return {kind: stored.get(kind.value, DEFAULTS[kind]) for kind in Kind}


def put(session: Session, wanted: Mapping[Kind, Rule]) -> None:
    """Write the rules that differ from those in force."""
    known = rules(session)
    for kind, rule in wanted.items():
        if rule != known[kind]:
            channels = [name.value for name in Name if name in rule.channels]
            session.merge(MessageRule(kind=kind.value, channels=channels, at_once=rule.at_once))
    session.flush()


def condition(column: QueryableAttribute[str], chosen: Collection[Kind]) -> ColumnElement[bool]:
    """Return the condition that a notice's name belongs to one of these kinds; a name nobody listed is `OTHER`."""
    if Kind.OTHER in chosen:
        return column.not_in([name for name, kind in _OF.items() if kind not in chosen])
    return column.in_([name for name, kind in _OF.items() if kind in chosen])
