"""A process becomes one specification, and each subprocess drawn in it another."""

from service.engine.building import scopes
from service.engine.drawn import reading
from service.engine.running.processes import LISTENER, SPLIT, ProcessSpec
from tests.service.engine.diagrams import (
    boundary,
    document,
    element,
    end,
    path,
    process,
    start,
    sub,
    timer,
    user,
)


def built(*parts: str) -> dict[str, ProcessSpec]:
    [drawn] = reading.read("p.bpmn", document(process("p", *parts))).processes
    return dict(scopes.specs(drawn, {}))


def test_each_scope_has_its_own_specification() -> None:
    inside = sub("c", start("s2"), user("a"), end("e2"), path("s2", "a", "e2"))

    found = built(start(), inside, end(), path("s", "c", "e"))

    assert set(found) == {"p", "p:c"}
    assert {"s2", "a", "e2"} <= set(found["p:c"].task_specs)
    assert found["p"].flows == {("s", "c"): "s-c", ("c", "e"): "c-e"}


def test_an_activity_with_boundary_events_has_an_undrawn_node_above_it() -> None:
    found = built(
        *(start(), user("a"), boundary("t", "a", timer("P1D")), end()),
        *(path("s", "a", "e"), path("t", "e")),
    )["p"]

    assert found.task_specs["a" + SPLIT]._outputs == ["a", "t"]
    assert found.task_specs["s"]._outputs == ["a" + SPLIT]


def test_an_event_subprocess_is_listened_for_from_the_beginning_of_its_scope() -> None:
    inside = (start("x", timer("P30D")), user("u"), end("ue"), path("x", "u", "ue"))
    aside = element("subProcess", "late", *inside, triggeredByEvent="true")

    found = built(start(), user("a"), end(), path("s", "a", "e"), aside)["p"]

    assert [listener.name for listener in found.listeners] == ["late" + LISTENER]
