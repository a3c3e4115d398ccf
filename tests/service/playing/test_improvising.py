"""Somebody does each task: whoever the register knows for it, else somebody made up; what they fill in is accepted."""

from tests.drawing import diagram, extensions, user


def drawn(task: str, process_id: str = "one") -> bytes:
    elements = f'<startEvent id="Start_a" name="已提出"/>{task}<endEvent id="End_z" name="已办结"/>'
    return diagram(process_id, "一步", elements, [("Start_a", "Task_b"), ("Task_b", "End_z")])


def doer(outcome) -> str:
    return next(one.by for one in outcome.trace if one.element == "Task_b")


def test_who_the_register_knows_for_a_task_does_it(run):
    outcome = run(drawn(user("Task_b", "审批", candidateGroups="gov_office")))

    assert outcome.ended
    assert doer(outcome) == "zfb_ganshi"


def test_a_group_of_another_system_is_somebody(run):
    assert doer(run(drawn(user("Task_b", "审批", candidateGroups="financeDept")))) == "somebody"


def test_an_assignee_nobody_knows_acts_under_that_name(run):
    assert doer(run(drawn(user("Task_b", "审批", assignee="demo")))) == "demo"
    initiated = drawn(user("Task_b", "审批", assignee="${applicant}"))
    assert doer(run(initiated, variables={"applicant": "wang"})) == "wang"


def test_a_task_drawn_for_nobody_is_done(run):
    assert run(drawn(user("Task_b", "审批"))).ended


def test_a_list_that_is_empty_is_named(run):
    form = extensions(["who:enum:给谁"]).replace(
        "</camunda:formField>",
        '<camunda:properties><camunda:property id="source" value="proxy_evaluations"/>'
        '</camunda:properties><camunda:validation><camunda:constraint name="required" config="true"/>'
        "</camunda:validation></camunda:formField>",
    )

    task = user("Task_b", "审批", form, candidateGroups="gov_office")
    outcome = run(drawn(task, "proxy_evaluation"))

    assert outcome.stop.reason == "form"
    assert outcome.stop.element == "Task_b"
    assert "proxy_evaluations" in outcome.stop.messages["who"]


def test_a_file_is_there_to_be_attached(run):
    form = extensions(["scan:file:扫描件"]).replace(
        "</camunda:formField>",
        '<camunda:validation><camunda:constraint name="required" config="true"/>'
        "</camunda:validation></camunda:formField>",
    )

    assert run(drawn(user("Task_b", "审批", form))).ended


def test_a_default_nobody_can_work_out_and_a_condition_that_fails_stop_in_words(run):
    form = extensions(["why:string:原因"]).replace(
        "</camunda:formField>",
        '<camunda:properties><camunda:property id="showIf" value="amount &gt; 3"/>'
        "</camunda:properties></camunda:formField>",
    )

    outcome = run(drawn(user("Task_b", "审批", form)))

    assert outcome.stop.reason == "failed"
    assert "“amount”" in outcome.stop.sentence
