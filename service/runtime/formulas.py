"""The expressions of a diagram's forms: what they may call, and what to say where they cannot be computed."""

import ast
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from service.deadlines.book import Due
from service.engine.language import expressions, timing
from service.engine.language.conversions import ConversionFailed
from service.engine.language.timing import LOCAL, TimeInvalid
from service.errors import ExpressionFailed, ServiceError

Deadline = Callable[[Mapping[str, Any], str], Due]
"""When a named limit ends for these variables."""

# What an expression of a designer's may come to when it meets values nobody expected.
_UNSOLVED = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)


class Formulas:
    """The engine's language for forms at one moment; what cannot be computed is a sentence."""

    def __init__(self, deadline: Deadline, at: datetime) -> None:
        present = at.astimezone(LOCAL)
        self._functions: Mapping[str, Callable[..., Any]] = {
            "deadline": deadline,
            "now": lambda names: present,
            "dateTime": lambda names: present,
        }

    def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
        """Return the value of an expression."""
        with _explained(text):
            return expressions.compile(text).evaluate(names, self._functions)

    def applies(self, text: str, names: Mapping[str, Any]) -> bool:
        """Say whether what is asked under a condition applies."""
        with _explained(text):
            return expressions.applies(text, names, self._functions)

    def tree(self, text: str) -> ast.expr:
        """Return an expression's syntax, or raise ValueError."""
        return expressions.tree(text)

    def day(self, value: Any) -> date:
        """Return the day a value means, of a moment that where the people are; or raise ValueError or TypeError."""
        found = getattr(value, "moment", value)
        if isinstance(found, str):
            found = timing.day_or_moment(found.strip())
        if isinstance(found, datetime):
            return timing.zoned(found).astimezone(LOCAL).date()
        if not isinstance(found, date):
            raise TypeError("no day")
        return found


@contextmanager
def _explained(text: str) -> Iterator[None]:
    try:
        yield
    except ServiceError:
        raise
    except _UNSOLVED as error:
        raise ExpressionFailed(
            f"表单里的“{text}”算不出来{_why(error)}，请联系流程设计员。", cause=str(error)
        ) from error


def _why(error: Exception) -> str:
    if isinstance(error, NameError):
        return f"：变量“{error.name}”还没有值"
    return f"：{error}" if isinstance(error, ConversionFailed | TimeInvalid) else ""
