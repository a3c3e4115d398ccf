"""What happens to a process in its flow: it starts, ends, waits for an event or throws one."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from SpiffWorkflow.bpmn.specs import defaults
from SpiffWorkflow.bpmn.specs.control import BpmnStartTask

from service.engine.elements.gateways import finish
from service.engine.running.instances import SubInstance, Token
from service.engine.running.nodes import Node
from service.engine.running.spiff import CANCELLED, COMPLETED, WAITING
from service.engine.running.variables import seen
from service.errors import ProcessFailed


class Start(Node, BpmnStartTask):
    """The undrawn beginning of a process: from here tokens go to its start event, and to the event subprocesses that wait meanwhile."""

    entries: Mapping[str, Node]  # by start event
    usual: Sequence[Node]  # where no start event is named

    def following(self, my_task: Token) -> list[Any]:
        chosen = my_task.internal_data.get("start")
        my_task.internal_data = {}
        starts = [self.entries[chosen]] if chosen else self.usual
        if not starts:
            raise ProcessFailed(
                f"流程“{my_task.workflow.spec.process_id}”有几个开始事件，没有空白的一个，不知道从哪里开始。"
                "请画一个空白开始事件，或由相应的消息、信号、定时来启动。",
                element=next(iter(self.entries), ""),
                cause="no blank start event",
            )
        return [*my_task.workflow.spec.listeners, *starts]


class StartEvent(Node, defaults.StartEvent):
    """Where a token is born; a variable may take the login of the person who started the process.

    In a called process it is the one its caller names, else the person whose step led to the call.
    """

    def _run_hook(self, my_task: Token) -> bool:
        variable = self.element.attributes.get("initiator", "").strip()
        if variable and not (
            isinstance(my_task.workflow, SubInstance) and variable in my_task.data
        ):
            my_task.assign({variable: getattr(my_task.workflow.top_workflow.host, "by", None)})
        return True


class EndEvent(Node, defaults.EndEvent):
    """Ends a token; throws a message; ends the whole process when it is a terminate event, with what all tokens wrote."""

    terminates = False

    def _run_hook(self, my_task: Token) -> bool:
        self.event_definition.emit(my_task)
        if self.terminates:
            my_task.data = seen(my_task.workflow)
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        my_task.workflow.end_event = self.bpmn_id
        if self.terminates:
            for token in my_task.workflow.living():
                if token.live and token.id in my_task.workflow.tasks:
                    token.cancel()

    def following(self, my_task: Token) -> list[Any]:
        if self.terminates:
            finish(my_task)
            return []
        return cast("list[Any]", self.outputs)


class ThrowEvent(Node, defaults.IntermediateThrowEvent):
    """Throws a message or signal and goes on."""

    def _run_hook(self, my_task: Token) -> bool:
        self.event_definition.emit(my_task)
        return True


class Catching(Node):
    """Waits for an event; the event manager lists it while it does."""

    in_flow = False  # whether its token can go nowhere without the event

    @property
    def recurs(self) -> bool:
        """Whether what it waits for may come again, because nothing ends with it."""
        return False

    def _update_hook(self, my_task: Token) -> bool:
        if my_task._state != WAITING:
            if not my_task.triggered:
                my_task._inherit_data()
            if self.event_definition.arm(my_task):
                my_task._set_state(WAITING)
                my_task.workflow.top_workflow.event_manager.add_task(my_task)
            else:
                my_task._set_state(COMPLETED)
        return False

    def happen(self, my_task: Token, payload: Mapping[str, Any]) -> None:
        """The event came: the token goes on with what it brought."""
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)
        my_task.internal_data = {}
        my_task.assign(payload)
        my_task._ready()

    def tick(self, my_task: Token) -> None:
        """A repeated event came once more, and goes on waiting."""
        raise NotImplementedError

    def retire(self, my_task: Token) -> None:
        """Stop waiting; what it started earlier lives on."""
        self._on_cancel(my_task)
        my_task._set_state(CANCELLED)

    def _on_cancel(self, my_task: Token) -> None:
        my_task.workflow.top_workflow.event_manager.remove_task(my_task)


class CatchEvent(Catching, defaults.IntermediateCatchEvent):
    """Waits in the flow for a moment or a message."""

    in_flow = True
