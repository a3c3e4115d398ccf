"""交办签收: from the registered suggestion to units that have signed for it."""

import pytest

from service.register.people import directory as people
from service.runtime import tasks
from service.tables.assignments import DispatchBatch
from tests.world import Case, World, assert_every_flow_taken, fill, moment

PLAN = {"handling_mode": "sole", "lead_unit": "JT", "pre_dispatch": True}


def state(world: World) -> list[tuple[str, str, str]]:
    return [(row.unit, row.role, row.status) for row in world.assignments()]


def test_a_government_unit_gets_its_duty_from_the_government_office(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN | {"pre_dispatch": False})

    world.do("正式交办", by="代工委甲")

    assert world.open_tasks() == ["二次分办"]
    assert world.inbox("交通局联络员") == []
    world.do("二次分办", by="政府办")
    world.do("签收任务", by="交通局联络员", sign_decision="accept")
    assert state(world) == [("JT", "sole", "contacting")]
    assert world.suggestion().status == "handling"


def test_a_court_gets_its_duty_straight_from_the_congress(world: World) -> None:
    world.register()

    world.dispatch("FY")

    assert world.inbox("政府办") == []
    assert world.inbox("法院联络员") == ["签收任务"]


def test_the_legal_clock_runs_from_the_dispatch_and_not_from_the_signature(world: World) -> None:
    world.register()
    world.pass_workdays(2)
    world.dispatch()
    dispatched = world.at
    world.pass_workdays(2)
    world.sign()

    own = world.suggestion()
    assert own.dispatched_at == dispatched
    assert own.reply_due_at == moment("2026-06-04", "18:00")
    assert world.due("答复期限届满") == own.reply_due_at


def test_a_hard_case_has_six_months(world: World) -> None:
    world.register()
    world.dispatch(is_hard=True)
    world.sign()

    assert world.due("答复期限届满") == moment("2026-09-02", "18:00")


def test_a_key_suggestion_may_have_another_committee_to_follow_it(world: World) -> None:
    world.register()
    world.dispatch(is_key=True, oversight_committee="CJ")

    own = world.suggestion()
    assert (own.is_key, own.oversight_committee) == (True, "CJ")


def test_a_batch_gives_many_cases_one_date(world: World) -> None:
    values = {"batch_number": "清人交〔2026〕1号", "batch_due_on": "2026-05-25"}
    cases = []
    for _ in range(2):
        cases.append(world.register())
        world.dispatch("FY", **values)
        world.sign()

    with world.reading() as session:
        [batch] = session.query(DispatchBatch).all()
    assert {world.suggestion(case).batch_id for case in cases} == {batch.id}
    assert world.due("答复期限届满") == moment("2026-05-25", "18:00")
    assert world.suggestion().reply_due_at == moment("2026-05-25", "18:00")


def test_a_whole_batch_is_dispatched_at_once(world: World) -> None:
    plans = {"JT": ["GA"], "FY": []}
    cases = {}
    for lead, assists in plans.items():
        cases[lead] = world.register()
        mode = "lead_assist" if assists else "sole"
        world.do(
            "拟定承办方案",
            by="代工委甲",
            handling_mode=mode,
            lead_unit=lead,
            assist_units=assists,
            pre_dispatch=False,
        )
    view = world.task("正式交办", by="代工委甲")
    values = {"assignments": [], "batch_number": "1号", "batch_due_on": "2026-05-25"}
    with world.reading() as session:
        filled = fill(session, view.element.fields, view.variables, values, view.row.business_key)
        office = people.actor(session, "代工委甲")

    for row in world.waiting():
        if row.name == "正式交办":
            with world.database.transaction() as session:
                tasks.complete(session, row.id, filled, office, world.at)

    assert [row.unit for row in world.assignments(cases["JT"])] == ["JT", "GA"]
    assert [row.unit for row in world.assignments(cases["FY"])] == ["FY"]
    assert {world.suggestion(case).reply_due_at for case in cases.values()} == {
        moment("2026-05-25", "18:00")
    }


def test_a_date_beyond_the_law_must_have_been_seen(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN | {"pre_dispatch": False})
    values = {"batch_number": "1号", "batch_due_on": "2026-08-31"}

    messages = world.refused("正式交办", by="代工委甲", **values)

    assert "2026年6月2日" in messages["batch_due_on"]
    world.do("正式交办", by="代工委甲", **values, late_date_seen=True)
    assert world.suggestion().reply_due_at == moment("2026-06-02", "18:00")


def test_deputies_are_told_who_handles(world: World) -> None:
    world.register()

    world.dispatch("JT", assists=["GA"])

    assert world.told("代表甲")[-1].endswith("已交办：交通局（主办）、公安局（协办）。")


# Asking units first


def test_units_that_agree_are_given_the_duty(world: World) -> None:
    world.register()
    world.do(
        "拟定承办方案",
        by="代工委甲",
        **PLAN | {"handling_mode": "lead_assist", "assist_units": ["GA"]},
    )
    assert world.suggestion().status == "pre_dispatching"

    world.do("反馈预交办意见", by="交通局联络员", unit_opinion="agree")
    world.do("反馈预交办意见", by="公安局联络员", unit_opinion="agree")

    assert world.open_tasks() == ["正式交办"]


