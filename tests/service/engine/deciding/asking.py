"""Tasks that ask for a decision, in the words of three modellers, and what is found wrong with them."""

from service.engine.checking import lint
from service.engine.checking.lint import Finding, Known
from tests.service.engine import tables
from tests.service.engine.diagrams import (
    document,
    element,
    end,
    extensions,
    path,
    process,
    start,
    user,
)
from tests.service.engine.tables import rule, table

TABLE = tables.file(tables.decision("level", table(rule("> 5", '"high"'), rule("<= 5", '"low"'))))
PAIR = '<decisionTable hitPolicy="{}"><output name="a"/><output name="b"/></decisionTable>'


def fields(**values: str) -> str:
    return extensions(
        *(
            f'<flowable:field name="{name}"><flowable:string>{value}</flowable:string></flowable:field>'
            for name, value in values.items()
        )
    )


def decide(*inner: str, **attributes: str) -> str:
    return element("businessRuleTask", "x", *inner, **attributes)


def camunda(**attributes: str) -> str:
    given = {f"camunda__{key}": value for key, value in attributes.items()}
    return decide(camunda__decisionRef="level", **given)


def drawn(task: str) -> tuple[str, ...]:
    return (start(), task, user("u"), end(), path("s", "x", "u", "e"))


def found(task: str, file: bytes = TABLE, *decisions: str) -> list[Finding]:
    known = Known(decisions=frozenset(decisions))
    given = {"p.bpmn": document(process("p", *drawn(task)))}
    if file:
        given["level.dmn"] = file
    codes = ("decision", "called-decision", "operation", "ignored")
    return [f for f in lint.check(given, known) if f.code.startswith(codes)]
