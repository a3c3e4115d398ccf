"""Small diagrams in a line or two, and a way to walk through them that saves and loads at every step."""

import itertools
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any

from service.engine.deciding.decisions import Decision
from service.engine.definitions import DefinitionSet, parse
from service.engine.drawn import reading
from service.engine.execution import Execution, OpenTask, OperationCall, Step

MORNING = datetime(2026, 3, 2, 1, tzinfo=UTC)  # nine o'clock in Beijing

_NAMESPACES = (
    'xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" '
    'xmlns:di="http://www.omg.org/spec/DD/20100524/DI" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'xmlns:flowable="http://flowable.org/bpmn" '
    'xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'targetNamespace="http://example.org/bpmn"'
)


def document(*parts: str, encoding: str = "UTF-8") -> bytes:
    text = f'<?xml version="1.0" encoding="{encoding}"?>\n<bpmn:definitions {_NAMESPACES}>'
    return f"{text}{''.join(parts)}</bpmn:definitions>".encode(encoding)


def process(id: str, *parts: str, **attributes: str) -> str:
    return element("process", id, *parts, isExecutable="true", **attributes)


def element(tag: str, id: str, *inner: str, **attributes: str) -> str:
    given = {"name": id, **attributes}
    text = "".join(
        f' {k.replace("__", ":")}="{_quoted(v)}"' for k, v in given.items() if v is not None
    )
    return f'<bpmn:{tag} id="{id}"{text}>{"".join(inner)}</bpmn:{tag}>'


def start(id: str = "s", *inner: str, **attributes: str) -> str:
    return element("startEvent", id, *inner, **attributes)


def end(id: str = "e", *inner: str) -> str:
    return element("endEvent", id, *inner)


def user(id: str, *inner: str, **attributes: str) -> str:
    return element("userTask", id, *inner, **attributes)


def service(id: str, topic: str, *inner: str) -> str:
    return element("serviceTask", id, *inner, camunda__type="external", camunda__topic=topic)


def xor(id: str, default: str | None = None) -> str:
    return element("exclusiveGateway", id, default=default)


def fork(id: str) -> str:
    return element("parallelGateway", id)


def some(id: str, default: str | None = None) -> str:
    return element("inclusiveGateway", id, default=default)


def sub(id: str, *inner: str) -> str:
    return element("subProcess", id, *inner)


def transaction(id: str, *inner: str) -> str:
    return element("transaction", id, *inner)


def call(id: str, called: str, *inner: str) -> str:
    """Draw a call that passes everything, unless it says what it passes."""
    everything = '<camunda:in variables="all"/><camunda:out variables="all"/>'
    mapped = () if any("extensionElements" in part for part in inner) else (extensions(everything),)
    return element("callActivity", id, *mapped, *inner, calledElement=called)


def flow(before: str, after: str, when: str | None = None, id: str | None = None) -> str:
    condition = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{_quoted(when)}'
        "</bpmn:conditionExpression>"
        if when is not None
        else ""
    )
    name = id or f"{before}-{after}"
    return f'<bpmn:sequenceFlow id="{name}" sourceRef="{before}" targetRef="{after}">{condition}</bpmn:sequenceFlow>'


def path(*ids: str) -> str:
    return "".join(flow(a, b) for a, b in itertools.pairwise(ids))


def extensions(*inner: str) -> str:
    return f"<bpmn:extensionElements>{''.join(inner)}</bpmn:extensionElements>"


def properties(**values: str) -> str:
    items = "".join(
        f'<camunda:property name="{name}" value="{_quoted(value)}" />'
        for name, value in values.items()
    )
    return extensions(f"<camunda:properties>{items}</camunda:properties>")


def inputs(**values: str) -> str:
    items = "".join(
        f'<camunda:inputParameter name="{name}">{_quoted(value)}</camunda:inputParameter>'
        for name, value in values.items()
    )
    return extensions(f"<camunda:inputOutput>{items}</camunda:inputOutput>")


def each(collection: str, variable: str, sequential: bool = False, until: str | None = None) -> str:
    condition = (
        f"<bpmn:completionCondition>{_quoted(until)}</bpmn:completionCondition>" if until else ""
    )
    return (
        f'<bpmn:multiInstanceLoopCharacteristics isSequential="{str(sequential).lower()}" '
        f'camunda:collection="{_quoted(collection)}" camunda:elementVariable="{variable}">'
        f"{condition}</bpmn:multiInstanceLoopCharacteristics>"
    )


def timer(text: str, form: str = "timeDuration") -> str:
    return (
        f'<bpmn:timerEventDefinition><bpmn:{form} xsi:type="bpmn:tFormalExpression">{_quoted(text)}'
        f"</bpmn:{form}></bpmn:timerEventDefinition>"
    )


def message(reference: str, *inner: str) -> str:
    return f'<bpmn:messageEventDefinition messageRef="{reference}">{"".join(inner)}</bpmn:messageEventDefinition>'


TERMINATE = "<bpmn:terminateEventDefinition/>"
CANCEL = "<bpmn:cancelEventDefinition/>"


def condition(text: str, **attributes: str) -> str:
    given = "".join(f' {k.replace("__", ":")}="{v}"' for k, v in attributes.items())
    return (
        f"<bpmn:conditionalEventDefinition{given}>"
        f'<bpmn:condition xsi:type="bpmn:tFormalExpression">{_quoted(text)}</bpmn:condition>'
        "</bpmn:conditionalEventDefinition>"
    )


def error(code: str) -> str:
    """Declare an error by its code."""
    return f'<bpmn:error id="E_{code}" name="{code}" errorCode="{code}"/>'


