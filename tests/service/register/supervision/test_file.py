"""A supervision is read by those who follow it, and by its unit once it has been told something."""

import pytest

from service.authority import reading
from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.people import directory as people
from service.register.supervision import file as supervision_file
from service.register.supervision.file import CardFile, SupervisionFile
from tests.supervised import (
    APPEAL,
    CLEAN,
    CONCLUDED,
    EXAMINED,
    EXAMINER,
    HEAD,
    LIAISON,
    NOT_IN_PLACE,
    OFFICE,
    PLAN,
    REPORT,
    SIGNED,
    WHITE,
    YELLOW,
    Supervision,
)


@pytest.fixture
def story(database: Database) -> Supervision:
    return Supervision(database)


def read(story: Supervision, login: str, number: int | None = None) -> SupervisionFile:
    with story.reading() as session:
        viewer = people.actor(session, login)
        reading.refuse_stranger(session, viewer, number or story.number)
        return supervision_file.read(
            session, viewer, number or story.number, reading.is_internal(viewer)
        )


def card(story: Supervision, login: str, number: int) -> CardFile:
    with story.reading() as session:
        found = supervision_file.card(session, number)
        reading.refuse_stranger(session, people.actor(session, login), found.case.id)
        return found


def happened(found: SupervisionFile) -> list[str]:
    return [event.what for event in reversed(found.events)]


def test_it_says_in_whose_hands_it_is_and_whether_in_mine(story: Supervision) -> None:
    story.delivered()

    [color, review] = sorted(read(story, HEAD).hands, key=lambda hand: hand.name, reverse=True)

    assert (color.name, color.holders, color.is_mine) == ("确定颜色", "市政府督查室主任", True)
    assert (review.name, review.is_mine) == ("申请复核", False)
    assert "交通局" in review.holders


def test_it_tells_what_happened_in_order(story: Supervision) -> None:
    story.reported()
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)

    assert happened(read(story, EXAMINER)) == [
        "发起督查",
        "检查核实",
        "出具督查结论",
        "签收督查结论",
        "签发白牌（督白〔2026〕1号）",
        "签收白牌（督白〔2026〕1号）",
        "提交整改报告",
        "回头看：未到位",
    ]


def test_what_nobody_signed_is_said_to_be_deemed_signed(story: Supervision) -> None:
    story.concluded()
    story.until("签收期限届满")
    story.do("确定颜色", HEAD, **WHITE)
    story.until("签收期限届满")

    told = happened(read(story, EXAMINER))

    assert "督查结论期满未签收，视为送达" in told
    assert "白牌（督白〔2026〕1号）期满未签收，视为签收" in told


def test_a_card_that_took_anothers_place_was_not_signed_itself(story: Supervision) -> None:
    story.delivered()
    story.do("确定颜色", HEAD, **WHITE)
    story.do("签收通知单", LIAISON, **APPEAL)
    story.pass_days(1)
    story.do("处理申诉", HEAD, appeal_decision="changed", measure="yellow", opinion="情节较重。")

    found = read(story, EXAMINER)

    assert found.card is not None
    assert found.card.color == "yellow"
    assert not any(what.startswith("签收黄牌") for what in happened(found))


def test_plans_reviews_and_look_backs_are_all_there(story: Supervision) -> None:
    story.carded(YELLOW)
    story.do("制定整改方案", LIAISON, **PLAN)
    story.do("提交整改报告", LIAISON, **REPORT)
    story.objected()
    story.do("作出复核决定", OFFICE, decision="upheld", opinion="事实清楚，证据充分，予以维持。")
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)

    found = read(story, EXAMINER)

    assert [row.round for row in found.rectifications] == [1]
    assert [row.decision for row in found.reviews] == ["upheld"]
    assert [row.verdict for row in found.look_backs] == ["not_in_place"]
    assert found.names[OFFICE] == OFFICE
    assert {"报送整改方案", "申请复核督查结论", "复核：维持督查结论"} <= set(happened(found))


@pytest.mark.parametrize("login", [EXAMINER, "市委督查室", "副市长", "代工委甲", "政府办"])
def test_supervisors_congress_and_government_read_everything(
    story: Supervision, login: str
) -> None:
    story.open()

    assert read(story, login).is_internal


def test_the_unit_reads_it_once_it_has_been_told(story: Supervision) -> None:
    story.open()
    with pytest.raises(NotAllowed):
        read(story, LIAISON)

    story.do("检查核实", EXAMINER, **EXAMINED)
    with pytest.raises(NotAllowed):
        read(story, LIAISON)

    story.do("出具督查结论", EXAMINER, **CONCLUDED)
    assert not read(story, "交通局承办人").is_internal


def test_an_examination_without_a_problem_is_not_the_units_to_read(story: Supervision) -> None:
    story.open()
    story.do("检查核实", EXAMINER, **CLEAN)

    with pytest.raises(NotAllowed):
        read(story, LIAISON)


@pytest.mark.parametrize("login", ["公安局联络员", "代表甲", "管理员"])
def test_nobody_else_reads_it(story: Supervision, login: str) -> None:
    story.carded()

    with pytest.raises(NotAllowed, match="被督查单位可以查看"):
        read(story, login)
    with pytest.raises(NotAllowed):
        card(story, login, story.cards[0].id)


def test_whoever_has_a_task_of_it_reads_it(story: Supervision) -> None:
    story.carded()
    story.objected()

    assert OFFICE in {hand.holders for hand in read(story, OFFICE).hands}


def test_a_card_is_read_with_its_problems_and_who_issued_it(story: Supervision) -> None:
    story.carded()

    found = card(story, LIAISON, story.cards[0].id)

    assert found.card.number == "督白〔2026〕1号"
    assert [row.requirement for row in found.findings] == ["五日内报送办理方案"]
    assert found.names[HEAD] == HEAD
    assert found.card.receipt == SIGNED["receipt"]


def test_what_is_not_there_is_not_found(story: Supervision) -> None:
    with pytest.raises(NotFound):
        read(story, EXAMINER, 99)
    with pytest.raises(NotFound):
        card(story, EXAMINER, 99)
