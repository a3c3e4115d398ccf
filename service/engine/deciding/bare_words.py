"""Words in a table that may lack their quotes: without them they are variables, and no variable of that name is known."""

import re
from collections.abc import Iterator
from itertools import chain

from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Table
from service.engine.feel import conditions, translation
from service.engine.feel.operands import Computed

_NAME = re.compile(r"[^\W\d]\w*")


def of(decision: Decision, table: Table, given: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield the words that are no variable as far as the file knows, each with the number of its rule."""
    known = given | _known(decision, table)
    yield from ((number, name) for number, name in _bare(table) if name not in known)


def _known(decision: Decision, table: Table) -> set[str]:
    columns = (column.value for column in table.inputs)
    names = {
        name for value in columns if isinstance(value, Computed) for name in value.expression.names
    }
    names |= {column.variable for column in table.inputs} | {translation.CELL_INPUT}
    for required in decision.required:
        names |= {required.id, required.variable, *required.logic.output_names}
    return names


def _bare(table: Table) -> Iterator[tuple[int, str]]:
    """Return the cells that are one word without quotes, with the number of their rule."""
    for rule in table.rules:
        for part in chain(rule.tests, rule.results):
            operand = part.operand if isinstance(part, conditions.Equal) else part
            if isinstance(operand, Computed) and _NAME.fullmatch(operand.expression.text):
                yield rule.number, operand.expression.text
