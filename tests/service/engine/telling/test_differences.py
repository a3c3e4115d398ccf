"""Two versions of a process, and what is otherwise, in words."""

from service.engine.drawn import reading
from service.engine.drawn.source import ProcessSource
from service.engine.telling.differences import Difference, differences
from tests.service.engine.diagrams import (
    document,
    end,
    flow,
    path,
    process,
    properties,
    start,
    user,
    xor,
)


def drawn(*parts: str) -> ProcessSource:
    [found] = reading.read("p.bpmn", document(process("p", *parts))).processes
    return found


BEFORE = drawn(start(), user("t", properties(sealed="true")), end(), path("s", "t", "e"))


def test_the_same_has_no_difference() -> None:
    assert differences(BEFORE, BEFORE) == []


def test_a_seal_that_is_gone_is_said() -> None:
    after = drawn(start(), user("t"), end(), path("s", "t", "e"))

    assert differences(BEFORE, after) == [Difference("t", "t", "密封", "true", "（没有）")]


def test_another_assignee_and_name_are_two_differences() -> None:
    after = drawn(
        start(),
        user("t", properties(sealed="true"), name="评价", camunda__assignee="li"),
        end(),
        path("s", "t", "e"),
    )

    found = {(one.what, one.before, one.after) for one in differences(BEFORE, after)}
    assert found == {("名称", "t", "评价"), ("办理人", "（没有）", "li")}


def test_what_is_new_or_gone_is_said_with_what_it_was() -> None:
    after = drawn(
        start(),
        xor("x", default="x-e"),
        user("n", camunda__candidateGroups="deputy_office"),
        end(),
        path("s", "x", "e"),
        flow("x", "n", when="a > 1"),
        path("n", "e"),
    )

    found = {one.element_id: one for one in differences(BEFORE, after)}
    assert found["t"].what == "删去"
    assert "密封：true" in found["t"].before
    assert found["n"].what == "新增"
    assert "候选组：deputy_office" in found["n"].after
    assert "条件：a &gt; 1" in found["x-n"].after or "条件：a > 1" in found["x-n"].after
