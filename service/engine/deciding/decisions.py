"""A decision is asked with variables and answers with values: tables by their hit policy, and single expressions.

Decisions are parsed once, immutable and shared by threads; `dmn` reads them, the cells are `feel`'s.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from service.engine.feel import kinds
from service.engine.feel.conditions import Test
from service.engine.feel.kinds import CellFailed
from service.engine.feel.operands import Computed, Literal, Operand
from service.engine.feel.translation import CELL_INPUT
from service.errors import ExpressionFailed

Row = Mapping[str, Any]  # output name → value
Names = Mapping[str, Any]


@dataclass(frozen=True)
class Input:
    """A column of conditions: what it looks at, and what that may be."""

    label: str
    value: Operand
    kind: str
    variable: str = ""  # another name for the value in the cells
    allowed: Test | None = None
    allowed_text: str = ""


@dataclass(frozen=True)
class Output:
    """A column of results; `values` are those allowed, the most important first."""

    name: str
    label: str
    kind: str
    values: tuple[Any, ...] = ()
    default: Operand | None = None


@dataclass(frozen=True)
class Rule:
    number: int
    tests: tuple[Test, ...]
    results: tuple[Operand, ...]


@dataclass(frozen=True)
class Table:
    hit_policy: str
    aggregation: str  # "" | SUM | MIN | MAX | COUNT
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]

    @property
    def output_names(self) -> tuple[str, ...]:
        return tuple(output.name for output in self.outputs)

    @property
    def several(self) -> bool:
        """Whether the answer is a list, however many rules hit."""
        return self.hit_policy in MULTIPLE and not self.aggregation


@dataclass(frozen=True)
class Single:
    """A literal expression: one value under one name."""

    name: str
    value: Operand
    several = False

    @property
    def output_names(self) -> tuple[str, ...]:
        return (self.name,)


@dataclass(frozen=True)
class Answer:
    """The results of the rules that hit, in order; a list when the hit policy says so, else one or none."""

    rows: tuple[Row, ...]
    several: bool
    outputs: tuple[str, ...]


@dataclass(frozen=True)
class Decision:
    """One decision of a file with those it requires."""

    id: str
    name: str
    file: str
    variable: str  # by which a decision that requires this one may name the whole answer
    logic: Table | Single
    required: tuple["Decision", ...] = ()

    def answer(self, variables: Names, element: str = "") -> Answer:
        """Decide, the required ones first, or raise ExpressionFailed naming table, rule and cell."""
        return _Deciding(variables, element).answer(self)


POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
MULTIPLE = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


class _Deciding:
    """One question: the variables, and the answers found on the way."""

    def __init__(self, variables: Names, element: str) -> None:
        self.variables = variables
        self.element = element
        self.answers: dict[str, Answer] = {}

    def answer(self, decision: Decision) -> Answer:
        found = self.answers.get(decision.id)
        if found is None:
            names = dict(self.variables)
            for required in decision.required:
                names.update(_brought(required, self.answer(required)))
            found = self.answers[decision.id] = self._decided(decision, names)
        return found

    def _decided(self, decision: Decision, names: Names) -> Answer:
        logic = decision.logic
        if isinstance(logic, Single):
            with_value = _Cell(self, decision, "表达式")
            rows: Sequence[Row] = [
                {logic.name: with_value.told(lambda: _result(logic.value, names))}
            ]
        else:
            rows = _Asking(self, decision, logic, names).rows()
        return Answer(tuple(rows), logic.several, logic.output_names)


def _brought(required: Decision, answer: Answer) -> dict[str, Any]:
    """Return the names a required decision gives: each output's, and its own for the whole."""
    names: dict[str, Any] = {}
    for output in answer.outputs:
        values = [row[output] for row in answer.rows]
        names[output] = values if answer.several else next(iter(values), None)
    whole: Any = names
    if len(answer.outputs) == 1:
        whole = names[answer.outputs[0]]
    elif answer.several:
        whole = [dict(row) for row in answer.rows]
    elif not answer.rows:
        whole = None
    return {required.id: whole, required.variable: whole, **names}


