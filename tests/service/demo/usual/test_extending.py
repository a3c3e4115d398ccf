"""A unit asks for a later day in its story's words; the office decides as the story says."""

from service.demo.usual.extending import USUAL
from tests.service.demo.scenes import scene


def test_the_unit_asks_until_the_day_of_its_story() -> None:
    answer = USUAL["申请延期"].answer(scene(4, "申请延期", "sl_chengban"))

    assert (answer["asked_until"], answer["talk_on"]) == ("2026-08-12", "2026-03-02")


def test_the_office_grants_one_wish_and_refuses_another() -> None:
    granted = USUAL["决定是否延期"].answer(scene(4, "决定是否延期", "dgw_ganshi", unit="SL"))
    refused = USUAL["决定是否延期"].answer(scene(6, "决定是否延期", "dgw_ganshi", unit="NY"))

    assert (granted["extension_decision"], granted["granted_until"]) == ("grant", "2026-08-12")
    assert (refused["extension_decision"], refused["granted_until"]) == ("refuse", None)
    assert refused["decision_reason"]
