"""State is small, stays small, and says the same after every load."""

from typing import Any

import orjson
import pytest
import zstandard

from service.engine.definitions import DefinitionSet
from service.engine.execution import Execution
from service.engine.state import stored
from service.errors import ProcessFailed
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    boundary,
    call,
    catch,
    definitions,
    each,
    element,
    end,
    extensions,
    flow,
    fork,
    one,
    path,
    process,
    start,
    sub,
    timer,
    user,
    xor,
)

SUGGESTION: dict[str, Any] = {
    "suggestion": 1234,
    "level": "city",
    "lead_deputy": "daibiao_zhang",
    "co_signers": ["daibiao_wang", "daibiao_li", "daibiao_zhao"],
    "submitted_at": MORNING.isoformat(),
    "registered_at": MORNING.isoformat(),
    "handling_mode": "lead_assist",
    "lead_unit": "JT",
    "assists": [{"unit": f"U{n}", "assignment": n} for n in range(5)],
}


REASSIGNED = definitions(
    process(
        "p",
        *(
            start(),
            xor("m"),
            user("assign"),
            call("c", "unit"),
            user("judge"),
            xor("x", default="x-e"),
        ),
        *(end(), path("s", "m", "assign", "c", "judge", "x", "e"), flow("x", "m", "again")),
    ),
    process(
        "unit",
        *(start("s2"), fork("g"), user("a"), user("b"), fork("j"), user("sign"), end("e2")),
        *(boundary("t", "sign", timer("P15D"), interrupting=False), user("remind"), end("e3")),
        *(path("s2", "g"), path("g", "a", "j"), path("g", "b", "j"), path("j", "sign", "e2")),
        path("t", "remind", "e3"),
    ),
)


@pytest.mark.parametrize("units", [1, 3, 5])
def test_a_running_case_fits_into_two_kilobytes(units: int) -> None:
    diagram = definitions(
        process("p", start(), call("c", "unit", each("assists", "assist")), user("z"), end(), path("s", "c", "z", "e")),
        process(
            "unit",
            *(start("s2"), user("sign"), user("draft"), user("issue"), end("e2"), end("e3")),
            *(boundary("t", "draft", timer("P3M"), interrupting=False), path("t", "e3")),
            *(boundary("y", "draft", timer("P2M"), interrupting=False), path("y", "e3")),
            path("s2", "sign", "draft", "issue", "e2"),
        ),
    )  # fmt: skip
    walk = Walk(diagram, {**SUGGESTION, "assists": SUGGESTION["assists"][:units]})

    for _ in range(units):
        walk.do("sign", signed_at=MORNING.isoformat())

    assert len(walk.timers) == 2 * units
    assert walk.size <= 2048


def test_ids_of_what_waits_never_change() -> None:
    walk = Walk(REASSIGNED, SUGGESTION).do("assign")
    before = {task.element_id: task.id for task in walk.execution.user_tasks}

    walk.do("a")

    assert walk.task("b").id == before["b"]


def test_saving_twice_gives_the_same_bytes() -> None:
    walk = Walk(REASSIGNED, SUGGESTION).do("assign").do("a").do("b").fire("t")
    first = walk.execution.dump()

    second = Execution.load(REASSIGNED, first, Recorder(), MORNING).dump()

    assert first == second == walk.execution.dump()


def test_the_same_variables_are_the_same_bytes_whoever_wrote_first() -> None:
    walk = Walk(
        one(
            *(start(), fork("g"), user("a"), user("b"), user("c"), user("w"), fork("j")),
            *(boundary("t", "b", timer("P1D"), interrupting=False), user("r"), end("e2")),
            *(path("s", "g", "a", "b", "c", "j"), path("g", "w", "j"), path("t", "r", "e2")),
            *(user("z"), end(), path("j", "z", "e")),
        )
    )

    walk.do("a", v=1).fire("t").do("w", y=1).do("b")
    walk.execution.complete(walk.task("c").id, {"v": 2})
    saved = walk.execution.dump()

    assert Execution.load(walk.definitions, saved, Recorder(), MORNING).dump() == saved


def test_a_call_that_takes_nothing_in_is_the_same_bytes_whoever_wrote_first() -> None:
    fetched = process("q", start("s1"), user("a"), end("e1"), path("s1", "a", "e1"))
    flow = (start(), user("t"), call("c", "q", extensions()), end(), path("s", "t", "c", "e"))
    walk = Walk(definitions(process("p", *flow), fetched))

    walk.execution.complete(walk.task("t").id, {"y": 1, "x": 2})
    saved = walk.execution.dump()

    assert Execution.load(walk.definitions, saved, Recorder(), MORNING).dump() == saved


def test_variables_that_a_call_does_not_take_in_are_gone_inside_and_back_outside() -> None:
    named = '<bpmn:extensionElements><camunda:in source="a" target="a"/><camunda:out source="r" target="r"/></bpmn:extensionElements>'
    walk = Walk(
        definitions(
            process(
                "p", start(), call("c", "q", named), user("z"), end(), path("s", "c", "z", "e")
            ),
            process("q", start("s2"), user("h"), end("e2"), path("s2", "h", "e2")),
        ),
        {"a": 1, "b": 2, "c": {"d": [3]}},
    )

    assert walk.task("h").variables == {"a": 1}
    assert walk.do("h", r=4, x=5).task("z").variables == {"a": 1, "b": 2, "c": {"d": [3]}, "r": 4}


