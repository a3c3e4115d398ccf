"""Which colour the officials' table proposes for what a unit has left undone; a person issues, or does not."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from service import decisions
from service.engine.checking.contract import Contract, Need, Variable
from service.engine.deciding.decisions import Decision
from service.errors import ExpressionFailed, ProcessFailed
from service.labels import Labelled

_NAMED = re.compile(r"\{(\w+)\}")


class Color(Labelled):
    """A measure against a unit, from none to the gravest."""

    NONE = "none", "不亮牌"
    LETTER = "letter", "函告"
    WHITE = "white", "白牌"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"

    @property
    def rank(self) -> int:
        """How grave it is."""
        return _RANK[self]


_RANK: Mapping[str, int] = {color: rank for rank, color in enumerate(Color)}

CARDS = (Color.WHITE, Color.YELLOW, Color.RED)
MEANINGS: Mapping[Color, str] = {
    Color.LETTER: "函告",
    Color.WHITE: "提醒",
    Color.YELLOW: "警示",
    Color.RED: "问责建议",
}


class Fact(Labelled):
    """What the rules ask about a unit, under the name a column of the table asks by: a number, or 1 where it is so."""

    REPLY_OVERDUE = "reply_overdue", "答复逾期的工作日数"
    PAST_LEGAL_LIMIT = "past_legal_limit", "突破六个月法定上限"
    REDO_OVERDUE = "redo_overdue", "二次交办答复逾期的工作日数"
    UNSIGNED = "unsigned", "逾期未签收"
    NO_PLAN = "no_plan", "逾期未制定办理方案"
    NO_CONTACT = "no_contact", "逾期未办前沟通"
    ASSIST_OVERDUE = "assist_overdue", "协办意见逾期的工作日数"
    ASSIST_ABSENT = "assist_absent", "协办缺席"
    COMMITMENT_OVERDUE = "commitment_overdue", "承诺逾期的工作日数"
    WHITES_THIS_YEAR = "whites_this_year", "本年第几次白牌"
    WHITE_EXPIRED = "white_expired", "白牌期满未改"
    YELLOW_EXPIRED = "yellow_expired", "黄牌期满未改"
    LOOK_BACKS_FAILED = "look_backs_failed", "回头看不到位的次数"
    FALSE_DEALING = "false_dealing", "虚假答复、代填评价或打击报复"

    @property
    def is_counted(self) -> bool:
        """Say whether it is a number and not just so."""
        return self in _COUNTED

    def asked(self, number: int) -> int | bool:
        """Return the fact as the table sees it."""
        return number if self.is_counted else number > 0


TABLE = decisions.declare(
    Contract(
        "control_color",
        "三色规则",
        needs=(
            Need("color", "颜色", ("string",), choices=CARDS),
            Need("reason", "理由", ("string",)),
        ),
        reads=tuple(Variable(fact.value, fact.label) for fact in Fact),
    )
)
"""The decision table in which officials keep the rules; the facts it asks for are computed by `facts`."""

_COUNTED = frozenset(
    {
        Fact.REPLY_OVERDUE,
        Fact.REDO_OVERDUE,
        Fact.ASSIST_OVERDUE,
        Fact.COMMITMENT_OVERDUE,
        Fact.WHITES_THIS_YEAR,
        Fact.LOOK_BACKS_FAILED,
    }
)


@dataclass(frozen=True)
class Proposal:
    """The highest colour that a rule hit, and every rule of that colour in words."""

    color: Color
    reasons: tuple[str, ...]


def rules(session: Session) -> Decision:
    """Return the table that decides: the newest that is deployed, as for a task of a diagram."""
    found = decisions.newest(session, TABLE.name)
    if found is None:
        raise ProcessFailed(
            f"三色规则还没有部署，提不出颜色建议。请流程设计员部署决策表 {TABLE.name}.dmn 后重试。",
            cause=f"no decision {TABLE.name!r}",
        )
    return found


def propose(table: Decision, facts: Mapping[Fact, int], whites_before: int = 0) -> Proposal:
    """Return the highest colour the facts hit; a white that would be one too many this year counts as such."""
    found = _highest(table, facts)
    if found.color is Color.WHITE:
        found = _highest(table, {**facts, Fact.WHITES_THIS_YEAR: whites_before + 1})
    return found


def rank(color: str) -> int:
    """Return how grave a stored colour is."""
    return _RANK[color]


def _highest(table: Decision, facts: Mapping[Fact, int]) -> Proposal:
    asked = {fact.value: fact.asked(facts.get(fact, 0)) for fact in Fact}
    hits = [_hit(table, row) for row in table.answer(asked).rows]
    highest = max((color for color, _ in hits), key=rank, default=Color.NONE)
    reasons = (reason for color, reason in hits if color is highest)
    return Proposal(highest, tuple(_with_numbers(reason, asked) for reason in reasons))


def _hit(table: Decision, row: Mapping[str, Any]) -> tuple[Color, str]:
    """Return what one rule says; officials write the table, so that it may say anything."""
    color, reason = row.get("color"), row.get("reason")
    if color not in list(Color) or not isinstance(reason, str):
        raise ExpressionFailed(
            f"决策“{table.name}”的结果看不懂。每条规则都要给出 color（{'、'.join(CARDS)} 之一）"
            "和 reason（一句话），请流程设计员改正后重新部署。",
            cause=f"{table.file} {table.id}: {dict(row)!r}",
        )
    return Color(color), reason


def _with_numbers(reason: str, asked: Mapping[str, int | bool]) -> str:
    """Write the facts a reason names into it: {reply_overdue} is the number of days."""
    return _NAMED.sub(lambda name: str(asked.get(name[1], name[0])), reason)
