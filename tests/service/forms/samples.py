"""Fields as the engine reads them from a diagram, for the tests of this folder."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from werkzeug.datastructures import MultiDict

from service.deadlines.book import Due
from service.forms import FormSpec
from service.runtime.formulas import Formulas
from tests.conftest import MORNING


@dataclass(frozen=True)
class Source:
    id: str
    type: str = "string"
    label: str = ""
    default: str | None = None
    options: Sequence[tuple[str, str]] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)


def deadline(names: Mapping[str, Any], key: str) -> Due:
    """Every limit ends three days after the variable of its name, or after this morning."""
    begun = names.get(f"{key}_at") or MORNING
    return Due(begun + timedelta(days=3), key, "", begun, None)


LANGUAGE = Formulas(deadline, MORNING)


def form(*fields: Source) -> FormSpec:
    return FormSpec.of(fields, LANGUAGE)


def sent(*pairs: tuple[str, str], **values: str) -> "MultiDict[str, str]":
    return MultiDict([*pairs, *values.items()])
