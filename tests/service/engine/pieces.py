"""Pieces of diagrams that several tests draw."""

from typing import Any

from service.engine.definitions import DefinitionSet
from service.engine.execution import Execution
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    boundary,
    call,
    definitions,
    each,
    element,
    end,
    extensions,
    one,
    path,
    process,
    start,
    timer,
    user,
)

NEWS = '<bpmn:message id="M" name="整改通知已下发"/><bpmn:signal id="S" name="停水"/>'


SIGNAL = '<bpmn:signalEventDefinition signalRef="S"/>'


def mapped(ins: dict[str, str], outs: dict[str, str]) -> str:
    items = [
        f'<camunda:inputParameter name="{k}">{v}</camunda:inputParameter>' for k, v in ins.items()
    ]
    items += [
        f'<camunda:outputParameter name="{k}">{v}</camunda:outputParameter>'
        for k, v in outs.items()
    ]
    return extensions(f"<camunda:inputOutput>{''.join(items)}</camunda:inputOutput>")


CALLED = process("q", start("s2"), user("h"), end("e2"), path("s2", "h", "e2"))


def calling(*inside: str) -> Any:
    caller = process(
        "p", start(), call("c", "q", *inside), user("z"), end(), path("s", "c", "z", "e")
    )
    return definitions(caller, CALLED)


def aside(event: str, interrupting: bool = True, *inside: str) -> str:
    inner = inside or (user("u"), end("ue"), path("x", "u", "ue"))
    begin = start("x", event, isInterrupting=str(interrupting).lower())
    return element("subProcess", "esp", begin, *inner, triggeredByEvent="true")


def up() -> str:
    return '<bpmn:escalationEventDefinition escalationRef="X"/>'


def units(sequential: bool = False, until: str | None = None, *inside: str) -> Any:
    return calling(each("units", "unit", sequential, until), *inside)


def reminded(interrupting: bool, text: str = "P15D", form: str = "timeDuration") -> Any:
    return one(
        *(start(), user("a"), boundary("t", "a", timer(text, form), interrupting=interrupting)),
        *(user("r"), user("z"), end(), end("e2"), path("s", "a", "z", "e"), path("t", "r", "e2")),
    )


LIMIT = element(
    "subProcess",
    "late",
    *(
        start("x", timer("P30D"), isInterrupting="false"),
        user("u"),
        end("ue"),
        path("x", "u", "ue"),
    ),
    triggeredByEvent="true",
)


def beside(*asides: str) -> DefinitionSet:
    road = (start(), user("a"), user("b"), end(), path("s", "a", "b", "e"))
    return one(*road, *asides)


ROAD = one(
    *(start(), user("a"), user("b"), boundary("t", "b", timer("P9D"), interrupting=False)),
    *(user("r"), user("c"), end(), end("e2"), path("s", "a", "b", "c", "e"), path("t", "r", "e2")),
)


def begun(diagram=ROAD, **variables) -> Execution:  # type: ignore[no-untyped-def]
    return Execution.start(diagram, variables, Recorder(), MORNING)
