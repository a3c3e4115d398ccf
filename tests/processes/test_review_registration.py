"""审查登记: what may become of a suggestion between its submission and its number."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from service import rulebook
from service.database import Database
from service.deadlines import changes, record
from service.register.casefile import clock
from service.register.proposal import suggestions, supplements
from tests.world import COMPLETE, SITTING, SUGGESTION, World, assert_every_flow_taken, moment


@pytest.fixture
def sitting(database: Database) -> Iterator[World]:
    """The city while its congress sits."""
    world = World(database, SITTING)
    yield world
    world.remember_flows()


def review(world: World, conclusion: str, reason: str = "理由见附件。", **values: object) -> None:
    world.do(
        "审查建议", by="代工委甲", review_conclusion=conclusion, review_reason=reason, **values
    )


def test_a_complete_suggestion_is_registered_and_its_deputy_told(world: World) -> None:
    world.submit()

    review(world, "register", checklist=COMPLETE)

    own = world.suggestion()
    assert (own.status, own.case_no) == ("registered", "B2026-001")
    assert own.oversight_committee == "HW"
    assert "已立案，编号 B2026-001" in world.told("代表甲")[-1]


def test_the_reviewer_decides_the_category(world: World) -> None:
    world.submit(category="other")

    review(world, "register", checklist=COMPLETE, category="society")

    assert world.suggestion().category == "society"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"checklist": COMPLETE[:2]}, "checklist"),
        ({"checklist": COMPLETE, "negative_hits": ["N3"]}, "negative_hits"),
        (
            {
                "checklist": COMPLETE,
                "similar": [{"case_no": "B2026-009", "title": "", "relation": "merge"}],
            },
            "similar",
        ),
    ],
)
def test_what_may_not_be_registered_is_refused(
    world: World, values: dict[str, object], field: str
) -> None:
    world.submit()

    messages = world.refused("审查建议", by="代工委甲", review_conclusion="register", **values)

    assert list(messages) == [field]
    assert world.suggestion().case_no is None


def test_every_other_conclusion_needs_a_reason(world: World) -> None:
    world.submit()

    messages = world.refused(
        "审查建议", by="代工委甲", review_conclusion="not_accepted", review_reason=""
    )

    assert "理由" in messages["review_reason"]


def test_the_reviewer_sees_what_looks_doubtful_and_what_looks_alike(world: World) -> None:
    world.register()
    world.submit(situation="本人亲属门前急弯需要护栏，会车经常刮擦，群众反映强烈。")

    shown = world.proposes("审查建议", by="代工委甲")

    assert [(row["code"], row["words"]) for row in shown["negative_hints"]] == [
        ("N1", "本人、亲属")
    ]
    [row] = shown["similar"]
    assert (row["case_no"], row["status"], row["relation"]) == ("B2026-001", "已立案", "none")
    assert row["likeness"] > 80
    assert shown["category"] == "transport"


def test_during_the_congress_the_delegation_checks_first(sitting: World) -> None:
    sitting.submit()
    assert sitting.open_tasks() == ["代表团初核"]
    assert sitting.inbox("白崖代表团") == []

    sitting.do("代表团初核", by="云溪代表团", delegation_conclusion="pass")
    review(sitting, "register", checklist=COMPLETE)

    assert sitting.suggestion().case_no == "七届五次-001"


def test_what_the_delegation_returns_goes_to_the_deputy_and_then_to_review(sitting: World) -> None:
    sitting.submit()

    sitting.do(
        "代表团初核",
        by="云溪代表团",
        delegation_conclusion="return",
        delegation_opinion="缺具体建议。",
    )

    assert sitting.suggestion().status == "returned_for_edit"
    assert "缺具体建议" in sitting.told("代表甲")[-1]
    sitting.do("修改建议", by="代表甲")
    assert sitting.open_tasks() == ["审查建议"]


def test_the_limit_of_a_review_depends_on_the_congress(sitting: World) -> None:
    sitting.submit()
    sitting.do("代表团初核", by="云溪代表团", delegation_conclusion="pass")

    [task] = sitting.waiting()
    assert task.policy_key == "review.session"
    assert task.due_at == moment("2026-01-30", "18:00")  # five workdays after the closing day


def test_in_recess_a_review_takes_three_workdays(world: World) -> None:
    world.submit()

    [task] = world.waiting()
    assert (task.policy_key, task.due_at) == ("review.recess", moment("2026-03-05", "18:00"))


def test_a_returned_suggestion_is_edited_where_it_stands(world: World) -> None:
    world.submit()
    review(world, "return_for_edit", "请把护栏和警示分开写。")

    shown = world.proposes("修改建议", by="代表甲")
    assert shown["title"] == SUGGESTION["title"]
    assert [row["text"] for row in shown["items"]] == [
        "在十二处急弯增设会车警示。",
        "在临崖路段加装防护栏。",
    ]

    world.do(
        "修改建议",
        by="代表甲",
        title="关于在云溪至白崖县道加装防护栏的建议",
        items=[{"number": 1, "text": "加装防护栏。"}],
    )

    assert world.suggestion().title == "关于在云溪至白崖县道加装防护栏的建议"
    with world.reading() as session:
        assert [row.text for row in suggestions.items(session, world.suggestion().id)] == [
            "加装防护栏。"
        ]
    assert world.open_tasks() == ["审查建议"]


def mend(world: World, first: str, last: str) -> None:
    """Return the suggestion on one day, and let its deputy hand it in again on another."""
    world.until(moment(first, "10:00"))
    review(world, "return_for_edit", "请把护栏和警示分开写。")
    world.until(moment(last, "10:00"))
    world.do("修改建议", by="代表甲")


def stop_the_clock(world: World) -> None:
    with world.database.transaction() as session:
        [row] = rulebook.rows(session, supplements.CLOCK)
        rows = [row.model_copy(update={"stands": True})]
        rulebook.amend(session, supplements.CLOCK, rows, 0, "管理员", world.at, "本市办法")


def due(world: World, name: str) -> datetime | None:
    [task] = [row for row in world.waiting() if row.name == name]
    return task.due_at


def test_a_supplement_leaves_every_date_where_it_is(world: World) -> None:
    world.submit()

    mend(world, "2026-03-03", "2026-03-05")

    assert due(world, "审查建议") == moment("2026-03-05", "18:00")
    review(world, "register", checklist=COMPLETE)
    world.do(
        "拟定承办方案", by="代工委甲", handling_mode="sole", lead_unit="JT", pre_dispatch=False
    )
    assert due(world, "正式交办") == moment("2026-03-09", "18:00")
    with world.reading() as session:
        assert record.latest(session, 10) == []


def test_where_the_rule_says_so_the_days_of_a_supplement_are_not_counted(world: World) -> None:
    stop_the_clock(world)
    case = world.submit()

    mend(world, "2026-03-03", "2026-03-05")

    assert due(world, "审查建议") == moment("2026-03-09", "18:00")  # 3 and 4 March stood
    review(world, "register", checklist=COMPLETE)
    world.do(
        "拟定承办方案", by="代工委甲", handling_mode="sole", lead_unit="JT", pre_dispatch=False
    )
    assert due(world, "正式交办") == moment("2026-03-11", "18:00")
    with world.reading() as session:
        [pause] = clock.pauses(session, case.suggestion, world.at)
        [change] = record.latest(session, 10)
    assert pause.sentence == "2026年3月3日（周二）至2026年3月4日（周三）暂停计时 2 天（另计）。"
    assert pause.reason == "代表补充修改期间，按规则停止计时。"
    assert (change.moved_tasks, change.moved_timers, change.by) == (0, 0, None)

    with world.database.transaction() as session:
        changes.undo(session, change.id, "管理员", world.at)

    assert due(world, "正式交办") == moment("2026-03-09", "18:00")
    with world.reading() as session:
        assert clock.pauses(session, case.suggestion, world.at) == []


def test_each_round_of_a_supplement_counts_and_one_within_a_day_does_not(world: World) -> None:
    stop_the_clock(world)
    case = world.submit()

    mend(world, "2026-03-03", "2026-03-04")
    mend(world, "2026-03-04", "2026-03-04")
    mend(world, "2026-03-05", "2026-03-06")

    assert due(world, "审查建议") == moment("2026-03-09", "18:00")
    with world.reading() as session:
        assert [one.days for one in clock.pauses(session, case.suggestion, world.at)] == [1, 1]


@pytest.mark.parametrize(
    "values", [{"title": "关于甲事的建议；关于乙事的建议"}, {"situation": ""}, {"items": []}]
)
def test_an_edit_must_leave_one_matter_to_review(world: World, values: dict[str, object]) -> None:
    world.submit()
    review(world, "return_for_edit")

    assert list(world.refused("修改建议", by="代表甲", **values)) == list(values)


def test_a_deputy_who_does_not_answer_is_called(world: World) -> None:
    world.submit()
    review(world, "return_for_edit")

    world.until("补充修改期限届满")

    assert world.open_tasks() == ["修改建议", "联系代表"]
    world.do("联系代表", by="代工委乙", contact_result="will_revise")
    assert world.open_tasks() == ["修改建议"]


def test_a_forgotten_call_does_not_hold_up_the_case(world: World) -> None:
    world.submit()
    review(world, "return_for_edit")
    world.until("补充修改期限届满")
    world.do("修改建议", by="代表甲")

    review(world, "register", checklist=COMPLETE)

    assert world.open_tasks() == ["拟定承办方案"]


@pytest.mark.parametrize(
    ("conclusion", "status", "end", "words"),
    [
        ("to_letter", "to_letter", "End_transferred", "代表来信"),
        ("to_petition", "to_petition", "End_transferred", "转信访"),
        ("not_accepted", "not_accepted", "End_not_accepted", "不作为建议处理"),
    ],
)
def test_what_is_no_suggestion_ends_with_its_reason(
    world: World, conclusion: str, status: str, end: str, words: str
) -> None:
    world.submit()

    review(world, conclusion, "属于个人宅基地办证事项。")

    assert (world.suggestion().status, world.ended()) == (status, end)
    assert words in world.told("代表甲")[-1]
    assert "属于个人宅基地办证事项。" in world.told("代表甲")[-1]


def test_a_deputy_agrees_to_withdraw(world: World) -> None:
    world.submit()
    review(world, "suggest_withdraw", "同样内容已在办理。")
    assert "同样内容已在办理" in world.told("代表甲")[-1]

    world.do("确认撤回", by="代表甲", withdrawal="agree")

    assert (world.suggestion().status, world.ended()) == ("withdrawn", "End_withdrawn")


def test_a_deputy_who_insists_improves_the_suggestion(world: World) -> None:
    world.submit()
    review(world, "suggest_withdraw")

    world.do("确认撤回", by="代表甲", withdrawal="insist", withdrawal_reason="情况不同。")

    assert world.open_tasks() == ["修改建议"]
    assert "情况不同" in world.told("deputy_office")[-1]
    world.do("修改建议", by="代表甲")
    assert world.open_tasks() == ["审查建议"]


def test_the_same_matter_is_merged_and_still_numbered(world: World) -> None:
    main = world.register()
    world.submit(by="代表丙")

    row = {"case_no": "B2026-001", "title": "同题", "relation": "merge"}
    review(world, "register", checklist=COMPLETE, similar=[row])

    own = world.suggestion()
    assert (own.merged_into_id, own.status, own.case_no) == (
        main.suggestion,
        "merged_child",
        "B2026-002",
    )
    assert world.ended() == "End_merged"
    assert "单独答复您" in world.told("代表丙")[-1]


def test_one_main_case_is_enough(world: World) -> None:
    world.submit()
    rows = [{"case_no": f"B2026-00{n}", "title": "", "relation": "merge"} for n in (1, 2)]

    messages = world.refused(
        "审查建议", by="代工委甲", review_conclusion="register", checklist=COMPLETE, similar=rows
    )

    assert "只能并入一件" in messages["similar"]


def test_a_town_s_suggestion_is_reviewed_in_town(world: World) -> None:
    world.submit(by="镇代表", level="town")

    assert world.inbox("代工委甲") == []
    world.do("审查建议", by="石门主席团", review_conclusion="register", checklist=COMPLETE)

    assert world.suggestion().case_no == "SMB2026-001"


def test_nobody_else_reviews(world: World) -> None:
    world.submit()

    for login in ("代表甲", "政府办", "交通局联络员", "管理员"):
        assert world.inbox(login) == []


def test_every_way_was_gone() -> None:
    assert_every_flow_taken("review_registration")
