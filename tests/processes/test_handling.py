"""办理答复: one unit, several together or several apart; what the congress office sends back comes again."""

from collections.abc import Mapping
from typing import Any

from tests.handled import CONTACT, OPINION, PLAN, PROGRESS, PROOF, REPLY
from tests.world import World, assert_every_flow_taken, moment

DELIVERED = [{"number": 1, "method": "in_person", "delivered_on": "2026-03-02", "receipt": ""}]
ANSWERS: Mapping[str, Mapping[str, Any]] = {
    "分派科室": {"section": "业务股"},
    "办前沟通": CONTACT,
    "确认沟通": {"contact_true": "yes"},
    "制定三定方案": PLAN,
    "审定方案": {"plan_conclusion": "agree"},
    "推进办理": PROGRESS,
    "起草协办意见": OPINION,
    "审签协办意见": {"endorse_conclusion": "agree"},
    "评判协办意见": {"judgement": "adopted"},
    "起草答复": REPLY,
    "核稿": PROOF,
    "审签答复": {"endorse_conclusion": "agree"},
    "签发答复": {"issue_conclusion": "sign"},
    "登记送达": {"deliveries": DELIVERED},
    "办后反馈": CONTACT,
}
"""What units fill in where nothing goes wrong."""


def answered(world: World, *args: Any, **kwargs: Any) -> None:
    """Go on until the replies are before the congress office."""
    world.register()
    world.dispatch(*args, **kwargs)
    world.sign()
    world.carry_on("收悉审核", ANSWERS)


def test_a_reply_is_checked_before_the_deputy_rates_it(world: World) -> None:
    answered(world)
    assert world.suggestion().status == "replied"

    world.do("收悉审核", by="代工委甲", reply_check="qualified")

    assert world.suggestion().status == "evaluating"
    assert world.suggestion().replied_at == world.at
    assert world.open_tasks() == ["填写评价"]


def test_the_checker_sees_what_was_delivered(world: World) -> None:
    answered(world)

    [row] = world.proposes("收悉审核", by="代工委甲")["replies"]

    assert (row["unit"], row["items"], row["delivered"]) == ("交通局", "2 条", "2026-03-02")
    assert row["reply_class"].startswith("A")


def test_a_reply_that_will_not_do_comes_again_under_the_old_limit(world: World) -> None:
    answered(world)
    world.pass_workdays(2)

    world.do("收悉审核", by="代工委甲", reply_check="returned", check_reason="第二条没有回应。")

    assert world.open_tasks() == ["起草答复"]
    assert world.assignments()[0].status == "drafting"
    assert world.suggestion().replied_at is None
    assert "第二条没有回应" in world.told("unit_liaison:JT")[-1]
    assert world.due("答复期限届满") == moment("2026-06-02", "18:00")
    world.carry_on("收悉审核", ANSWERS)
    [check] = world.waiting(world.case)
    assert check.due_at == moment("2026-03-09", "18:00")  # from the second delivery, on the 4th


def test_a_return_needs_its_reason(world: World) -> None:
    answered(world)

    messages = world.refused("收悉审核", by="代工委甲", reply_check="returned", check_reason="")

    assert "退回理由" in messages["check_reason"]


def test_several_units_answer_one_letter(world: World) -> None:
    answered(world, "JT", assists=["GA"])

    [row] = world.proposes("收悉审核", by="代工委甲")["replies"]

    assert row["unit"] == "交通局"


def test_only_the_unit_that_failed_answers_again(world: World) -> None:
    answered(world, None, separates=["JT", "GA"])
    returned = {"reply_check": "returned", "check_reason": "答非所问。"}
    assert "哪些单位" in world.refused("收悉审核", by="代工委甲", **returned)["returned_units"]

    world.do("收悉审核", by="代工委甲", returned_units=["GA"], **returned)

    [task] = world.waiting(world.case)
    assert (task.name, task.candidates) == ("起草答复", ["unit_handler:GA"])
    assert {row.unit: row.status for row in world.assignments()} == {
        "JT": "delivered",
        "GA": "drafting",
    }


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("handling")
