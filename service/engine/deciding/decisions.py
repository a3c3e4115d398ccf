"""A decision is asked with variables and answers with values: tables by their hit policy, and single expressions.

Decisions are parsed once, immutable and shared by threads; `dmn` reads them, the cells are `feel`'s.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from service.engine.deciding.asking import Asking, Cell, Title, result
from service.engine.deciding.logic import Names, Row, Single, Table


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

    @property
    def title(self) -> Title:
        """By what it is known in messages."""
        return Title(self.name or self.id, f"{self.file} {self.id}")

    def answer(self, variables: Names, element: str = "") -> Answer:
        """Decide, the required ones first, or raise ExpressionFailed naming table, rule and cell."""
        return _Deciding(variables, element).answer(self)

    def hits(self, variables: Names) -> tuple[int, ...]:
        """Return the numbers of the rules that hold for these variables, or raise ExpressionFailed."""
        return _Deciding(variables, "").hits(self)


class _Deciding:
    """One question: the variables, and the answers found on the way."""

    def __init__(self, variables: Names, element: str) -> None:
        self.variables = variables
        self.element = element
        self.answers: dict[str, Answer] = {}

    def answer(self, decision: Decision) -> Answer:
        found = self.answers.get(decision.id)
        if found is None:
            found = self.answers[decision.id] = self._decided(decision, self._names(decision))
        return found

    def hits(self, decision: Decision) -> tuple[int, ...]:
        logic = decision.logic
        if isinstance(logic, Single):
            return ()
        asking = Asking(decision.title, self.element, logic, self._names(decision))
        return tuple(rule.number for rule in asking.hits())

    def _names(self, decision: Decision) -> Names:
        """Return the variables with what the required decisions add to them."""
        names = dict(self.variables)
        for required in decision.required:
            names.update(_brought(required, self.answer(required)))
        return names

    def _decided(self, decision: Decision, names: Names) -> Answer:
        logic = decision.logic
        if isinstance(logic, Single):
            cell = Cell(decision.title, self.element, "表达式")
            rows: Sequence[Row] = [{logic.name: cell.value(lambda: result(logic.value, names))}]
        else:
            rows = Asking(decision.title, self.element, logic, names).rows()
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
