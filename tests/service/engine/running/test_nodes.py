"""An element that is done says so, and sends a token along every flow out of it."""

from service.engine.execution import Execution
from tests.service.engine.diagrams import MORNING, Recorder, end, one, path, start, user


def test_a_finished_element_is_recorded_and_every_flow_out_of_it_gets_a_token() -> None:
    roads = (path("s", "a", "b", "e"), path("a", "c", "e"))
    diagram = one(start(), user("a"), user("b"), user("c"), end(), *roads)
    execution = Execution.start(diagram, {}, Recorder(), MORNING)
    [task] = execution.user_tasks

    execution.complete(task.id, {})

    assert "a" in [step.element_id for step in execution.trace]
    assert [open_task.element_id for open_task in execution.user_tasks] == ["b", "c"]
