"""A table tried with values somebody makes up: a form of what it looks at, and what comes out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from service.engine.checking.lint import Finding
from service.engine.deciding import compared
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Table
from service.engine.deciding.spoken import Labels
from service.engine.feel import kinds
from service.engine.feel.operands import Computed
from service.errors import ServiceError
from service.runtime import amending
from service.runtime.amending import Draft

_LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """One value to make up."""

    name: str
    label: str
    kind: str
    text: str
    error: str = ""

    @property
    def value(self) -> Any:
        """What the table is asked with; nothing typed is no value, of a question with yes or no it is no."""
        if self.kind == "boolean":
            return self.text == "true"
        if not self.text:
            return 0 if self.kind in {"integer", "number"} else None
        return kinds.number(self.text) if kinds.NUMBER.fullmatch(self.text) else self.text


@dataclass(frozen=True)
class Form:
    fields: tuple[Asked, ...]
    is_sent: bool

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [
            (f"value-{one.name}", f"{one.label}：{one.error}") for one in self.fields if one.error
        ]

    @property
    def is_filled(self) -> bool:
        """Was it handed in, with nothing wrong?"""
        return self.is_sent and not self.errors

    @property
    def values(self) -> dict[str, Any]:
        return {one.name: one.value for one in self.fields}


@dataclass(frozen=True)
class Outcome:
    """Which rules hit, in words, or why the table cannot say."""

    rules: tuple[tuple[int, str], ...] = ()
    fault: str = ""


def form(decision: Decision, sent: Mapping[str, str]) -> Form:
    """Return a field for every name a table and those it requires look at."""
    found = {name: (label, kind) for name, label, kind in _names(decision)}
    is_sent = "tried" in sent
    fields = (
        Asked(name, label, kind, text, _fault(kind, text))
        for name, (label, kind) in found.items()
        for text in [sent.get(f"value-{name}", "").strip()[:_LONGEST]]
    )
    return Form(tuple(fields), is_sent)


def outcome(draft: Draft, decision_id: str, values: Form, labels: Labels) -> Outcome:
    """Ask a checked table; what it cannot answer is said in words."""
    sheet = draft.sheet(decision_id)
    decision = amending.decision(draft, decision_id)
    try:
        numbers = decision.hits(values.values)
        decision.answer(values.values)
    except ServiceError as error:
        return Outcome(fault=str(error))
    return Outcome(
        tuple(
            (one, _filled(compared.summary(sheet.lines[one - 1], sheet, labels), values))
            for one in numbers
        )
    )


def unreadable(errors: Sequence[Finding]) -> Outcome:
    """Return why a draft cannot be tried."""
    return Outcome(
        fault="草稿里有写错的地方，请先改正：" + "".join(one.message for one in errors[:3])
    )


def _names(decision: Decision) -> Iterator[tuple[str, str, str]]:
    """Yield each name that is looked at, with its label and its kind, those of a column of its own first."""
    given = {
        name
        for one in decision.required
        for name in (one.id, one.variable, *one.logic.output_names)
    }
    logic = decision.logic
    if isinstance(logic, Table):
        for column in logic.inputs:
            if not isinstance(column.value, Computed):
                continue
            known = column.value.expression.names - given
            is_alone = column.value.expression.text.strip() in known
            for name in sorted(known):
                yield name, column.label if is_alone else name, column.kind if is_alone else "any"
    for required in decision.required:
        yield from _names(required)


def _fault(kind: str, text: str) -> str:
    if text and kind in {"integer", "number"} and not re.fullmatch(r"-?\d{1,9}(\.\d{1,6})?", text):
        return "请只写数字，例如 11。"
    return ""


def _filled(words: str, values: Form) -> str:
    """Write the numbers into a sentence that names them."""
    for one in values.fields:
        words = words.replace(f"{{{one.label}}}", str(one.value))
    return words
