"""What a cell may ask of the value of its column."""

from dataclasses import dataclass
from typing import Any, Protocol

from service.engine.feel import operands
from service.engine.feel.kinds import CellFailed, in_order, same, shown
from service.engine.feel.operands import Names, Operand
from service.engine.language.expressions import Expression

AMBIGUOUS = (
    "这一格和这一列的值都是 true 或 false，分不清是条件还是值；要比较请写 = 再写它，例如 = urgent。"
)


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
        raise CellFailed(AMBIGUOUS)
    return wanted


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
        verdict = operands.evaluated(self.expression, names)
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


@dataclass(frozen=True, slots=True)
class Same:
    """The value is what the expression after `=` gives."""

    operand: Operand

    def holds(self, value: Any, names: Names) -> bool:
        return same(value, self.operand.value(names))
