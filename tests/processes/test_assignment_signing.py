"""任务签收: a unit accepts its duty, says in time that it is not its own, or says nothing."""

from tests.world import World, assert_every_flow_taken, moment

REQUEST = {
    "sign_decision": "request",
    "return_reason": "该县道由城管局管养，不属我局职责。",
    "return_basis": "三定规定第三条。",
    "proposed_unit": "CG",
}


def dispatched(world: World, lead: str = "JT") -> None:
    world.register()
    world.dispatch(lead)


def test_a_unit_signs_and_the_deputy_hears_of_it(world: World) -> None:
    dispatched(world)

    world.do("签收任务", by="交通局联络员", sign_decision="accept", section="养护股")

    [row] = world.assignments()
    assert (row.status, row.section, row.signed_at) == ("contacting", "养护股", world.at)
    assert world.told("代表甲")[-1].endswith("交通局已签收，将与您联系。")


def test_signing_is_asked_of_the_unit_alone(world: World) -> None:
    dispatched(world)

    assert world.inbox("交通局联络员") == ["签收任务"]
    for login in ("公安局联络员", "交通局承办人", "政府办", "代工委甲", "代表甲"):
        assert world.inbox(login) == []


def test_the_limits_to_sign_and_to_object(world: World) -> None:
    dispatched(world)

    [task] = world.waiting()
    assert task.due_at == moment("2026-03-05", "18:00")
    assert world.due("申请调整期限届满") == moment("2026-03-09", "18:00")


def test_an_overdue_signature_is_still_one(world: World) -> None:
    dispatched(world)
    world.pass_workdays(4)

    world.do("签收任务", by="交通局联络员", sign_decision="accept")

    assert world.assignments()[0].status == "contacting"


def test_who_does_not_object_in_time_has_accepted(world: World) -> None:
    dispatched(world)

    world.until("申请调整期限届满")

    [row] = world.assignments()
    assert row.accepted_by_default
    assert (row.status, row.signed_at) == ("contacting", moment("2026-03-09", "18:00"))
    assert "视为接受" in world.told("unit_liaison:JT")[-1]
    assert "签收任务" not in world.open_tasks()


def test_an_application_needs_reason_ground_and_proposal(world: World) -> None:
    dispatched(world)

    messages = world.refused(
        "签收任务",
        by="交通局联络员",
        sign_decision="request",
        return_reason="",
        return_basis="",
        proposed_unit="",
    )

    assert set(messages) == {"return_reason", "return_basis", "proposed_unit"}


def test_a_unit_cannot_pass_the_duty_to_one_that_has_it(world: World) -> None:
    dispatched(world)

    assert (
        "不在可选范围"
        in world.refused("签收任务", by="交通局联络员", **REQUEST | {"proposed_unit": "JT"})[
            "proposed_unit"
        ]
    )


def test_the_new_unit_signs_with_limits_of_its_own_and_the_old_legal_clock(world: World) -> None:
    dispatched(world)
    world.do("签收任务", by="交通局联络员", **REQUEST)
    world.pass_workdays(3)

    world.do("初裁", by="政府办", ruling="agreed", new_unit="CG")

    [task] = world.waiting()
    assert task.candidates == ["unit_liaison:CG"]
    assert task.due_at == moment("2026-03-10", "18:00")
    assert world.due("申请调整期限届满") == moment("2026-03-12", "18:00")
    assert world.suggestion().reply_due_at == moment("2026-06-02", "18:00")
    world.do("签收任务", by="城管局联络员", sign_decision="accept")
    assert [(row.unit, row.status) for row in world.assignments()] == [
        ("JT", "reassigned"),
        ("CG", "contacting"),
    ]


def test_a_refused_unit_goes_on(world: World) -> None:
    dispatched(world)
    world.do("签收任务", by="交通局联络员", **REQUEST)
    world.do("初裁", by="政府办", ruling="refused")

    world.do("确认裁定", by="交通局联络员", ruling_answer="accept", section="养护股")

    [row] = world.assignments()
    assert (row.unit, row.status, row.section) == ("JT", "contacting", "养护股")


def test_after_a_final_ruling_there_is_nothing_to_choose(world: World) -> None:
    dispatched(world)
    world.do("签收任务", by="交通局联络员", **REQUEST)
    world.do("初裁", by="政府办", ruling="agreed", new_unit="CG")
    world.do("签收任务", by="城管局联络员", **REQUEST | {"proposed_unit": "ZJ"})
    world.do("终裁", by="副市长", ruling="agreed", new_unit="ZJ")

    world.do("签收任务", by="住建局联络员", **REQUEST | {"proposed_unit": "WJ"})

    assert [(row.unit, row.status) for row in world.assignments()] == [
        ("JT", "reassigned"),
        ("CG", "reassigned"),
        ("ZJ", "contacting"),
    ]


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("assignment_signing")
