"""What the check says of values a diagram reads and nothing in it produces."""

from service.engine.checking import produced
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.service.engine.diagrams import (
    document,
    end,
    extensions,
    flow,
    path,
    process,
    start,
    user,
    xor,
)

END = "</bpmn:extensionElements>"
PROPERTY = (
    '<camunda:properties><camunda:property name="on_complete" value="note"/></camunda:properties>'
)


def form(*fields: str) -> str:
    inner = "".join(f'<camunda:formField id="{name}" type="string" label="x"/>' for name in fields)
    return extensions(f"<camunda:formData>{inner}</camunda:formData>")


def found(*parts: str) -> list[Finding]:
    diagram = reading.read("p.bpmn", document(*parts))
    return list(produced.findings(diagram.processes))


def decided(
    condition: str, before: str = "", opening: str = form("title"), **more: str
) -> list[Finding]:
    """A start with a form, something, and a question."""
    road = ("s", "b", "x", "e") if before else ("s", "x", "e")
    return found(
        '<bpmn:message id="M" name="已下发"/>',
        process(
            "p",
            start("s", opening),
            before,
            xor("x", default="x-e"),
            user("d", form("later"), **more),
            end(),
            path(*road),
            flow("x", "d", when=condition, id="way"),
            path("d", "e"),
        ),
        process("q", start("qs", form("inner")), end("qe"), path("qs", "qe")),
    )