def test_true_and_one_are_told_apart() -> None:
    walk = Walk(one(start(), user("a"), user("b"), end(), path("s", "a", "b", "e")), {"n": 1})

    value = walk.do("a", n=True).task("b").variables["n"]

    assert value is True


EMPTY = stored.FORMAT + zstandard.ZstdCompressor().compress(b"[]")


def road(*tasks: str) -> DefinitionSet:
    return one(start(), *map(user, tasks), end(), path("s", *tasks, "e"))


def saved(diagram: DefinitionSet, *done: str) -> bytes:
    walk = Walk(diagram)
    for task in done:
        walk.do(task)
    return walk.execution.dump()


def test_a_state_may_be_loaded_on_a_later_version_of_the_diagram() -> None:
    later = road("new", "b", "inserted", "c")

    execution = Execution.load(later, saved(road("a", "b", "c"), "a"), Recorder(), MORNING)
    [task] = execution.user_tasks
    execution.complete(task.id, {})

    assert task.element_id == "b"
    assert [t.element_id for t in execution.user_tasks] == ["inserted"]


def test_a_token_at_an_element_that_is_gone_is_named() -> None:
    with pytest.raises(ProcessFailed) as failure:
        Execution.load(road("a", "c"), saved(road("a", "b"), "a"), Recorder(), MORNING)

    assert failure.value.element == "b"


@pytest.mark.parametrize("content", [b"", b"\x02abc", b"{}", b"\x01", b"\x01abc", EMPTY])
def test_state_in_another_format_is_not_guessed_at(content: bytes) -> None:
    with pytest.raises(ProcessFailed):
        Execution.load(road("a"), content, Recorder(), MORNING)


def test_the_format_is_as_documented() -> None:
    content = saved(road("a", "b"), "a")

    assert content[:1] == stored.FORMAT
    completed, success, end_event, workflows = orjson.loads(
        zstandard.ZstdDecompressor().decompress(content[1:])
    )
    assert (completed, success, end_event) == (False, True, None)
    [[above, row, name, rows, ended]] = workflows
    assert (above, row, name, ended) == (-1, 0, "p", {})
    # the undrawn start, what the token came from, the token that waits
    assert [r[2] for r in rows] == ["(start)", "a", "b"]
    assert [len(r) > 3 for r in rows] == [False, False, True]


def test_everything_at_once_comes_back() -> None:
    """Several instances of a call with a subprocess in it, timers, messages and a half-done join."""
    diagram = definitions(
        '<bpmn:message id="M" name="已下发"/>',
        process(
            "p",
            *(start(), fork("g"), call("c", "q", each("units", "unit")), user("a"), fork("j"), end()),
            *(path("s", "g"), path("g", "c", "j"), path("g", "a", "j"), path("j", "e")),
        ),
        process(
            "q",
            *(start("s2"), sub("i", start("s3"), user("h"), boundary("t", "h", timer("R/P1D", "timeCycle"), interrupting=False), end("e3"), end("e4"), path("s3", "h", "e3"), path("t", "e4"))),
            *(catch("w", '<bpmn:messageEventDefinition messageRef="M"/>'), end("e2"), path("s2", "i", "w", "e2")),
        ),
    )  # fmt: skip
    walk = Walk(diagram, {"units": [{"unit": "甲"}, {"unit": "乙"}]})

    walk.do("a").fire("t").do("h").fire("t")
    assert (walk.waiting, walk.timers) == (["h"], ["t"])
    assert [s.element_id for s in walk.execution.subscriptions] == ["w"]
    walk.receive("已下发").do("h").receive("已下发")

    assert walk.ended


def test_an_event_gateway_comes_back() -> None:
    walk = Walk(
        one(
            *(
                start(),
                element("eventBasedGateway", "g"),
                catch("t", timer("P1D")),
                catch("u", timer("P2D")),
            ),
            *(
                user("a"),
                user("b"),
                end(),
                path("s", "g"),
                path("g", "t", "a", "e"),
                path("g", "u", "b", "e"),
            ),
        )
    )

    assert walk.fire("u").waiting == ["b"]


def test_a_state_that_has_grown_too_large_names_the_step_that_would_have_made_it_so() -> None:
    tasks = [f"a{n}" for n in range(6)]
    walk = Walk(one(start(), *(user(t) for t in tasks), end(), path("s", *tasks, "e")))
    for n in range(3):
        walk.do(f"a{n}", **{f"text{n}": "x" * 250_000})

    walk.execution.complete(walk.task("a3").id, {"text3": "x" * 250_000})
    with pytest.raises(ProcessFailed, match="超过 1 MB") as failure:
        walk.execution.dump()

    assert failure.value.element == "a3"
