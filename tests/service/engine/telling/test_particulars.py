"""What decides how a process runs, in words an office can read; nothing of it stays unsaid."""

from dataclasses import fields, replace
from typing import Any

import pytest

from service.engine.drawn.graph import Graph
from service.engine.drawn.source import (
    Element,
    EventSource,
    FieldSource,
    Flow,
    Loop,
    Passing,
    ProcessSource,
    Repetition,
    Script,
)
from service.engine.telling import particulars
from service.engine.telling.names import Names
from service.engine.telling.story import Story

RATE = Element("rate", "userTask", "填写评价", attached_to="part", scope="part", default="out")
PART = Element("part", "subProcess", "代表评价")
OTHER = Element("other", "subProcess", "补正")
FIELD = FieldSource("reason", "意见", "longtext")
FLOW = Flow("out", "rate", "part", "能", "a > 1")
OTHERWISE: dict[str, Any] = {
    "attributes": {"assignee": "li"},
    "properties": {"sealed": "true"},
    "fields": (FIELD,),
    "inputs": {"a": "1"},
    "outputs": {"a": "1"},
    "structured": ("list",),
    "settings": {"a": "1"},
    "attached_to": "other",
    "scope": "other",
    "interrupting": False,
    "triggered_by_event": True,
    "compensation": True,
    "events": (EventSource("timer", timer="timeDuration", text="P1D"),),
    "repetition": Repetition(True, "units", "unit", "", ""),
    "loop": Loop("a > 1", "3", True),
    "script": Script("python", "a + 1", "b"),
    "passed_in": (Passing(source="a", target="b"),),
    "passed_out": (Passing(every=True),),
    "options": (("yes", "是"),),
    "constraints": {"required": "true"},
    "source": "other",
    "target": "other",
    "is_default": True,
}
UNSAID = {"id", "line", "ignored", "deadline_keys", "implied", "names_initiator"}
"""What names a part, says where it stands in the file, has no effect, or follows from other parts."""


def story(*elements: Element, names: Names | None = None) -> Story:
    process = ProcessSource("p", "", "", "p.bpmn", True, elements, ())
    return Story(Graph(process), names or Names())


def said(one: Element | Flow | FieldSource) -> dict[str, str]:
    titles = particulars.titles([RATE, PART, OTHER])
    whole = story(RATE, PART, OTHER)
    match one:
        case Element():
            return dict(particulars.of_element(one, whole, titles))
        case Flow():
            return dict(particulars.of_flow(one, whole, titles))
    return dict(particulars.of_field(one, whole))


PARTS = [
    (one, field.name)
    for one, unsaid in (
        (RATE, UNSAID),
        (FLOW, UNSAID | {"scope"}),
        (FIELD, {"id", "properties", "lacks_options"}),
    )
    for field in fields(one)
    if field.name not in unsaid
]


@pytest.mark.parametrize(("one", "part"), PARTS)
def test_no_part_changes_unsaid(one: Any, part: str) -> None:
    assert said(replace(one, **{part: OTHERWISE.get(part, "otherwise")})) != said(one)


@pytest.mark.parametrize("part", ["sequential", *[field.name for field in fields(Repetition)][1:]])
def test_no_part_of_a_repetition_changes_unsaid(part: str) -> None:
    many = Repetition(False, "units", "unit", "", "")
    other = replace(many, **{part: True if part == "sequential" else "otherwise"})  # type: ignore[arg-type]

    assert said(replace(RATE, repetition=other)) != said(replace(RATE, repetition=many))


def test_codes_stand_beside_their_words() -> None:
    names = Names({"evaluate": "代表评价"}, {"deputy_office": "代表工委"})
    rate = replace(
        RATE,
        attributes={"candidateGroups": "deputy_office"},
        properties={"deadline": "evaluate", "sealed": "true"},
    )

    found = particulars.of_element(rate, story(rate, names=names), {})

    assert found["种类"] == "由人办理的任务"
    assert found["可以办理的岗位"] == "代表工委（deputy_office）"
    assert found["期限"] == "代表评价（evaluate）"
    assert found["密封"] == "是"


def test_a_field_tells_its_answers_and_when_it_is_asked() -> None:
    asked = FieldSource(
        "rating",
        "办理态度",
        "enum",
        options=(("good", "满意"), ("bad", "不满意")),
        constraints={"required": "true"},
        properties={"showIf": 'met == "yes"'},
    )

    assert said(asked) == {
        "名称": "办理态度",
        "类型": "单选",
        "默认值": "",
        "选项": "满意（good）、不满意（bad）",
        "必填": "是",
        "出现条件": '“met”是“yes”（met == "yes"）',
    }


def test_a_flow_is_told_by_the_names_of_its_ends() -> None:
    assert said(FLOW)["走向"] == "从“填写评价”到“代表评价”"
    assert said(FLOW)["条件"] == "“a”大于 1（a > 1）"


def test_two_elements_of_one_name_are_told_apart() -> None:
    found = particulars.titles([Element("a", "endEvent", "完"), Element("b", "endEvent", "完")])

    assert found == {"a": "“完”（a）", "b": "“完”（b）"}
