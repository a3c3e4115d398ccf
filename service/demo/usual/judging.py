"""What is usually written from the rating of a reply, over the deliberation meeting, to the archive."""

from collections.abc import Mapping
from typing import Any

from service.demo import cast
from service.demo.parts import Usual, day, said, titled
from service.demo.scene import Scene

CHAIR = "rd_fuzhuren1"


def present(scene: Scene, of: Any) -> str:
    """Everybody at the meeting, each once."""
    people = [CHAIR, scene.suggested.deputy, *_heads(scene), "dc_ganshi", "dgw_ganshi"]
    return "、".join(cast.titled(login) for login in dict.fromkeys(people)) + "。"


def questions(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """What was asked; the first unit's deputy head answers unless the story names somebody."""
    answering = cast.name(_heads(scene)[0])
    return [{"answered_by": answering, **row} for row in scene.meeting.questions]


def resolutions(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """What was resolved, each to be done so many workdays from now."""
    return [{**row, "due_on": scene.day(row["due_on"])} for row in scene.meeting.resolutions]


USUAL: Mapping[str, Usual] = {
    "填写评价": Usual(
        5,
        {
            "contact_check": "met",
            "attitude_rating": "satisfied",
            "result_rating": "satisfied",
            "reply_class_agreed": True,
            "text_may_be_shared": True,
            "text_may_be_published": False,
        },
    ),
    "研判排会": Usual(
        3,
        {
            "topic": said("meeting.topic"),
            "held_on": day(10),
            "held_time": "14:30",
            "place": said("meeting.place"),
            "chair": cast.name(CHAIR),
            "observers": "市政府督查室、对口工委",
            "focus": said("meeting.focus"),
        },
    ),
    "提交会前说明": Usual(
        3, {"account": said("meeting.account"), "attending": titled("unit_deputy_head")}
    ),
    "记录会议纪要": Usual(
        8,
        {
            "held": "held",
            "present": present,
            "unit_account": said("meeting.account"),
            "questions": questions,
            "resolutions": resolutions,
            "stance": said("meeting.stance"),
        },
    ),
    "会后确认": Usual(1, {"outcome": "accepted_explanation"}),
    "填写二次交办单": Usual(
        1, {"assist_units": said("plan.assists"), "separate_units": said("plan.separates")}
    ),
    "归档销号": Usual(
        2,
        {
            "archive_checklist": [
                "original",
                "dispatch",
                "plan",
                "contacts",
                "reply",
                "evaluation",
            ]
        },
    ),
}


def _heads(scene: Scene) -> list[str]:
    units = scene.variables["meeting_units"] or [scene.variables["lead_unit"]]
    return [cast.first(f"unit_deputy_head:{unit}") for unit in units]