def test_silence_is_no_objection(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN)

    world.until("征求意见期限届满")

    assert world.at == moment("2026-03-05", "18:00")
    assert world.open_tasks() == ["正式交办"]


def test_an_objection_is_seen_when_the_plan_is_made_again(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN)
    world.do(
        "反馈预交办意见",
        by="交通局联络员",
        unit_opinion="adjust",
        opinion_text="该路段由城管局管养。",
        opinion_basis="三定规定第三条。",
        proposed_units=["CG"],
    )

    shown = world.proposes("拟定承办方案", by="代工委甲")

    assert shown["unit_opinions"] == [
        {
            "unit": "交通局",
            "opinion": "建议调整",
            "text": "该路段由城管局管养。",
            "basis": "三定规定第三条。",
        }
    ]
    assert (shown["lead_unit"], shown["pre_dispatch"]) == ("JT", False)
    world.do("拟定承办方案", by="代工委甲", lead_unit="CG")
    assert world.open_tasks() == ["正式交办"]


def test_an_objection_needs_its_ground(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN)

    messages = world.refused(
        "反馈预交办意见", by="交通局联络员", unit_opinion="adjust", opinion_basis=""
    )

    assert "职责依据" in messages["opinion_basis"]


# Plans that cannot work


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"handling_mode": "separate", "separate_units": ["JT"]}, "handling_mode"),
        ({"handling_mode": "lead_assist", "assist_units": ["JT"]}, "handling_mode"),
        ({"handling_mode": "sole", "lead_unit": ""}, "lead_unit"),
    ],
)
def test_a_plan_that_cannot_work_is_refused(
    world: World, values: dict[str, object], field: str
) -> None:
    world.register()

    assert list(world.refused("拟定承办方案", by="代工委甲", **PLAN | values)) == [field]


def test_roles_that_do_not_fit_are_refused(world: World) -> None:
    world.register()
    world.do("拟定承办方案", by="代工委甲", **PLAN | {"pre_dispatch": False})
    rows = [{"unit": "JT", "role": "lead", "duties": ""}]

    assert "角色" in world.refused("正式交办", by="代工委甲", assignments=rows)["assignments"]


# The government office gives out anew


def ready_for_sub_dispatch(world: World, *assists: str) -> Case:
    case = world.register()
    mode = "lead_assist" if assists else "sole"
    plan = {"handling_mode": mode, "pre_dispatch": False, "assist_units": list(assists)}
    world.do("拟定承办方案", by="代工委甲", **PLAN | plan)
    world.do("正式交办", by="代工委甲")
    return case


def test_the_government_office_may_change_its_own_units(world: World) -> None:
    ready_for_sub_dispatch(world)
    rows = [
        {"unit": "CG", "role": "lead", "duties": "牵头"},
        {"unit": "SD", "role": "assist", "duties": "迁改电杆"},
    ]

    world.do("二次分办", by="政府办", assignments=rows)

    assert state(world) == [("CG", "lead", "pending_sign"), ("SD", "assist", "pending_sign")]
    assert world.suggestion().handling_mode == "lead_assist"
    assert world.inbox("交通局联络员") == []


def test_the_government_office_cannot_touch_the_court(world: World) -> None:
    ready_for_sub_dispatch(world, "FY")
    rows = [{"unit": "JT", "role": "sole", "duties": ""}]

    messages = world.refused("二次分办", by="政府办", assignments=rows)

    assert messages["assignments"].startswith("法院不属于政府系统")


def test_what_was_signed_is_read_from_the_register(world: World) -> None:
    world.register()
    world.dispatch("JT", assists=["GA", "SD"])
    world.do(
        "签收任务",
        by="公安局联络员",
        sign_decision="request",
        return_reason="该路段执法由城管局负责。",
        return_basis="权责清单第八项。",
        proposed_unit="CG",
    )
    world.do("签收任务", by="供电公司联络员", sign_decision="accept")
    world.do("初裁", by="政府办", ruling="agreed", new_unit="CG")
    world.sign()

    rows = {row.unit: row for row in world.assignments()}
    variables = world.task("分派科室", by="交通局联络员").variables
    assert variables["handling_mode"] == "lead_assist"
    assert (variables["lead_unit"], variables["lead_assignment"]) == ("JT", rows["JT"].id)
    assert variables["assists"] == [
        {"unit": "SD", "assignment": rows["SD"].id},
        {"unit": "CG", "assignment": rows["CG"].id},
    ]
    assert variables["system"] == "government"


def test_a_town_dispatches_by_itself(world: World) -> None:
    world.submit(by="镇代表", level="town")
    world.do(
        "审查建议",
        by="石门主席团",
        review_conclusion="register",
        checklist=["single_issue", "complete", "has_proposals", "signed"],
    )
    world.do("拟定承办方案", by="石门主席团", **PLAN | {"lead_unit": "SM", "pre_dispatch": False})

    world.do("正式交办", by="石门主席团")

    assert world.inbox("政府办") == []
    assert world.inbox("石门镇联络员") == ["签收任务"]


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("dispatch_and_return")
