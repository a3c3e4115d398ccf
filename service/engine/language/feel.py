"""What the cells of a decision table say: tests of a value and values, as the modellers write them, read once.

A test is `-`, a value, a comparison, a range, a list of these or `not(…)` of them. Whatever is more than that is an
expression, and goes through the same whitelist as every other; `=`, `?`, `in (…)` and `if … then … else …` are
translated. What FEEL means otherwise than the whitelist's language is refused, with what to write instead.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from service.engine.language import expressions, kinds
from service.engine.language.expressions import Expression, ExpressionInvalid
from service.engine.language.kinds import (
    EXAMPLES,
    WORDS,
    CellFailed,
    coerced,
    in_order,
    kind_of,
    same,
    shown,
)

MOST_LETTERS = 2_000  # in one cell
CELL_INPUT = "cellInput"  # the tested value, in an expression; FEEL writes `?`
_MOST_NESTED = 20

Names = Mapping[str, Any]


class CellInvalid(ValueError):
    """The text is nothing a cell may say; the sentence tells what to write instead."""


# --- values --------------------------------------------------------------------------------------


class Operand(Protocol):
    """A value that is written down or reckoned."""

    def value(self, names: Names) -> Any: ...


@dataclass(frozen=True, slots=True)
class Literal:
    content: Any

    def value(self, names: Names) -> Any:
        return self.content


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An expression; `kind` is what its value is turned into, "any" to leave it."""

    expression: Expression
    kind: str

    def value(self, names: Names) -> Any:
        return coerced(self.kind, _evaluated(self.expression, names))


def expression(text: str) -> Expression:
    """Read an input expression or a literal expression, or raise CellInvalid."""
    return _compiled(_readable(text))


def output(text: str, kind: str = "any") -> Operand:
    """Read a cell of an output column, or raise CellInvalid; an empty one has no value."""
    text = _readable(text)
    if text in {"", "-"}:
        return Literal(None)
    found = _operand(text, kind)
    if isinstance(found, Literal):
        return Literal(_valid(lambda: coerced(kind, found.content)))
    return found


def values(text: str, kind: str = "any") -> tuple[Any, ...]:
    """Read a list of values written one after another, or raise CellInvalid."""
    found = []
    for part in _parts(_readable(text)):
        one = _operand(part, kind) if isinstance(part, str) else None
        if not isinstance(one, Literal):
            raise CellInvalid('这里要逐个写出允许的值，例如 "高","中","低"。')
        found.append(_valid(lambda one=one: coerced(kind, one.content)))  # type: ignore[misc]
    return tuple(found)


def _readable(text: str) -> str:
    """Refuse what nobody could read: too much, or Chinese punctuation outside quotes."""
    text = text.strip()
    if len(text) > MOST_LETTERS:
        raise CellInvalid(f"一格超过 {MOST_LETTERS} 个字，请拆成几行。")
    found = _CHINESE.search(_QUOTED.sub("", text))
    if found:
        raise CellInvalid(f"这里有中文标点 {found.group()} ，请改用英文标点。")
    return text


def _operand(text: str, kind: str) -> Operand:
    """Read one value: a literal of this kind, or an expression whose value will be turned into it."""
    text = text.strip()
    found = _literal(text)
    if found is not None:
        return Literal(_fitting(found.content, kind))
    called = _DATE.fullmatch(text)
    if called and _closes(text, called.start("inner") - 1) == len(text) - 1:
        inner = _operand(called["inner"], "any")
        if isinstance(inner, Literal):
            return Literal(_fitting(_valid(lambda: coerced("date", inner.content)), kind))
        assert isinstance(inner, Reckoned)
        return Reckoned(inner.expression, "date")
    return Reckoned(_compiled(text), kind)


def _fitting(value: Any, kind: str) -> Any:
    """Check a literal against its column: a number in quotes is text, and text is no number."""
    fits = {
        "text": "text",
        "integer": "number",
        "number": "number",
        "boolean": "boolean",
        "date": "date text",
    }
    if kind != "any" and value is not None and kind_of(value) not in fits[kind]:
        raise CellInvalid(f"这一列的类型是{WORDS[kind]}，{EXAMPLES[kind]}，不能是{shown(value)}。")
    return _valid(lambda: coerced("date" if kind == "date" else "any", value))


