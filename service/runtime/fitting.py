"""Whether a value could stand where an operator wants it: as a form would take it, a repetition, a table of variables."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from math import isfinite
from typing import Any

import orjson

from service.engine.definitions import Element, ProcessDefinition
from service.errors import FormInvalid
from service.forms import Field, FormSpec
from service.runtime import submissions

LONGEST_NAME = 100
MOST_BYTES = 20_000  # of one value
_NAME = re.compile(r"[^\W\d]\w*")
_COUNTED = frozenset(
    {"loopCounter", "nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"}
)
_CHECKED = frozenset({"string", "boolean", "long", "number", "double", "date", "enum"})


def check(name: str, value: Any, reason: str) -> None:
    """Refuse what could not be a variable, whatever the process, and what has no reason."""
    messages = {}
    if len(name) > LONGEST_NAME or not _NAME.fullmatch(name) or name in _COUNTED:
        messages["name"] = (
            f"“{name[:40]}”不能作变量名：须以文字开头，不含空格和符号，最多 {LONGEST_NAME} 字，"
            "也不能是引擎自己数的 loopCounter、nrOf…。"
        )
    if not reason.strip():
        messages["reason"] = "请写明理由，它会写进事项的历史。"
    try:
        size = len(orjson.dumps(value))
    except TypeError:
        size = MOST_BYTES + 1
    if size > MOST_BYTES:
        messages["value"] = f"值太大，最多 {MOST_BYTES // 1000} kB；长的内容请存入登记的资料。"
    elif not _is_finite(value):
        messages["value"] = "NaN、Infinity 不是确定的数，存不下来。请写确定的数，或把种类选为空。"
    if messages:
        raise FormInvalid(messages, {})


def _is_finite(value: Any) -> bool:
    """Tell whether every number of a value is one; what is kept of another is nothing."""
    if isinstance(value, dict):
        return all(map(_is_finite, value.values()))
    if isinstance(value, list):
        return all(map(_is_finite, value))
    return not isinstance(value, float) or isfinite(value)


def fit(process: ProcessDefinition, name: str, value: Any) -> Any:
    """Return a value as the form that asks for it makes it, or refuse what form or repetition could not take."""
    if name in _collections(process) and not isinstance(value, list | dict):
        sentence = f'“{name}”是多次办理的名单，须是列表，如 ["JT", "GA"]；给出的是别的种类。'
        raise FormInvalid({"value": sentence}, {})
    for _, field in _fields(process, name):
        value = None if value is None else _as_answer(field, value)
    return orjson.loads(orjson.dumps(value))  # a day as variables keep it


def answered(processes: Iterable[ProcessDefinition], name: str, value: Any) -> str:
    """Return the step whose form somebody has answered with this value, "" where no form would take it.

    All processes of an instance are asked: those it calls are handed what was answered in others.
    """
    if value is None:
        return ""
    for element, field in (found for one in processes for found in _fields(one, name)):
        try:
            _as_answer(field, value)
        except FormInvalid:
            continue
        return element.name or element.id
    return ""


def _as_answer(field: Field, value: Any) -> Any:
    """Return what a form makes of a value, or raise FormInvalid with the sentence beside the value."""
    if field.type not in _CHECKED or field.source or "$" in field.minimum + field.maximum:
        return value
    plain = replace(field, show_if="", readonly=False, required=False, default="", prefill="")
    try:
        return FormSpec((plain,)).check({field.id: value}, {}, {})[field.id]
    except FormInvalid as error:
        raise FormInvalid({"value": error.messages[field.id]}, {}) from error


def _fields(process: ProcessDefinition, name: str) -> Iterator[tuple[Element, Field]]:
    for element in process.elements.values():
        if not submissions.is_sealed(element):
            for source in element.fields:
                if source.id == name:
                    yield element, Field.of(source)


def _collections(process: ProcessDefinition) -> frozenset[str]:
    """Return the variables that are, as they stand, the collection of a repetition."""
    repeated = (one.repetition for one in process.elements.values() if one.repetition is not None)
    return frozenset(one.collection.strip().removeprefix("${").rstrip("}") for one in repeated)
