"""What a template draws of a form: every label, hint, error and choice worked out beforehand."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from service.forms import visibility
from service.forms.fields import LONGEST, Field, Option
from service.forms.values import spoken_date
from service.forms.visibility import Condition

_CONTROLS = {
    "string": "text",
    "long": "text",
    "number": "text",
    "date": "date",
    "longtext": "textarea",
    "boolean": "radios",
    "enum": "radios",
    "person": "select",
    "unit": "select",
    "choices": "checkboxes",
    "units": "checkboxes",
    "file": "file",
    "table": "table",
}
_KEYBOARDS = {"long": "numeric", "number": "decimal"}
_YES_NO = (Option("true", "是"), Option("false", "否"))
_NONE = Option("", "不填")
_MANY = 7  # from here on one choice is a list to open, not a row of buttons
_BLANK_ROWS = 3
_WIDE = 4  # columns
_LONG_LABEL = 14

Days = tuple[str, str]
"""The first and the last day a date may be, "" where there is none."""


@dataclass(frozen=True)
class ChoiceView:
    id: str
    value: str
    label: str
    checked: bool


@dataclass(frozen=True)
class RowView:
    number: int
    cells: tuple["FieldView", ...]


@dataclass(frozen=True)
class FieldView:
    id: str
    name: str
    type: str
    label: str
    control: str  # text | date | textarea | select | radios | checkboxes | file | table | readonly
    text: str
    required: bool
    hints: tuple[str, ...]
    error: str
    choices: tuple[ChoiceView, ...] = ()
    columns: tuple[Field, ...] = ()
    rows: tuple[RowView, ...] = ()
    height: int = 5
    max_length: int = 0
    keyboard: str = ""
    days: Days = ("", "")  # between which a date is
    show_when: str = ""  # JSON the page's script follows
    is_fixed: bool = False  # shown, not asked
    has_given_rows: bool = False  # a table whose rows come from a list, none to add
    is_wide: bool = False  # a table with too many columns to stand side by side

    @property
    def anchor(self) -> str:
        """The id an error summary's link leads to: the thing to put right."""
        if self.control == "file":
            return f"{self.id}-new"
        if self.control == "table" and self.rows:
            cells = self.rows[0].cells
            return next((cell.anchor for cell in cells if not cell.is_fixed), self.id)
        is_group = self.control in {"radios", "checkboxes"} and self.choices
        return self.choices[0].id if is_group else self.id

    @property
    def has_long_choices(self) -> bool:
        """Do the choices read better one below the other?"""
        return any(len(choice.label) > _LONG_LABEL for choice in self.choices)

    @property
    def described_by(self) -> str:
        parts = [f"{self.id}-hint"] if self.hints else []
        return " ".join(parts + ([f"{self.id}-error"] if self.error else []))


@dataclass(frozen=True)
class FormView:
    fields: tuple[FieldView, ...]
    errors: tuple[tuple[str, str], ...]  # anchor ("" where there is none) and sentence
    missing: tuple[str, ...]  # labels of what must still be filled in
    has_files: bool = False


@dataclass(frozen=True)
class Answer:
    id: str
    label: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    files: tuple[int, ...] = ()


def form(
    fields: Sequence[Field],
    values: Mapping[str, Any],
    messages: Mapping[str, str],
    options: Mapping[str, Any],
    conditions: Mapping[str, Condition | None],
    days: Mapping[str, Days],
    more_rows: str = "",
) -> FormView:
    """Return what is drawn; `conditions` are those of the fields that do not always apply, `days` the limits of dates."""
    by_id = {f.id: f for f in fields}
    views = [
        _field(f, f.id, values.get(f.id), messages, options, more_rows == f.id) for f in fields
    ]
    views = [
        _with_condition(view, conditions[view.id], by_id, options)
        if view.id in conditions
        else view
        for view in views
    ]
    views = [
        replace(view, days=days[view.id]) if view.control == "date" and view.id in days else view
        for view in views
    ]
    return FormView(
        fields=tuple(views),
        errors=_errors(views, messages),
        missing=tuple(
            f.label
            for f in fields
            if f.required and not f.show_if and not f.readonly and _is_blank(values.get(f.id))
        ),
        has_files=any(f.type == "file" for f in fields),
    )


def answer(field_: Field, value: Any, options: Mapping[str, Sequence[Option]]) -> Answer:
    if field_.type == "table":
        return Answer(
            field_.id,
            field_.label,
            "",
            tuple(column.label for column in field_.columns),
            tuple(
                tuple(_spoken(column, row.get(column.id), options) for column in field_.columns)
                for row in value
            ),
        )
    if field_.type == "file":
        return Answer(field_.id, field_.label, "", files=tuple(int(item) for item in value))
    return Answer(field_.id, field_.label, _spoken(field_, value, options))


def _spoken(field_: Field, value: Any, options: Mapping[str, Any]) -> str:
    """A value in the words a reader expects."""
    if value is None or value == "":
        return ""
    if field_.type == "boolean":
        return "是" if value in (True, "true") else "否"
    if field_.type == "date":
        return spoken_date(date.fromisoformat(str(value)))
    labels = {option.code: option.label for option in _options(field_, options)}
    if isinstance(value, list):
        return "、".join(labels.get(str(item), str(item)) for item in value)
    return labels.get(str(value), _typed(value))


