"""What one version of a decision table says otherwise than another, rule by rule, in Chinese."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from service.engine.deciding import spoken
from service.engine.deciding.sheets import Line, Sheet
from service.engine.deciding.spoken import Labels

_NONE = "（没有）"


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise: of which rule, what, before and after."""

    rule: str
    what: str
    before: str
    after: str


def differences(before: Sheet, after: Sheet, labels: Labels) -> list[Difference]:
    """Return what is otherwise: the table itself first, then rule by rule as they stand afterwards."""
    return [*_of_table(before, after), *_of_rules(before, after, labels)]


def summary(line: Line, sheet: Sheet, labels: Labels) -> str:
    """Say a whole rule in one sentence: 答复逾期的工作日数 大于等于 31 → 红牌；……"""
    conditions = [
        f"{column.label} {spoken.condition(cell.text, column.kind)}"
        for column, cell in zip(sheet.inputs, line.conditions, strict=False)
        if cell.text not in {"", "-"}
    ]
    results = [
        spoken.result(cell.text, column, sheet, labels)
        for column, cell in zip(sheet.outputs, line.results, strict=False)
    ]
    return f"{'，且 '.join(conditions) or '任何情况'} → {'；'.join(results)}"


def _of_table(before: Sheet, after: Sheet) -> Iterator[Difference]:
    policies = tuple(
        "，".join(
            filter(None, (spoken.POLICIES.get(one.hit_policy), spoken.TOTALS.get(one.aggregation)))
        )
        for one in (before, after)
    )
    columns = tuple("、".join(column.label for column in one.columns) for one in (before, after))
    for what, old, new in (
        ("名称", before.name, after.name),
        ("说明", before.about, after.about),
        ("几条规则同时满足时", *policies),
        ("列", *columns),
    ):
        if old != new:
            yield Difference("整张表", what, old or _NONE, new or _NONE)


def _of_rules(before: Sheet, after: Sheet, labels: Labels) -> Iterator[Difference]:
    old = {line.key: line for line in before.lines}
    new = {line.key: line for line in after.lines}
    moved = _moved([key for key in old if key in new], [key for key in new if key in old])
    for number, line in enumerate(after.lines, 1):
        title = f"第 {number} 条"
        if line.key not in old:
            yield Difference(title, "新增", _NONE, summary(line, after, labels))
            continue
        if line.key in moved and after.hit_policy in spoken.ORDERED:
            place = f"第 {before.number(line.key)} 条"
            yield Difference(title, "次序", place, title)
        yield from _of_cells(
            title, _cells(old[line.key], before, labels), _cells(line, after, labels)
        )
    for line in before.lines:
        if line.key not in new:
            title = f"原第 {before.number(line.key)} 条"
            yield Difference(title, "删除", summary(line, before, labels), _NONE)


def _of_cells(
    title: str, before: Mapping[str, str], after: Mapping[str, str]
) -> Iterator[Difference]:
    for what in dict.fromkeys((*after, *before)):
        old, new = before.get(what, _NONE), after.get(what, _NONE)
        if old != new:
            yield Difference(title, what, old, new)


def _cells(line: Line, sheet: Sheet, labels: Labels) -> dict[str, str]:
    """Return what a rule says, by column."""
    conditions = {
        column.label: spoken.condition(cell.text, column.kind)
        for column, cell in zip(sheet.inputs, line.conditions, strict=False)
    }
    results = {
        column.label: spoken.result(cell.text, column, sheet, labels)
        for column, cell in zip(sheet.outputs, line.results, strict=False)
    }
    return {**conditions, **results, "依据": line.note or _NONE}


def _moved(before: list[str], after: list[str]) -> frozenset[str]:
    """Return which of the rules that stayed stand elsewhere among the others."""
    blocks = SequenceMatcher(None, before, after, autojunk=False).get_matching_blocks()
    stayed = {key for block in blocks for key in after[block.b : block.b + block.size]}
    return frozenset(after) - stayed
