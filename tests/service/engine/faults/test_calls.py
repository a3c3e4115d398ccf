"""A call that finds nothing, or finds itself, is refused."""

import pytest

from tests.service.engine.diagrams import call, element, end, path, process, start, user
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, found

REFUSED: Refused = {
    "call of an unknown process": (
        (start(), call("x", "gone"), end(), path("s", "x", "e")),
        ("called-process", "x"),
    ),
    "call of nothing": (
        (start(), call("x", ""), end(), path("s", "x", "e")),
        ("called-process", "x"),
    ),
    "call of itself": (
        (start(), user("a"), call("x", "p"), end(), path("s", "a", "x", "e")),
        ("call-recursion", "x"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


def test_processes_that_call_one_another_in_a_circle_are_refused() -> None:
    parts = [
        process(key, start(f"s{key}"), user(f"u{key}"), call(f"c{key}", other), end(f"e{key}"), path(f"s{key}", f"u{key}", f"c{key}", f"e{key}"))
        for key, other in (("p", "q"), ("q", "r"), ("r", "p"))
    ]  # fmt: skip

    [finding] = found(*parts)

    assert finding.code == "call-recursion"
    assert "→" in finding.message


def test_a_called_process_may_be_deployed_already() -> None:
    parts = process("p", start(), call("x", "gone"), end(), path("s", "x", "e"))

    assert found(parts, known=frozenset({"gone"})) == []


def test_a_call_that_passes_nothing_is_told_so() -> None:
    bare = element("callActivity", "x", calledElement="q")
    road = (start(), bare, call("y", "q"), end(), path("s", "x", "y", "e"))

    told = found(process("p", *road), process("q", *ROAD))

    assert [f.element for f in told if f.code == "call-apart"] == ["x"]