def failing(code: str) -> str:
    return f'<bpmn:errorEventDefinition errorRef="E_{code}"/>'


def boundary(id: str, host: str, *inner: str, interrupting: bool = True) -> str:
    return element(
        "boundaryEvent", id, *inner, attachedToRef=host, cancelActivity=str(interrupting).lower()
    )


def catch(id: str, *inner: str) -> str:
    return element("intermediateCatchEvent", id, *inner)


def throw(id: str, *inner: str) -> str:
    return element("intermediateThrowEvent", id, *inner)


def _quoted(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


# --- walking -------------------------------------------------------------------------------------


class Recorder:
    """A host that answers operations from a table and remembers what was asked."""

    def __init__(
        self,
        operations: Mapping[str, Callable[[OperationCall], Mapping[str, Any] | None]] | None = None,
        **functions: Callable[..., Any],
    ) -> None:
        self.operations = operations or {}
        self.functions = functions
        self.zone: tzinfo = UTC
        self.calls: list[tuple[str, OperationCall]] = []
        self.decisions: Mapping[str, Decision] = {}

    def decision(self, key: str) -> Decision | None:
        return self.decisions.get(key)

    def call(self, operation: str, call: OperationCall) -> Mapping[str, Any] | None:
        self.calls.append((operation, call))
        answer = self.operations.get(operation)
        return answer(call) if answer else None


class Walk:
    """An instance driven the way the runtime drives it: every command on a state loaded afresh."""

    def __init__(
        self,
        definitions: DefinitionSet,
        variables: Mapping[str, Any] | None = None,
        host: Recorder | None = None,
        at: datetime = MORNING,
    ) -> None:
        self.definitions = definitions
        self.host = host or Recorder()
        self.at = at
        self.steps: list[Step] = []
        self.execution = Execution.start(definitions, variables or {}, self.host, at)
        self._saved()

    def _saved(self) -> None:
        self.steps += self.execution.trace
        self.thrown = self.execution.thrown
        before = [(t.id, t.element_id, t.variables) for t in self.execution.user_tasks]
        timers = self.execution.timers
        state = self.execution.dump()
        self.execution = Execution.load(self.definitions, state, self.host, self.at)
        assert [(t.id, t.element_id, t.variables) for t in self.execution.user_tasks] == before
        assert self.execution.timers == timers
        self.size = len(state)

    @property
    def waiting(self) -> list[str]:
        return sorted(task.element_id for task in self.execution.user_tasks)

    @property
    def timers(self) -> list[str]:
        return sorted(timer.element_id for timer in self.execution.timers)

    def task(self, element_id: str, **matching: Any) -> OpenTask:
        return next(
            task
            for task in self.execution.user_tasks
            if task.element_id == element_id
            and all(task.variables.get(k) == v for k, v in matching.items())
        )

    def do(
        self, element_id: str, *, where: Mapping[str, Any] | None = None, **values: Any
    ) -> "Walk":
        self.execution.complete(self.task(element_id, **(where or {})).id, values)
        self._saved()
        return self

    def fire(self, element_id: str, at: datetime | None = None) -> "Walk":
        [timer, *_] = [t for t in self.execution.timers if t.element_id == element_id]
        self.at = at or timer.due_at
        assert self.execution.fire(timer.id, self.at)
        self._saved()
        return self

    def receive(self, name: str, kind: str = "message", **payload: Any) -> "Walk":
        self.execution.receive(name, kind, payload)
        self._saved()
        return self

    @property
    def ended(self) -> bool:
        return self.execution.ended

    @property
    def path(self) -> list[str]:
        return [step.element_id for step in self.steps]


def definitions(*parts: str, id: str = "p") -> DefinitionSet:
    """Parse one file of processes and bind the one named `id` to the others."""
    parsed = parse({"p.bpmn": document(*parts)})
    return parsed[id].bind(parsed)


def one(*parts: str) -> DefinitionSet:
    """Parse a single process called p."""
    return definitions(process("p", *parts))


# --- drawing -------------------------------------------------------------------------------------

_SIZES = {"Event": (36, 36), "Gateway": (50, 50)}


def laid_out(*parts: str) -> bytes:
    """A document with every element drawn in its usual size, in a row, and every flow as a straight line."""
    read = reading.read("x.bpmn", document(*parts))
    shapes: dict[str, tuple[float, float, float, float]] = {}
    for drawn in read.processes:
        for number, item in enumerate(drawn.elements):
            width, height = next((s for k, s in _SIZES.items() if item.kind.endswith(k)), (100, 80))
            shapes[item.id] = (150.0 * number, 100 - height / 2, width, height)
    edges = [
        _edge(line.id, shapes[line.source], shapes[line.target])
        for drawn in read.processes
        for line in drawn.flows
    ]
    return document(
        *parts, _diagram(*(_shape(key, *shape) for key, shape in shapes.items()), *edges)
    )


def _diagram(*inner: str) -> str:
    plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="p">{"".join(inner)}</bpmndi:BPMNPlane>'
    return f'<bpmndi:BPMNDiagram id="diagram">{plane}</bpmndi:BPMNDiagram>'


def _shape(key: str, x: float, y: float, width: float, height: float) -> str:
    bounds = f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/>'
    return f'<bpmndi:BPMNShape id="{key}_di" bpmnElement="{key}">{bounds}</bpmndi:BPMNShape>'


def _edge(key: str, first: tuple[float, ...], last: tuple[float, ...]) -> str:
    points = f'<di:waypoint x="{first[0] + first[2]}" y="100"/><di:waypoint x="{last[0]}" y="100"/>'
    return f'<bpmndi:BPMNEdge id="{key}_di" bpmnElement="{key}">{points}</bpmndi:BPMNEdge>'
