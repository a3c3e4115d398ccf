"""A process as a graph."""

from service.engine.drawn import reading
from service.engine.drawn.graph import Graph, circle
from tests.service.engine.diagrams import (
    boundary,
    document,
    end,
    path,
    process,
    start,
    sub,
    timer,
    user,
    xor,
)


def graph(*parts: str) -> Graph:
    return Graph(reading.read("p.bpmn", document(process("p", *parts))).processes[0])


LOOP = graph(
    *(start(), xor("m"), user("a"), xor("x"), end(), boundary("t", "a", timer("P1D")), end("late")),
    *(path("s", "m", "a", "x", "e"), path("x", "m"), path("t", "late"), user("island")),
)


def test_everything_that_can_be_reached_boundary_events_included() -> None:
    assert LOOP.reached_from(["s"]) == {"s", "m", "a", "x", "e", "t", "late"}
    assert LOOP.reaching(["late"]) == {"late", "t", "a", "m", "s", "x"}


def test_the_ways_into_a_gateway_are_those_that_do_not_lead_over_it() -> None:
    assert LOOP.ways_into("m", "s") == {"s-m"}
    assert LOOP.ways_into("m", "a") == {"x-m"}
    assert LOOP.ways_into("m", "m") == {"x-m"}
    assert LOOP.ways_into("m", "t") == set()
    assert LOOP.ways_into("x", "m") == {"a-x"}


def test_a_circle_without_a_wait_is_found_and_one_with_a_wait_is_not() -> None:
    assert LOOP.restless_loop(frozenset({"a"})) == []
    assert set(LOOP.restless_loop(frozenset())) == {"m", "a", "x"}


def test_tokens_are_born_at_start_events_or_where_nothing_leads() -> None:
    assert [e.id for e in LOOP.starts("")] == ["s"]
    implied = graph(user("a"), user("b"), sub("c", user("d")), path("a", "c"))
    assert [e.id for e in implied.starts("")] == ["a", "b"]
    assert [e.id for e in implied.starts("c")] == ["d"]
    assert implied.scopes == ["", "c"]


def test_a_circle_is_told_in_order() -> None:
    assert circle({"a": ["b", "d"], "b": ["c"], "c": ["b"], "d": []}) == ["b", "c"]
    assert circle({"a": ["b"], "b": ["c", "d"], "c": ["d"], "d": []}) == []
    assert circle({"a": ["a"]}) == ["a"]
    assert circle({"a": ["unknown"]}) == []


def test_a_long_way_is_no_recursion() -> None:
    chain = {str(n): [str(n + 1)] for n in range(5000)}

    assert circle(chain) == []
    assert len(circle({**chain, "5000": ["0"]})) == 5001
