"""调整裁定: who decides whether another unit is named, how often one may ask, and who works meanwhile."""

import pytest

from service.register.dispatch import changes
from tests.world import World, assert_every_flow_taken, moment

REQUEST = {
    "sign_decision": "request",
    "return_reason": "该县道由城管局管养，不属我局职责。",
    "return_basis": "三定规定第三条。",
    "proposed_unit": "CG",
}
OBJECTION = {
    "ruling_answer": "object",
    "return_reason": "裁定未考虑管养移交协议。",
    "return_basis": "移交协议第二条。",
    "proposed_unit": "CG",
}


@pytest.fixture
def requested(world: World) -> World:
    """交通局 has applied for another unit to be named."""
    world.register()
    world.dispatch("JT")
    world.do("签收任务", by="交通局联络员", **REQUEST)
    return world


def test_the_old_unit_works_until_it_is_decided(requested: World) -> None:
    assert requested.open_tasks() == ["先行办理", "初裁"]
    assert requested.assignments()[0].status == "reassign_requested"

    requested.do("先行办理", by="交通局联络员", contacted=True, interim_work="已电话联系代表。")

    assert requested.open_tasks() == ["初裁"]


def test_the_ruling_ends_the_work_meanwhile(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="agreed", new_unit="CG")

    assert requested.open_tasks() == ["签收任务"]
    assert requested.inbox("交通局联络员") == []


def test_who_rules_sees_the_application(requested: World) -> None:
    shown = requested.proposes("初裁", by="政府办")

    assert shown["requests"] == [
        {
            "reason": REQUEST["return_reason"],
            "basis": REQUEST["return_basis"],
            "proposed": "城管局",
            "decision": "待裁定",
            "opinion": "",
        }
    ]
    assert shown["new_unit"] == "CG"


def test_old_unit_and_deputy_hear_who_handles_now(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="agreed", new_unit="CG", ruling_opinion="属城管局。")

    for recipient in ("unit_liaison:JT", "代表甲"):
        assert "初裁：改由城管局办理。属城管局。" in requested.told(recipient)[-1]


def test_the_limit_of_a_ruling_counts_from_the_application(requested: World) -> None:
    [task] = [row for row in requested.waiting() if row.name == "初裁"]

    assert task.due_at == moment("2026-03-09", "18:00")


def test_a_unit_that_accepts_the_ruling_goes_on(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="refused", ruling_opinion="三定规定写明由你局养护。")
    assert "由你单位继续办理。三定规定写明由你局养护。" in requested.told("unit_liaison:JT")[-1]

    requested.do("确认裁定", by="交通局联络员", ruling_answer="accept", section="养护股")

    [row] = requested.assignments()
    assert (row.status, row.section, row.accepted_by_default) == ("contacting", "养护股", False)


def test_silence_after_a_refusal_accepts_it(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="refused")

    requested.until("异议期限届满")

    assert requested.at == moment("2026-03-05", "18:00")
    [row] = requested.assignments()
    assert (row.status, row.accepted_by_default) == ("contacting", True)


def test_only_the_head_objects_again(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="refused")

    messages = requested.refused("确认裁定", by="交通局联络员", **OBJECTION)

    assert "主要负责人" in messages["ruling_answer"]
    requested.do("确认裁定", by="交通局负责人", **OBJECTION)
    assert requested.open_tasks() == ["先行办理", "终裁"]
    assert requested.inbox("副市长") == ["终裁"]


def test_a_final_ruling_leaves_the_duty_with_the_unit(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="refused")
    requested.do("确认裁定", by="交通局负责人", **OBJECTION)

    requested.do("终裁", by="副市长", ruling="refused", ruling_opinion="由交通局办理。")

    [row] = requested.assignments()
    assert (row.status, row.returns) == ("contacting", 2)
    with requested.reading() as session:
        assert changes.is_settled(session, row)


def test_a_second_return_goes_straight_to_the_final_ruling(requested: World) -> None:
    requested.do("初裁", by="政府办", ruling="agreed", new_unit="CG")
    requested.do("签收任务", by="城管局联络员", **REQUEST | {"proposed_unit": "ZJ"})

    assert requested.open_tasks() == ["先行办理", "终裁"]
    requested.do("终裁", by="副市长", ruling="agreed", new_unit="ZJ")
    assert requested.inbox("住建局联络员") == ["签收任务"]


def test_the_duty_cannot_go_to_a_unit_that_has_one(world: World) -> None:
    world.register()
    world.dispatch("JT", assists=["GA"])
    world.do("签收任务", by="交通局联络员", **REQUEST)

    assert (
        "不在可选范围"
        in world.refused("初裁", by="政府办", ruling="agreed", new_unit="GA")["new_unit"]
    )


def test_the_congress_rules_on_the_courts(world: World) -> None:
    world.register()
    world.dispatch("FY")
    world.do("签收任务", by="法院联络员", **REQUEST)
    assert world.inbox("代工委甲") == ["初裁"]

    world.do("初裁", by="代工委甲", ruling="refused")
    world.do("确认裁定", by="法院负责人", **OBJECTION)

    assert world.inbox("主任会议") == ["终裁"]
    assert world.inbox("副市长") == []


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("adjudication")
