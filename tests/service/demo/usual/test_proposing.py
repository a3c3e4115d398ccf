"""A suggestion is proposed as its story tells it, and dispatched to whom the story plans."""

from dataclasses import replace

from service.demo.usual.proposing import BATCH, USUAL
from tests.service.demo.scenes import scene


def test_a_suggestion_is_handed_in_with_what_its_story_opens_with() -> None:
    answer = USUAL["新建"].answer(scene(1, "新建", "d001"))

    assert answer["title"] == "关于在云溪至白崖县道急弯路段增设会车警示与防护栏的建议"
    assert len(answer["items"]) == 3
    assert answer["preferred_units"] == ["JT", "GA"]


def test_only_what_the_story_merges_is_merged() -> None:
    rows = [{"case_no": "A"}, {"case_no": "B"}]
    alone = scene(1, "审查建议", "dgw_ganshi", shown={"similar": rows})
    other = scene(13, "审查建议", "dgw_ganshi", shown={"similar": rows})
    into = replace(other, case_nos={other.suggested.merge_into or 0: "B"})

    assert USUAL["审查建议"].answer(alone)["similar"] == [{"relation": "none"}] * 2
    assert [row["relation"] for row in USUAL["审查建议"].answer(into)["similar"]] == [
        "none",
        "merge",
    ]


def test_a_batch_is_named_where_the_story_was_dispatched_in_it() -> None:
    rows = [{"unit": "JT", "duties": "办理"}, {"unit": "MZ", "duties": "协助"}]

    answer = USUAL["正式交办"].answer(
        scene(1, "正式交办", "dgw_ganshi", shown={"assignments": rows})
    )

    assert answer.items() >= BATCH.items()
    assert answer["assignments"][0]["duties"].startswith("牵头办理")
    assert answer["assignments"][1]["duties"] == "协助"
