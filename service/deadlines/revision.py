"""What somebody asks a limit to become: one form for the page, the interface and the command line."""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Any

from service.deadlines import words
from service.deadlines.book import Book
from service.deadlines.ladder import Recipient, recipients
from service.deadlines.limits import ALWAYS, Limit, at_level, one
from service.deadlines.seed import EVENTS, Before, Policy
from service.deadlines.workdays import Unit
from service.errors import FormInvalid, NotFound
from service.forms import Field, FormSpec, Option

GENERAL = "all"  # what a form calls the limit that holds for every level without one of its own
LOCAL = "本地设定"
LONGEST_REASON = 500


class Scope(StrEnum):
    """Whose dates a new version of a limit moves."""

    RUNNING = "running"
    LATER = "later"


_UNITS = tuple(Option(unit, unit.label) for unit in Unit if unit not in {Unit.YEARLY, Unit.TIMES})
_SIDES = (Option("before", "到期前"), Option("after", "过期后"))
_WHOM = ("whom", "also", "third")
_WARNINGS = (
    Field("side", "什么时候", "enum", required=True, options=_SIDES),
    Field("amount", "多久", "long", required=True, minimum="0", maximum="2000"),
    Field("unit", "单位", "enum", required=True, options=_UNITS),
    *(
        Field(id_, label, "enum", options=tuple(Option(one, one.label) for one in Recipient))
        for id_, label in zip(_WHOM, ("提醒谁", "还提醒谁", "再提醒谁"), strict=True)
    ),
)

FORM = FormSpec(
    (
        Field("name", "名称", "string", required=True, max_length=60),
        Field("amount", "多长", "long", required=True, minimum="1", help="只填数字，例如 60。"),
        Field(
            "unit",
            "单位",
            "enum",
            required=True,
            options=tuple(Option(unit, unit.label.strip("（）")) for unit in Unit),
            help="“每年固定日期”按月日填数字，例如 831 表示每年 8月31日；“次”不是时间，只限制次数。",
        ),
        Field(
            "direction",
            "往哪边数",
            "enum",
            required=True,
            options=(Option("after", "起算事件以后"), Option("before", "起算事件以前")),
        ),
        Field(
            "start_event",
            "从何时起算",
            "enum",
            options=tuple(Option(key, label) for key, label in EVENTS.items()),
            help="流程里发生这件事的时候开始计时。次数不用选。",
        ),
        Field(
            "warnings",
            "提醒",
            "table",
            columns=_WARNINGS,
            maximum="10",
            help="到期当天提醒，填“到期前 0 日”。不选提醒谁的，原有的仍发给原来的人，新加的发给承办人。",
        ),
        Field("overdue_action", "过期以后怎么办", "string", max_length=100),
        Field(
            "basis",
            "依据",
            "string",
            required=True,
            max_length=100,
            help=f"写明法律或者文件的名称和条款，例如“代表法第五十一条”；本地自己定的，写“{LOCAL}”。",
        ),
        Field(
            "confirmed_basis",
            "改得比法律规定的长，依据是什么",
            "string",
            max_length=100,
            help="只有法定期限改长的时候才要填，例如授权的法规和条款。",
        ),
        Field(
            "capped_by_batch",
            "交办批次有统一办结日期的，是否以早的为准",
            "boolean",
            required=True,
        ),
        Field(
            "counted_on",
            "按谁的日历数",
            "enum",
            required=True,
            options=tuple(Option(key, label) for key, label in words.CALENDARS.items()),
            help="单位停止办公的日子，只有按承办单位的日历数的期限才跳过。",
        ),
        Field(
            "level",
            "适用于",
            "enum",
            required=True,
            options=tuple(Option(key or GENERAL, label) for key, label in words.LEVELS.items()),
            help="镇级件、市级件有自己的规定时，用自己的；没有的，用全市通用的。",
        ),
        Field(
            "scope",
            "从什么时候起",
            "enum",
            required=True,
            options=(
                Option(Scope.LATER, "只对以后开始计时的"),
                Option(Scope.RUNNING, "在办的也按新规定"),
            ),
        ),
        Field(
            "effective_from",
            "生效日期",
            "date",
            help="只对以后开始计时的，从这一天起算；不填就是今天。在办的也按新规定的，立即生效，不要填。",
        ),
        Field(
            "reason",
            "修改的理由",
            "longtext",
            required=True,
            max_length=LONGEST_REASON,
            rows=3,
            help="会写进修改记录，审计人员也会看到。",
        ),
    )
)


