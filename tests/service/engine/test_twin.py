from pathlib import Path

from service.engine import definitions, twin

PROCESSES = Path(__file__).parents[3] / "processes"


def told(name: str) -> tuple[twin.Line, ...]:
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}
    return twin.tell(definitions.parse(files)[name])


def test_every_element_is_told_once_and_numbered_in_order():
    files = {path.name: path.read_bytes() for path in PROCESSES.glob("*.bpmn")}

    for process in definitions.parse(files).values():
        lines = twin.tell(process)

        assert {line.element_id for line in lines} == set(process.elements)
        assert [line.number for line in lines] == list(range(1, len(lines) + 1))


def test_a_step_says_who_does_it_and_where_it_goes_on():
    lines = {line.element_id: line for line in told("review_registration")}

    review = lines["Task_review"]

    assert review.text == "人大代工委办理“审查建议”。"
    assert review.then.startswith("接着是第 ")


def test_a_question_names_every_answer_and_its_step():
    lines = told("review_registration")
    numbers = {line.element_id: line.number for line in lines}
    [question] = [line for line in lines if line.text == "判断：是否会议期间?"]

    assert "会议期间，转第" in question.then
    assert "闭会期间，转第" in question.then
    assert str(numbers["Task_review"]) in "".join(line.then for line in lines)


def test_a_boundary_event_says_whether_the_task_goes_on():
    texts = [line.text for line in told("review_registration")]

    assert "“修改建议”进行期间，如果“补充修改期限届满”，原任务继续。" in texts
