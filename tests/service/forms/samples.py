"""Fields as the engine reads them from a diagram, for the tests of this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from werkzeug.datastructures import MultiDict

from service.engine.language import expressions
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


def form(*fields: Source) -> FormSpec:
    return FormSpec.of(fields, expressions)


def sent(*pairs: tuple[str, str], **values: str) -> "MultiDict[str, str]":
    return MultiDict([*pairs, *values.items()])
