"""The contract of an operation, read from its signature: the form, the variables it reads, what it gives."""

import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ConfigDict, create_model
from pydantic.fields import FieldInfo
from typing_extensions import is_typeddict

from service.engine.checking.contract import Contract, Need
from service.engine.checking.contract import Variable as Named
from service.operations.context import CaseOf, Flag, Form, Row, Variable

TEXTS = ("string", "longtext", "enum", "person", "unit")
_TYPES: dict[Any, tuple[str, ...]] = {
    str: TEXTS,
    int: ("long",),
    float: ("number", "long"),
    bool: ("boolean",),
    date: ("date",),
}
_LISTS: dict[Any, tuple[str, ...]] = {str: ("choices", "units"), int: ("file",)}


class SignatureFaulty(TypeError):
    """A function that cannot be an operation or a source as it is written; for its author."""


@dataclass(frozen=True)
class Signature:
    """How a function is called by name, and what it needs for that."""

    form: type[Form] | None
    reads: type[BaseModel] | None
    """A model of the variables it reads, None where the function is handed all of them."""
    owners: tuple[tuple[str, CaseOf], ...]
    """The variables that must belong to the case of the instance, and how their case is found."""
    contract: Contract


def of_operation(function: Callable[..., Any]) -> Signature:
    """Read `(context, form, *, variables…) -> TypedDict | None`."""
    hints = get_type_hints(function, include_extras=True)
    plain, named = _parameters(function)
    if len(plain) not in {1, 2}:
        raise SignatureFaulty(f"{function.__name__} takes a context, a form and keywords")
    form = hints.get(plain[1].name) if len(plain) == 2 else None
    if form is not None and not (isinstance(form, type) and issubclass(form, Form)):
        raise SignatureFaulty(f"{function.__name__}: {plain[1].name} is no Form")
    return _signature(function, form, named, hints, tuple(_gives(function, hints)))


def of_source(function: Callable[..., Any]) -> Signature:
    """Read `(session, *, variables…)`."""
    plain, named = _parameters(function)
    if len(plain) != 1:
        raise SignatureFaulty(f"{function.__name__} takes a session and keywords")
    hints = get_type_hints(function, include_extras=True)
    return _signature(function, None, named, hints, ())


def open_ended(function: Callable[..., Any]) -> Signature:
    """Return the signature of a stand-in: it is handed the context and says nothing of what it needs or gives."""
    return Signature(None, None, (), Contract(function.__name__, is_open=True))


def _parameters(
    function: Callable[..., Any],
) -> tuple[list[inspect.Parameter], list[inspect.Parameter]]:
    found = inspect.signature(function).parameters.values()
    keywords = [one for one in found if one.kind is one.KEYWORD_ONLY]
    return [one for one in found if one.kind is not one.KEYWORD_ONLY], keywords


def _signature(
    function: Callable[..., Any],
    form: type[Form] | None,
    named: list[inspect.Parameter],
    hints: dict[str, Any],
    gives: tuple[Named, ...],
) -> Signature:
    variables = {one.name: _variable(hints[one.name]) for one in named}
    optional = {one.name for one in named if one.default is not one.empty}
    contract = Contract(
        name=function.__name__,
        title=(inspect.getdoc(function) or "").partition("\n")[0],
        needs=tuple(_needs(form)) if form else (),
        reads=tuple(
            Named(name, variable.label if variable else "", name in optional)
            for name, variable in variables.items()
        ),
        gives=gives,
    )
    owners = tuple((name, one.case) for name, one in variables.items() if one and one.case)
    return Signature(form, _model(function, named, hints), owners, contract)


def _model(
    function: Callable[..., Any], named: list[inspect.Parameter], hints: dict[str, Any]
) -> type[BaseModel]:
    fields: dict[str, Any] = {
        one.name: (hints[one.name], ... if one.default is one.empty else one.default)
        for one in named
    }
    settings = ConfigDict(frozen=True, extra="ignore", arbitrary_types_allowed=True)
    return create_model(f"Variables of {function.__name__}", __config__=settings, **fields)


def _variable(hint: Any) -> Variable | None:
    """Return what an annotation says of a variable, also inside `… | None`."""
    for found in getattr(hint, "__metadata__", ()):
        if isinstance(found, Variable):
            return found
    for inner in get_args(hint) if get_origin(hint) in {Annotated, Union, types.UnionType} else ():
        if (variable := _variable(inner)) is not None:
            return variable
    return None


# --- what is given -------------------------------------------------------------------------------


def _gives(function: Callable[..., Any], hints: Mapping[str, Any]) -> Iterator[Named]:
    """Yield the variables an operation gives; those of one of several outcomes are not always given."""
    outcomes = _members(hints.get("return", type(None)))
    for outcome in outcomes:
        if outcome is type(None):
            continue
        if not is_typeddict(outcome):
            raise SignatureFaulty(f"{function.__name__} returns no TypedDict")
        for name, hint in get_type_hints(outcome, include_extras=True).items():
            missing = name not in outcome.__required_keys__ or len(outcomes) > 1
            yield Named(name, _label(hint), missing)


def _members(hint: Any) -> list[Any]:
    return list(get_args(hint)) if get_origin(hint) in {Union, types.UnionType} else [hint]


def _label(hint: Any) -> str:
    for found in getattr(hint, "__metadata__", ()):
        if isinstance(found, str):
            return found
        if isinstance(found, Variable):
            return found.label
    inner = get_args(hint)
    return _label(inner[0]) if inner and get_origin(hint) is not Union else ""


# --- what a form must ask ------------------------------------------------------------------------


def _needs(form: type[BaseModel]) -> Iterator[Need]:
    for name, info in form.model_fields.items():
        if not info.description:
            raise SignatureFaulty(f"{form.__name__}.{name} has no description")
        yield _need(form, name, info)


def _need(form: type[BaseModel], name: str, info: FieldInfo) -> Need:
    hint, is_optional = _required(info.annotation)
    may_be_empty = is_optional or (hint is bool and any(info.metadata))
    is_table = get_origin(hint) is tuple and _is_row(get_args(hint)[0])
    try:
        field_types, choices = _kind(hint)
    except KeyError:
        raise SignatureFaulty(f"{form.__name__}.{name}: no field gives a {hint}") from None
    return Need(
        name,
        info.description or "",
        field_types,
        may_be_empty,
        not info.is_required(),
        choices,
        tuple(_needs(get_args(hint)[0])) if is_table else (),
    )


def _required(hint: Any) -> tuple[Any, bool]:
    """Return an annotation without its None, and whether it had one."""
    if hint == Flag:
        return bool, True
    members = _members(hint)
    rest = [one for one in members if one is not type(None)]
    inner = rest[0]
    if get_origin(inner) is Annotated:
        inner = get_args(inner)[0]
    return inner, len(rest) < len(members)


def _kind(hint: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the field types that give such a value, and the codes it may be."""
    if get_origin(hint) is tuple:
        [item, *_] = get_args(hint)
        if _is_row(item):
            return ("table",), ()
        codes = _codes(item)
        return (("choices",), codes) if codes else (_LISTS[item], ())
    codes = _codes(hint)
    return (("enum",), codes) if codes else (_TYPES[hint], ())


def _codes(hint: Any) -> tuple[str, ...]:
    if get_origin(hint) is Literal:
        return tuple(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return tuple(str(member.value) for member in hint)
    return ()


def _is_row(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, Row)
