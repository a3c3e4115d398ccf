"""What waits for a condition: looked at when it begins to wait, and whenever variables it can see were written.

It sees what everybody in its scope has written by then, as an event subprocess does.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from service.engine.elements.messages import Definition
from service.engine.language.expressions import Expression
from service.engine.running.instances import Token
from service.engine.running.spiff import READY
from service.engine.running.values import holds
from service.engine.running.variables import seen, written
from service.errors import ExpressionFailed


class Condition(Definition):
    """A condition on variables; with the name of one, only a change of that one counts."""

    kind = "conditional"

    def __init__(self, name: str, expression: Expression, variable: str) -> None:
        super().__init__(name)
        self.expression = expression
        self.variable = variable

    def look(self, token: Token) -> bool:
        """Let the event happen if its condition holds, and say whether it did.

        One that goes on waiting happens again when what it reads has changed and its condition holds; Camunda repeats
        it at every writing of any variable.
        """
        spec, variables = token.task_spec, seen(token.workflow)
        if (spec.recurs or self.variable) and not self._is_news(token, variables):
            return False
        if not self._holds(token, variables):
            return False
        armed = token.data, token.borrowed
        if spec.recurs:
            _lend(token, variables, armed[0])
            spec.tick(token)
            token.data, token.borrowed = armed
        else:
            spec.happen(token, {})
            _lend(token, variables, armed[0])
        if token._state == READY:
            token.workflow.top_workflow.run(token)
        return True

    def _is_news(self, token: Token, variables: Mapping[str, Any]) -> bool:
        watched = [self.variable] if self.variable else sorted(self.expression.names)
        values = [[name, variables[name]] for name in watched if name in variables]
        mark = sha256(orjson.dumps(values)).hexdigest()[:16]
        if token.internal_data.get("looked") == mark:
            return False
        token.internal_data = {"looked": mark}
        return True

    def _holds(self, token: Token, variables: Mapping[str, Any]) -> bool:
        """Evaluate the condition; a variable that is not there yet does not decide for it, as in Camunda."""
        try:
            return holds(self.expression, token, variables)
        except ExpressionFailed as error:
            if isinstance(error.__cause__, NameError):
                return False
            raise


def _lend(token: Token, variables: Mapping[str, Any], before: Mapping[str, Any]) -> None:
    """Let a token go on with what it saw; what others wrote stays theirs where they meet again."""
    own = written(before, token.data)
    lent = {k: v for k, v in written(token.data, variables).items() if k not in own}
    token.assign(lent)
    token.borrowed = token.borrowed.union(lent)
