"""三定方案: the unit's leader approves it; the government's key suggestions go on to the vice mayor."""

from service.register.handling import commitments, plans
from tests.conftest import MORNING
from tests.handled import PLAN, Signed, sign, start, status
from tests.world import World, assert_every_flow_taken, moment


def planned(world: World, unit: str = "JT", **changes: bool) -> Signed:
    signed = sign(world, sole=unit, **changes)
    start(world, "handling_plan", signed)
    return signed


def promised(world: World, signed: Signed) -> list[str]:
    with world.reading() as session:
        return [c.status for c in commitments.of(session, signed.lead)]


def test_the_leader_approves(world: World) -> None:
    signed = planned(world)

    world.do("制定三定方案", by="交通局承办人", **PLAN)
    assert promised(world, signed) == ["proposed"]
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")

    assert world.ended() == "End_approved"
    assert promised(world, signed) == ["open"]
    assert status(world, signed.lead) == "working"


def test_a_returned_plan_is_not_typed_again(world: World) -> None:
    signed = planned(world)
    world.do("制定三定方案", by="交通局承办人", **PLAN)

    world.do("审定方案", by="交通局分管领导", plan_conclusion="return", reason="时限太晚了")
    # Nothing is given but the dates: the rest of the form is there from before.
    earlier = [{"text": "完成勘查设计", "due_on": "2026-03-31"}]
    world.do("制定三定方案", by="交通局承办人", milestones=earlier)
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")

    assert world.ended() == "End_approved"
    with world.reading() as session:
        plan = plans.latest(session, signed.lead)
        assert (plan.version, plan.leader, plan.phone) == (2, PLAN["leader"], PLAN["phone"])
        assert [m.text for m in plan.measures] == [row["measure"] for row in PLAN["measures"]]
        assert [m.due_on.isoformat() for m in plan.milestones] == ["2026-03-31"]


def test_a_key_suggestion_is_the_vice_mayors_too(world: World) -> None:
    signed = planned(world, is_key=True)
    world.do("制定三定方案", by="交通局承办人", **PLAN)

    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")
    assert world.inbox("副市长") == ["领办审定"]
    assert promised(world, signed) == ["proposed"]

    world.do("领办审定", by="副市长", leader_conclusion="return", reason="请财政局参加")
    assert world.inbox("交通局承办人") == ["制定三定方案"]

    world.do("制定三定方案", by="交通局承办人")
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")
    world.do("领办审定", by="副市长", leader_conclusion="agree")
    assert world.ended() == "End_approved"
    assert promised(world, signed) == ["open"]


def test_a_courts_key_suggestion_is_no_vice_mayors(world: World) -> None:
    planned(world, "FY", is_key=True)
    world.do("制定三定方案", by="法院承办人", **PLAN)

    world.do("审定方案", by="法院分管领导", plan_conclusion="agree")

    assert world.ended() == "End_approved"


def test_the_plan_is_due_ten_workdays_after_signing(world: World) -> None:
    planned(world)

    [task] = world.waiting()

    assert (task.policy_key, task.base_at) == ("plan", MORNING)
    assert task.due_at == moment("2026-03-16", "18:00")


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("handling_plan")
