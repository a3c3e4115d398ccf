"""A table is asked: which rules hold, and what its hit policy makes of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.engine.deciding.logic import Input, Names, Output, Row, Rule, Table, rank
from service.engine.feel import kinds
from service.engine.feel.kinds import CellFailed
from service.engine.feel.operands import Computed, Literal, Operand
from service.engine.feel.translation import CELL_INPUT
from service.errors import ExpressionFailed

_AGGREGATES: Mapping[str, Callable[[Sequence[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max}


@dataclass(frozen=True)
class Title:
    """By what a decision is known: to people, and in a log."""

    words: str
    cause: str


@dataclass(frozen=True)
class Cell:
    """A place in a decision, for the sentence about what went wrong there."""

    title: Title
    element: str
    place: str
    names: frozenset[str] = frozenset()  # the variables it reads

    def value(self, compute: Callable[[], Any]) -> Any:
        """Return what is computed, or raise ExpressionFailed naming the place."""
        try:
            return compute()
        except CellFailed as error:
            raise self.failure(str(error)) from error

    def failure(self, why: str) -> ExpressionFailed:
        """Return what to raise when the cell cannot be decided."""
        return ExpressionFailed(
            f"决策“{self.title.words}”{self.place}：{why}",
            element=self.element,
            cause=f"{self.title.cause}: {why}",
            names=self.names,
        )


def result(operand: Operand, names: Names) -> Any:
    """Return what an operand comes to, as a variable may hold it."""
    return kinds.written(operand.value(names))


class Asking:
    """A table, asked once."""

    def __init__(self, title: Title, element: str, table: Table, names: Names) -> None:
        self.title = title
        self.element = element
        self.table = table
        self.names = names

    def rows(self) -> Sequence[Row]:
        hits = self.hits()
        defaults = [output.default for output in self.table.outputs]
        if not hits and any(defaults):
            return [self._default()]
        return _HITS[self.table.hit_policy](self, hits)

    def hits(self) -> list[Rule]:
        """Return the rules that hold, the first alone where the policy asks for no more."""
        columns = [self._column(column) for column in self.table.inputs]
        hits: list[Rule] = []
        for rule in self.table.rules:
            if all(self._holds(rule, index, *column) for index, column in enumerate(columns)):
                hits.append(rule)
                if self.table.hit_policy == "FIRST":
                    break
        return hits

    def _column(self, column: Input) -> tuple[Any, Names]:
        """Return a column's value, and the names its cells see."""
        cell = self._cell(f"的输入列“{column.label}”", column)
        value = cell.value(lambda: column.value.value(self.names))
        named = {**self.names, CELL_INPUT: value, column.variable or CELL_INPUT: value}
        allowed = column.allowed
        if allowed is None or value is None or cell.value(lambda: allowed.holds(value, named)):
            return value, named
        raise cell.failure(
            f"{kinds.shown(value)}不在允许的值里（{column.allowed_text[:100]}），请核对这一事项的数据。"
        )

    def _holds(self, rule: Rule, index: int, value: Any, names: Names) -> bool:
        column = self.table.inputs[index]
        cell = self._cell(f"第 {rule.number} 条规则的“{column.label}”列", column)
        return bool(cell.value(lambda: rule.tests[index].holds(value, names)))

    def row(self, rule: Rule) -> Row:
        """Return what a rule says."""
        return {
            output.name: self._value(rule, output, operand)
            for output, operand in zip(self.table.outputs, rule.results, strict=True)
        }

    def _value(self, rule: Rule, output: Output, operand: Operand) -> Any:
        cell = self._cell(f"第 {rule.number} 条规则的“{output.label}”列")
        value = cell.value(lambda: result(operand, self.names))
        is_computed = isinstance(operand, Computed) and value is not None
        if is_computed and output.values and rank(output, value) < 0:
            raise cell.failure(f"算出的{kinds.shown(value)}不在这一列允许的值里，请改正规则。")
        return value

    def _default(self) -> Row:
        cell = self._cell("的默认输出")
        return {
            output.name: cell.value(partial(result, output.default or Literal(None), self.names))
            for output in self.table.outputs
        }

    def total(self, values: Sequence[Any]) -> Any:
        """Return what the aggregation makes of the results."""
        aggregate = _AGGREGATES[self.table.aggregation]
        return self._cell("").value(lambda: kinds.written(aggregate(values)))

    def unaddable(self, rule: Rule, value: Any) -> ExpressionFailed:
        cell = self._cell(f"第 {rule.number} 条规则的“{self.table.outputs[0].label}”列")
        return cell.failure(
            f"{self.table.aggregation} 只能汇总数字，不能是{kinds.shown(value)}；请给这一列选定类型。"
        )

    def refused(self, hits: Sequence[Rule], why: str) -> ExpressionFailed:
        numbers = "、".join(str(rule.number) for rule in hits[:5])
        more = f"等 {len(hits)} " if len(hits) > 5 else ""
        return self._cell("").failure(f"第 {numbers} {more}条规则同时满足，{why}")

    def _cell(self, place: str, column: Input | None = None) -> Cell:
        return Cell(self.title, self.element, place, _read(column) if column else frozenset())


def _read(column: Input) -> frozenset[str]:
    """Return the variables a column is computed from."""
    return column.value.expression.names if isinstance(column.value, Computed) else frozenset()


def _unique(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    if len(hits) > 1:
        raise asking.refused(
            hits, "而命中策略 UNIQUE 只允许一条；请改规则使它们互不重叠，或换一种命中策略。"
        )
    return [asking.row(rule) for rule in hits]


def _first(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return [asking.row(rule) for rule in hits[:1]]


def _any(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    rows = [asking.row(rule) for rule in hits]
    if any(not _equal(row, rows[0]) for row in rows):
        raise asking.refused(
            hits, "而命中策略 ANY 要求它们的结果相同；请改成相同的结果，或换一种命中策略。"
        )
    return rows[:1]


def _equal(one: Row, other: Row) -> bool:
    return all(kinds.same(value, other[name]) for name, value in one.items())


def _every(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return [asking.row(rule) for rule in hits]


def _by_priority(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    """The allowed values of the outputs say what comes first; a missing result comes last."""
    outputs = [output for output in asking.table.outputs if output.values]

    def place(row: Row) -> list[int]:
        places = [rank(output, row[output.name]) for output in outputs]
        return [
            one if one >= 0 else len(output.values)
            for one, output in zip(places, outputs, strict=True)
        ]

    return sorted((asking.row(rule) for rule in hits), key=place)


def _foremost(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return _by_priority(asking, hits)[:1]


def _collected(asking: Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    rows = _every(asking, hits)
    if not asking.table.aggregation:
        return rows
    [name] = asking.table.output_names
    values = [row[name] for row in rows if row[name] is not None]
    if asking.table.aggregation == "COUNT":
        return [{name: len(values)}]
    for rule, row in zip(hits, rows, strict=True):
        if kinds.kind_of(row[name]) not in {"number", "null"}:
            raise asking.unaddable(rule, row[name])
    return [{name: asking.total(values)}] if values else []


_HITS: Mapping[str, Callable[[Asking, Sequence[Rule]], Sequence[Row]]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _foremost,
    "RULE ORDER": _every,
    "OUTPUT ORDER": _by_priority,
    "COLLECT": _collected,
}
