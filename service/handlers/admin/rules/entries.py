"""The rows of a list as a form: what each field offers, what was typed, what is wrong with it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.datastructures import MultiDict

from service import rulebook
from service.rulebook import Control, Fault, Listing, Row

Options = Mapping[Control, Mapping[str, str]]
"""What may be chosen in fields whose choices the register knows: committees and units, by code."""
Typed = dict[str, Any]
"""One row as it was typed, by field: a text, or several codes."""

_SEPARATORS = re.compile(r"[、，,;；\s]+")
_YES_NO = {"true": "是", "false": "否"}
_MOST_LETTERS = 1000


@dataclass(frozen=True)
class Entry:
    """One field of one row."""

    name: str
    field: str
    label: str
    hint: str
    control: Control
    text: str
    chosen: tuple[str, ...]
    choices: Mapping[str, str]
    longest: int
    may_be_empty: bool
    error: str = ""


@dataclass(frozen=True)
class Line:
    """One row of a list in a form."""

    number: int
    title: str
    entries: tuple[Entry, ...]


def typed_of(row: Row) -> Typed:
    """Return a row as a form shows it before anybody typed."""
    found: Typed = {}
    for name in type(row).model_fields:
        value = getattr(row, name)
        control = Control(rulebook.control_of(type(row), name)["control"])
        if control is Control.UNITS:
            found[name] = list(value)
        elif control is Control.WORDS:
            found[name] = "、".join(value)
        elif control is Control.FLAG:
            found[name] = "true" if value else "false"
        else:
            found[name] = str(value)
    return found


def blank(listing: Listing[Any], taken: Sequence[str]) -> Typed:
    """Return a row nobody has filled in, with a code of its own where people do not choose it."""
    found: Typed = {}
    for name in listing.row.model_fields:
        control = Control(rulebook.control_of(listing.row, name)["control"])
        found[name] = {Control.UNITS: [], Control.FLAG: "true"}.get(control, "")
        if name == "code" and control is Control.FIXED:
            found[name] = next(
                key for n in range(1, len(taken) + 2) if (key := f"{listing.name}_{n}") not in taken
            )
    return found


def sent(
    listing: Listing[Any], form: "MultiDict[str, str]", before: Sequence[Typed]
) -> list[Typed]:
    """Return the rows a form sent, one for each that was shown; what cannot be changed stays as it was."""
    found = []
    for number, kept in enumerate(before):
        row: Typed = {}
        for name in listing.row.model_fields:
            control = Control(rulebook.control_of(listing.row, name)["control"])
            key = f"row-{number}-{name}"
            if control is Control.FIXED:
                row[name] = kept.get(name, "")
            elif control is Control.UNITS:
                row[name] = [code[:20] for code in form.getlist(key)][:100]
            else:
                row[name] = form.get(key, kept.get(name, ""))[:_MOST_LETTERS]
        found.append(row)
    return found


def lines(
    listing: Listing[Any], typed: Sequence[Typed], options: Options, faults: Sequence[Fault]
) -> tuple[Line, ...]:
    """Return the rows as a form, what is wrong beside its field."""
    wrong = {(fault.row, fault.field): fault.sentence for fault in faults if fault.field}
    return tuple(
        Line(
            number,
            str(row.get("name") or row.get("code") or "新的一行"),
            tuple(
                replace(entry, error=wrong.get((number, entry.field), ""))
                for entry in _entries(listing, number, row, options)
            ),
        )
        for number, row in enumerate(typed)
    )


def read(
    listing: Listing[Any], typed: Sequence[Typed], options: Options
) -> tuple[list[Row], list[Fault]]:
    """Return typed rows as rows of the list, and what is wrong with their fields; no rows where something is."""
    rows: list[dict[str, Any]] = []
    faults: list[Fault] = []
    for number, row in enumerate(typed):
        values: dict[str, Any] = {}
        for entry in _entries(listing, number, row, options):
            value, wrong = _value(entry)
            values[entry.field] = value
            if wrong:
                faults.append(Fault(number, entry.field, wrong))
        rows.append(values)
    if faults:
        return [], faults
    return [listing.row.model_validate(one) for one in rows], []


def _entries(listing: Listing[Any], number: int, row: Typed, options: Options) -> list[Entry]:
    found = []
    for name, info in listing.row.model_fields.items():
        extra = rulebook.control_of(listing.row, name)
        control = Control(extra["control"])
        given = row.get(name, "")
        choices: Mapping[str, str] = extra["choices"] or options.get(control, {})
        found.append(
            Entry(
                f"row-{number}-{name}",
                name,
                info.title or name,
                info.description or "",
                control,
                "" if isinstance(given, list) else str(given),
                tuple(given) if isinstance(given, list) else (),
                _YES_NO if control is Control.FLAG else choices,
                extra["longest"],
                extra["may_be_empty"],
            )
        )
    return found


def _value(entry: Entry) -> tuple[Any, str]:
    """Return what a field holds, and what is wrong with it."""
    text = entry.text.strip()
    if entry.control is Control.UNITS:
        return entry.chosen, ""
    if entry.control is Control.WORDS:
        words = tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text))))
        return words, "" if words or entry.may_be_empty else "请至少写一个词。"
    if entry.control is Control.FLAG:
        return text == "true", "" if text in _YES_NO else "请选“是”或“否”。"
    if not text:
        return "", "" if entry.may_be_empty else f"请填写“{entry.label}”。"
    if entry.control is Control.NUMBER:
        is_fine = text.isdecimal() and text.isascii() and int(text[:9]) <= entry.longest
        return int(
            text[:9]
        ) if is_fine else 0, "" if is_fine else f"请写 0 到 {entry.longest} 的整数。"
    if entry.control is Control.CHOICE and text not in entry.choices:
        return text, "请选择一项。"
    if len(text) > entry.longest:
        return text, f"最多 {entry.longest} 个字，现在有 {len(text)} 个，请缩短。"
    return text, ""
