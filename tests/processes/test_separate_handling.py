"""分别办理: each unit goes its own way to the deputy, and the last reply is the one the clock counts from."""

from typing import Any

from service.register.reply import replies
from tests.handled import CONTACT, PLAN, PROGRESS, PROOF, REPLY, Signed, sign, start
from tests.world import World, assert_every_flow_taken, moment


def begun(world: World) -> Signed:
    signed = sign(world, separates=("SJ", "WJ"))
    start(world, "separate_handling", signed)
    return signed


def answer(world: World, unit: str, code: str = "A") -> None:
    """Let one unit do everything, down to the last contact."""
    day = f"{world.at:%Y-%m-%d}"
    world.do("分派科室", by=f"{unit}联络员", section="业务股")
    world.do("办前沟通", by=f"{unit}承办人", **{**CONTACT, "held_on": day})
    world.do("确认沟通", by="代表甲", contact_true="yes")
    world.do("制定三定方案", by=f"{unit}承办人", **PLAN)
    world.do("审定方案", by=f"{unit}分管领导", plan_conclusion="agree")
    world.do("推进办理", by=f"{unit}承办人", **PROGRESS)
    world.do("起草答复", by=f"{unit}承办人", **{**REPLY, "reply_class": code})
    world.do("核稿", by=f"{unit}核稿人", **PROOF)
    world.do("审签答复", by=f"{unit}分管领导", endorse_conclusion="agree")
    world.do("签发答复", by=f"{unit}负责人", issue_conclusion="sign")
    row: dict[str, Any] = {"number": 1, "method": "platform", "delivered_on": day, "receipt": ""}
    world.do("登记送达", by=f"{unit}联络员", deliveries=[row])
    world.do("办后反馈", by=f"{unit}承办人", **{**CONTACT, "held_on": day})


def test_each_unit_has_its_own_way(world: World) -> None:
    begun(world)

    assert world.inbox("市监局联络员") == ["分派科室"]
    assert world.inbox("卫健局联络员") == ["分派科室"]
    world.do("分派科室", by="市监局联络员", section="业务股")
    assert world.inbox("卫健局联络员") == ["分派科室"], "what one does is not done for the other"


def test_the_last_reply_completes_the_case(world: World) -> None:
    signed = begun(world)

    answer(world, "市监局")
    assert world.ended() is None
    assert world.suggestion().status == "handling"

    world.until(moment("2026-03-04"))
    answer(world, "卫健局", "C")

    assert world.ended() == "End_delivered"
    assert world.suggestion().status == "replied"
    assert world.suggestion().replied_at == moment("2026-03-04")
    with world.reading() as session:
        found = replies.of_suggestion(session, signed.suggestion, 1)
        assert [(r.unit, r.reply_class) for r in found] == [("SJ", "A"), ("WJ", "C")]
        assert len({r.number for r in found}) == 2
    assert len(world.told("代表甲")) == 2, "the deputy is told of each reply"


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("separate_handling")
