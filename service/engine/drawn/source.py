"""What a diagram file says, as plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field

EVENTS = frozenset(
    {"startEvent", "endEvent", "intermediateCatchEvent", "intermediateThrowEvent", "boundaryEvent"}
)
GATEWAYS = frozenset(
    {
        "exclusiveGateway",
        "parallelGateway",
        "inclusiveGateway",
        "eventBasedGateway",
        "complexGateway",
    }
)
TASKS = frozenset(
    {
        "task",
        "userTask",
        "manualTask",
        "serviceTask",
        "scriptTask",
        "sendTask",
        "receiveTask",
        "businessRuleTask",
    }
)
SUBPROCESSES = frozenset({"subProcess", "transaction", "adHocSubProcess"})
NODES = EVENTS | GATEWAYS | TASKS | SUBPROCESSES | {"callActivity"}
ACTIVITIES = TASKS | SUBPROCESSES | {"callActivity"}


@dataclass(frozen=True)
class FieldSource:
    """One field of a form as the diagram declares it."""

    id: str
    label: str
    type: str
    default: str | None = None
    options: tuple[tuple[str, str], ...] = ()
    constraints: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    lacks_options: bool = (
        False  # it is drawn as a choice with nothing to choose, and read as a text
    )


@dataclass(frozen=True)
class EventSource:
    """What an event waits for or throws. `name` is the message's or signal's name, the error's code, or the one variable
    a condition is looked at for."""

    kind: str  # timer | message | signal | error | escalation | terminate | link | cancel | …
    name: str = ""
    reference: str = ""  # the id the definition points at, resolved or not
    timer: str = ""  # timeDate | timeDuration | timeCycle
    text: str = ""
    language: str = ""  # of a condition
    parameters: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)  # "code", "message" → its variable


@dataclass(frozen=True)
class Repetition:
    """An activity done once for each element of a collection."""

    sequential: bool
    collection: str
    element_variable: str
    cardinality: str
    completion: str
    output_collection: str = ""  # takes what each instance puts out
    output_element: str = ""


@dataclass(frozen=True)
class Loop:
    """An activity done again as long as its condition holds, or so many times."""

    condition: str
    maximum: str
    test_before: bool


@dataclass(frozen=True)
class Script:
    """What a script task computes; `result` is the variable that takes the value of a single expression."""

    language: str
    text: str
    result: str


@dataclass(frozen=True)
class DataObject:
    """A variable a process or subprocess begins with, as Flowable and Activiti draw it."""

    name: str
    type: str
    text: str
    scope: str

    @property
    def value(self) -> str | int | float | bool:
        """What it begins with; raises ValueError where the text is none of its type."""
        text = self.text.strip()
        match self.type:
            case "int" | "integer" | "long" | "short":
                return int(text)
            case "double" | "float" | "decimal":
                return float(text)
            case "boolean" if text.lower() not in {"true", "false"}:
                raise ValueError(text)
            case "boolean":
                return text.lower() == "true"
        return self.text


@dataclass(frozen=True)
class Passing:
    """One `camunda:in` or `camunda:out` of a call activity."""

    source: str = ""
    expression: str = ""
    target: str = ""
    every: bool = False


@dataclass(frozen=True)
class Element:
    """A shape that does something: task, event, gateway, subprocess or call."""

    id: str
    kind: str
    name: str = ""
    lane: str = ""
    documentation: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    properties: Mapping[str, str] = field(default_factory=dict)
    fields: tuple[FieldSource, ...] = ()
    inputs: Mapping[str, str] = field(default_factory=dict)
    outputs: Mapping[str, str] = field(default_factory=dict)
    structured: tuple[
        str, ...
    ] = ()  # names of inputs and outputs given as a list, a map or a script
    settings: Mapping[str, str] = field(default_factory=dict)  # Flowable's and Activiti's fields
    topic: str = ""
    deadline_keys: tuple[str, ...] = ()
    scope: str = ""  # the embedded subprocess it is drawn in, "" for the process itself
    default: str = ""  # id of the default flow
    called: str = ""
    attached_to: str = ""
    interrupting: bool = True
    triggered_by_event: bool = False
    events: tuple[EventSource, ...] = ()
    repetition: Repetition | None = None
    loop: Loop | None = None
    script: Script | None = None
    compensation: bool = False
    ignored: tuple[str, ...] = ()  # vendor extensions without effect here, each with what is lost
    names_initiator: bool = False  # by the placeholder of other modellers, read as the variable
    passed_in: tuple[Passing, ...] = ()
    passed_out: tuple[Passing, ...] = ()
    line: int = 0

    @property
    def event(self) -> EventSource | None:
        return self.events[0] if self.events else None

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations it names: the one it runs, and the one that runs when its form is handed in."""
        return tuple(filter(None, (self.topic, self.properties.get("on_complete"))))

    @property
    def repeats_timer(self) -> bool:
        """Whether a timer drawn here may come again: at the start of a process, and where it interrupts nothing."""
        if self.kind == "startEvent":
            return not self.scope or not self.interrupting
        return self.kind == "boundaryEvent" and not self.interrupting

    @property
    def leaves_link(self) -> bool:
        """Whether tokens leave it that entered a link event of the same name."""
        is_catch = self.kind == "intermediateCatchEvent"
        return is_catch and self.event is not None and self.event.kind == "link"


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""
    condition: str | None = None
    is_default: bool = False
    scope: str = ""
    language: str = ""
    implied: bool = False  # not drawn: it joins the two ends of a link
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcessSource:
    process_id: str
    name: str
    documentation: str
    file: str
    executable: bool
    elements: tuple[Element, ...]
    flows: tuple[Flow, ...]
    lanes: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()  # (id, tag) of what is neither element nor flow
    data_objects: tuple[DataObject, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shape:
    element: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Edge:
    element: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class DiagramSource:
    """One file: its processes, and how they are drawn."""

    file: str
    processes: tuple[ProcessSource, ...]
    shapes: tuple[Shape, ...] = ()
    edges: tuple[Edge, ...] = ()
    participants: tuple[tuple[str, str], ...] = ()  # (participant id, process id)
    message_flows: tuple[str, ...] = ()