def _valid(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except CellFailed as error:
        raise CellInvalid(str(error)) from error


_CHINESE = re.compile("[“”‘’，（）；：＜＞＝！？【】、]")
_STRING = r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\''
_QUOTED = re.compile(_STRING, re.DOTALL)
# The last two are Flowable's ways of writing a date.
_DATE = re.compile(r"(?:date(?:\s+and\s+time)?|fn_date|date:toDate)\s*\((?P<inner>.*)\)", re.DOTALL)
_CONSTANTS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


def _literal(text: str) -> Literal | None:
    if text in _CONSTANTS:
        return Literal(_CONSTANTS[text])
    if kinds.NUMBER.fullmatch(text):
        return Literal(_limited(kinds.number(text)))
    if _QUOTED.fullmatch(text):
        return Literal(_ESCAPE.sub(_unescaped, text[1:-1]))
    if text.startswith("@") and _QUOTED.fullmatch(text[1:]):
        return Literal(_valid(lambda: coerced("date", text[2:-1])))
    return None


def _limited(value: float) -> float:
    if abs(value) > kinds.LARGEST:
        raise CellInvalid(f"数字超过 {kinds.LARGEST}，请改小。")
    return value


_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.DOTALL)


def _unescaped(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16)) if match[1] else {"n": "\n", "t": "\t", "r": "\r"}.get(match[2])
    if letter is not None and "\ud800" <= letter <= "\udfff":
        raise CellInvalid(f"“{match.group()}”不是完整的字，请直接写出这个字。")
    return match[2] if letter is None else letter


# --- tests ---------------------------------------------------------------------------------------


class Test(Protocol):
    """What a cell asks of the value of its column."""

    def holds(self, value: Any, names: Names) -> bool: ...


@dataclass(frozen=True, slots=True)
class Anything:
    def holds(self, value: Any, names: Names) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Equal:
    """The value is the operand, or one of it; true or false beside another kind of value is a verdict."""

    operand: Operand

    def holds(self, value: Any, names: Names) -> bool:
        wanted = self.operand.value(names)
        if isinstance(wanted, bool):
            return _verdict(wanted, value)
        if isinstance(wanted, list | tuple) and not isinstance(value, list | tuple):
            return any(same(value, one) for one in wanted)
        return same(value, wanted)


def _verdict(wanted: bool, value: Any) -> bool:
    if isinstance(value, bool):
        raise CellFailed(_AMBIGUOUS)
    return wanted


_AMBIGUOUS = (
    "这一格和这一列的值都是 true 或 false，分不清是条件还是值；要比较请写 = 再写它，例如 = urgent。"
)


@dataclass(frozen=True, slots=True)
class Written:
    """The value is what is written; a literal true does not mean that anything will do."""

    content: Any

    def holds(self, value: Any, names: Names) -> bool:
        return same(value, self.content)


@dataclass(frozen=True, slots=True)
class Compared:
    sign: str
    operand: Operand

    def holds(self, value: Any, names: Names) -> bool:
        return in_order(value, self.sign, self.operand.value(names))


@dataclass(frozen=True, slots=True)
class Between:
    """A range; an end that is open does not belong to it."""

    low: Operand
    above: str  # ">" or ">="
    high: Operand
    below: str  # "<" or "<="

    def holds(self, value: Any, names: Names) -> bool:
        return in_order(value, self.above, self.low.value(names)) and in_order(
            value, self.below, self.high.value(names)
        )


@dataclass(frozen=True, slots=True)
class Judged:
    """An expression about the value itself, which the names contain."""

    expression: Expression

    def holds(self, value: Any, names: Names) -> bool:
        verdict = _evaluated(self.expression, names)
        if isinstance(verdict, bool):
            return verdict
        raise CellFailed(
            f"“{self.expression.text}”的结果应当是 true 或 false，却是{shown(verdict)}。"
        )


