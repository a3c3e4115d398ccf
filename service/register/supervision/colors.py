"""Which colour the rules propose for what a unit has left undone; proposing is all they do, a person issues."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service.register.common.labels import Labelled
from service.tables.supervision import ColorRule


class Color(Labelled):
    """A measure against a unit, from none to the gravest."""

    NONE = "none", "不亮牌"
    LETTER = "letter", "函告"
    WHITE = "white", "白牌"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"

    @property
    def rank(self) -> int:
        return _RANK[self]


_RANK: Mapping[str, int] = {color: rank for rank, color in enumerate(Color)}

CARDS = (Color.WHITE, Color.YELLOW, Color.RED)
MEANINGS: Mapping[Color, str] = {
    Color.LETTER: "函告",
    Color.WHITE: "提醒",
    Color.YELLOW: "警示",
    Color.RED: "问责建议",
}
# 政府督查工作条例 art. 5: departments, lower governments, and bodies entrusted with public affairs, nobody else.
GOVERNMENT = ("government", "enterprise")


class Fact(Labelled):
    """What the rules ask about a unit: a number, or 1 where it is so."""

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


class Rule(NamedTuple):
    """A fact within these bounds proposes this colour."""

    color: str
    fact: str
    at_least: int
    at_most: int | None
    sentence: str
    basis: str = "设"


# fmt: off
RULES: tuple[Rule, ...] = (
    Rule("white", "reply_overdue", 1, 10, "答复逾期 {value} 个工作日。"),
    Rule("white", "unsigned", 1, None, "交办后逾期未签收。"),
    Rule("white", "no_plan", 1, None, "逾期未制定办理方案。"),
    Rule("white", "no_contact", 1, None, "逾期未做办前沟通。"),
    Rule("white", "assist_overdue", 1, 10, "协办意见逾期 {value} 个工作日。"),
    Rule("white", "commitment_overdue", 1, 20, "承诺事项逾期 {value} 个工作日。"),
    Rule("yellow", "reply_overdue", 11, 30, "答复逾期 {value} 个工作日，超过 10 个工作日。"),
    Rule("yellow", "assist_overdue", 11, None, "协办意见逾期 {value} 个工作日，超过 10 个工作日。"),
    Rule("yellow", "assist_absent", 1, None, "协办单位始终没有提出意见，主办单位只好缺席办理。"),
    Rule("yellow", "commitment_overdue", 21, None, "承诺事项逾期 {value} 个工作日，超过 20 个工作日。"),
    Rule("yellow", "whites_this_year", 3, None, "本年第 {value} 次应亮白牌。"),
    Rule("yellow", "white_expired", 1, None, "白牌整改期满没有提交整改报告。"),
    Rule("yellow", "redo_overdue", 1, None, "二次交办的答复逾期 {value} 个工作日。"),
    Rule("yellow", "look_backs_failed", 1, 1, "回头看一次不到位。"),
    Rule("red", "reply_overdue", 31, None, "答复逾期 {value} 个工作日，超过 30 个工作日。"),
    Rule("red", "past_legal_limit", 1, None, "超过自交办之日起六个月的法定上限仍未答复。", "代表法第五十一条"),
    Rule("red", "yellow_expired", 1, None, "黄牌整改期满没有提交整改报告。"),
    Rule("red", "look_backs_failed", 2, None, "回头看 {value} 次不到位。"),
    Rule("red", "false_dealing", 1, None, "发现虚假答复、代填评价或者打击报复。"),
)
# fmt: on


@dataclass(frozen=True)
class Proposal:
    """The highest colour that a rule hit, and every rule of that colour in words."""

    color: Color
    reasons: tuple[str, ...]


def seed(session: Session) -> int:
    """Add the rules of the house where there are none; what administrators changed stays."""
    if session.scalar(select(func.count()).select_from(ColorRule)):
        return 0
    session.add_all(ColorRule(**rule._asdict()) for rule in RULES)
    session.flush()
    return len(RULES)


def rules(session: Session) -> Sequence[ColorRule | Rule]:
    """Return the rules in force: the administrators' rows, or those of the house while there is none."""
    rows = session.scalars(select(ColorRule).order_by(ColorRule.id)).all()
    return [row for row in rows if row.active] if rows else RULES


def propose(
    table: Iterable[ColorRule | Rule], facts: Mapping[Fact, int], whites_before: int = 0
) -> Proposal:
    """Return the highest colour the facts hit; a white that would be one too many this year counts as such."""
    rows = list(table)
    found = _highest(rows, facts)
    if found.color is Color.WHITE:
        found = _highest(rows, {**facts, Fact.WHITES_THIS_YEAR: whites_before + 1})
    return found


def rank(color: str) -> int:
    """Return how grave a stored colour is."""
    return _RANK[color]


def _highest(table: Iterable[ColorRule | Rule], facts: Mapping[Fact, int]) -> Proposal:
    color, reasons = Color.NONE, list[str]()
    for rule in table:
        value = facts.get(Fact(rule.fact))
        if value is None or value < rule.at_least or value > (rule.at_most or value):
            continue
        if rank(rule.color) > color.rank:
            color, reasons = Color(rule.color), []
        if rule.color == color:
            reasons.append(rule.sentence.replace("{value}", str(value)))
    return Proposal(color, tuple(reasons))
