"""协同办理: the lead unit and those that assist it work side by side; what one of them lacks stays its own affair."""

from typing import Any

from service.register.reply import replies
from tests.handled import (
    COMMITMENT,
    CONTACT,
    OPINION,
    PLAN,
    PROGRESS,
    PROOF,
    REPLY,
    Signed,
    sign,
    start,
    status,
)
from tests.world import World, assert_every_flow_taken

ACCOUNT = "公安局已装测速设备两处；城管局清理了弯道两侧广告牌。"


def begun(world: World, *assists: str) -> Signed:
    signed = sign(world, lead="JT", assists=assists or ("GA", "CG"))
    start(world, "co_handling", signed)
    return signed


def prepare(world: World) -> None:
    """Let the lead unit do its part."""
    world.do("分派科室", by="交通局联络员", section="养护股")
    world.do("办前沟通", by="交通局承办人", **CONTACT)
    world.do("确认沟通", by="代表甲", contact_true="yes")
    world.do("制定三定方案", by="交通局承办人", **PLAN)
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")
    world.do("推进办理", by="交通局承办人", **PROGRESS)


def assist(world: World, unit: str, judgement: str = "adopted") -> None:
    """Let an assisting unit promise and write, and the lead unit judge."""
    world.do("承诺协办任务", by=f"{unit}联络员", section="业务股", commitments=[COMMITMENT])
    send(world, unit)
    judge(world, judgement)


def send(world: World, unit: str) -> None:
    world.do("起草协办意见", by=f"{unit}承办人", **OPINION)
    world.do("审签协办意见", by=f"{unit}分管领导", endorse_conclusion="agree")


def judge(world: World, judgement: str) -> None:
    reason = {} if judgement == "adopted" else {"reason": "没有实际内容"}
    world.do("评判协办意见", by="交通局承办人", judgement=judgement, **reason)


def reply(world: World) -> None:
    world.do("起草答复", by="交通局承办人", **REPLY, assist_account=ACCOUNT)
    world.do("核稿", by="交通局核稿人", **PROOF)
    world.do("审签答复", by="交通局分管领导", endorse_conclusion="agree")
    world.do("签发答复", by="交通局负责人", issue_conclusion="sign")
    row: dict[str, Any] = {"number": 1, "method": "in_person", "receipt": ""}
    world.do("登记送达", by="交通局联络员", deliveries=[{**row, "delivered_on": "2026-03-02"}])
    world.do("办后反馈", by="交通局承办人", **CONTACT)


def test_all_units_begin_at_once(world: World) -> None:
    begun(world)

    assert world.open_tasks() == ["分派科室", "承诺协办任务", "承诺协办任务"]
    assert world.inbox("公安局联络员") == ["承诺协办任务"]
    assert world.inbox("交通局联络员") == ["分派科室"]


def test_the_lead_unit_answers_for_all(world: World) -> None:
    signed = begun(world)
    prepare(world)
    assist(world, "公安局")
    assert world.open_tasks() == ["承诺协办任务"], "one opinion is still missing"

    assist(world, "城管局")
    assert world.inbox("交通局承办人") == ["起草答复"]
    reply(world)

    assert world.ended() == "End_delivered"
    with world.reading() as session:
        found = replies.current(session, signed.lead)
        assert (found.unit, found.assist_account) == ("JT", ACCOUNT)
        assert replies.find(session, signed.assignment("GA")) is None, "only the lead unit replies"
    assert world.suggestion().status == "replied"
    for unit in ("GA", "CG"):
        assert found.number in world.told(f"unit_liaison:{unit}")[-1]
    assert world.incidents() == []


def test_the_opinions_may_be_there_first(world: World) -> None:
    begun(world)
    assist(world, "公安局")
    assist(world, "城管局")
    assert world.open_tasks() == ["分派科室"]

    prepare(world)

    assert world.open_tasks() == ["起草答复"]


def test_the_drafter_reads_the_opinions(world: World) -> None:
    begun(world, "GA")
    assist(world, "公安局")
    prepare(world)

    view = world.task("起草答复", by="交通局承办人")

    assert view.variables["unit"] == "JT"
    assert [each["unit"] for each in view.variables["assists"]] == ["GA"]


def test_only_the_poor_opinion_goes_back(world: World) -> None:
    signed = begun(world)
    for unit in ("公安局", "城管局"):
        world.do("承诺协办任务", by=f"{unit}联络员", section="业务股", commitments=[COMMITMENT])
    send(world, "公安局")
    world.do("起草协办意见", by="城管局承办人", **OPINION)

    judge(world, "redo")

    assert world.inbox("公安局承办人") == ["起草协办意见"]
    assert world.inbox("城管局分管领导") == ["审签协办意见"], "the other unit goes on"
    assert world.inbox("交通局联络员") == ["分派科室"], "so does the lead unit"
    assert status(world, signed.assignment("CG")) == "endorsing"


def test_one_late_unit_does_not_lock_the_rest(world: World) -> None:
    signed = begun(world)
    prepare(world)
    assist(world, "公安局")
    world.do("承诺协办任务", by="城管局联络员", section="业务股", commitments=[COMMITMENT])
    world.until("协办期限届满")
    assert world.open_tasks() == ["决定是否等待", "起草协办意见"]

    world.do("决定是否等待", by="交通局承办人", absence_decision="absent", reason="答复期限临近")

    assert world.open_tasks() == ["起草答复"]
    assert status(world, signed.assignment("CG")) == "overdue_absent"
    assert status(world, signed.assignment("GA")) == "delivered"


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("co_handling")
