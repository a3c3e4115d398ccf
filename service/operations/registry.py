"""The operations and lists by name: declared by the themes, called by whatever runs a diagram.

A call goes one way for all of them: is the instance's case of a kind this acts on; does everything its variables name
belong to that case; is the form what it needs. Only then does the function run.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from functools import cache, cached_property
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy.orm import Session

from service.engine.checking.contract import Contract
from service.errors import FormInvalid, NotAllowed, OperationFailed
from service.operations import signatures
from service.operations.context import Context, Form
from service.operations.signatures import Signature

DECLARING = frozenset({"operations", "lists"})
"""The modules of a theme in which operations and sources are declared."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Operation:
    """A function a service task's topic, or a form's `on_complete`, may name."""

    function: Callable[..., Mapping[str, Any] | None]
    cases: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()
    is_sealed: bool = False
    is_open: bool = False
    """Does it stand in for one this release does not know, reading and giving whatever there is?"""

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def signature(self) -> Signature:
        if self.is_open:
            return signatures.open_ended(self.function)
        return signatures.of_operation(self.function)

    @cached_property
    def contract(self) -> Contract:
        return replace(
            self.signature.contract,
            cases=self.cases,
            processes=self.processes,
            is_sealed=self.is_sealed,
            is_open=self.is_open,
        )

    def run(self, context: Context) -> dict[str, Any]:
        """Call it in these circumstances, and return the variables it gives."""
        _refuse_foreign_kinds(self.name, self.cases, context.business_key)
        if self.processes and context.process_id not in self.processes:
            raise NotAllowed(f"操作“{self.name}”不能用在流程“{context.process_id}”里。")
        variables = {**context.variables, **context.parameters}
        named = _read(self.signature, self.name, variables, context.element_id)
        _refuse_foreign_things(self.signature, context.session, named, context.business_key)
        form = self.signature.form
        try:
            handed_in = [_form(form, context.values)] if form is not None else []
            given = self.function(context, *handed_in, **named)
        except FormInvalid as refused:
            raise FormInvalid(refused.messages, context.values) from refused
        return _variables(given)


@dataclass(frozen=True)
class Source:
    """A named list: the options of a form field, or the first rows of a table."""

    function: Callable[..., Sequence[Any]]
    cases: tuple[str, ...] = ()
    processes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def signature(self) -> Signature:
        return signatures.of_source(self.function)

    @cached_property
    def contract(self) -> Contract:
        return replace(self.signature.contract, cases=self.cases, processes=self.processes)

    def rows(
        self, session: Session, variables: Mapping[str, Any], business_key: str | None
    ) -> Sequence[Any]:
        """Return the list for a form with these variables, in the case of its instance."""
        _refuse_foreign_kinds(self.name, self.cases, business_key)
        named = _read(self.signature, self.name, variables, "")
        _refuse_foreign_things(self.signature, session, named, business_key)
        return self.function(session, **named)


KINDS = {"suggestion": "建议", "supervision": "督查", "evaluation": "评价"}
"""The kinds of case of the register, as people call them."""

OPERATIONS: dict[str, Operation] = {}
SOURCES: dict[str, Source] = {}


def operation(
    *cases: str, reserved: tuple[str, ...] = (), sealed: bool = False
) -> Callable[[_Function], _Function]:
    """Register a function a diagram may name, acting on these kinds of case: `@operation("suggestion")`.

    `reserved` names the only processes that may name it; `sealed` keeps it to tasks that are sealed.
    """

    def declare(function: _Function) -> _Function:
        _register(OPERATIONS, Operation(function, cases, reserved, sealed))
        return function

    return declare


def source(*cases: str, reserved: tuple[str, ...] = ()) -> Callable[[_Function], _Function]:
    """Register a named list of these kinds of case, of none where it is the same for all: `@source()`.

    What goes over many cases is reserved for the processes whose starters may know of them.
    """

    def declare(function: _Function) -> _Function:
        _register(SOURCES, Source(function, cases, reserved))
        return function

    return declare


