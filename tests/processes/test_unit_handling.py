"""单位办理: from the unit's own desk to the deputy's hands; nothing is answered that was not talked over."""

from typing import Any

from service.register.handling import contacts, plans
from tests.conftest import MORNING
from tests.handled import CONTACT, PLAN, PROGRESS, PROOF, REPLY, Signed, sign, start, status
from tests.world import World, assert_every_flow_taken, moment


def begun(world: World, **given: Any) -> Signed:
    """Let the transport bureau have signed for a suggestion."""
    signed = sign(world, **({"sole": "JT"} | given))
    start(world, "unit_handling", signed)
    return signed


def contacted(world: World, **given: Any) -> Signed:
    """Go on until the deputy has been spoken with."""
    signed = begun(world, **given)
    world.do("分派科室", by="交通局联络员", section="养护股", handler="交通局承办人")
    world.do("办前沟通", by="交通局承办人", **CONTACT)
    return signed


def working(world: World, **given: Any) -> Signed:
    """Go on until the plan is approved and the deputy has confirmed."""
    signed = contacted(world, **given)
    world.do("确认沟通", by="代表甲", contact_true="yes")
    world.do("制定三定方案", by="交通局承办人", **PLAN)
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")
    return signed


def test_from_desk_to_deputy(world: World) -> None:
    signed = begun(world)
    seen = []
    for name, by, values in (
        ("分派科室", "交通局联络员", {"section": "养护股", "handler": "交通局承办人"}),
        ("办前沟通", "交通局承办人", CONTACT),
        ("确认沟通", "代表甲", {"contact_true": "yes"}),
        ("制定三定方案", "交通局承办人", PLAN),
        ("审定方案", "交通局分管领导", {"plan_conclusion": "agree"}),
        ("推进办理", "交通局承办人", PROGRESS),
        ("起草答复", "交通局承办人", REPLY),
        ("核稿", "交通局核稿人", PROOF),
        ("审签答复", "交通局分管领导", {"endorse_conclusion": "agree"}),
        ("签发答复", "交通局负责人", {"issue_conclusion": "sign"}),
    ):
        seen.append(status(world, signed.lead))
        world.do(name, by=by, **values)
    row = {"number": 1, "method": "in_person", "delivered_on": "2026-03-02", "receipt": ""}
    world.do("登记送达", by="交通局联络员", deliveries=[row])
    world.do("办后反馈", by="交通局承办人", **CONTACT)

    assert world.ended() == "End_delivered"
    assert seen == [
        "contacting",
        "contacting",
        "planning",
        "planning",
        "planning",
        "working",
        "drafting",
        "proofing",
        "endorsing",
        "issuing",
    ]
    assert status(world, signed.lead) == "delivered"
    assert world.suggestion().status == "replied"
    with world.reading() as session:
        stages = [contact.stage for contact in contacts.of(session, signed.lead)]
        assert stages == ["before", "after"]
    assert world.incidents() == []


def test_the_lead_unit_stops_where_the_opinions_are_awaited(world: World) -> None:
    working(world, sole="", lead="JT", assists=("GA",))

    world.do("推进办理", by="交通局承办人", **PROGRESS)

    assert world.ended() == "End_prepared"
    assert world.open_tasks() == []


def test_the_plan_need_not_wait_for_the_deputys_word(world: World) -> None:
    contacted(world)

    assert world.open_tasks() == ["制定三定方案", "确认沟通"]


def test_the_reply_has_to_wait_for_it(world: World) -> None:
    contacted(world)
    world.do("制定三定方案", by="交通局承办人", **PLAN)
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")

    world.do("推进办理", by="交通局承办人", **PROGRESS)
    assert world.open_tasks() == ["确认沟通"]

    world.do("确认沟通", by="代表甲", contact_true="yes")
    assert world.open_tasks() == ["起草答复"]


def test_work_goes_on_until_there_is_something_to_answer(world: World) -> None:
    signed = working(world)
    talk = {k: v for k, v in CONTACT.items() if k != "agreed"}
    so_far = {"progress": "现场勘查完成。", "progress_state": "continue"}

    world.do("推进办理", by="交通局承办人", **so_far, contacts=[talk])
    world.do("推进办理", by="交通局承办人", **so_far)

    assert world.open_tasks() == ["推进办理"]
    with world.reading() as session:
        assert len(plans.notes(session, signed.lead)) == 2
        assert [c.stage for c in contacts.of(session, signed.lead)] == ["before", "during"]


def test_the_desks_of_another_unit_see_nothing(world: World) -> None:
    begun(world)

    assert world.inbox("交通局联络员") == ["分派科室"]
    for other in ("公安局联络员", "交通局承办人", "代工委甲"):
        assert world.inbox(other) == []


def test_what_was_signed_for_is_there_already(world: World) -> None:
    signed = sign(world, sole="JT", duty={"section": "养护股"})
    start(world, "unit_handling", signed)

    world.do("分派科室", by="交通局联络员", handler="交通局承办人")

    [row] = world.assignments()
    assert (row.section, row.handler) == ("养护股", "交通局承办人")
    assert "请先联系代表" in world.told("交通局承办人")[0]


def test_a_units_limits_run_from_its_own_signature(world: World) -> None:
    signed = sign(world, sole="JT", duty={"signed_at": moment("2026-03-04")})
    start(world, "unit_handling", signed)

    [task] = world.waiting()
    assert task.due_at == moment("2026-03-05", "18:00"), "one workday after its own signature"
    world.do("分派科室", by="交通局联络员", section="养护股")

    [task] = world.waiting()
    assert (task.policy_key, task.base_at) == ("contact.before", moment("2026-03-04"))


def work_due(world: World) -> tuple[str | None, str | None, str]:
    """Return the limit of the work, the one it lies in, and when it is due."""
    [task] = [task for task in world.waiting() if task.name == "推进办理"]
    assert task.due_at is not None
    return task.policy_key, task.outer_key, f"{task.due_at:%Y-%m-%d}"


def test_the_work_on_an_ordinary_suggestion_ends_fifteen_workdays_before_its_three_months(
    world: World,
) -> None:
    working(world)

    assert work_due(world) == ("reply.advance", "reply.normal", "2026-05-12")


def test_a_hard_one_within_six(world: World) -> None:
    working(world, is_hard=True)

    assert work_due(world) == ("reply.advance", "reply.hard", "2026-08-12")


def test_a_second_assignment_within_one_from_its_own_day(world: World) -> None:
    signed = sign(world, sole="JT", is_hard=True)
    start(world, "unit_handling", signed, reassigned_at=MORNING.isoformat(), round=2)
    world.do("分派科室", by="交通局联络员", section="养护股")
    world.do("办前沟通", by="交通局承办人", **CONTACT)
    world.do("确认沟通", by="代表甲", contact_true="yes")
    world.do("制定三定方案", by="交通局承办人", **PLAN)
    world.do("审定方案", by="交通局分管领导", plan_conclusion="agree")

    assert work_due(world) == ("reply.advance", "redo", "2026-03-18"), "half of 23 workdays"


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("unit_handling")
