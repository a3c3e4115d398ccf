"""What is usually written from the draft of a reply to the check of it."""

from collections.abc import Mapping
from typing import Any

from service.demo.parts import Usual, day, each, every_shown, name, party, phone, promised, said
from service.demo.scene import Scene

WAYS = {"领衔": ("in_person", "代表本人签收"), "联名": ("platform", "平台已读")}


def publicity(scene: Scene, of: Any) -> str:
    """As the story says, else as the form proposes."""
    assert scene.desk.reply is not None
    return scene.desk.reply.publicity or scene.shown["publicity"] or "full"


def commitments(scene: Scene, of: Any) -> list[dict[str, Any]]:
    """What the reply promises."""
    assert scene.desk.reply is not None
    return promised(scene, scene.desk.reply.promises)


USUAL: Mapping[str, Usual] = {
    "起草答复": Usual(
        3,
        {
            "body": said("desk.reply.body"),
            "items": each(
                "desk.reply.answers",
                state=lambda scene, of: of[0],
                response=lambda scene, of: of[1],
            ),
            "next_steps": said("desk.reply.next_steps"),
            "assist_account": said("desk.reply.assist_account"),
            "reply_class": said("desk.reply.reply_class"),
            "class_reason": said("desk.reply.why"),
            "commitments": commitments,
            "publicity": publicity,
            "publicity_reason": said("desk.reply.publicity_reason"),
            "contact_name": name("unit_handler"),
            "contact_phone": phone("unit_handler"),
        },
    ),
    "核稿": Usual(
        1,
        {
            "checks": ["format", "itemized", "contacted", "class", "publicity"],
            "proof_conclusion": "pass",
        },
    ),
    "审签答复": Usual(1, {"endorse_conclusion": "agree"}),
    "领办审定": Usual(2, {"leader_conclusion": "agree"}),
    "签发答复": Usual(1, {"issue_conclusion": "sign"}),
    "登记送达": Usual(
        1,
        {
            "deliveries": every_shown(
                "deliveries",
                method=lambda scene, row: WAYS[row["role"]][0],
                delivered_on=day(),
                receipt=lambda scene, row: WAYS[row["role"]][1],
            )
        },
    ),
    "办后反馈": Usual(
        1,
        {
            "method": "phone",
            "held_on": day(),
            "participants": party,
            "deputy_opinion": said("desk.thanks"),
            "unit_response": "感谢代表的理解和支持，后续进展会继续向代表报告。",
            "agreed": True,
        },
    ),
    "收悉审核": Usual(
        1,
        {"check_items": ["itemised", "met", "class", "delivered"], "reply_check": "qualified"},
    ),
}
