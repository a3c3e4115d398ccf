"""One form: what it asks, what was answered, what is wrong with the answers."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

from service.errors import FormInvalid, ProcessFailed
from service.forms import values as reading
from service.forms import view as drawing
from service.forms import visibility
from service.forms.computing import Computing, Uncomputable
from service.forms.fields import Field, FieldSource, Option
from service.forms.visibility import NO_EXPRESSIONS, Condition, Language

Options = Mapping[str, Sequence[Option]]

ADD_ROW = "_add_row"  # the name of 「增加一行」; its value is the table's id
_MOST_ROWS = 200
_MOST_UNKNOWN = 3


class Sent(Protocol):
    """What a browser sent: several values per name (werkzeug's MultiDict)."""

    def getlist(self, key: str, /) -> list[str]: ...
    def __iter__(self) -> Any: ...


@dataclass(frozen=True)
class FormSpec:
    fields: tuple[Field, ...]
    language: Language = NO_EXPRESSIONS

    @classmethod
    def of(cls, fields: Sequence[FieldSource], language: Language = NO_EXPRESSIONS) -> "FormSpec":
        """Make a form of a diagram's fields; the language decides showIf and computes `${…}`."""
        return cls(tuple(Field.of(source) for source in fields), language)

    @cached_property
    def sources(self) -> frozenset[str]:
        """The named lists whose content `options` must hold."""
        asked = (*self.fields, *(column for field in self.fields for column in field.columns))
        return frozenset(name for field in asked for name in (field.source, field.prefill) if name)

    @property
    def has_files(self) -> bool:
        return any(field.type == "file" for field in self.fields)

    def initial(
        self,
        names: Mapping[str, Any],
        options: Mapping[str, Any],
        typed: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """What the form shows where nobody typed: defaults, computed in order, and the rows a source gives a table."""
        answers = dict(typed or {})
        shown: dict[str, Any] = {}
        for field in self.fields:
            computing = self.computing(names, answers)
            shown[field.id] = self._initial(field, computing, options)
            if field.readonly or field.id not in answers:
                answers[field.id] = shown[field.id]
        return shown

    def keep(self, sent: Sent) -> dict[str, Any]:
        """Take what was typed as it is, good or not: what a draft holds and a page shows again."""
        return {field.id: _given(field, sent) for field in self.fields if not field.readonly}

    def read(
        self, sent: Sent, names: Mapping[str, Any], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return typed values of what a browser sent, or raise `FormInvalid` with all of it kept."""
        return self._settle(self.keep(sent), self._unknown(sent), names, options)

    def check(
        self, values: Mapping[str, Any], names: Mapping[str, Any], options: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Return typed values of values that arrived as JSON, by the same rules as `read`."""
        known = {field.id for field in self.fields}
        unknown = [str(name) for name in values if name not in known]
        given = {f.id: values.get(f.id) for f in self.fields if not f.readonly}
        return self._settle(given, unknown, names, options)

    def variables(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values that become routing variables."""
        return {f.id: values[f.id] for f in self.fields if f.is_variable and f.id in values}

    def view(
        self,
        values: Mapping[str, Any],
        messages: Mapping[str, str],
        options: Mapping[str, Any],
        names: Mapping[str, Any],
        more_rows: str = "",
    ) -> "drawing.FormView":
        """What a template draws; `more_rows` names the table that was asked for another row."""
        typed = {key: value for key, value in values.items() if value is not None}
        shown = self.initial(names, options, typed) | typed
        asked = [field for field in self.fields if self._may_apply(field, names)]
        shown |= {f.id: _merged(f, shown[f.id], options) for f in asked if f.has_given_rows}
        conditions = self._conditions(asked, names)
        days = self._days(asked, names)
        return drawing.form(asked, shown, messages, options, conditions, days, more_rows)

    def computing(self, names: Mapping[str, Any], answers: Mapping[str, Any]) -> Computing:
        """Return what the expressions of the form come to over these answers."""
        return Computing({each.id: each for each in self.fields}, self.language, names, answers)

    def answers(self, values: Mapping[str, Any], options: Options) -> list["drawing.Answer"]:
        """What was answered, in words, for pages that show a submission."""
        return [
            drawing.answer(field, values[field.id], options)
            for field in self.fields
            if values.get(field.id) not in (None, [], "")
        ]

    def _may_apply(self, field: Field, names: Mapping[str, Any]) -> bool:
        """Could the field still apply? What the case itself rules out is not even shown."""
        by_id = {each.id: each for each in self.fields}
        if not field.show_if or visibility.follows_the_form(field.show_if, by_id, self.language):
            return True
        try:
            return self.computing(names, {}).applies(field)
        except Uncomputable:
            return True  # which is said when the form is handed in

    def _days(self, asked: Sequence[Field], names: Mapping[str, Any]) -> dict[str, drawing.Days]:
        """Return from which day to which a date may be, where that is known before anybody answers."""
        computing = self.computing(names, {})

        def known(field: Field, text: str) -> str:
            try:
                bound = None if computing.depends_on_answers(text) else computing.bound(field, text)
            except Uncomputable:
                bound = None
            return bound.value if bound else ""

        dates = [field for field in asked if field.type == "date"]
        return {each.id: (known(each, each.minimum), known(each, each.maximum)) for each in dates}

    def _conditions(
        self, asked: Sequence[Field], names: Mapping[str, Any]
    ) -> dict[str, Condition | None]:
        """Return when each field applies whose showIf depends on what is answered on the page."""
        by_id = {field.id: field for field in asked}
        return {
            field.id: visibility.condition(field.show_if, by_id, names, self.language)
            for field in asked
            if field.show_if and visibility.follows_the_form(field.show_if, by_id, self.language)
        }

    def _settle(
        self,
        given: Mapping[str, Any],
        unknown: Iterable[str],
        names: Mapping[str, Any],
        options: Mapping[str, Any],
    ) -> dict[str, Any]:
        messages = {
            name[:40]: f"表单里没有“{name[:40]}”这一项，可能是页面已经更新，请刷新页面后重新提交。"
            for name in list(unknown)[:_MOST_UNKNOWN]
        }
        answers, refused = self._read(given, names, options)
        computing = self.computing(names, answers)
        broken: ProcessFailed | None = None
        asked: list[Field] = []
        for field in self.fields:
            try:
                if computing.applies(field):
                    asked.append(field)
                else:
                    answers[field.id] = [] if field.is_list else None
            except Uncomputable as wrong:
                messages[field.id] = str(wrong)
                broken = broken or wrong.failure
        for field in asked:
            messages |= refused[field.id]
            try:
                if not refused[field.id]:
                    reading.limit(field, answers[field.id], computing)
            except reading.Refused as beyond:
                messages[field.id] = str(beyond)
            except Uncomputable as wrong:
                messages[field.id] = str(wrong)
                broken = broken or wrong.failure
        if messages:
            raise FormInvalid(messages, dict(given), broken)
        return answers

    def _read(
        self, given: Mapping[str, Any], names: Mapping[str, Any], options: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
        """Return every field's typed value and the sentences about it; what is only shown is computed from the others."""
        answers: dict[str, Any] = {}
        refused: dict[str, dict[str, str]] = {}
        for field in sorted(self.fields, key=lambda field: field.readonly):
            if field.readonly:
                value = self._initial(field, self.computing(names, answers), options)
            else:
                value = given.get(field.id)
            answers[field.id], refused[field.id] = _value(field, value, options)
        return {field.id: answers[field.id] for field in self.fields}, refused

    def _initial(self, field: Field, computing: Computing, options: Mapping[str, Any]) -> Any:
        for row in options[field.prefill][:1] if field.prefill else ():
            if row.get(field.id) not in (None, "", []):
                return row[field.id]
        if field.type == "table" and field.source and not field.default:
            return _merged(field, [], options) or [dict(row) for row in options[field.source]]
        if field.readonly and not field.default and field.id in computing.names:
            # Shown as it is, as Camunda does; an empty one would wipe it out.
            return computing.names[field.id]
        value = computing.default(field)
        if field.is_list and isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        return value

    def _unknown(self, sent: Sent) -> list[str]:
        known = {field.id for field in self.fields} | {"csrf_token"}
        tables = {field.id: {column.id for column in field.columns} for field in self.fields}
        return [name for name in sent if name not in known and not _is_control(name, tables)]


def choices(field: Field, options: Mapping[str, Any]) -> Sequence[Option]:
    """The options of a choice, and for files the ones that may be named."""
    if field.type == "file":
        return [Option(*pair) for pair in options.get("attachments", ())]
    if field.options or field.type == "table" or not field.source:
        return field.options
    return [Option(*pair) for pair in options[field.source]]


def _is_control(name: str, tables: Mapping[str, set[str]]) -> bool:
    """Is this the name of a button, a hidden helper or a table's cell?"""
    if name.startswith("_"):
        return True
    cell = re.fullmatch(r"(\w+)-\d{1,4}-(\w+)", name)
    return cell is not None and cell[2] in tables.get(cell[1], set())


def _given(field: Field, sent: Sent) -> Any:
    if field.type == "table":
        return _typed_rows(field, sent)
    values = sent.getlist(field.id)
    if (
        field.type == "file"
    ):  # the numbers of files that are kept already; new ones arrive beside the form
        return [value for value in values if value.isdecimal()]
    if field.is_list:
        return [value for value in values if value != ""]
    return values[-1] if values else ""


def _typed_rows(field: Field, sent: Sent) -> list[dict[str, str]]:
    """The rows that hold anything, renumbered: emptying a row removes it."""
    numbers = {
        int(cell[1])
        for name in sent
        if (cell := re.fullmatch(rf"{re.escape(field.id)}-(\d{{1,4}})-\w+", name))
    }
    rows: list[dict[str, str]] = []
    for number in sorted(numbers):
        row = {
            column.id: (sent.getlist(f"{field.id}-{number}-{column.id}") or [""])[-1]
            for column in field.columns
            if not column.readonly
        }
        if field.has_given_rows:
            rows += [{} for _ in range(min(number, _MOST_ROWS) - len(rows))]
            rows.append(row)
        elif any(text.strip() for text in row.values()):
            rows.append(row)
    return rows


def _merged(field: Field, given: Any, options: Mapping[str, Any]) -> Any:
    """Lay what was typed over the rows of the source, where the source alone says which rows there are."""
    given = [] if given is None else given
    if not field.has_given_rows or not isinstance(given, list):
        return given
    asked = {column.id for column in field.columns if not column.readonly}
    typed = [row if isinstance(row, Mapping) else {} for row in given]
    return [
        {column.id: row.get(column.id) for column in field.columns}
        | {key: value for key, value in _at(typed, number).items() if key in asked}
        for number, row in enumerate(options[field.source])
    ]


def _at(rows: Sequence[Mapping[str, Any]], number: int) -> Mapping[str, Any]:
    return rows[number] if number < len(rows) else {}


def _value(field: Field, given: Any, options: Mapping[str, Any]) -> tuple[Any, dict[str, str]]:
    """Return a field's typed value (None or [] where there is none) and the sentences about it."""
    try:
        if field.type == "table":
            return _rows(field, _merged(field, given, options), options)
        return reading.read(field, given, choices(field, options)), {}
    except reading.Refused as refused:
        return ([] if field.is_list else None), {field.id: str(refused)}


def _rows(
    field: Field, given: Any, options: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    rows = given or []
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise reading.Refused(f"“{field.label}”要按行填写，请刷新页面后重新填写。")
    if len(rows) > _MOST_ROWS:
        raise reading.Refused(f"“{field.label}”最多 {_MOST_ROWS} 行，请删减或改用附件。")
    messages: dict[str, str] = {}
    known = {column.id for column in field.columns}
    found = []
    for number, row in enumerate(rows):
        if extra := [str(key) for key in row if key not in known]:
            raise reading.Refused(f"“{field.label}”没有“{extra[0][:40]}”这一列，请刷新页面后重填。")
        cells: dict[str, Any] = {}
        for column in field.columns:
            try:
                cells[column.id] = reading.read(
                    column, row.get(column.id), choices(column, options)
                )
                reading.limit(column, cells[column.id], None)
            except reading.Refused as refused:
                messages[f"{field.id}-{number}-{column.id}"] = f"第 {number + 1} 行：{refused}"
        found.append(cells)
    return found, messages
