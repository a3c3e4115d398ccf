"""The routine covers the tasks people meet, and knows who does them."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

from service.demo import routine, story

PROCESSES = Path(__file__).parents[3] / "processes"
BEGINNINGS = {"新建", "发起督查"}


def test_a_routine_is_of_a_task_that_a_diagram_draws() -> None:
    drawn = {
        element.attrib["name"]
        for file in PROCESSES.glob("*.bpmn")
        for element in ElementTree.parse(file).iter()
        if element.tag.endswith("}userTask")
    }

    assert set(routine.ROUTINES) - BEGINNINGS <= drawn


def test_the_congress_s_suggestions_are_dispatched_on_one_day() -> None:
    told = {each.number: each for each in story.read()}

    assert routine.pace(told[1], "正式交办", 0) == routine.DISPATCHED_ON
    assert routine.pace(told[5], "正式交办", 0) == 1
    assert routine.pace(told[1], "推进办理", 0) == 20
    assert routine.pace(told[1], "推进办理", 1) == 10
    assert routine.pace(told[37], "推进办理", 0) == 6