@dataclass(frozen=True, slots=True)
class OneOf:
    tests: tuple[Test, ...]

    def holds(self, value: Any, names: Names) -> bool:
        return any(test.holds(value, names) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Not:
    test: Test

    def holds(self, value: Any, names: Names) -> bool:
        return not self.test.holds(value, names)


def condition(text: str, kind: str = "any", variable: str = "") -> Test:
    """Read a cell of an input column, or raise CellInvalid; `variable` is the column's own name for its value."""
    text = _readable(text)
    if text in {"", "-"}:
        return Anything()
    negated = _NOT.match(text)
    if negated and _closes(text, negated.end() - 1) == len(text) - 1:
        return Not(_any_of(text[negated.end() : -1], kind, variable))
    return _any_of(text, kind, variable)


_NOT = re.compile(r"not\s*\(")
_SIGN = re.compile(r"<=|>=|!=|==|<|>|=")


def _any_of(text: str, kind: str, variable: str) -> Test:
    found = tuple(_test(part, kind, variable) for part in _parts(text))
    return found[0] if len(found) == 1 else OneOf(found)


def _test(part: "str | _Range", kind: str, variable: str) -> Test:
    if isinstance(part, _Range):
        return _between(part, kind)
    if not part or part == "-":
        raise CellInvalid('逗号之间缺了内容；请写成 "a","b" 或 1,2,[5..9]。')
    if _NOT.match(part) and _closes(part, part.index("(")) == len(part) - 1:
        raise CellInvalid('not( ) 只能括住整格，请写成 not("a","b")。')
    sign = _SIGN.match(part)
    if sign:
        return _compared(sign.group(), _operand(part[sign.end() :], kind))
    found = _operand(part, kind)
    if isinstance(found, Literal):
        return Written(found.content)
    assert isinstance(found, Reckoned)
    if {CELL_INPUT, variable} & found.expression.names:
        return Judged(found.expression)
    if kind == "boolean":
        raise CellInvalid(_AMBIGUOUS)
    called = _DATE.fullmatch(part) is not None
    # A verdict or a list must reach `Equal` as it is.
    return Equal(found if called else Reckoned(found.expression, "any"))


def _compared(sign: str, than: Operand) -> Test:
    if sign in {"=", "=="}:
        return Written(than.content) if isinstance(than, Literal) else Same(than)
    if sign == "!=":
        return Not(_compared("=", than))
    if isinstance(than, Literal):
        _ordered(than.content)
    return Compared(sign, than)


@dataclass(frozen=True, slots=True)
class Same:
    """The value is what the expression after `=` gives."""

    operand: Operand

    def holds(self, value: Any, names: Names) -> bool:
        return same(value, self.operand.value(names))


def _ordered(value: Any) -> None:
    if not kinds.orderable(value):
        raise CellInvalid(f"{shown(value)}没有大小，不能用 < 或 > 比较；请直接写它。")


@dataclass(frozen=True, slots=True)
class _Range:
    opens: str
    low: str
    high: str
    closes: str


def _between(part: _Range, kind: str) -> Test:
    low, high = _operand(part.low, kind), _operand(part.high, kind)
    if isinstance(low, Literal) and isinstance(high, Literal):
        _ordered(low.content)
        _ordered(high.content)
        if not _valid(lambda: in_order(low.content, "<=", high.content)):
            raise CellInvalid(f"范围 {part.low}..{part.high} 的前一个数大于后一个，请对调。")
    above = ">=" if part.opens == "[" else ">"
    return Between(low, above, high, "<=" if part.closes == "]" else "<")


# --- where one test ends and the next begins -----------------------------------------------------


def _parts(text: str) -> Iterator[str | _Range]:
    """Split at the commas that part tests; a range is one part whichever way its brackets are turned."""
    position = 0
    while True:
        position += len(text[position:]) - len(text[position:].lstrip())
        found = _range(text, position) if text[position : position + 1] in {"[", "]", "("} else None
        if found:
            part, end = found
            yield part
            if text[end : end + 1] not in {"", ","}:
                raise CellInvalid(f"看不懂“{text[end:][:40]}”；几个条件之间请用英文逗号隔开。")
        else:
            end = _comma(text, position)
            yield text[position:end].strip()
        if end >= len(text):
            return
        position = end + 1


def _range(text: str, start: int) -> tuple[_Range, int] | None:
    dots = -1
    for index, letter in _outside(text, start + 1):
        if dots < 0 and letter == ",":
            return None
        if dots < 0 and text.startswith("..", index):
            dots = index
        elif letter in "[])":
            if dots < 0:
                return None
            low, high = text[start + 1 : dots].strip(), text[dots + 2 : index].strip()
            end = index + 1
            end += len(text[end:]) - len(text[end:].lstrip())
            return _Range(text[start], low, high, letter), end
    return None


def _outside(text: str, start: int) -> Iterator[tuple[int, str]]:
    """Go through the letters outside quotes and the parentheses opened on the way."""
    depth, index = 0, start
    while index < len(text):
        quoted = _QUOTED.match(text, index)
        if quoted:
            index = quoted.end()
            continue
        letter = text[index]
        if depth == 0 and letter != "(":
            yield index, letter
        depth += {"(": 1, ")": -1}.get(letter, 0) if depth or letter == "(" else 0
        index += 1


def _comma(text: str, start: int) -> int:
    """Find the end of the test that starts here."""
    depth, index = 0, start
    while index < len(text):
        quoted = _QUOTED.match(text, index)
        if quoted:
            index = quoted.end()
            continue
        if text[index] == "," and depth <= 0:
            return index
        depth += {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}.get(text[index], 0)
        index += 1
    return index


def _closes(text: str, start: int) -> int:
    """Find the parenthesis that closes the one here, or nothing (-1)."""
    return next((index for index, letter in _outside(text, start + 1) if letter == ")"), -1)


# --- expressions ---------------------------------------------------------------------------------

_TOKEN = re.compile(
    rf"(?P<string>{_STRING})|(?P<word>[^\W\d]\w*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<sign><=|>=|==|!=|&&|\|\||\*\*|//|/\*|\.\.|[<>=!?])|(?P<space>\s+)|(?P<other>.)",
    re.DOTALL,
)
_WORDS_BETWEEN = frozenset({"and", "or", "not", "in", "if", "then", "else", "empty"})
_TRANSLATED = {"=": "==", "?": CELL_INPUT}
_CLOSING = {"(": ")", "[": "]"}
_JOINING = frozenset({"and", "or", "&&", "||"})
_REFUSED: Mapping[str, str] = {
    **dict.fromkeys(
        ("for", "some", "every", "satisfies", "return", "function"),
        "这里不能用 for、some、every 和自定义函数；请先用一个操作算好，放进变量，再在表里比较。",
    ),
    "between": "请把 between … and … 写成范围，例如 [5..10]。",
    "instance": "这里不能判断类型；请在列上选定类型。",
    "..": "范围请单独写在一格里，并带上括号，例如 [5..10] 或 (5..10]。",
    "**": "这里不能用乘方，请写成连乘。",
    "//": "格子里不能写注释，请写在规则的说明（annotation）里。",
    "/*": "格子里不能写注释，请写在规则的说明（annotation）里。",
    "{": "这里不能用上下文 { }；几个结果请画成几个输出列。",
    "@": '@ 后面只能单独写日期，例如 @"2026-03-01"。',
}
_CALLED: Mapping[str, str] = {
    **dict.fromkeys(("date", "time"), '日期请单独写在一格里，例如 > date("2026-03-01")。'),
    **dict.fromkeys(
        ("now", "today"), "这里没有“现在”；请由流程图里的操作把日期放进变量，再在表里比较。"
    ),
    "duration": "这里不能用时段；请比较两个日期，或由一个操作算出天数。",
}


_PREFIXED = re.compile(r"[^\W\d]\w*:[^\W\d]\w*\s*\(")


def _compiled(text: str) -> Expression:
    if _PREFIXED.search(_QUOTED.sub("", text)):
        raise CellInvalid(
            "这里不能用 collection:contains(…) 这样带前缀的函数；"
            '列表里有没有某个值，请写 ${"a" in 名称}，几个值取一请写 "a","b"。'
        )
    try:
        found = expressions.compile(
            text if text[:2] in {"${", "#{"} else _Translation(text).whole()
        )
    except ExpressionInvalid as error:
        raise CellInvalid(str(error)) from error
    if found.calls:
        raise CellInvalid("决策表里不能用 deadline(…)；期限请写在流程图的定时事件上。")
    return found


class _Translation:
    """Rewrites FEEL's own words into ours, word by word; what is neither is left for the whitelist to judge."""

    def __init__(self, text: str) -> None:
        found = (match.group() for match in _TOKEN.finditer(text))
        self.tokens = [word for word in found if not word.isspace()]
        self.position = 0

    def whole(self) -> str:
        for index, word in enumerate(self.tokens):
            self._judge(index, word)
        return self._until(frozenset(), 0)

    def _judge(self, index: int, word: str) -> None:
        """Refuse what would mean something else in our language than in FEEL."""
        before, after = self._token(index - 1), self._token(index + 1)
        if word in _REFUSED and before != ".":
            raise CellInvalid(_REFUSED[word])
        if word in _CALLED and after == "(":
            raise CellInvalid(_CALLED[word])
        if after == "(" and word[0].isalpha() and not _callable(word) and before != ".":
            known = "、".join(sorted(expressions.FUNCTIONS))
            raise CellInvalid(
                f"决策表里没有函数“{word}”，可用的有：{known}；其余的请先用一个操作算好，放进变量，再在表里比较。"
            )
        if word == "[" and (before in {")", "]"} or _is_value(before)):
            raise CellInvalid(
                "这里不能用 [ ] 取列表里的一项或筛选；取一项请写 ${名称[0]}，从 0 数起。"
            )
        if word == "in" and after not in {"(", "["}:
            raise CellInvalid('in 后面请写括号里的几个值，例如 kind in ("a","b")。')
        if word[:1] in {'"', "'"} and _alone(before, after):
            raise CellInvalid(
                'and 和 or 的两边都要是完整的比较；几个文字请用逗号隔开，例如 "a","b"。'
            )

    def _token(self, index: int) -> str:
        return self.tokens[index] if 0 <= index < len(self.tokens) else ""

    def _until(self, stops: frozenset[str], depth: int) -> str:
        if depth > _MOST_NESTED:
            raise CellInvalid("括号或 if 嵌套太深，请拆成几步。")
        parts: list[str] = []
        while self.position < len(self.tokens) and self.tokens[self.position] not in stops:
            word = self._take()
            if word == "if":
                parts.append(self._choice(stops, depth))
            elif word in _CLOSING:
                parts.append(self._enclosed(word, depth))
            else:
                parts.append(_TRANSLATED.get(word, word))
        return " ".join(parts)

    def _enclosed(self, opens: str, depth: int) -> str:
        listed = (
            self._token(self.position - 2) == "in"
        )  # `in ("a")` asks for one of a list, even of one
        inner = self._until(frozenset({_CLOSING[opens]}), depth + 1)
        closes = self._take()
        return f"[{inner}]" if listed and closes else f"{opens}{inner}{closes}"

    def _choice(self, stops: frozenset[str], depth: int) -> str:
        condition = self._until(frozenset({"then"}), depth + 1)
        self._take()
        chosen = self._until(frozenset({"else"}), depth + 1)
        if not self._take():
            raise CellInvalid('请把条件写完整，例如 if amount > 5 then "大" else "小"。')
        otherwise = self._until(stops | {","}, depth + 1)
        return f"(({chosen}) if ({condition}) else ({otherwise}))"

    def _take(self) -> str:
        self.position += 1
        return self._token(self.position - 1)


def _callable(word: str) -> bool:
    known = {*expressions.FUNCTIONS, *expressions.HOST_FUNCTIONS}
    return word in known or word in _WORDS_BETWEEN


def _is_value(word: str) -> bool:
    is_word = bool(word) and (word[0].isalpha() or word[0] == "_")
    return word[:1] in {'"', "'"} or (is_word and word not in _WORDS_BETWEEN)


def _alone(before: str, after: str) -> bool:
    """Say whether what stands between these is a side of `and` or `or` by itself."""
    joined = before in _JOINING or after in _JOINING
    return joined and before in {*_JOINING, "", "("} and after in {*_JOINING, "", ")"}


def _evaluated(expression: Expression, names: Names) -> Any:
    try:
        return expression.evaluate(names)
    except NameError as error:
        name = str(getattr(error, "name", "") or expression.text)
        raise CellFailed(
            f'变量“{name}”还没有值。如果“{name}”本来是文字，请加上英文引号，写成 "{name}"；'
            "如果是变量，请在这一步之前填写。"
        ) from error
    except Exception as error:
        raise CellFailed(
            f"表达式“{expression.text}”无法计算，请核对它用到的变量的类型（{error}）。"
        ) from error