def _typed(value: Any) -> str:
    """A value as the text a person would have typed."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _options(field_: Field, options: Mapping[str, Any]) -> Sequence[Option]:
    if field_.type == "boolean":
        return _YES_NO
    if field_.type == "file":
        return [Option(*pair) for pair in options.get("attachments", ())]
    if field_.options or field_.type == "table" or not field_.source:
        return field_.options
    return [Option(*pair) for pair in options.get(field_.source, ())]


def _field(
    field_: Field,
    name: str,
    value: Any,
    messages: Mapping[str, str],
    options: Mapping[str, Any],
    is_growing: bool = False,
) -> FieldView:
    choices = _options(field_, options)
    control = _CONTROLS[field_.type]
    if control == "radios" and len(choices) > _MANY:
        control = "select"
    if field_.readonly and field_.type != "table":
        control = "readonly"
    return FieldView(
        id=name,
        name=name,
        type=field_.type,
        label=field_.label,
        control=control,
        text=_spoken(field_, value, options)
        if control == "readonly"
        else ("" if field_.is_list else _typed(value)),
        required=field_.required,
        hints=_hints(field_),
        error=messages.get(name, ""),
        choices=_choices(field_, name, value, choices, may_be_none=_may_be_none(field_, control)),
        columns=field_.columns,
        rows=_rows(field_, name, value, messages, options, is_growing),
        height=field_.rows or 5,
        max_length=field_.max_length if _is_counted(field_) else 0,
        keyboard=_KEYBOARDS.get(field_.type, ""),
        is_fixed=field_.readonly,
        has_given_rows=field_.readonly or field_.has_given_rows,
        is_wide=len(field_.columns) > _WIDE and not field_.readonly,
    )


def _is_counted(field_: Field) -> bool:
    """Did the designer set a limit of their own? Nobody needs to be told of the one there always is."""
    return field_.type == "longtext" and field_.max_length < LONGEST


def _hints(field_: Field) -> tuple[str, ...]:
    hints = [field_.help] if field_.help else []
    if field_.type == "longtext":
        least = [f"至少 {field_.min_length} 个字"] if field_.min_length else []
        most = [f"最多 {field_.max_length} 个字"] if _is_counted(field_) else []
        hints += [f"{'，'.join(least + most)}。"] if least + most else []
    if field_.type == "file" and not field_.readonly:
        hints.append("可以一次选多个文件，支持图片、PDF、Word、Excel 和文本文件。")
    if field_.type == "table" and not (field_.readonly or field_.has_given_rows):
        hints.append("用不到的行留空；把一行清空就是删除这一行。")
    return tuple(hints)


def _may_be_none(field_: Field, control: str) -> bool:
    """Must a choice be offered by which one that was made is taken back? A button once pressed stays so."""
    return control == "radios" and not field_.required


def _choices(
    field_: Field, name: str, value: Any, choices: Sequence[Option], *, may_be_none: bool
) -> tuple[ChoiceView, ...]:
    picked = {_typed(item) for item in (value if isinstance(value, (list, tuple)) else [value])}
    if field_.type == "file":
        choices = [option for option in choices if option.code in picked]
    if may_be_none and choices:
        choices = [*choices, _NONE]
    return tuple(
        ChoiceView(f"{name}-{number}", option.code, option.label, option.code in picked)
        for number, option in enumerate(choices)
    )


def _rows(
    field_: Field,
    name: str,
    value: Any,
    messages: Mapping[str, str],
    options: Mapping[str, Any],
    is_growing: bool,
) -> tuple[RowView, ...]:
    if field_.type != "table":
        return ()
    kept = [row for row in (value or []) if isinstance(row, Mapping)]
    blank: list[Mapping[str, Any]] = [{}] * (
        0 if field_.readonly or field_.has_given_rows else _blanks(field_, kept, is_growing)
    )
    return tuple(
        RowView(
            number,
            tuple(
                _cell(
                    replace(column, readonly=field_.readonly or column.readonly),
                    f"{name}-{number}-{column.id}",
                    row,
                    messages,
                    options,
                    number,
                )
                for column in field_.columns
            ),
        )
        for number, row in enumerate([*kept, *blank])
    )


def _blanks(field_: Field, kept: Sequence[Any], is_growing: bool) -> int:
    """Three blank rows to begin with, or one large one; afterwards one more each time it is asked for."""
    at_first = 1 if len(field_.columns) > _WIDE else _BLANK_ROWS
    return max(at_first - len(kept), 0) + is_growing


def _cell(
    column: Field,
    name: str,
    row: Mapping[str, Any],
    messages: Mapping[str, str],
    options: Mapping[str, Any],
    number: int,
) -> FieldView:
    view = _field(column, name, row.get(column.id), messages, options)
    # A group of radio buttons does not fit a cell; a list to open does.
    control = "select" if view.control == "radios" else view.control
    return replace(
        view,
        control=control,
        choices=tuple(choice for choice in view.choices if choice.value),  # 请选择 is none
        label=f"第 {number + 1} 行{column.label}",
        hints=(),
        height=2,
        max_length=0,
    )


def _with_condition(
    view: FieldView,
    condition: Condition | None,
    fields: Mapping[str, Field],
    options: Mapping[str, Any],
) -> FieldView:
    hint = visibility.sentence(condition, fields, options)
    return replace(
        view,
        hints=(hint, *view.hints),
        show_when=json.dumps(condition, ensure_ascii=False) if condition else "",
    )


def _errors(views: Sequence[FieldView], messages: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Every message in the order of the page, each with the place to put it right."""
    anchors: dict[str, str] = {}
    for view in views:
        anchors[view.name] = view.anchor
        anchors |= {cell.name: cell.anchor for row in view.rows for cell in row.cells}
    order = {name: number for number, name in enumerate(anchors)}
    return tuple(
        (anchors.get(name, ""), messages[name])
        for name in sorted(messages, key=lambda name: order.get(name, len(order)))
    )


def _is_blank(value: Any) -> bool:
    return value is None or value == [] or (isinstance(value, str) and not value.strip())