def values_of(limit: Limit, level: str = "") -> dict[str, Any]:
    """Return what the form begins with: the limit as it is for this level, and nothing decided about when."""
    policy = at_level(limit, level)
    return {
        "name": policy.name,
        "amount": abs(policy.amount),
        "unit": str(policy.unit),
        "direction": "before" if policy.amount < 0 else "after",
        "start_event": policy.start_event,
        "warnings": [
            {
                "side": "after" if rung.amount < 0 else "before",
                "amount": abs(rung.amount),
                "unit": str(rung.unit),
                **dict(zip(_WHOM, recipients(rung.tell), strict=False)),
            }
            for rung in policy.warnings
        ],
        "overdue_action": policy.overdue_action,
        "basis": LOCAL if policy.basis in {"", "设"} else policy.basis,
        "capped_by_batch": policy.capped_by_batch,
        "counted_on": policy.counted_on,
        "level": level or GENERAL,
    }


def completed(given: Mapping[str, Any], book: Book, key: str, today: date) -> dict[str, Any]:
    """Return checked values of a form of which only some are given: the others are the limit's as it is."""
    level = str(given.get("level") or GENERAL)
    begun = values_of(one(book, key, today), "" if level == GENERAL else level)
    return FORM.check({**begun, **given}, {}, {})


def taken(values: Mapping[str, Any], key: str, book: Book) -> Policy:
    """Return the limit that somebody asks to take out: a level's own, or one of a day to come."""
    rows = book.policies.get((key, str(values.get("level", ""))), ())
    found = [row for row in rows if row.effective_from.isoformat() == values.get("effective_from")]
    if not found:
        raise NotFound("这条规定已经不在了，可能刚被别人取消。请查看修改记录。")
    return found[0]


def policy_of(values: Mapping[str, Any], book: Book, key: str, today: date) -> Policy:
    """Return the limit that typed values ask for, or say at which field they contradict each other.

    Reminders that stay go to whom they went before.
    """
    messages = dict(_contradictions(values, today))
    if messages:
        raise FormInvalid(messages, values)
    level = "" if values["level"] == GENERAL else values["level"]
    sign = -1 if values["direction"] == "before" else 1
    present = at_level(one(book, key, today), level)
    told = {(each.amount, each.unit): each.tell for each in present.warnings}
    return present._replace(
        name=values["name"],
        amount=sign * values["amount"],
        unit=Unit(values["unit"]),
        start_event=values["start_event"] or "",
        warnings=tuple(
            Before(amount, unit, _named(row, told.get((amount, unit), ())))
            for row in values["warnings"]
            for amount, unit in [_when(row)]
        ),
        overdue_action=values["overdue_action"] or "",
        basis="设" if values["basis"] == LOCAL else values["basis"],
        capped_by_batch=values["capped_by_batch"],
        level=level,
        effective_from=_effective_from(values, book, key, level, today),
        counted_on=values["counted_on"],
    )


def _contradictions(values: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    unit, day = Unit(values["unit"]), values["effective_from"]
    if unit is not Unit.TIMES and not values["start_event"]:
        yield "start_event", "请选择从何时起算，否则算不出到期日。"
    if unit in {Unit.TIMES, Unit.YEARLY} and values["direction"] == "before":
        yield "direction", "次数和每年固定日期没有方向，请选“起算事件以后”。"
    if values["scope"] == Scope.RUNNING and day:
        yield (
            "effective_from",
            "在办的也按新规定，就是立即生效，请把生效日期清空；要以后生效，请选“只对以后开始计时的”。",
        )
    elif day and date.fromisoformat(day) < today:
        yield "effective_from", "生效日期不能早于今天。要让在办的也变，请选“在办的也按新规定”。"


def _when(row: Mapping[str, Any]) -> tuple[int, Unit]:
    """Return when a typed reminder comes; below zero is after the end."""
    sign = -1 if row["side"] == "after" else 1
    return sign * row["amount"], Unit(row["unit"])


def _named(row: Mapping[str, Any], before: tuple[str, ...]) -> tuple[str, ...]:
    """Return whom a typed reminder names, each once: as before where it names nobody, none for the holder alone."""
    named = tuple(dict.fromkeys(str(row[one]) for one in _WHOM if row.get(one))) or before
    return () if named == (Recipient.HOLDER,) else named


def _effective_from(
    values: Mapping[str, Any], book: Book, key: str, level: str, today: date
) -> date:
    """A version for running work takes the place of the one in force; any other stands beside it from its day on."""
    if values["scope"] == Scope.LATER:
        day = values["effective_from"]
        return date.fromisoformat(day) if day else today
    in_force = [row for row in book.policies.get((key, level), ()) if row.effective_from <= today]
    return in_force[-1].effective_from if in_force else ALWAYS