def run(name: str, context: Context) -> dict[str, Any]:
    """Run an operation by its name, as a diagram does."""
    load()
    return OPERATIONS[name].run(context)


def options(
    name: str, session: Session, variables: Mapping[str, Any], business_key: str | None
) -> Sequence[Any]:
    """Return a named list, as a form asks for it."""
    load()
    return SOURCES[name].rows(session, variables, business_key)


def described(named: Operation | Source | Callable[..., Any]) -> str:
    """Return the sentence a process designer reads about an operation or a source."""
    function = named.function if isinstance(named, Operation | Source) else named
    return (inspect.getdoc(function) or "").partition("\n")[0]


@cache
def load() -> None:
    """Import what every theme of the register declares, so that the registries are complete."""
    register = importlib.import_module("service.register")  # by name: themes stand above this
    for theme in pkgutil.iter_modules(register.__path__, "service.register."):
        package = importlib.import_module(theme.name)
        for module in pkgutil.iter_modules(package.__path__, f"{theme.name}."):
            if module.name.rpartition(".")[2] in DECLARING:
                importlib.import_module(module.name)


def _register(registry: dict[str, Any], named: Operation | Source) -> None:
    known = registry.get(named.name)
    if known is not None and known.function.__module__ != named.function.__module__:
        raise ValueError(f"{named.name} is registered by {known.function.__module__} already")
    registry[named.name] = named


def _refuse_foreign_kinds(name: str, cases: tuple[str, ...], business_key: str | None) -> None:
    if cases and (business_key or "").partition(":")[0] not in cases:
        kinds = "、".join(KINDS[case] for case in cases)
        raise NotAllowed(
            f"“{name}”只能用在{kinds}的流程里，这个流程不属于任何{kinds}。"
            f"请流程设计员核对流程图，由登记{kinds}的流程调用它。"
        )


def _refuse_foreign_things(
    signature: Signature, session: Session, named: Mapping[str, Any], business_key: str | None
) -> None:
    """Refuse what belongs to another case: authority comes from the instance's case, never from a variable."""
    for name, case_of in signature.owners:
        given = named[name]
        values = given if isinstance(given, tuple) else () if given is None else (given,)
        if any(case_of(session, value) != business_key for value in values):
            raise NotAllowed("流程里的编号不属于这件事项，没有作任何改动。请联系运维人员核对。")


def _read(
    signature: Signature, name: str, given: Mapping[str, Any], element: str
) -> dict[str, Any]:
    """Return the variables a function reads, typed as it declares them."""
    model = signature.reads
    if model is None or not model.model_fields:
        return {}
    try:
        return _members(model.model_validate(given))
    except ValidationError as error:
        wrong = "、".join(sorted({str(one["loc"][0]) for one in error.errors()}))
        raise OperationFailed(
            f"“{name}”要用的变量 {wrong} 没有值或类型不对，请运维人员核对流程图和这件事项的变量。",
            element=element,
            cause=f"{name}: {error.error_count()} variables: {wrong}",
        ) from None


def _members(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _form(form: type[Form], values: Mapping[str, Any]) -> Form:
    """Read what was handed in; a case on an older diagram may lack a field, which is said beside it."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        wrong = {str(one["loc"][0]) for one in error.errors()}
        messages = {
            name: f"请填写“{form.model_fields[name].description}”。"
            for name in form.model_fields
            if name in wrong
        }
        raise FormInvalid(messages, {}) from None


def _variables(given: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return what an operation gives as JSON has it; days and moments in ISO's words, members by their code."""
    return {name: _plain(value) for name, value in (given or {}).items()}


def _plain(given: Any) -> Any:
    if isinstance(given, BaseModel):
        return given.model_dump(mode="json")
    if isinstance(given, Enum):
        return given.value
    if isinstance(given, datetime | date):
        return given.isoformat()
    if isinstance(given, Mapping):
        return {key: _plain(value) for key, value in given.items()}
    if isinstance(given, list | tuple):
        return [_plain(value) for value in given]
    return given
