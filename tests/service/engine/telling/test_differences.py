"""Two versions of a process, and what is otherwise, in words."""

from service.engine.drawn import reading
from service.engine.drawn.source import ProcessSource
from service.engine.telling.differences import Difference, differences
from tests.service.engine.diagrams import (
    document,
    end,
    extensions,
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


def form(id: str, type: str, *inner: str) -> str:
    """The form of a task with one field."""
    field = f'<camunda:formField id="{id}" type="{type}">{"".join(inner)}</camunda:formField>'
    return extensions(f"<camunda:formData>{field}</camunda:formData>")


BEFORE = drawn(start(), user("t", properties(sealed="true")), end(), path("s", "t", "e"))


def test_the_same_has_no_difference() -> None:
    assert differences(BEFORE, BEFORE) == []


def test_a_seal_that_is_gone_is_said() -> None:
    after = drawn(start(), user("t"), end(), path("s", "t", "e"))

    assert differences(BEFORE, after) == [Difference("t", "t", "密封", "是", "（没有）")]


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
    assert "密封：是" in found["t"].before
    assert found["n"].what == "新增"
    assert "可以办理的岗位：deputy_office" in found["n"].after
    assert "条件：“a”大于 1（a > 1）" in found["x-n"].after


def test_a_new_name_does_not_change_the_flows_to_it() -> None:
    after = drawn(
        start(), user("t", properties(sealed="true"), name="评价"), end(), path("s", "t", "e")
    )

    assert differences(BEFORE, after) == [Difference("t", "评价", "名称", "t", "评价")]


def test_one_changed_answer_is_one_difference_of_its_field() -> None:
    def asking(label: str) -> ProcessSource:
        rating = form("rating", "enum", f'<camunda:value id="good" name="{label}"/>')
        return drawn(start(), user("t", rating), end(), path("s", "t", "e"))

    [found] = differences(asking("满意"), asking("比较满意"))

    assert found.what == "字段“rating”的选项"
    assert (found.before, found.after) == ("满意（good）", "比较满意（good）")


def test_a_new_word_for_an_answer_does_not_change_the_conditions_that_ask_for_it() -> None:
    def choosing(label: str) -> ProcessSource:
        rating = form("rating", "enum", f'<camunda:value id="good" name="{label}"/>')
        ways = flow("x", "n", when='rating == "good"') + path("t", "x", "e")
        steps = (user("t", rating), xor("x", default="x-e"), user("n"), ways, path("n", "e"))
        return drawn(start(), *steps, end(), path("s", "t"))

    [found] = differences(choosing("满意"), choosing("比较满意"))

    assert found.what == "字段“rating”的选项"


def test_a_field_that_is_gone_is_said_with_what_it_was() -> None:
    asking = drawn(start(), user("t", form("rating", "string")), end(), path("s", "t", "e"))
    silent = drawn(start(), user("t"), end(), path("s", "t", "e"))

    found = {one.what: one for one in differences(asking, silent)}
    assert found["表单的字段"].after == "（没有）"
    assert "类型：单行文字" in found["删去字段“rating”"].before
