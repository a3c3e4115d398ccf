"""What a unit usually writes when it asks for a later day, and what the two offices say to it."""

from collections.abc import Mapping
from typing import Any

from service.demo.parts import Usual, day, said
from service.demo.scene import Scene
from service.demo.story import Wish


def granted_until(scene: Scene, of: Any) -> str | None:
    """The day the unit asked for, where the office grants one."""
    wish = _wish(scene)
    return wish.until if wish.decision == "grant" else None


def decision(scene: Scene, of: Any) -> str:
    """What the story says the office decides on this unit's wish."""
    return _wish(scene).decision


USUAL: Mapping[str, Usual] = {
    "申请延期": Usual(
        0,
        {
            "reason": said("desk.wish.reason"),
            "work_done": said("desk.wish.work_done"),
            "asked_until": said("desk.wish.until"),
            "talk_on": day(),
            "talk_note": said("desk.wish.talk_note"),
        },
    ),
    "会签延期申请": Usual(
        1,
        {
            "cosign_opinion": lambda scene, of: _wish(scene).cosign_opinion,
            "cosign_note": lambda scene, of: _wish(scene).cosign_note,
        },
    ),
    "决定是否延期": Usual(
        2,
        {
            "extension_decision": decision,
            "granted_until": granted_until,
            "decision_reason": lambda scene, of: _wish(scene).decision_reason,
        },
    ),
}


def _wish(scene: Scene) -> Wish:
    """The wish of the unit the application is about: an office that decides has no desk of its own."""
    wish = scene.suggested.desk(scene.variables["unit"], scene.round).wish
    assert wish is not None
    return wish
