"""The stories' texts are whole, and name nothing that is not there."""

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.demo import city, story
from service.demo.story import Act, Story, Suggested, Supervised
from service.register.proposal.categories import CATEGORIES
from service.register.reply.kinds import ItemState
from service.register.supervision.findings import Nature, Point

PROCESSES = Path(__file__).parents[3] / "processes"
STORIES = story.read()
SUGGESTED = [each for each in STORIES if isinstance(each, Suggested)]
SUPERVISED = [each for each in STORIES if isinstance(each, Supervised)]
LOGINS = {citizen.login for citizen in city.citizens()}
UNITS = {office.code for office in city.UNITS} | {town.code for town in city.TOWNS}


def test_the_two_kinds_are_told_in_the_order_of_their_numbers() -> None:
    numbers = [each.number for each in STORIES]

    assert numbers == sorted(set(numbers))
    assert {each.number for each in SUGGESTED} >= set(range(1, 33))
    assert len({each.title for each in SUGGESTED}) == len(SUGGESTED)
    assert len({each.basis for each in SUPERVISED}) == len(SUPERVISED) >= 12


@pytest.mark.parametrize("told", SUGGESTED, ids=lambda told: str(told.number))
def test_a_suggestion_is_written_as_a_deputy_would(told: Suggested) -> None:
    assert told.title.startswith("关于")
    assert told.title.endswith(("建议", "意见"))
    assert 80 <= len(told.situation) <= 250
    assert 40 <= len(told.analysis) <= 250
    assert told.items
    assert told.category in {one.code for one in CATEGORIES.defaults}
    assert all(text.endswith("。") for text in (told.situation, told.analysis, *told.items))


@pytest.mark.parametrize("told", SUGGESTED, ids=lambda told: str(told.number))
def test_every_item_is_answered_and_every_person_and_unit_is_of_the_city(told: Suggested) -> None:
    merged = [each for each in SUGGESTED if each.merge_into == told.number]
    asked = len(told.items) + sum(len(each.items) for each in merged)
    plan = told.plan
    named = [plan.lead, *plan.assists, *plan.separates, *told.desks, *told.helps]
    logins = [told.deputy, told.begun_by, *told.co_signers, *(act.by for act in told.acts)]
    for desk in (desk for desks in told.desks.values() for desk in desks):
        assert len(desk.measures) == asked
        assert (
            all(state in ItemState.labels() for state, _ in desk.reply.answers)
            if desk.reply
            else True
        )
        assert desk.reply is None or len(desk.reply.answers) == asked
        assert desk.reply is None or 80 <= len(desk.reply.body) <= 250
        assert desk.reply is None or bool(desk.reply.promises) == (desk.reply.reply_class == "B")

    assert {unit for unit in named if unit} <= UNITS
    assert {login for login in logins if login} <= LOGINS


@pytest.mark.parametrize("told", SUPERVISED, ids=lambda told: str(told.number))
def test_a_supervision_names_its_points_and_what_it_found(told: Supervised) -> None:
    assert {finding.point for finding in told.findings} <= set(Point)
    assert set(told.points) <= set(Point)
    assert {finding.nature for finding in told.findings} <= set(Nature)
    assert told.unit in UNITS
    assert told.about in {None, *(each.number for each in SUGGESTED)}
    assert told.by in LOGINS


@pytest.mark.parametrize("told", STORIES, ids=lambda told: str(told.number))
def test_a_story_departs_from_the_routine_only_in_tasks_that_are_drawn(told: Story) -> None:
    assert {act.task for act in told.acts} <= set(drawn_tasks())


def test_what_is_told_of_one_unit_comes_before_what_is_told_of_all() -> None:
    told = Suggested(
        1,
        "01-21",
        acts=[
            Act("签收任务", after=1),
            Act("签收任务", scope="JT", after=2),
            Act("推进办理", after=3),
            Act("推进办理", after=4),
        ],
    )

    assert told.act("签收任务", "JT", 0) == told.acts[1]
    assert told.act("签收任务", "GA", 7) == told.acts[0]
    assert told.act("推进办理", "JT", 1) == told.acts[3]
    assert told.act("推进办理", "JT", 2) is None
    assert told.act("核稿", "JT", 0) is None


def test_a_word_that_no_story_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="titel"):
        Suggested.of({"number": 1, "begins": 3, "titel": "关于"})


def drawn_tasks() -> Iterator[str]:
    for file in PROCESSES.glob("*.bpmn"):
        for element in ElementTree.parse(file).iter():
            if element.tag.endswith("}userTask"):
                yield element.attrib["name"]
