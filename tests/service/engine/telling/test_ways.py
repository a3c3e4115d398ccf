"""Where it goes on is said with the condition."""

from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.telling import twin
from service.engine.telling.twin import Names
from tests.service.engine.diagrams import document, end, flow, path, process, start, user, xor
from tests.service.engine.telling.shown import lines, of_process


def test_a_question_names_every_answer_its_condition_and_its_step():
    lines = {line.element_id: line for line in of_process("review_registration")}
    numbers = {key: line.number for key, line in lines.items()}
    question = next(line for line in lines.values() if line.text == "判断：审查结论是什么?")

    assert "立案（审查结论是“立案登记”），转第" in question.then
    assert "转办（审查结论是“转代表来信”或“转信访”），转第" in question.then
    assert f"退改（其余情况），转第 {numbers['Task_revise']} 步" in question.then


def test_ways_without_names_are_told_by_their_conditions() -> None:
    found = lines(
        start(),
        xor("x", default="x-b"),
        user("a"),
        user("b"),
        end(),
        path("s", "x"),
        flow("x", "a", when="amount > 100"),
        flow("x", "b"),
        path("a", "e"),
        path("b", "e"),
    )

    assert found["x"].then == "“amount”大于 100，转第 3 步；其余情况，转第 4 步。"


def test_several_flows_out_of_a_task_are_told_as_such() -> None:
    both = lines(
        start(),
        user("x"),
        user("a"),
        user("b"),
        end(),
        path("s", "x", "a", "e"),
        path("x", "b", "e"),
    )
    chosen = lines(
        start(),
        user("x"),
        user("a"),
        user("b"),
        end(),
        path("s", "x"),
        flow("x", "a", when="ok"),
        flow("x", "b"),
        path("a", "e"),
        path("b", "e"),
    )

    assert both["x"].then == "接着同时进行的是第 3 步、第 4 步。"
    assert chosen["x"].then == "“ok”为是，转第 3 步；转第 4 步。"


def test_who_designs_nothing_reads_the_answers_and_no_codes() -> None:
    answers = (
        *(start(), xor("x", default="no"), user("a"), user("b"), path("s", "x")),
        '<bpmn:sequenceFlow id="yes" name="立案" sourceRef="x" targetRef="a"><bpmn:conditionExpression>'
        "outcome == 'registered'</bpmn:conditionExpression></bpmn:sequenceFlow>",
        flow("x", "b", id="no"),
    )
    drawn = Graph(reading.read("p.bpmn", document(process("p", *answers))).processes[0])

    def then(names: Names) -> str:
        return next(line.then for line in twin.lines(drawn, names) if line.element_id == "x")

    assert then(Names()) == "立案（“outcome”是“registered”），转第 3 步；其余情况，转第 4 步。"
    assert then(Names(are_for_designers=False)) == "立案，转第 3 步；其余情况，转第 4 步。"
