"""The twin says of every element what happens, who does it, when, and where it goes on."""

from service.engine import definitions
from service.engine.telling import twin
from tests.service.engine.diagrams import end, extensions, flow, path, start, user, xor
from tests.service.engine.telling.shown import PROCESSES, lines, of_process


def test_every_element_is_told_once_and_numbered_in_order():
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}

    for one in definitions.parse(files).values():
        lines = twin.lines(one)

        assert {line.element_id for line in lines} == set(one.elements)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_step_says_who_does_it_until_when_and_where_it_goes_on():
    lines = {line.element_id: line for line in of_process("review_registration")}

    review = lines["Task_review"]

    assert (
        review.text
        == "人大代工委办理“审查建议”，期限“闭会件审查登记或会期件审查登记（最迟闭幕后）”。"
    )
    assert review.then.startswith("接着是第 ")


def test_a_question_uses_the_words_of_the_form() -> None:
    form = extensions(
        '<camunda:formData><camunda:formField id="conclusion" label="审查结论" type="enum">'
        '<camunda:value id="register" name="立案登记"/></camunda:formField></camunda:formData>'
    )
    found = lines(
        start(),
        user("a", form),
        xor("x", default="x-e"),
        user("b"),
        end(),
        path("s", "a", "x"),
        flow("x", "b", when='conclusion == "register"'),
        flow("x", "e"),
        path("b", "e"),
    )

    assert "审查结论是“立案登记”，转第 4 步" in found["x"].then
