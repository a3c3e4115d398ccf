"""A step that fails on what somebody just left empty or mistyped is a sentence at that field, not an incident."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from service.engine.definitions import DefinitionSet, Element
from service.engine.feel.kinds import CellFailed
from service.engine.language.conversions import ConversionFailed
from service.engine.language.timing import TimeInvalid
from service.errors import FormInvalid, ProcessFailed
from service.forms import Field
from service.forms.computing import is_empty
from service.runtime import submissions

_LONGEST = 40  # letters of a value that are repeated


@contextmanager
def at_fields(
    definitions: DefinitionSet, element: Element | None, values: Mapping[str, Any]
) -> Iterator[None]:
    """Name a failure of the steps behind a form at the fields on whose values they failed, where it has such.

    Values of the case that nobody can change on the form may be the cause as well, unless a field is empty: then what
    failed stays an incident beside the sentence.
    """
    try:
        yield
    except ProcessFailed as error:
        read = [field for field in submissions.fields(element) if field.id in error.names]
        if not read:
            raise
        empty = [field for field in read if is_empty(values.get(field.id))]
        is_theirs = bool(empty) or error.names <= {field.id for field in read}
        step = _step(definitions, error)
        messages = {
            field.id: _sentence(field, values.get(field.id), step, error) for field in empty or read
        }
        raise FormInvalid(messages, values, None if is_theirs else error) from error


@contextmanager
def at_nobody() -> Iterator[None]:
    """Let a failure be one again where nobody sits at the form whose values were the cause."""
    try:
        yield
    except FormInvalid as invalid:
        if isinstance(invalid.__cause__, ProcessFailed):
            raise invalid.__cause__ from None
        raise


def _sentence(field: Field, value: Any, step: str, error: ProcessFailed) -> str:
    if is_empty(value):
        return f"后面的{step}要用到“{field.label}”，没有填写就走不下去。请填写后再提交。"
    given = f"“{str(value)[:_LONGEST]}”" if isinstance(value, str | int | float) else "的内容"
    return f"“{field.label}”填的{given}不能用于后面的{step}{_why(error)}，流程走不下去。请改正后再提交。"


def _why(error: ProcessFailed) -> str:
    cause = error.__cause__
    if isinstance(cause, ConversionFailed | TimeInvalid | CellFailed):
        return f"（{str(cause).rstrip('。')}）"
    return ""


def _step(definitions: DefinitionSet, error: ProcessFailed) -> str:
    found = (
        process.elements[error.element].name
        for process in definitions.processes.values()
        if error.element in process.elements
    )
    name = next(found, "")
    return f"“{name}”" if name else "环节"
