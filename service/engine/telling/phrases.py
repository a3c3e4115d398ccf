"""What a designer writes for the machine — conditions, times, people — in plain Chinese.

A simple comparison becomes a phrase with the labels of the form it came from; anything else is quoted as it stands.
"""

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from service.engine.drawn.source import Element, EventSource, FieldSource
from service.engine.language import expressions, timing
from service.engine.language.grammar import ExpressionInvalid
from service.engine.language.timing import Duration, TimeInvalid


@dataclass(frozen=True)
class Names:
    """What codes are called: limits and roles by whoever knows them, fields by the forms of the diagram."""

    limits: Mapping[str, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    fields: Mapping[str, FieldSource] = field(default_factory=dict)
    are_for_designers: bool = (
        True  # who reads codes where there is no word; others read the answers' names
    )

    def label(self, variable: str) -> str:
        found = self.fields.get(variable)
        return (found.label if found else "") or variable

    def subject(self, variable: str) -> str:
        """The label as the subject of a phrase; a bare name is told from the words around it by quotes."""
        label = self.label(variable)
        return f"“{label}”" if label == variable else label

    def option(self, variable: str, value: str) -> str:
        found = self.fields.get(variable)
        return (
            next((label for key, label in found.options if key == value and label), value)
            if found
            else value
        )


def fields_of(elements: Iterable[Element]) -> dict[str, FieldSource]:
    """Return the fields of all forms by id; of several with one id, the first that has a label and options."""
    found: dict[str, FieldSource] = {}
    for item in (item for element in elements for item in element.fields):
        before = found.get(item.id)
        if before is None or (item.options and not before.options):
            found[item.id] = item
    return found


# --- conditions ----------------------------------------------------------------------------------

_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "等于",
    ast.NotEq: "不等于",
    ast.Gt: "大于",
    ast.GtE: "不小于",
    ast.Lt: "小于",
    ast.LtE: "不大于",
}
_SAID: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "是",
    ast.NotEq: "不是",
    ast.In: "是",
    ast.NotIn: "不是",
}


def condition(text: str, names: Names) -> str:
    """Say a condition: `conclusion == "register"` is 审查结论是“登记”."""
    try:
        phrase = _phrase(expressions.tree(text), names)
    except (ExpressionInvalid, RecursionError):
        phrase = ""
    return phrase or f"“{' '.join(text.split())[:80]}”成立"


def _phrase(node: ast.expr, names: Names) -> str:
    """Return a phrase, or nothing for what is not simple enough to be said."""
    match node:
        case ast.BoolOp(op=op, values=values):
            return _joined(
                [_phrase(value, names) for value in values],
                "且" if isinstance(op, ast.And) else "或",
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _denied(operand, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, names)
        case ast.Call(func=ast.Name(id="empty"), args=[what]) if _variable(what):
            return f"{names.subject(_variable(what))}没有填写"
        case ast.Constant(value=bool() as value):
            return "任何时候" if value else "从不"
    variable = _variable(node)
    return f"{names.subject(variable)}为是" if variable else ""


def _joined(parts: Sequence[str], word: str) -> str:
    if not all(parts):
        return ""
    return f"，{word}".join(f"（{part}）" if "，" in part else part for part in parts)


def _denied(node: ast.expr, names: Names) -> str:
    match node:
        case ast.Call(func=ast.Name(id="empty"), args=[what]) if _variable(what):
            return f"{names.subject(_variable(what))}已填写"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITE:
            return _comparison(left, _OPPOSITE[type(op)](), right, names)
    variable = _variable(node)
    if variable:
        return f"{names.subject(variable)}为否"
    phrase = _phrase(node, names)
    return f"不满足（{phrase}）" if phrase else ""


_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, names: Names) -> str:
    match left:
        case ast.Call(func=ast.Name(id="len"), args=[what]) if _variable(what):
            subject, variable = f"{names.subject(_variable(what))}的个数", ""
        case _:
            variable = _variable(left)
            subject = names.subject(variable) if variable else ""
    if not subject:
        return ""
    match right:
        case ast.Constant(value=bool() as value) if type(op) in _SAID:
            is_so = value == isinstance(op, ast.Eq)
            return f"{subject}为{'是' if is_so else '否'}"
        case ast.Constant(value=None) if isinstance(op, ast.Eq | ast.Is):
            return f"{subject}没有填写"
        case ast.Constant(value=None) if isinstance(op, ast.NotEq | ast.IsNot):
            return f"{subject}已填写"
        case ast.Constant(value=str() as value) if isinstance(op, ast.Eq | ast.NotEq):
            return f"{subject}{_SAID[type(op)]}“{names.option(variable, value)}”"
        case ast.Constant(value=int() | float() as value) if type(op) in _COMPARED:
            return f"{subject}{_COMPARED[type(op)]} {value}"
        case ast.List(elts=items) | ast.Tuple(elts=items) if isinstance(op, ast.In | ast.NotIn):
            return _one_of(subject, variable, op, items, names)
    other = _variable(right)
    return (
        f"{subject}{_COMPARED[type(op)]}{names.subject(other)}"
        if other and type(op) in _COMPARED
        else ""
    )


