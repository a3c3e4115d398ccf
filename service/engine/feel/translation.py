"""FEEL's own words in ours, word by word; what means something else in FEEL is refused."""

import re
from collections.abc import Mapping

from service.engine.feel import parts
from service.engine.feel.kinds import CellInvalid
from service.engine.language import expressions
from service.engine.language.expressions import Expression
from service.engine.language.functions import FUNCTIONS, HOST_FUNCTIONS
from service.engine.language.grammar import ExpressionInvalid

CELL_INPUT = "cellInput"  # the tested value, in an expression; FEEL writes `?`
_MOST_NESTED = 20
_TOKEN = re.compile(
    rf"(?P<string>{parts.STRING})|(?P<word>[^\W\d]\w*)|(?P<number>\d+(?:\.\d+)?)"
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


def compiled(text: str) -> Expression:
    if _PREFIXED.search(parts.QUOTED.sub("", text)):
        raise CellInvalid(
            "这里不能用 collection:contains(…) 这样带前缀的函数；"
            '列表里有没有某个值，请写 ${"a" in 名称}，几个值取一请写 "a","b"。'
        )
    try:
        found = expressions.exact(text if text[:2] in {"${", "#{"} else _Translation(text).whole())
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
            known = "、".join(sorted(FUNCTIONS))
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
    known = {*FUNCTIONS, *HOST_FUNCTIONS}
    return word in known or word in _WORDS_BETWEEN


def _is_value(word: str) -> bool:
    is_word = bool(word) and (word[0].isalpha() or word[0] == "_")
    return word[:1] in {'"', "'"} or (is_word and word not in _WORDS_BETWEEN)


def _alone(before: str, after: str) -> bool:
    """Say whether what stands between these is a side of `and` or `or` by itself."""
    joined = before in _JOINING or after in _JOINING
    return joined and before in {*_JOINING, "", "("} and after in {*_JOINING, "", ")"}
