"""One rule as a form without script: a sign and one or two values for each condition, words for each result."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from service.engine.checking.lint import Finding
from service.engine.deciding import spoken
from service.engine.deciding.sheets import Column, Line, Sheet
from service.engine.deciding.spoken import Labels, Simple
from service.engine.feel.kinds import CellInvalid

LONGEST = 1000  # letters of what is typed into one field
_YES_NO = {"true": "是", "false": "否"}


@dataclass(frozen=True)
class Spoken:
    """One rule in words, as a page lists it."""

    key: str
    number: int
    conditions: tuple[tuple[str, str], ...]  # column and condition, those that ask for something
    results: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Condition:
    """What a rule asks of one column, to be filled in."""

    column: Column
    number: int
    value: Simple
    error: str = ""

    @property
    def signs(self) -> Mapping[str, str]:
        return spoken.offered(self.column.kind)

    @property
    def is_asked(self) -> bool:
        return self.value.sign != "any" or bool(self.error)


@dataclass(frozen=True)
class Result:
    """What a rule gives in one column, to be filled in: words, one of several choices, or the text of a cell."""

    column: Column
    number: int
    value: str
    choices: Mapping[str, str] = field(default_factory=dict)
    is_words: bool = False
    error: str = ""


@dataclass(frozen=True)
class Row:
    """A rule in a form: what was typed, the texts of its cells, and what is wrong with them."""

    conditions: tuple[Condition, ...]
    results: tuple[Result, ...]
    note: str
    texts: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # what is wrong elsewhere in the table

    @property
    def faults(self) -> list[tuple[str, str]]:
        """Return what is wrong, each with the field that is to be put right."""
        found = [
            (f"sign-{one.number}", f"{one.column.label}：{one.error}")
            for one in self.conditions
            if one.error
        ]
        found += [
            (f"result-{one.number}", f"{one.column.label}：{one.error}")
            for one in self.results
            if one.error
        ]
        return found + [("", one) for one in self.others]

    def told(self, line: Line, findings: Sequence[Finding]) -> "Row":
        """Return the row with what a check says of its cells at these, and the rest above."""
        by_cell = {
            one.element: one.message.rpartition("列：")[2] for one in findings if one.element
        }
        conditions = tuple(
            replace(one, error=by_cell.pop(cell.id, ""))
            for one, cell in zip(self.conditions, line.conditions, strict=True)
        )
        results = tuple(
            replace(one, error=by_cell.pop(cell.id, ""))
            for one, cell in zip(self.results, line.results, strict=True)
        )
        others = tuple(one.message for one in findings if not one.element or one.element in by_cell)
        return replace(self, conditions=conditions, results=results, others=others)


def spoken_of(line: Line, sheet: Sheet, labels: Labels) -> Spoken:
    """Say one rule of a table in words."""
    return Spoken(
        line.key,
        sheet.number(line.key),
        tuple(
            (column.label, spoken.condition(cell.text, column.kind))
            for column, cell in zip(sheet.inputs, line.conditions, strict=False)
            if cell.text not in {"", "-"}
        ),
        tuple(
            spoken.result(cell.text, column, sheet, labels)
            for column, cell in zip(sheet.outputs, line.results, strict=False)
        ),
        line.note,
    )


def of(sheet: Sheet, key: str, labels: Labels) -> Row:
    """Return a rule of a table as a form, or an empty one where no key is given."""
    line = sheet.line(key) if key else None
    asked = [cell.text for cell in line.conditions] if line else [""] * len(sheet.inputs)
    given = [cell.text for cell in line.results] if line else [""] * len(sheet.outputs)
    return Row(
        tuple(
            Condition(column, number, spoken.simple(text, column.kind))
            for number, (column, text) in enumerate(zip(sheet.inputs, asked, strict=True))
        ),
        tuple(
            _result(column, number, text, sheet, labels)
            for number, (column, text) in enumerate(zip(sheet.outputs, given, strict=True))
        ),
        line.note if line else "",
    )


def typed(sheet: Sheet, key: str, labels: Labels, form: Mapping[str, str]) -> Row:
    """Return a rule as somebody filled it in, with the texts of its cells, or with what is wrong at each."""
    before = of(sheet, key, labels)
    texts: list[str] = []
    conditions = tuple(_typed_condition(one, form, texts) for one in before.conditions)
    results = tuple(_typed_result(one, form, sheet, texts) for one in before.results)
    note = form.get("note", "").strip()[:LONGEST]
    return Row(conditions, results, note, tuple(texts))


def _result(column: Column, number: int, text: str, sheet: Sheet, labels: Labels) -> Result:
    if column.kind == "boolean" and text in {"", *_YES_NO}:
        return Result(column, number, text, _YES_NO)
    if column.values and text in {"", *column.values}:
        names = labels.get(column.name, {})
        choices = {
            one: names.get(spoken.plain_text(one) or "", one.strip('"')) for one in column.values
        }
        return Result(column, number, text, choices)
    plain = spoken.plain_text(text) if text else ""
    if column.kind == "text" and plain is not None:
        return Result(column, number, spoken.with_labels(plain, sheet), is_words=True)
    return Result(column, number, text)


def _typed_condition(one: Condition, form: Mapping[str, str], texts: list[str]) -> Condition:
    number = one.number
    sent = (form.get(f"{name}-{number}", "")[:LONGEST] for name in ("sign", "first", "second"))
    value = Simple(*sent)
    try:
        texts.append(spoken.text_of(value, one.column.kind))
    except CellInvalid as invalid:
        return replace(one, value=value, error=str(invalid))
    return replace(one, value=value)


def _typed_result(one: Result, form: Mapping[str, str], sheet: Sheet, texts: list[str]) -> Result:
    value = form.get(f"result-{one.number}", "").strip()[:LONGEST]
    changed = replace(one, value=value)
    try:
        if one.choices and value not in one.choices:
            raise CellInvalid("请选择一项。")
        if one.is_words:
            texts.append(spoken.quoted(spoken.with_names(value, sheet)) if value else "")
        else:
            texts.append(value)
    except CellInvalid as invalid:
        return replace(changed, error=str(invalid))
    return changed
