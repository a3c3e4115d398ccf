"""What a decision is decided by: a table with its columns and rules, or a single expression."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from service.engine.feel import kinds
from service.engine.feel.conditions import Test
from service.engine.feel.operands import Operand

Row = Mapping[str, Any]  # output name → value
Names = Mapping[str, Any]
POLICIES = ("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT")
MULTIPLE = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})
AGGREGATIONS = ("SUM", "MIN", "MAX", "COUNT")


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


def rank(output: Output, value: Any) -> int:
    """Return the place of a value among those allowed, or -1."""
    allowed = (kinds.written(one) for one in output.values)
    return next((place for place, one in enumerate(allowed) if kinds.same(one, value)), -1)
