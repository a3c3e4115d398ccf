"""Who does a task is said by the name of the post."""

import pytest

from service.engine.drawn.source import Element
from service.engine.telling import people
from tests.service.engine.telling.shown import WORDS


@pytest.mark.parametrize(
    ("lane", "attributes", "said"),
    [
        ("督查室", {"assignee": "x"}, "督查室"),
        ("承办科室", {"candidateGroups": "unit_head:${unit}"}, "承办科室（单位主要负责人）"),
        ("人大代表工委", {"candidateGroups": "deputy_office"}, "人大代表工委"),
        ("代表", {"candidateGroups": "${unit}"}, "代表"),
        ("", {"assignee": "${unit}"}, "“主办单位”所指的人"),
        ("", {"assignee": "wang_fang"}, "wang_fang"),
        ("", {"assignee": "${execution.getVariable('INITIATOR')}"}, "发起人"),
        ("", {"assignee": "${execution.getVariable('unit')}"}, "“主办单位”所指的人"),
        ("", {"candidateGroups": "deputy_office"}, "人大代表工委"),
        (
            "",
            {"candidateGroups": "deputy_office, unit_head:${unit}"},
            "人大代表工委或单位主要负责人（“主办单位”所指的单位）",
        ),
        (
            "",
            {"candidateGroups": "${unit}", "candidateUsers": "li_ming"},
            "“主办单位”所指的岗位或li_ming",
        ),
        ("", {}, "办理人"),
    ],
)
def test_who_does_a_task_is_its_lane_or_those_it_names(
    lane: str, attributes: dict[str, str], said: str
) -> None:
    assert people.of(Element("a", "userTask", lane=lane, attributes=attributes), WORDS) == said
