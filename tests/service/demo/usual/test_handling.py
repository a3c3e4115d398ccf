"""A unit meets the deputy, plans, reports progress in turn; one that assists answers item by item."""

from service.demo import cast
from service.demo.usual.handling import USUAL, YEAR_END
from tests.service.demo.scenes import scene


def test_the_last_note_of_progress_makes_the_reply_ready() -> None:
    first = USUAL["推进办理"].answer(scene(1, "推进办理", "jt_chengban"))
    count = len(scene(1, "推进办理", "jt_chengban").desk.progress)
    last = USUAL["推进办理"].answer(scene(1, "推进办理", "jt_chengban", times=count - 1))

    assert (first["progress_state"], first["contacts"]) == ("continue", [])
    assert last["progress_state"] == "ready"
    [contact] = last["contacts"]
    assert contact["place"] == "老鹰嘴弯道"


def test_a_plan_sets_its_milestones_in_workdays_from_now() -> None:
    answer = USUAL["制定三定方案"].answer(scene(1, "制定三定方案", "jt_chengban"))

    assert answer["milestones"][0] == {"text": "完成现场勘测和施工图", "due_on": "2026-03-18"}
    assert answer["leader"] == cast.name("jt_fenguan")


def test_a_unit_that_assists_promises_by_the_end_of_the_congress_year() -> None:
    [row] = USUAL["承诺协办任务"].answer(scene(1, "承诺协办任务", "ga_chengban"))["commitments"]

    assert row["due_on"] == YEAR_END


def test_an_item_the_story_is_silent_about_gets_an_empty_response() -> None:
    helping = scene(1, "起草协办意见", "ga_chengban", shown={"items": [{}, {}, {}, {}, {}]})

    answers = [row["response"] for row in USUAL["起草协办意见"].answer(helping)["items"]]

    assert len(answers) == 5
    assert answers[-1] == ""
