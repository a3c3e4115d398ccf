"""The minutes name everybody once, and what was resolved is due so many workdays later."""

from service.demo import cast, story
from service.demo.story import Suggested
from service.demo.usual.judging import CHAIR, USUAL
from tests.service.demo.scenes import scene

NUMBER = next(one.number for one in story.read() if isinstance(one, Suggested) and one.meetings)


def test_minutes_name_the_chair_first_and_everybody_once() -> None:
    units = {"meeting_units": ["JT", "JT"], "lead_unit": "JT"}

    answer = USUAL["记录会议纪要"].answer(scene(NUMBER, "记录会议纪要", "dgw_ganshi", **units))

    assert answer["present"].startswith(cast.titled(CHAIR))
    assert answer["present"].count(cast.titled("jt_fenguan")) == 1


def test_a_resolution_is_due_on_a_day() -> None:
    units = {"meeting_units": [], "lead_unit": "JT"}

    answer = USUAL["记录会议纪要"].answer(scene(NUMBER, "记录会议纪要", "dgw_ganshi", **units))

    assert answer["resolutions"]
    assert all(row["due_on"] > "2026-03-02" for row in answer["resolutions"])
