"""What service tasks do: one function per name a diagram may use, found in `OPERATIONS` and `SOURCES`.

A theme of the register declares its functions with `@operation` and `@source` in its modules `operations` and
`lists`; nothing else is needed to make them callable from a diagram. The first line of the docstring, in Chinese, is what a process designer reads.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Context:
    """What an operation is told: where in which case, by whom, when, and with what.

    `variables` are the routing variables at that token, `values` what a form handed in ({} for a service task),
    `parameters` the diagram's input parameters, evaluated.
    """

    session: Session
    at: datetime
    by: str | None
    instance_id: int
    business_key: str | None
    process_id: str
    element_id: str
    variables: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)
    keyed: Callable[[str], None] = field(default=lambda business_key: None, repr=False)

    def key(self, business_key: str) -> None:
        """Name the case this instance belongs to, for example "suggestion:17"; a start operation does so once."""
        self.keyed(business_key)


Operation = Callable[[Context], Mapping[str, Any] | None]
Source = Callable[[Session, Mapping[str, Any]], Sequence[Any]]

DECLARING = frozenset({"operations", "lists"})
"""The modules of a theme in which operations and sources are declared."""

OPERATIONS: dict[str, Operation] = {}
SOURCES: dict[str, Source] = {}

_Function = TypeVar("_Function", bound=Callable[..., Any])


def operation(function: _Function) -> _Function:
    """Register a function a service task's topic, `on_complete` or `mark_sla` may name."""
    return _registered(OPERATIONS, function)


def source(function: _Function) -> _Function:
    """Register a named list: the options of a form field, or the first rows of a table."""
    return _registered(SOURCES, function)


def described(function: Callable[..., Any]) -> str:
    """Return the sentence a process designer reads about an operation or a source."""
    return (inspect.getdoc(function) or "").partition("\n")[0]


@cache
def load() -> None:
    """Import what every theme of the register declares, so that the registries are complete."""
    register = importlib.import_module(
        "service.register"
    )  # by name: themes stand above this module
    for theme in pkgutil.iter_modules(register.__path__, f"{register.__name__}."):
        for module in pkgutil.iter_modules(
            [f"{p}/{theme.name.rpartition('.')[2]}" for p in register.__path__]
        ):
            if module.name in DECLARING:
                importlib.import_module(f"{theme.name}.{module.name}")


def _registered(registry: dict[str, Any], function: _Function) -> _Function:
    known = registry.get(function.__name__)
    if known is not None and known.__module__ != function.__module__:
        raise ValueError(f"{function.__name__} is registered by {known.__module__} already")
    registry[function.__name__] = function
    return function
