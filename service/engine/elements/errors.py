"""Errors, escalations and cancellations travel outward to the first event that catches them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from service.engine.elements.boundaries import BoundarySplit
from service.engine.elements.events import Catching
from service.engine.elements.messages import Definition
from service.engine.running.instances import SubInstance, Token
from service.engine.running.spiff import WAITING


class Fault(Definition):
    """An error, escalation or cancellation: it travels outward to the first event that knows it, beside an activity or in a scope."""

    def __init__(
        self,
        kind: str,
        code: str,
        variables: Mapping[str, str] = MappingProxyType({}),
        message: str = "",
    ) -> None:
        super().__init__(code)
        self.kind = kind
        self.variables = variables  # which take the code and the message of what is caught
        self.message = message

    def emit(self, token: Token) -> None:
        """Hand it to what catches it; an error nothing catches is over with its token, as in Camunda and Flowable."""
        self.is_caught(token)

    def is_caught(self, token: Token) -> bool:
        """Hand it to the nearest event outward from a token that catches it, if any does."""
        inside = token
        while True:
            beside = _beside(inside)
            around = [one for one in inside.workflow.listening() if not _started(one, inside)]
            for event in (*beside, *around):
                if self._caught_by(event):
                    values = {"code": self.name, "message": self.message}
                    variables = event.task_spec.event_definition.variables
                    payload = {name: values[what] for what, name in variables.items()}
                    event.task_spec.happen(event, payload)
                    return True
            if not isinstance(inside.workflow, SubInstance):
                return False
            inside = inside.workflow.parent_task

    def _caught_by(self, token: Token) -> bool:
        spec = token.task_spec
        return (
            isinstance(spec, Catching)
            and token._state == WAITING
            and spec.event_definition.kind == self.kind
            and spec.event_definition.name in {"", self.name}
        )


def _beside(token: Token) -> Sequence[Token]:
    """Return the boundary events of the activity a token is at, and the activity itself."""
    frame = token.parent if token.triggered else token
    parent = frame.parent
    is_sheltered = parent is not None and isinstance(parent.task_spec, BoundarySplit)
    return parent.children if is_sheltered else ()


def _started(listener: Token, inside: Token) -> bool:
    """Whether a token is at the event subprocess this one starts; it does not hear what is thrown inside."""
    return inside.task_spec is listener.task_spec.body
