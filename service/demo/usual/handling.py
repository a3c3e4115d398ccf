"""What a unit and those that assist it usually write while they handle a suggestion."""

from collections.abc import Mapping
from typing import Any

from service.demo import cast
from service.demo.parts import (
    Usual,
    day,
    each,
    holder,
    its,
    login,
    name,
    party,
    phone,
    promised,
    said,
    section,
)
from service.demo.scene import Scene
from service.demo.story import Promise

YEAR_END = "2026-12-31"


def expected_class(scene: Scene, of: Any) -> str:
    """The class the plan aims at: the one the reply will have."""
    return scene.desk.reply.reply_class if scene.desk.reply else "A"


def milestones(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """The steps of the plan, each so many workdays from now."""
    return [{"text": text, "due_on": scene.day(days)} for text, days in scene.desk.milestones]


def help_promised(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """The one commitment of a unit that assists."""
    due = YEAR_END if isinstance(scene.story.begins, str) else 90
    return promised(scene, [Promise(scene.help.promise, "主办单位认可，有记录可查。", due, False)])


def help_answers(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """A response to each item; to those the story is silent about an empty one."""
    answers = [*scene.help.answers, *[""] * len(scene.shown["items"])]
    return [{"response": answer} for answer, _ in zip(answers, scene.shown["items"], strict=False)]


class Advancing(Usual):
    """The notes of progress in turn; with the last one the reply can be drafted."""

    def answer(self, scene: Scene) -> dict[str, Any]:
        desk = scene.desk
        number = min(scene.times - _before_this_round(scene), len(desk.progress) - 1)
        is_last = number == len(desk.progress) - 1
        return {
            "progress": desk.progress[number],
            "contacts": [_talked(scene)] if desk.during and is_last else [],
            "progress_state": "ready" if is_last else "continue",
        }


CONTACT = {
    "method": said("desk.method"),
    "held_on": day(),
    "place": said("desk.place"),
    "participants": party,
    "deputy_opinion": said("desk.opinion"),
    "unit_response": said("desk.response"),
    "agreed": True,
}

USUAL: Mapping[str, Usual] = {
    "分派科室": Usual(1, {"section": section, "handler": login("unit_handler")}),
    "办前沟通": Usual(5, CONTACT),
    "重新沟通": Usual(2, CONTACT),
    "确认沟通": Usual(1, {"contact_true": "yes"}),
    "制定三定方案": Usual(
        3,
        {
            "leader": name("unit_deputy_head"),
            "section": said("desk.section"),
            "handler": name("unit_handler"),
            "phone": phone("unit_handler"),
            "measures": each("desk.measures", measure=its()),
            "milestones": milestones,
            "funding": said("desk.funding"),
            "expected_class": expected_class,
            "commitments": lambda scene, of: promised(scene, scene.desk.promises),
        },
    ),
    "审定方案": Usual(
        1, {"plan_conclusion": "agree", "opinion": "同意，请按时限抓好落实，有变化及时报告。"}
    ),
    "推进办理": Advancing(6, {}),
    "承诺协办任务": Usual(
        2,
        {
            "section": said("help.section"),
            "handler": login("unit_handler"),
            "commitments": help_promised,
        },
    ),
    "起草协办意见": Usual(
        5,
        {
            "progress": said("help.progress"),
            "items": help_answers,
            "basis": said("help.basis"),
            "contact_name": name("unit_handler"),
            "contact_phone": phone("unit_handler"),
        },
    ),
    "审签协办意见": Usual(1, {"endorse_conclusion": "agree"}),
    "评判协办意见": Usual(1, {"judgement": "adopted"}),
}


def _talked(scene: Scene) -> dict[str, Any]:
    """The contact while the work goes on; a head who attended is named alone."""
    talked = {
        "held_on": scene.day(),
        "participants": party(scene, None),
        **(scene.desk.during or {}),
    }
    if talked.get("head_attended"):
        talked["participants"] = cast.titled(holder(scene, "unit_head"))
    return talked


def _before_this_round(scene: Scene) -> int:
    """How many notes of progress the rounds before this one had."""
    desks = scene.suggested.desks[scene.unit]
    return sum(len(desk.progress) for desk in desks[: scene.round - 1])
