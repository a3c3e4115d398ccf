"""What is thrown and caught by name within an instance: messages and signals."""

from collections.abc import Mapping, Sequence
from typing import Any

from SpiffWorkflow.bpmn.specs.event_definitions.base import EventDefinition

from service.engine.host import Thrown
from service.engine.language.expressions import Template
from service.engine.running.instances import Token
from service.engine.running.spiff import WAITING
from service.engine.running.values import evaluated, plain


class Definition(EventDefinition):
    """What an event waits for or throws."""

    kind = ""

    def arm(self, token: Token) -> bool:
        """Prepare to wait, and say whether there is anything to wait for; only a timer's last moment may be over."""
        return True

    def emit(self, token: Token) -> None:
        """An event of no kind throws nothing."""


class Named(Definition):
    """A message or a signal: every token of the instance that waits for the name hears it."""

    def __init__(self, kind: str, name: str, parameters: Mapping[str, Template]) -> None:
        super().__init__(name)
        self.kind = kind
        self.parameters = parameters

    def emit(self, token: Token) -> None:
        values = {name: evaluated(text, token) for name, text in self.parameters.items()}
        payload = plain(values, token.task_spec.bpmn_id)
        top = token.workflow.top_workflow
        heard = listeners(top, self.kind, self.name)
        hear(heard, payload)
        if not heard or self.kind == "signal":
            process = token.workflow.spec.process_id
            element = token.task_spec.bpmn_id
            top.thrown.append(Thrown(self.kind, self.name, payload, process, element))


def listeners(top: Any, kind: str, name: str) -> list[Token]:
    """Return the tokens that wait for a message or signal of this name."""
    return [
        token
        for token in top.event_manager.tasks.values()
        if token.task_spec.event_definition.kind == kind
        and token.task_spec.event_definition.name == name
    ]


def hear(waiting: Sequence[Token], payload: Mapping[str, Any]) -> None:
    """Let each of these go on, unless one before it has ended its waiting."""
    for token in waiting:
        if token._state == WAITING:
            token.task_spec.happen(token, payload)
