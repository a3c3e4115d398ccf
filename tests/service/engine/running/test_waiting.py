"""What waits says everything that is to be known of it."""

import pytest

from service.engine.execution import OpenTask
from service.errors import ExpressionFailed
from tests.service.engine.diagrams import (
    boundary,
    definitions,
    end,
    message,
    one,
    path,
    process,
    properties,
    start,
    user,
)
from tests.service.engine.pieces import begun


def test_an_open_task_says_everything_its_row_needs() -> None:
    diagram = one(
        '<bpmn:laneSet id="L"><bpmn:lane id="l" name="主办单位"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
        start(),
        user("a", properties(deadline="sign"), name="签收建议", camunda__candidateGroups="unit_liaison:${unit}, deputy_office,", camunda__candidateUsers="${helper}"),
        end(),
        path("s", "a", "e"),
    )  # fmt: skip

    [task] = begun(diagram, unit="ZJ", helper=None).user_tasks

    assert task == OpenTask(
        id=task.id,
        process_id="p",
        element_id="a",
        name="签收建议",
        lane="主办单位",
        variables={"unit": "ZJ", "helper": None},
        candidate_groups=("unit_liaison:ZJ", "deputy_office"),
        candidate_users=(),
        assignee=None,
        deadline_key="sign",
    )
    assert len(task.id) == 32


def test_a_task_may_be_given_to_one_person_or_to_a_list() -> None:
    diagram = one(
        start(), user("a", camunda__assignee="${lead}", camunda__candidateUsers="${others}"), end(), path("s", "a", "e"),
    )  # fmt: skip

    [task] = begun(diagram, lead="daibiao", others=["wang", "li", "wang"]).user_tasks

    assert (task.assignee, task.candidate_users) == ("daibiao", ("wang", "li"))


def test_candidates_that_cannot_be_computed_fail_at_their_task() -> None:
    diagram = one(start(), user("a", camunda__assignee="${lead}"), end(), path("s", "a", "e"))

    with pytest.raises(ExpressionFailed) as failure:
        _ = begun(diagram).user_tasks

    assert failure.value.element == "a"


def test_subscriptions_say_where_they_wait() -> None:
    diagram = definitions(
        '<bpmn:message id="M" name="代表已撤回"/>',
        process("p", start(), user("a"), boundary("m", "a", message("M")), end(), path("s", "a", "e"), path("m", "e")),
    )  # fmt: skip

    [waiting] = begun(diagram).subscriptions

    assert (waiting.name, waiting.kind, waiting.element_id, waiting.process_id) == (
        "代表已撤回",
        "message",
        "m",
        "p",
    )
