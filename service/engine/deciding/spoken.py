"""The cells of a decision table in Chinese, and the simple ones as a sign and one or two values to fill in."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from service.engine.deciding.sheets import Column, Sheet, names
from service.engine.feel import kinds, parts
from service.engine.feel.kinds import CellInvalid

Labels = Mapping[str, Mapping[str, str]]
"""What the values of a result are called, by the name of its column."""

SIGNS: Mapping[str, str] = {
    "any": "任意",
    "yes": "是",
    "no": "否",
    "least": "大于等于",
    "above": "大于",
    "most": "小于等于",
    "below": "小于",
    "is": "等于",
    "not": "不等于",
    "between": "从……到……",
    "other": "其他写法",
}
POLICIES: Mapping[str, str] = {
    "UNIQUE": "唯一：同一情况最多只有一条规则满足，有两条满足就是规则写错了",
    "FIRST": "首条：从上往下看，取第一条满足的规则，所以先后次序有关系",
    "ANY": "任一：满足的几条规则结果必须相同",
    "PRIORITY": "按轻重：满足的规则里取结果最重的一条",
    "RULE ORDER": "全部：满足的规则全部给出，按从上往下的次序",
    "OUTPUT ORDER": "全部：满足的规则全部给出，结果最重的在前",
    "COLLECT": "全部：满足的规则全部给出，不分先后",
}
TOTALS: Mapping[str, str] = {
    "SUM": "把各条的结果加起来",
    "MIN": "取各条结果中最小的",
    "MAX": "取各条结果中最大的",
    "COUNT": "数有几条满足",
}
ORDERED = frozenset({"FIRST", "RULE ORDER"})
"""The hit policies to which it matters which rule comes first."""

_COMPARED: Mapping[str, str] = {">=": "least", ">": "above", "<=": "most", "<": "below"}
_WRITTEN = {sign: text for text, sign in _COMPARED.items()}
_NUMBER = r"-?\d{1,15}(?:\.\d{1,15})?"
_COMPARISON = re.compile(rf"(>=|<=|>|<)\s*({_NUMBER})")
_RANGE = re.compile(rf"\[\s*({_NUMBER})\s*\.\.\s*({_NUMBER})\s*\]")
_OTHERWISE = re.compile(r'not\s*\(\s*("[^"\\]*")\s*\)')
_NAMED = re.compile(r"\{([^{}]+)\}")
_OFFERED: Mapping[str, tuple[str, ...]] = {
    "boolean": ("any", "yes", "no", "other"),
    "integer": ("any", "least", "above", "most", "below", "is", "between", "other"),
    "number": ("any", "least", "above", "most", "below", "is", "between", "other"),
    "text": ("any", "is", "not", "other"),
}


@dataclass(frozen=True)
class Simple:
    """A condition as a person fills it in; `other` has the whole cell as its first value."""

    sign: str
    first: str = ""
    second: str = ""


def offered(kind: str) -> Mapping[str, str]:
    """Return the signs a condition on values of this kind may have, with their names."""
    return {sign: SIGNS[sign] for sign in _OFFERED.get(kind, ("any", "other"))}


def simple(text: str, kind: str) -> Simple:
    """Take a condition apart as far as it is simple; the text stays whole where it is not."""
    text = text.strip()
    found = _taken_apart(text)
    return found if found.sign in offered(kind) else Simple("other", text)


def text_of(condition: Simple, kind: str) -> str:
    """Write a condition that somebody filled in as a cell, or raise CellInvalid with what is missing."""
    sign, first, second = condition.sign, condition.first.strip(), condition.second.strip()
    if sign not in offered(kind):
        raise CellInvalid("请选择一种比较方式。")
    if sign in {"any", "yes", "no"}:
        return {"any": "", "yes": "true", "no": "false"}[sign]
    if not first:
        raise CellInvalid(f"选了“{SIGNS[sign]}”，请填写要比较的内容，或改选“任意”。")
    if sign == "other":
        return first
    if kind == "text":
        return f"not({quoted(first)})" if sign == "not" else quoted(first)
    if sign == "between":
        return f"[{_number(first, kind)}..{_number(second, kind)}]"
    return f"{_WRITTEN[sign]} {_number(first, kind)}" if sign != "is" else _number(first, kind)


def condition(text: str, kind: str) -> str:
    """Say a condition in Chinese; one that is not simple stays as it is written."""
    found = simple(text, kind)
    if found.sign == "between":
        return f"从 {found.first} 到 {found.second}"
    if found.sign == "other":
        return found.first
    return f"{SIGNS[found.sign]} {found.first}".strip()


def result(text: str, column: Column, sheet: Sheet, labels: Labels) -> str:
    """Say a result in Chinese: a choice by its label, a sentence without quotes and with the facts it names by theirs."""
    plain = plain_text(text)
    if plain is None:
        return {"true": "是", "false": "否"}.get(text, text) or "（没有写）"
    return labels.get(column.name, {}).get(plain) or with_labels(plain, sheet)


def plain_text(text: str) -> str | None:
    """Return what a cell that is a text in quotes says, None for any other cell."""
    text = text.strip()
    if not parts.QUOTED.fullmatch(text) or "\\" in text:
        return None
    return text[1:-1]


def quoted(words: str) -> str:
    """Write words as a text of a cell, or raise CellInvalid."""
    if '"' in words or "\\" in words:
        raise CellInvalid("文字里不能有英文引号和反斜线，引号请改用中文的“ ”。")
    return f'"{" ".join(words.split())}"'


def with_labels(words: str, sheet: Sheet) -> str:
    """Write the facts a sentence names by what their columns are called: {答复逾期的工作日数}."""
    known = {names(column): column.label for column in sheet.inputs}
    return _NAMED.sub(lambda found: f"{{{known.get(found[1], found[1])}}}", words)


def with_names(words: str, sheet: Sheet) -> str:
    """Write the facts a sentence names by the names the table knows, or raise CellInvalid for one it does not."""
    known = {column.label: names(column) for column in sheet.inputs if names(column)}

    def named(found: re.Match[str]) -> str:
        words = found[1].strip()
        if words not in known and words not in known.values():
            offered = "、".join(f"{{{label}}}" for label in known)
            raise CellInvalid(f"表里没有“{words}”这一列；花括号里可以写：{offered}。")
        return f"{{{known.get(words, words)}}}"

    return _NAMED.sub(named, words)


def _taken_apart(text: str) -> Simple:
    if text in {"", "-"}:
        return Simple("any")
    if text in {"true", "false"}:
        return Simple("yes" if text == "true" else "no")
    if kinds.NUMBER.fullmatch(text):
        return Simple("is", text)
    if compared := _COMPARISON.fullmatch(text):
        return Simple(_COMPARED[compared[1]], compared[2])
    if range_ := _RANGE.fullmatch(text):
        return Simple("between", range_[1], range_[2])
    if (plain := plain_text(text)) is not None:
        return Simple("is", plain)
    if otherwise := _OTHERWISE.fullmatch(text):
        return Simple("not", otherwise[1][1:-1])
    return Simple("other", text)


def _number(text: str, kind: str) -> str:
    pattern = r"-?\d{1,12}" if kind == "integer" else r"-?\d{1,12}(?:\.\d{1,6})?"
    if not text:
        raise CellInvalid("请填写两个数，从小的到大的。")
    if not re.fullmatch(pattern, text):
        raise CellInvalid(
            f"“{text[:20]}”不是{'整数' if kind == 'integer' else '数字'}，请只写数字，例如 11。"
        )
    return text