@dataclass(frozen=True)
class _Cell:
    """A place in a table, for the sentence about what went wrong there."""

    deciding: _Deciding
    decision: Decision
    where: str

    def told(self, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except CellFailed as error:
            raise self.failure(str(error)) from error

    def failure(self, why: str) -> ExpressionFailed:
        decision = self.decision
        return ExpressionFailed(
            f"决策“{decision.name or decision.id}”{self.where}：{why}",
            element=self.deciding.element,
            cause=f"{decision.file} {decision.id}: {why}",
        )


def _result(operand: Operand, names: Names) -> Any:
    return kinds.written(operand.value(names))


class _Asking:
    """A table, asked once."""

    def __init__(self, deciding: _Deciding, decision: Decision, table: Table, names: Names) -> None:
        self.deciding = deciding
        self.decision = decision
        self.table = table
        self.names = names

    def rows(self) -> Sequence[Row]:
        hits = self._hits()
        defaults = [output.default for output in self.table.outputs]
        if not hits and any(defaults):
            return [self._default()]
        return _HITS[self.table.hit_policy](self, hits)

    def _hits(self) -> list[Rule]:
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
        cell = self._cell(f"的输入列“{column.label}”")
        value = cell.told(lambda: column.value.value(self.names))
        named = {**self.names, CELL_INPUT: value, column.variable or CELL_INPUT: value}
        allowed = column.allowed
        if allowed is None or value is None or cell.told(lambda: allowed.holds(value, named)):
            return value, named
        raise cell.failure(
            f"{kinds.shown(value)}不在允许的值里（{column.allowed_text[:100]}），请核对这一事项的数据。"
        )

    def _holds(self, rule: Rule, index: int, value: Any, names: Names) -> bool:
        cell = self._cell(f"第 {rule.number} 条规则的“{self.table.inputs[index].label}”列")
        return bool(cell.told(lambda: rule.tests[index].holds(value, names)))

    def row(self, rule: Rule) -> Row:
        """Return what a rule says."""
        return {
            output.name: self._value(rule, output, operand)
            for output, operand in zip(self.table.outputs, rule.results, strict=True)
        }

    def _value(self, rule: Rule, output: Output, operand: Operand) -> Any:
        cell = self._cell(f"第 {rule.number} 条规则的“{output.label}”列")
        value = cell.told(lambda: _result(operand, self.names))
        reckoned = isinstance(operand, Computed) and value is not None
        if reckoned and output.values and rank(output, value) < 0:
            raise cell.failure(f"算出的{kinds.shown(value)}不在这一列允许的值里，请改正规则。")
        return value

    def _default(self) -> Row:
        cell = self._cell("的默认输出")
        return {
            output.name: cell.told(partial(_result, output.default or Literal(None), self.names))
            for output in self.table.outputs
        }

    def total(self, values: Sequence[Any]) -> Any:
        """Return what the aggregation makes of the results."""
        aggregate = _AGGREGATES[self.table.aggregation]
        return self._cell("").told(lambda: kinds.written(aggregate(values)))

    def unaddable(self, rule: Rule, value: Any) -> ExpressionFailed:
        cell = self._cell(f"第 {rule.number} 条规则的“{self.table.outputs[0].label}”列")
        return cell.failure(
            f"{self.table.aggregation} 只能汇总数字，不能是{kinds.shown(value)}；请给这一列选定类型。"
        )

    def refused(self, hits: Sequence[Rule], why: str) -> ExpressionFailed:
        numbers = "、".join(str(rule.number) for rule in hits[:5])
        more = f"等 {len(hits)} " if len(hits) > 5 else ""
        return self._cell("").failure(f"第 {numbers} {more}条规则同时满足，{why}")

    def _cell(self, where: str) -> _Cell:
        return _Cell(self.deciding, self.decision, where)


def rank(output: Output, value: Any) -> int:
    """Return the place of a value among those allowed, or -1."""
    allowed = (kinds.written(one) for one in output.values)
    return next((place for place, one in enumerate(allowed) if kinds.same(one, value)), -1)


# --- hit policies --------------------------------------------------------------------------------


def _unique(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    if len(hits) > 1:
        raise asking.refused(
            hits, "而命中策略 UNIQUE 只允许一条；请改规则使它们互不重叠，或换一种命中策略。"
        )
    return [asking.row(rule) for rule in hits]


def _first(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return [asking.row(rule) for rule in hits[:1]]


def _any(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    rows = [asking.row(rule) for rule in hits]
    if any(not _equal(row, rows[0]) for row in rows):
        raise asking.refused(
            hits, "而命中策略 ANY 要求它们的结果相同；请改成相同的结果，或换一种命中策略。"
        )
    return rows[:1]


def _equal(one: Row, other: Row) -> bool:
    return all(kinds.same(value, other[name]) for name, value in one.items())


def _every(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return [asking.row(rule) for rule in hits]


def _by_priority(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    """The allowed values of the outputs say what comes first; a missing result comes last."""
    outputs = [output for output in asking.table.outputs if output.values]

    def place(row: Row) -> list[int]:
        places = [rank(output, row[output.name]) for output in outputs]
        return [
            one if one >= 0 else len(output.values)
            for one, output in zip(places, outputs, strict=True)
        ]

    return sorted((asking.row(rule) for rule in hits), key=place)


def _foremost(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
    return _by_priority(asking, hits)[:1]


def _collected(asking: _Asking, hits: Sequence[Rule]) -> Sequence[Row]:
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


_AGGREGATES: Mapping[str, Callable[[Sequence[Any]], Any]] = {"SUM": sum, "MIN": min, "MAX": max}
_HITS: Mapping[str, Callable[[_Asking, Sequence[Rule]], Sequence[Row]]] = {
    "UNIQUE": _unique,
    "FIRST": _first,
    "ANY": _any,
    "PRIORITY": _foremost,
    "RULE ORDER": _every,
    "OUTPUT ORDER": _by_priority,
    "COLLECT": _collected,
}
