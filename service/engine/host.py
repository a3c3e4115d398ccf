"""What a step asks of the world outside the engine, and what it reports back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeGuard, runtime_checkable

from service.engine.deciding.decisions import Decision


@dataclass(frozen=True)
class OperationCall:
    """A service task's request: where it stands in the diagram, what the token carries, what the diagram adds."""

    process_id: str
    element_id: str
    task_id: str
    variables: Mapping[str, Any]
    parameters: Mapping[str, Any] = field(default_factory=dict)


class Host(Protocol):
    """What the runner of a step gives.

    `functions` are the names an expression may call in addition to the built-in ones; each gets the token's variables as
    its first argument, so that `deadline("sign")` arrives as `deadline(variables, "sign")`. ServiceErrors of an
    operation pass the engine unchanged, and so do the exception classes in an optional attribute `passing`; anything
    else becomes OperationFailed or ExpressionFailed with the element's id. An optional attribute `by` is the login of
    the person who does the step, for start events that keep their initiator; an optional `zone` is the time zone of the
    people, by whose calendar days and months are counted.
    """

    @property
    def functions(self) -> Mapping[str, Callable[..., Any]]: ...

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any] | None: ...

    def decision(self, key: str) -> Decision | None:
        """Return the newest decision of this id, or nothing where none is deployed."""
        ...


@runtime_checkable
class Due(Protocol):
    """What `deadline(…)` may return instead of an ISO string: the moment and how it was found."""

    @property
    def moment(self) -> datetime: ...
    @property
    def policy_key(self) -> str: ...
    @property
    def level(self) -> str: ...
    @property
    def base_at(self) -> datetime: ...
    @property
    def cap_on(self) -> str | None: ...
    @property
    def unit(self) -> str: ...
    @property
    def outer_key(self) -> str | None: ...
    @property
    def begun_at(self) -> datetime | None: ...


def is_limit(value: Any) -> TypeGuard[Due]:
    """Say whether a value is a named limit's moment. The protocol is checked last, for values JSON does not know: the check is slow."""
    return type(value) not in _OF_JSON and isinstance(value, Due)


_OF_JSON = frozenset({str, int, float, bool, type(None), list, dict})


@dataclass(frozen=True)
class PolicyUse:
    """Which named limit a timer was armed with, so that it can be computed again when the limit changes."""

    key: str
    level: str
    base_at: datetime
    cap_on: str | None
    unit: str = ""
    outer_key: str | None = None  # the limit it is counted back from
    begun_at: datetime | None = None


@dataclass(frozen=True)
class Step:
    """An element a token went through in this command, and the sequence flow by which it came.

    A gateway that joins several tokens appears once for each of them. The outer frame of a multi-instance activity
    appears once, as kind "multiInstance", after its instances.
    """

    process_id: str
    element_id: str
    kind: str
    name: str
    from_element: str | None
    flow_id: str | None
    task_id: str


@dataclass(frozen=True)
class Thrown:
    """What was thrown in this command for others to hear: every signal, and messages no token inside waited for."""

    kind: str
    name: str
    payload: Mapping[str, Any]
    process_id: str
    element_id: str
