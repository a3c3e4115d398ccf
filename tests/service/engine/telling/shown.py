"""Names and diagrams, and the lines they become."""

from pathlib import Path

from service.deadlines import policies
from service.engine import definitions
from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import FieldSource
from service.engine.telling import twin
from service.engine.telling.names import Names
from tests.service.engine.diagrams import document, end, path, process, start

WORDS = Names(
    limits={"review": "审查"},
    roles={"deputy_office": "人大代表工委", "unit_head": "单位主要负责人"},
    fields={
        "conclusion": FieldSource(
            "conclusion", "审查结论", "enum", options=(("register", "立案登记"), ("letter", ""))
        ),
        "amount": FieldSource("amount", "金额", "long"),
        "ok": FieldSource("ok", "是否同意", "boolean"),
        "unit": FieldSource("unit", "主办单位", "string"),
    },
)


PROCESSES = Path(__file__).parents[4] / "processes"
NAMES = Names(limits=policies.seeded_titles(), roles={"deputy_office": "人大代表工委"})
NAMED = (
    '<bpmn:message id="M" name="已下发"/><bpmn:signal id="S" name="全部停止"/>'
    '<bpmn:error id="E" name="无法办理" errorCode="impossible"/>'
    '<bpmn:escalation id="U" name="请示" escalationCode="ask"/>'
)
SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'
LINK = '<bpmn:linkEventDefinition name="x"/>'
ERROR = '<bpmn:errorEventDefinition errorRef="E"/>'
ESCALATION = '<bpmn:escalationEventDefinition escalationRef="U"/>'


def of_process(name: str) -> tuple[twin.Line, ...]:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}
    return twin.lines(definitions.parse(files)[name], NAMES)


def lines(*parts: str) -> dict[str, twin.Line]:
    diagram = reading.read("p.bpmn", document(NAMED, process("p", *parts)))
    return {line.element_id: line for line in twin.lines(Graph(diagram.processes[0]), NAMES)}


def said(drawn: str, id: str = "x") -> str:
    return lines(start(), drawn, end(), path("s", "x", "e"))[id].text