def _one_of(
    subject: str, variable: str, op: ast.cmpop, items: Sequence[ast.expr], names: Names
) -> str:
    values = [item.value for item in items if isinstance(item, ast.Constant)]
    if len(values) < len(items) or not values:
        return ""
    listed = "或".join(f"“{names.option(variable, str(value))}”" for value in values)
    return f"{subject}{_SAID[type(op)]}{listed}"


def _variable(node: ast.expr) -> str:
    """Return the name of a variable, or of the last part of `record.part`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


# --- times ---------------------------------------------------------------------------------------


def time(event: EventSource, names: Names) -> str:
    """Say what a timer waits for: a named limit, a literal time, or a value of the case."""
    text = event.text.strip()
    try:
        if not timing.is_literal(text):
            return _reckoned(text, names)
        if event.timer == "timeCycle" or text[:1] in "Rr":
            return _cycle(text)
        return f"{duration(text)}后" if text[:1] in "Pp" else _moment(text)
    except (TimeInvalid, ExpressionInvalid, OverflowError):
        return f"“{text[:80]}”" if text else "没有写时间"


def duration(text: str) -> str:
    """Say a literal duration: P3M is 3 个月, P1DT12H is 1 天 12 小时."""
    return _amount(timing.duration(text))


def _amount(value: Duration) -> str:
    years, months = divmod(value.months, 12)
    hours, seconds = divmod(value.rest.seconds, 3600)
    minutes, seconds = divmod(seconds, 60)
    parts = (
        (years, "年"),
        (months, "个月"),
        (value.rest.days, "天"),
        (hours, "小时"),
        (minutes, "分钟"),
        (seconds, "秒"),
    )
    return " ".join(f"{amount} {unit}" for amount, unit in parts if amount)


def _cycle(text: str) -> str:
    found = timing.cycle(text)
    often = f"，共 {found.count} 次" if found.count else "，不限次数"
    since = f"从 {_day(found.first)} 起" if found.first else ""
    unit = {"1 天": "每天", "7 天": "每周", "1 个月": "每月", "1 年": "每年", "1 小时": "每小时"}
    period = _amount(found.period)
    return f"{since}{unit.get(period, f'每 {period}')}一次{often}"


def _moment(text: str) -> str:
    timing.moment(text)
    return _day(datetime.fromisoformat(text))


def _day(value: datetime) -> str:
    """A moment on the clock of the zone it was written in; without one it is in UTC, and Beijing is eight hours ahead."""
    if value.utcoffset() == timedelta(0):
        value = value + timedelta(hours=8)
    return f"{value.year}年{value.month}月{value.day}日 {value:%H:%M}"


def _reckoned(text: str, names: Names) -> str:
    if "${" in text or "#{" in text:
        parts = expressions.interpolate(text).expressions
    else:
        parts = (expressions.compile(text),)
    keys = [key for part in parts for key in part.deadlines]
    if keys:
        return "或".join(limit(key, names) for key in keys)
    read = sorted(name for part in parts for name in part.names)
    return (
        f"由{'、'.join(f'“{names.label(name)}”' for name in read)}算出的时间"
        if read
        else f"“{text[:80]}”"
    )


def limit(key: str, names: Names) -> str:
    """Say a named limit."""
    return f"期限“{names.limits.get(key, key)}”"


# --- people --------------------------------------------------------------------------------------

_WHOLE = re.compile(r"[$#]\{\s*([^\W\d]\w*)\s*\}")


def people(element: Element, names: Names) -> str:
    """Say who does a task: its lane, else whom it names, else nobody in particular."""
    if element.lane:
        return element.lane
    assignee = element.attributes.get("assignee", "").strip()
    if assignee:
        return _person(assignee, names)
    groups = element.attributes.get("candidateGroups", "")
    users = element.attributes.get("candidateUsers", "")
    named = [
        *(_role(one, names) for one in _listed(groups)),
        *(_person(one, names) for one in _listed(users)),
    ]
    return "或".join(dict.fromkeys(named)) or "办理人"


def _listed(text: str) -> list[str]:
    return [
        part.strip()
        for part in re.split(r",(?![^{]*\})", text[: expressions.MOST_LETTERS_OF_TEXT])
        if part.strip()
    ]


def _person(text: str, names: Names) -> str:
    whole = _WHOLE.fullmatch(text)
    return f"“{names.label(whole[1])}”所指的人" if whole else text[:40]


def _role(text: str, names: Names) -> str:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return f"“{names.label(whole[1])}”所指的岗位"
    role, _, unit = text.partition(":")
    said = names.roles.get(role, role[:40])
    of = _WHOLE.fullmatch(unit)
    return f"{said}（“{names.label(of[1])}”所指的单位）" if of else said
