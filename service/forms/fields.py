"""A field is what a diagram says of one question: its type, its limits, where its choices come from."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

# The type names a diagram may use, with the words a designer reads.
FIELD_TYPES: Mapping[str, str] = {
    "string": "单行文字",
    "longtext": "多行文字",
    "long": "整数",
    "number": "小数",
    "date": "日期",
    "boolean": "是或否",
    "enum": "单选",
    "choices": "多选",
    "person": "人员",
    "unit": "单位",
    "units": "多个单位",
    "file": "附件",
    "table": "表格",
}
LISTS = frozenset({"choices", "units", "file", "table"})
CHOSEN = frozenset({"enum", "choices", "person", "unit", "units"})
CELL_TYPES = frozenset(
    {"string", "longtext", "long", "number", "date", "boolean", "enum", "person", "unit"}
)
# Values too long or too deep to route on stay out of the variables unless the diagram asks for them.
_NOT_ROUTED = frozenset({"longtext", "choices", "file", "table"})
_SOURCES = {"person": "people", "unit": "units", "units": "units"}
LONGEST = 20_000  # letters of a text, where the designer sets no limit
_LENGTHS = {"string": 200, "longtext": LONGEST}
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


class Option(NamedTuple):
    code: str
    label: str


class FieldSource(Protocol):
    """What the engine found in a diagram's `formField`."""

    @property
    def id(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def default(self) -> str | None: ...
    @property
    def options(self) -> Sequence[tuple[str, str]]: ...
    @property
    def constraints(self) -> Mapping[str, str]: ...
    @property
    def properties(self) -> Mapping[str, str]: ...


class FieldFaulty(ValueError):
    """A field of a diagram that no form can be made of; the sentence is for the designer."""


@dataclass(frozen=True)
class Field:
    id: str
    label: str
    type: str
    required: bool = False
    readonly: bool = False
    default: str = ""
    help: str = ""
    show_if: str = ""
    source: str = ""
    prefill: str = ""  # the list whose first row says what the field starts with
    options: tuple[Option, ...] = ()
    minimum: str = ""  # a number, a date or a count; may be ${…}
    maximum: str = ""
    min_length: int = 0
    max_length: int = 0  # 0: no limit of its own
    shortest: str = ""  # ${…}, a number of letters beside that one
    longest: str = ""
    rows: int = 0
    columns: tuple["Field", ...] = ()
    is_variable: bool = True

    @property
    def is_list(self) -> bool:
        return self.type in LISTS

    @property
    def has_given_rows(self) -> bool:
        """Is each row one of the source's, to be answered?"""
        return any(column.readonly for column in self.columns)

    @classmethod
    def of(cls, source: FieldSource) -> "Field":
        """Read a field of a diagram; raise `FieldFaulty` where it cannot work."""
        if source.type not in FIELD_TYPES:
            raise FieldFaulty(
                f"字段“{source.id}”的类型“{source.type}”不认识，请改用：{'、'.join(FIELD_TYPES)}。"
            )
        if not _IDENTIFIER.fullmatch(source.id):
            raise FieldFaulty(f"字段标识“{source.id}”只能用字母、数字和下划线，且不能以数字开头。")
        constraints, properties = source.constraints, source.properties
        type_ = source.type
        return cls(
            id=source.id,
            label=source.label or source.id,
            type=type_,
            required=is_on(constraints.get("required", "false")),
            readonly=is_on(constraints.get("readonly", "false")),
            default=source.default or "",
            help=properties.get("help", ""),
            show_if=properties.get("showIf", ""),
            source=properties.get("source", "" if source.options else _SOURCES.get(type_, "")),
            prefill=properties.get("prefill", ""),
            options=tuple(Option(*pair) for pair in source.options),
            minimum=_bound(source, "min"),
            maximum=_bound(source, "max"),
            min_length=_length(source, "minlength"),
            max_length=_length(source, "maxlength") or _LENGTHS.get(type_, 0),
            shortest=_computed(constraints.get("minlength", "")),
            longest=_computed(constraints.get("maxlength", "")),
            rows=_count(source.id, "rows", properties.get("rows", "")),
            columns=_columns(source) if type_ == "table" else (),
            is_variable=is_on(properties["variable"])
            if "variable" in properties
            else type_ not in _NOT_ROUTED,
        )


def is_on(text: str) -> bool:
    """Say whether a constraint or property counts: it need not say so, only when it does not."""
    return text.strip().lower() not in {"false", "no", "0"}


def _count(field_id: str, name: str, text: str) -> int:
    if not text:
        return 0
    if not text.strip().isdecimal():
        raise FieldFaulty(f"字段“{field_id}”的 {name} 要写成整数，现在是“{text}”。")
    return int(text)


def is_computed(text: str) -> bool:
    """Say whether a text of a diagram is an expression."""
    return text.startswith(("${", "#{"))


def _length(source: FieldSource, name: str) -> int:
    text = source.constraints.get(name, "")
    return 0 if is_computed(text.strip()) else _count(source.id, name, text)


def _computed(text: str) -> str:
    """Return a limit that is an expression, "" for any other."""
    return text.strip() if is_computed(text.strip()) else ""


def _bound(source: FieldSource, name: str) -> str:
    text = source.constraints.get(name, "").strip()
    if not text or is_computed(text):
        return text
    is_date = source.type == "date"
    pattern = r"\d{4}-\d{2}-\d{2}" if is_date else r"-?\d+(\.\d+)?"
    if not re.fullmatch(pattern, text):
        wanted = "日期，例如 2026-11-23" if is_date else "数字"
        raise FieldFaulty(f"字段“{source.id}”的 {name} 要写成{wanted}，现在是“{text}”。")
    return text


def _columns(source: FieldSource) -> tuple[Field, ...]:
    """Read `item:longtext:代表建议=;state:enum:状态!:resolved=已解决|later=以后解决`.

    `!` after a label: to be filled in. `=`: as the table's source gives it, shown and not asked; such a table has
    the source's rows and no others.
    """
    columns = tuple(
        _column(source.id, part.strip())
        for part in source.properties.get("columns", "").split(";")
        if part.strip()
    )
    if not columns:
        raise FieldFaulty(f"表格“{source.id}”没有列，请在属性 columns 里写明各列。")
    if any(column.readonly for column in columns) and not source.properties.get("source"):
        raise FieldFaulty(
            f"表格“{source.id}”有只读的列（标签后带“=”），请用属性 source 写明内容从哪里来。"
        )
    if len({column.id for column in columns}) < len(columns):
        raise FieldFaulty(f"表格“{source.id}”有两列标识相同，请改成不同的标识。")
    return columns


def _column(table: str, text: str) -> Field:
    column_id, type_, label, choices = (*(p.strip() for p in text.split(":", 3)), "", "", "")[:4]
    if not _IDENTIFIER.fullmatch(column_id) or type_ not in CELL_TYPES:
        raise FieldFaulty(
            f"表格“{table}”的列“{text}”写法不对，应为“标识:类型:标签”，"
            f"类型可用：{'、'.join(t for t in FIELD_TYPES if t in CELL_TYPES)}。"
        )
    options = tuple(
        Option(*(p.strip() for p in pair.split("=", 1)))
        for pair in choices.split("|")
        if "=" in pair
    )
    if type_ == "enum" and not options:
        raise FieldFaulty(
            f"表格“{table}”的列“{column_id}”是单选，请在后面写明选项：代码=标签|代码=标签。"
        )
    return Field(
        id=column_id,
        label=label.rstrip("!=") or column_id,
        type=type_,
        required=label.endswith("!"),
        readonly=label.endswith("="),
        options=options,
        source="" if options else _SOURCES.get(type_, ""),
        max_length=_LENGTHS.get(type_, 0),
    )
