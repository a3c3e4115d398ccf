"""Which numbers two versions of a table answer otherwise: left without a rule, or hit by several at once, in Chinese.

Only rules that look at one column alone are compared; what several columns decide together is for a person to read.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Any

from service.engine.deciding import spoken
from service.engine.deciding.decisions import Decision
from service.engine.deciding.sheets import Column, Sheet
from service.errors import ExpressionFailed

_EMPTY = frozenset({"", "-"})
_NOTHING: Mapping[str, Any] = {"integer": 0, "number": 0, "boolean": False}
_WHOLE = re.compile(r"-?\d{1,15}")


@dataclass(frozen=True)
class Version:
    """One version of a table: as it is written, and as it is asked."""

    sheet: Sheet
    decision: Decision

    def alone(self, column: Column) -> frozenset[int]:
        """Return the numbers of the rules that look at this column and no other."""
        place = self.sheet.inputs.index(column)
        return frozenset(
            number
            for number, line in enumerate(self.sheet.lines, 1)
            if [at for at, cell in enumerate(line.conditions) if cell.text not in _EMPTY] == [place]
        )

    def thresholds(self, column: Column) -> set[int]:
        """Return the numbers at which these rules begin or end."""
        place = self.sheet.inputs.index(column)
        lines = (self.sheet.lines[number - 1] for number in self.alone(column))
        return {int(text) for line in lines for text in _WHOLE.findall(line.conditions[place].text)}


@dataclass(frozen=True)
class Stretch:
    """Neighbouring numbers for which the same rules hit, by both versions; None has no end on that side."""

    first: int | None
    last: int | None
    before: frozenset[int]
    after: frozenset[int]

    @property
    def called(self) -> str:
        """为 11, 从 11 到 14, 31 及以上, 0 及以下"""
        if self.last is None:
            return f"{self.first} 及以上"
        if self.first is None:
            return f"{self.last} 及以下"
        return f"为 {self.first}" if self.first == self.last else f"从 {self.first} 到 {self.last}"


def warnings(before: Version, after: Version) -> list[str]:
    """Return what has a rule now and would have none, and what would have several and has at most one."""
    known = {column.name: column for column in before.sheet.inputs}
    return [
        sentence
        for column in after.sheet.inputs
        if column.kind == "integer" and column.name.isidentifier() and column.name in known
        for stretch in _stretches(before, after, known[column.name], column)
        for sentence in _sentences(stretch, column, after.sheet)
    ]


def _sentences(stretch: Stretch, column: Column, sheet: Sheet) -> Iterator[str]:
    where = (
        f"{column.label}{'' if stretch.called.startswith(('为', '从')) else ' '}{stretch.called}"
    )
    if stretch.before and not stretch.after:
        yield (
            f"{where}：现在有第 {_listed(stretch.before)} 条规则，改了以后没有规则满足，这些情况不再有结果。"
            "不是有意空出来的，请把相邻的规则一起改。"
        )
    if len(stretch.after) > 1 and len(stretch.before) <= 1:
        policy = spoken.POLICIES.get(sheet.hit_policy, "")
        yield (
            f"{where}：改了以后第 {_listed(stretch.after)} 条规则同时满足，现在最多只有一条。"
            f"这张表的办法是“{policy}”；不是有意重叠的，请把其中一条改窄。"
        )


def _stretches(before: Version, after: Version, old: Column, new: Column) -> Iterator[Stretch]:
    """Yield the numbers from the smallest up; between two thresholds the same rules hit."""
    found = before.thresholds(old) | after.thresholds(new)
    if not found:
        return
    probes = sorted({near for one in found for near in (one - 1, one, one + 1)})
    try:
        asked = [(one, _hits(before, old, one), _hits(after, new, one)) for one in probes]
    except ExpressionFailed:
        return  # what cannot be asked alone is said by nobody
    ends = [*(later[0] - 1 for _, later in pairwise(asked)), None]
    pieces = zip(asked, ends, strict=True)
    for (was, now), alike in groupby(pieces, key=lambda piece: piece[0][1:]):
        together = list(alike)
        first, last = together[0][0][0], together[-1][1]
        yield Stretch(None if first == probes[0] else first, last, was, now)


def _hits(version: Version, column: Column, number: int) -> frozenset[int]:
    values = {one.name: _NOTHING.get(one.kind) for one in version.sheet.inputs}
    hit = version.decision.hits({**values, column.name: number})
    return frozenset(hit) & version.alone(column)


def _listed(numbers: frozenset[int]) -> str:
    return "、".join(map(str, sorted(numbers)))
