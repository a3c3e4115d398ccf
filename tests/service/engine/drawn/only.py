"""One process, or one element of it, read from the words a test writes."""

from service.engine.drawn import reading, source
from tests.service.engine.diagrams import document, process


def read(*parts: str) -> source.ProcessSource:
    return reading.read("p.bpmn", document(process("p", *parts))).processes[0]


def only(*parts: str) -> source.Element:
    return read(*parts).elements[0]


def properties_of(**values: str) -> str:
    items = "".join(f'<camunda:property name="{k}" value="{v}"/>' for k, v in values.items())
    return f"<camunda:properties>{items}</camunda:properties>"
