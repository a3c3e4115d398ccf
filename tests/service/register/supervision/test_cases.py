"""A supervision's record: who may open it on whom, who must stand back, which card stands, when it is over."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.supervision import cases as supervision
from service.register.supervision import colors as control_colors
from service.register.supervision.cases import Examination, Found, Inspected, Notice, Opening
from service.register.supervision.colors import Proposal
from service.tables.people import Person, Post, Unit
from service.tables.supervision import (
    ConclusionReview,
    ControlCard,
    LookBack,
    Rectification,
    SupervisionCase,
)
from tests.conftest import MORNING

POSTS = {
    "xu_jing": ["gov_supervision"],
    "he_ping": ["gov_supervision"],
    "tang_wei": ["gov_supervision_head"],
    "zhou_min": ["gov_office"],
    "gao_yuan": ["vice_mayor"],
    "luo_bin": ["party_supervision"],
    "sun_li": ["deputy_office"],
}
PROBLEMS = (
    Found("no_plan", "没有制定办理方案", "查阅台账", "minor"),
    Found("no_contact", "没有联系代表", "回访代表王芳", "serious", "分管领导"),
)
NOTICE = Notice("white", "两项工作没有做", "五个工作日内补齐方案并联系代表")


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """The supervision offices, and a unit of each system, seen in one transaction."""
    with database.transaction() as session:
        policies.seed(session, MORNING)
        control_colors.seed(session)
        session.add_all(Person(login=login, name=login) for login in POSTS)
        session.add_all(
            Unit(code=code, name=name, short_name=name, system=system, level="city")
            for code, name, system in (
                ("JT", "交通局", "government"),
                ("SD", "供电公司", "enterprise"),
                ("FY", "法院", "court"),
                ("ZZ", "组织部", "party"),
            )
        )
        session.flush()
        session.add_all(
            Post(login=login, role=role) for login, roles in POSTS.items() for role in roles
        )
        session.flush()
        yield session


def opened(session: Session, **facts: Any) -> SupervisionCase:
    given = {
        "organizer": "gov_supervision",
        "unit": "JT",
        "suggestion_id": None,
        "points": ["no_plan", "no_contact"],
        "basis": "两次催办未果",
        "leader": "唐伟",
        "approved_by": "市长李强",
    }
    return supervision.open_case(session, Opening(**{**given, **facts}), "xu_jing", MORNING)


def concluded(session: Session, **facts: Any) -> int:
    case = opened(session, **facts)
    examination = Examination(["site"], [], "到单位查看", PROBLEMS)
    supervision.examine(session, case.id, examination, "xu_jing", MORNING)
    requirements = {1: "补方案", 2: "联系代表"}
    supervision.conclude(
        session, case.id, "两项没有做", requirements, "white", "逾期", "xu_jing", MORNING
    )
    supervision.deliver(session, case.id, MORNING)
    return case.id


def carded(session: Session, supervision_id: int, notice: Notice = NOTICE) -> ControlCard:
    proposed = Proposal("white", ("逾期未制定办理方案。",))
    card = supervision.issue(session, supervision_id, notice, proposed, "tang_wei", MORNING)
    return supervision.put_in_force(session, card.id, MORNING)


# Opening


@pytest.mark.parametrize("unit", ["FY", "ZZ"])
def test_government_supervision_examines_neither_courts_nor_party_units(
    session: Session, unit: str
) -> None:
    with pytest.raises(NotAllowed, match="政府督查工作条例第五条"):
        opened(session, unit=unit)

    opened(session, unit=unit, organizer="party_supervision")


def test_bodies_entrusted_with_public_affairs_are_examined(session: Session) -> None:
    assert opened(session, unit="SD").number == "督查〔2026〕1号"


def test_nobody_is_supervised_twice_for_the_same(session: Session) -> None:
    first = opened(session)

    with pytest.raises(NotAllowed, match=r"督查〔2026〕1号.*严禁重复督查"):
        opened(session, organizer="party_supervision")

    supervision.examine(session, first.id, Examination(["site"], [], "都好"), "xu_jing", MORNING)
    opened(session)


def test_a_case_without_a_problem_is_closed(session: Session) -> None:
    case = opened(session)

    supervision.examine(session, case.id, Examination(["site"], [], "都好"), "xu_jing", MORNING)

    assert (case.status, case.outcome, case.closed_at) == ("closed", "no_problem", MORNING)


def test_what_is_not_there_is_said(session: Session) -> None:
    for ask in (supervision.get, supervision.conclusion_of, supervision.open_review):
        with pytest.raises(NotFound):
            ask(session, 99)
    with pytest.raises(NotFound):
        supervision.card(session, 99)
    with pytest.raises(NotFound):
        supervision.rectification(session, 99)


# Conclusion and review


def test_a_conclusion_asks_something_for_every_problem(session: Session) -> None:
    case = opened(session)
    examination = Examination(["site"], [], "到单位查看", PROBLEMS)
    supervision.examine(session, case.id, examination, "xu_jing", MORNING)

    with pytest.raises(NotAllowed, match="第 2 个问题还没有写到"):
        supervision.conclude(
            session, case.id, "两项", {1: "补方案"}, "white", "逾期", "xu_jing", MORNING
        )


def test_those_who_took_part_may_not_review(session: Session) -> None:
    number = concluded(session)
    carded(session, number)

    may = [actor.login for actor in supervision.reviewers(session, number)]

    assert may == ["gao_yuan", "he_ping", "zhou_min"], "not the examiner, not the issuer"
    supervision.object_to(session, number, "方案已经有了", [], "jt_liaison", MORNING)
    with pytest.raises(NotAllowed, match="应当回避"):
        supervision.accept_review(session, number, "xu_jing", False, "", "tang_wei", MORNING)
    with pytest.raises(NotAllowed, match="应当回避"):
        supervision.decide_review(session, number, "upheld", "属实", "tang_wei", MORNING)


def test_a_review_that_revokes_takes_the_card_back_and_ends_the_case(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    supervision.object_to(session, number, "事实不符", [], "jt_liaison", MORNING)
    supervision.accept_review(session, number, "he_ping", True, "先停一停", "tang_wei", MORNING)
    case = supervision.get(session, number)
    assert case.suspended_at == MORNING
    assert supervision.proposal(session, case, MORNING).color == "none"

    supervision.decide_review(session, number, "revoked", "事实不清", "he_ping", MORNING)

    assert (card.state, case.outcome, case.suspended_at) == ("withdrawn", "revoked", None)
    assert supervision.conclusion_of(session, number).status == "revoked"
    assert supervision.standing_cards(session, number) == []


def test_a_review_that_changes_keeps_the_old_words_and_replaces_the_card(
    session: Session,
) -> None:
    number = concluded(session)
    old = carded(session, number)
    supervision.object_to(session, number, "过重", [], "jt_liaison", MORNING)

    changed = {1: "十日内补方案", 2: "联系代表并报告"}
    supervision.decide_review(
        session, number, "changed", "部分采纳", "he_ping", MORNING, changed, "yellow"
    )

    [review] = session.scalars(select(ConclusionReview))
    assert review.previous == [
        {"number": 1, "requirement": "补方案"},
        {"number": 2, "requirement": "联系代表"},
    ]
    assert [row.requirement for row in supervision.findings(session, number)] == [
        "十日内补方案",
        "联系代表并报告",
    ]
    new = supervision.in_force(session, number)
    assert new is not None
    assert (old.state, old.replaced_by_id) == ("replaced", new.id)
    assert (new.color, new.number, new.due_at) == ("yellow", "督黄〔2026〕1号", old.due_at)


def test_a_review_may_also_change_the_measure_to_none(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    supervision.object_to(session, number, "过重", [], "jt_liaison", MORNING)
    requirements = {1: "补方案", 2: "联系代表"}

    supervision.decide_review(
        session, number, "changed", "采纳", "he_ping", MORNING, requirements, "none"
    )

    assert card.state == "withdrawn"


# Cards


def test_courts_get_a_letter_and_never_a_card(session: Session) -> None:
    number = concluded(session, unit="FY", organizer="deputy_office")
    case = supervision.get(session, number)

    assert supervision.measures(session, case) == ["none", "letter"]
    assert supervision.issuer(session, case) == "deputy_office"
    assert supervision.proposal(session, case, MORNING).color == "letter"
    with pytest.raises(NotAllowed, match="以函告代替亮牌"):
        carded(session, number)
    letter = carded(session, number, Notice("letter", "两项没有做", "请研究处理并函复"))
    assert letter.number == "督函〔2026〕1号"
    assert supervision.clearer(session, case) == "deputy_office"


def test_the_congress_sends_letters_to_government_units_too(session: Session) -> None:
    number = concluded(session, organizer="deputy_office")
    case = supervision.get(session, number)

    assert supervision.measures(session, case) == ["none", "letter"]
    assert case.line == "npc"


def test_a_card_binds_from_when_it_is_in_force_with_the_limit_of_its_colour(
    session: Session,
) -> None:
    number = concluded(session)
    card = carded(session, number)

    assert card.number == "督白〔2026〕1号"
    assert card.due_at == datetime(2026, 3, 9, 10, 0, tzinfo=UTC), "five working days, 18:00"


def test_a_graver_card_replaces_the_one_before_and_none_is_lighter(session: Session) -> None:
    number = concluded(session)
    white = carded(session, number)
    yellow = carded(session, number, Notice("yellow", "期满未改", "十个工作日内整改"))
    case = supervision.get(session, number)

    assert (white.state, white.replaced_by_id) == ("replaced", yellow.id)
    assert supervision.in_force(session, number) == yellow
    assert supervision.measures(session, case) == ["none", "yellow", "red"]
    with pytest.raises(NotAllowed, match="不能降低颜色"):
        carded(session, number)


def test_the_graver_the_colour_the_higher_who_interviews_and_clears(session: Session) -> None:
    case = supervision.get(session, concluded(session))

    assert supervision.clearer(session, case) == "gov_supervision"
    carded(session, case.id)
    assert supervision.clearer(session, case) == "gov_supervision"
    carded(session, case.id, Notice("yellow", "期满未改", "整改"))
    assert supervision.clearer(session, case) == "gov_supervision_head"
    carded(session, case.id, Notice("red", "两次不到位", "整改"))
    assert supervision.clearer(session, case) == "vice_mayor"
    assert supervision.interviewer(case, "yellow") == "gov_supervision"
    assert supervision.interviewer(case, "red") == "vice_mayor"


def test_an_interview_is_kept_with_the_card(session: Session) -> None:
    card = carded(session, concluded(session), Notice("red", "虚假答复", "整改"))

    supervision.interview(
        session, card.id, date(2026, 3, 3), "高原约谈局长", "承诺月底前完成", "gao_yuan"
    )

    assert (card.interviewed_on, card.interview_attendance) == (date(2026, 3, 3), "高原约谈局长")
    assert "gao_yuan" in supervision.participants(session, card.supervision_id)


@pytest.mark.parametrize(
    ("decision", "color", "state", "left"),
    [
        ("upheld", None, "issued", "white"),
        ("changed", "yellow", "replaced", "yellow"),
        ("changed", "white", "issued", "white"),
        ("withdrawn", None, "withdrawn", "white"),
    ],
)
def test_an_appeal_upholds_changes_or_takes_back(
    session: Session, decision: str, color: str | None, state: str, left: str
) -> None:
    number = concluded(session)
    proposed = Proposal("white", ())
    card = supervision.issue(session, number, NOTICE, proposed, "tang_wei", MORNING)
    supervision.sign_card(session, card.id, "局长李明", "方案已报", "jt_liaison", MORNING)

    after = supervision.decide_appeal(
        session, card.id, decision, color, "研究过了", "tang_wei", MORNING
    )

    assert (card.state, after.color, card.appeal_decision) == (state, left, decision)
    assert after.signed_by == "jt_liaison"


def test_numbers_run_by_series_and_year(session: Session) -> None:
    first, second = concluded(session), concluded(session, unit="SD")
    cards = [carded(session, first), carded(session, second)]
    next_year = MORNING + timedelta(days=365)
    third = supervision.issue(session, second, NOTICE, Proposal("none", ()), "tang_wei", next_year)

    assert [card.number for card in (*cards, third)] == [
        "督白〔2026〕1号",
        "督白〔2026〕2号",
        "督白〔2027〕1号",
    ]


# Rectification


def test_without_a_card_there_is_nothing_to_rectify(session: Session) -> None:
    case = supervision.get(session, concluded(session))

    assert supervision.start_round(session, case.id, MORNING) is None
    assert (case.status, case.outcome) == ("closed", "not_carded")


def test_a_report_answers_every_problem_and_keeps_the_plan(session: Session) -> None:
    number = concluded(session)
    carded(session, number)
    supervision.start_round(session, number, MORNING)
    plan = [{"number": 1, "measure": "编方案"}, {"number": 2, "measure": "上门沟通"}]
    supervision.plan(session, number, "三天办完", "局长李明", plan, "jt_liaison", MORNING)

    with pytest.raises(NotAllowed, match="第 2 个问题"):
        supervision.report(session, number, "好了", [{"number": 1}], [], "jt_liaison", MORNING)
    done = [{"number": 1, "result": "已报"}, {"number": 2, "result": "已见面"}]
    row = supervision.report(session, number, "都已完成", done, [], "jt_liaison", MORNING)

    assert row.items == [
        {"number": 1, "measure": "编方案", "result": "已报"},
        {"number": 2, "measure": "上门沟通", "result": "已见面"},
    ]
    assert supervision.get(session, number).status == "looking_back"


def test_a_failed_look_back_gives_the_limit_again_and_counts(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    supervision.start_round(session, number, MORNING)
    done = [{"number": 1, "result": "已报"}, {"number": 2, "result": "已见面"}]
    supervision.report(session, number, "都已完成", done, [], "jt_liaison", MORNING)
    later = MORNING + timedelta(days=14)

    case = supervision.look_back(
        session, number, Inspected("partial", "没有见面", ["deputy"], []), "xu_jing", later
    )
    again = supervision.start_round(session, number, later)

    assert case.look_backs_failed == 1
    assert again is card
    assert supervision.round_began_at(session, number) == later
    assert card.due_at == datetime(2026, 3, 23, 10, 0, tzinfo=UTC)
    rounds = session.scalars(select(Rectification).order_by(Rectification.round)).all()
    assert [row.round for row in rounds] == [1, 2]
    assert rounds[1].items == rounds[0].items, "what was written before is carried over"
    assert [row.round for row in session.scalars(select(LookBack))] == [1]


def test_clearing_takes_the_colour_off_and_keeps_the_card(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    supervision.approve_clearing(session, number, "同意销号", "xu_jing")

    case = supervision.clear(session, number, MORNING)

    assert (card.state, card.cleared_by, card.clear_opinion) == ("cleared", "xu_jing", "同意销号")
    assert (case.status, case.outcome) == ("closed", "cleared")
    assert supervision.in_force(session, number) is None
    with pytest.raises(NotAllowed, match="已经销号"):
        carded(session, number)
