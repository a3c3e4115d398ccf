"""Names say what happens, and ids what they stand for."""

import pytest

from tests.service.engine.checking.review import DOC, good, good_task, said
from tests.service.engine.diagrams import (
    boundary,
    element,
    end,
    flow,
    path,
    process,
    start,
    timer,
    user,
)


def test_what_people_point_at_has_a_name() -> None:
    parts = process(
        "review",
        *(
            start("Start_submitted", name=""),
            user("Task_review", name=""),
            end("End_a"),
            end("End_b"),
        ),
        *(element("exclusiveGateway", "Gateway_ok", name="", default="Flow_no"),),
        *(
            path("Start_submitted", "Task_review", "Gateway_ok"),
            flow("Gateway_ok", "End_a", id="Flow_no"),
        ),
        *(flow("Gateway_ok", "End_b", "ok", id="Flow_yes"),),
        name="",
    )

    unnamed = {element for _, code, element in said(parts) if code == "name-missing"}

    assert unnamed == {
        "review",
        "Start_submitted",
        "Task_review",
        "Gateway_ok",
        "Flow_no",
        "Flow_yes",
    }


def test_a_gateways_name_is_a_question() -> None:
    parts = [
        element("exclusiveGateway", "Gateway_ok", name=name, default="Flow_no")
        for name in ("是否同意", "是否同意?", "是否同意？")
    ]
    found = [
        ("warning", "question", "Gateway_ok") in said(process("review", start(), part, end("End_a"), end("End_b"), path("s", "Gateway_ok"), flow("Gateway_ok", "End_a", id="Flow_no"), flow("Gateway_ok", "End_b", "n")))
        for part in parts
    ]  # fmt: skip

    assert found == [True, False, False]


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("Activity_0x3k9za", "id-generated"),
        ("sid-8F3C-4B", "id-generated"),
        ("usertask1", "id-generated"),
        ("review", "id-form"),
        ("Task_审查", "id-form"),
        ("Task_review", None),
        ("Task_second_assignment", None),
        ("Activity_reviewed", None),
    ],
)
def test_what_waits_has_an_id_that_says_what_it_is(key: str, code: str | None) -> None:
    parts = good(task=good_task(key=key)).replace('"Task_review"', f'"{key}"')

    assert said(parts) == ({("warning", code, key)} if code else set())


def test_ends_say_what_was_reached_and_timers_do_not_say_how_many_days() -> None:
    event = boundary("Timer_late", "Task_review", timer("P15D"), DOC)
    parts = process(
        "review",
        *(DOC, start("Start_submitted", name="开始"), good_task(), event.replace('name="Timer_late"', 'name="15 天到期"')),
        *('<bpmn:endEvent id="End_registered" name="结束"/>',),
        path("Start_submitted", "Task_review", "End_registered") + path("Timer_late", "End_registered"),
        name="建议审查",
    )  # fmt: skip

    assert said(parts) == {
        ("warning", "name-vague", "Start_submitted"),
        ("warning", "name-vague", "End_registered"),
        ("warning", "name-amount", "Timer_late"),
    }
