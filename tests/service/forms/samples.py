"""Fields as the engine reads them from a diagram, for the tests of this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import MultiDict

from service.forms import FormSpec


@dataclass(frozen=True)
class Source:
    id: str
    type: str = "string"
    label: str = ""
    default: str | None = None
    options: Sequence[tuple[str, str]] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Stand-in for the engine's evaluator: these tests' own expressions only."""
    return eval(text.removeprefix("${").removesuffix("}"), {"__builtins__": {}}, dict(names))


def form(*fields: Source) -> FormSpec:
    return FormSpec.of(fields, evaluate)


def sent(*pairs: tuple[str, str], **values: str) -> "MultiDict[str, str]":
    return MultiDict([*pairs, *values.items()])
