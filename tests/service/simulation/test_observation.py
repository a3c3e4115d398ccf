"""What a rehearsal has passed and still waits for is seen as people would see it."""

from datetime import timedelta

from service.simulation import Message
from service.simulation.outcome import Awaited
from tests.conftest import MORNING
from tests.drawing import diagram, timer, user
from tests.service.simulation.drawings import END, SAID, START, events


def test_a_message_nobody_sends_is_named(run):
    elements = START + '<receiveTask id="Task_hear" name="等撤回" messageRef="Message_back"/>' + END
    drawn = diagram(
        "deaf", "等", elements, [("Start_a", "Task_hear"), ("Task_hear", "End_z")], SAID
    )

    outcome = run(drawn, messages=[Message("别的")])

    assert outcome.stop.reason == "waiting"
    assert "--message 已撤回" in outcome.stop.sentence
    assert outcome.undelivered == ("别的",)
    assert run(drawn, messages=[Message("已撤回")]).ended


def test_a_task_left_undone_is_seen_with_its_people_and_a_timer_with_its_moment(run):
    elements = (
        START
        + user("Task_b", "答复", candidateGroups="gov_office")
        + timer("Timer_late", "届满", "Task_b", "timeDuration", "P9D", True)
        + '<endEvent id="End_late" name="已届满"/>'
        + END
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "End_z"), ("Timer_late", "End_late")]
    drawn = diagram("left", "答复", elements, flows)
    until = MORNING + timedelta(days=1)

    outcome = run(drawn, answers={"答复": {"skip": True}}, until=until)

    assert events(outcome) == ["已提出"]
    assert outcome.waiting == (
        Awaited("task", "Task_b", "答复", ("市政府办公室",)),
        Awaited("timer", "Timer_late", "届满", (), MORNING + timedelta(days=9)),
    )
