"""What an instance waits for: people, moments, messages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from service.engine.host import PolicyUse
from service.engine.language import expressions
from service.engine.running import terms
from service.engine.running.instances import Token
from service.engine.running.terms import NOTHING_AGREED, Agreed
from service.engine.running.values import evaluated


@dataclass(frozen=True)
class OpenTask:
    """A token that waits for a person."""

    id: str
    process_id: str
    element_id: str
    name: str
    lane: str
    variables: Mapping[str, Any] = field(repr=False)
    candidate_groups: tuple[str, ...] = ()
    candidate_users: tuple[str, ...] = ()
    assignee: str | None = None
    deadline_key: str | None = None
    terms: Agreed = NOTHING_AGREED


@dataclass(frozen=True)
class OpenTimer:
    """A token that waits for a moment."""

    id: str
    process_id: str
    element_id: str
    name: str
    due_at: datetime
    kind: str  # event | cycle
    policy: PolicyUse | None = None


@dataclass(frozen=True)
class OpenSubscription:
    """A token that waits for a message, a signal or a condition."""

    id: str
    name: str
    kind: str  # message | signal | conditional
    element_id: str
    process_id: str = ""
    in_flow: bool = False  # its token stands in the flow, not beside an activity or a scope


def task(token: Token) -> OpenTask:
    """Return the details of a user task, its candidates computed from the variables it has now."""
    spec = token.task_spec
    element = spec.element
    attributes = element.attributes
    [assignee, *_] = _names(attributes.get("assignee"), token) or (None,)
    return OpenTask(
        token.id,
        token.workflow.spec.process_id,
        element.id,
        element.name or element.id,
        element.lane,
        dict(token.data),
        _names(attributes.get("candidateGroups"), token),
        _names(attributes.get("candidateUsers"), token),
        assignee,
        element.properties.get("deadline") or None,
        terms.agreed(token.internal_data),
    )


def _names(text: str | None, token: Token) -> tuple[str, ...]:
    """Return the comma-separated names of an attribute; an expression may give a list."""
    if not text:
        return ()
    value = evaluated(expressions.interpolate(text), token)
    values = value if isinstance(value, list | tuple) else str(value or "").split(",")
    return tuple(dict.fromkeys(str(name).strip() for name in values if str(name).strip()))


def timer(token: Token) -> OpenTimer:
    """Return when a timer is due, and by which limit."""
    spec = token.task_spec
    return OpenTimer(
        token.id,
        token.workflow.spec.process_id,
        spec.bpmn_id,
        spec.bpmn_name or spec.bpmn_id,
        datetime.fromisoformat(token.internal_data["due"]).astimezone(UTC),
        "cycle" if "cycle" in token.internal_data else "event",
        terms.policy_of(token.internal_data),
    )


def subscription(token: Token) -> OpenSubscription:
    """Return the name a token waits for; of a condition, that of its event."""
    spec = token.task_spec
    definition = spec.event_definition
    process_id = token.workflow.spec.process_id
    named = definition.name, definition.kind
    return OpenSubscription(token.id, *named, spec.bpmn_id, process_id, spec.in_flow)
