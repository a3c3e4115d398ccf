"""A diagram that strays from the card runs, and its designer is told how to draw it."""

import re
from pathlib import Path

import pytest

from service.engine.checking import card
from tests.service.engine.checking.review import (
    DOC,
    good,
    said,
)
from tests.service.engine.diagrams import (
    end,
    flow,
    path,
    process,
    some,
    start,
    user,
)


def test_a_process_has_a_start_event_and_every_road_an_end_event() -> None:
    found = said(process("review", user("Task_a"), user("Task_b"), path("Task_a", "Task_b")))

    assert ("warning", "start-missing", "review") in found
    assert ("warning", "end-missing", "Task_b") in found
    assert ("warning", "end-missing", "Task_a") not in found


def test_a_gateway_either_splits_or_joins_and_is_not_inclusive() -> None:
    found = said(
        process(
            "review",
            *(start(), some("Gateway_a", default="Flow_a"), user("Task_a"), user("Task_b")),
            *(some("Gateway_b", default="Flow_b"), end("e"), end("f"), path("s", "Gateway_a")),
            *(flow("Gateway_a", "Task_a", id="Flow_a"), flow("Gateway_a", "Task_b", "n")),
            *(path("Task_a", "Gateway_b"), path("Task_b", "Gateway_b")),
            *(flow("Gateway_b", "e", id="Flow_b"), flow("Gateway_b", "f", "n")),
        )
    )

    assert ("warning", "inclusive-gateway", "Gateway_a") in found
    assert ("warning", "split-and-join", "Gateway_b") in found
    assert ("warning", "split-and-join", "Gateway_a") not in found


def test_a_split_is_drawn_as_a_gateway() -> None:
    found = said(
        process(
            "review", user("Task_a"), user("b"), user("c"), path("Task_a", "b"), path("Task_a", "c")
        )
    )

    assert ("warning", "implicit-split", "Task_a") in found


def test_a_task_has_somebody_to_do_it_and_a_lane_to_stand_in() -> None:
    lanes = '<bpmn:laneSet id="L"><bpmn:lane id="l" name="代表"/></bpmn:laneSet>'
    task = user("Task_review", DOC, name="审查建议")

    assert said(good(task=lanes + task)) == {
        ("warning", "nobody", "Task_review"),
        ("warning", "lane-missing", "Task_review"),
    }


def test_tasks_and_processes_say_what_they_are_for() -> None:
    parts = good().replace(DOC, "")

    assert said(parts) == {
        ("warning", "documentation", "review"),
        ("warning", "documentation", "Task_review"),
    }


def test_a_diagram_nobody_can_read_at_a_glance_is_worth_a_word() -> None:
    keys = [f"Task_step_{'x' * n}" for n in range(1, 32)]
    lanes = "".join(f'<bpmn:lane id="l{n}" name="泳道{n}"/>' for n in range(6))
    parts = process("review", f'<bpmn:laneSet id="L">{lanes}</bpmn:laneSet>', start(), *map(user, keys), end(), path("s", *keys, "e"))  # fmt: skip

    found = {(severity, code) for severity, code, element in said(parts) if element == "review"}

    assert found >= {("warning", "many-elements"), ("warning", "many-lanes")}


@pytest.mark.parametrize(
    ("file", "fits"),
    [
        ("review.bpmn", True),
        ("folder/review.bpmn", True),
        ("review.bpmn20.xml", True),
        ("审查.bpmn", False),
    ],
)
def test_a_file_is_called_like_its_process(file: str, fits: bool) -> None:
    found = said(good(), file=file)

    assert found == (set() if fits else {("warning", "file-name", "review")})


def test_one_process_per_file() -> None:
    second = process("q", start("Start_b"), end("End_b"), path("Start_b", "End_b"))

    assert ("warning", "one-process", "q") in said(good(), second)


def test_what_is_called_advice_is_what_the_card_and_the_drawing_say() -> None:
    room = Path(card.__file__).parent
    said_in = [(room / name).read_text("utf-8") for name in ("card.py", "naming.py", "drawing.py")]
    codes = {code for text in said_in for code in re.findall(r'note\(\s*[^"]*?"([a-z-]+)"', text)}

    # A task nobody can do, and a shape nobody sees, are more than a matter of style.
    assert codes - {"nobody", "not-drawn"} == card.ADVICE
