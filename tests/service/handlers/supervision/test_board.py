"""The supervision offices see on one page what is late and whom the rules would card; every number opens its list."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event

from service import clock
from service.database import Database
from service.deadlines import changes
from service.register.supervision.board import LISTS
from service.settings import Settings
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.service.handlers.city import served, signed_in
from tests.supervised import (
    APPEAL,
    CLEARED,
    CONCLUDED,
    EXAMINED,
    EXAMINER,
    HEAD,
    IN_PLACE,
    LIAISON,
    NOT_IN_PLACE,
    OFFICE,
    RED,
    SIGNED,
    WHITE,
    Supervision,
    deploy_rules,
)

MOST = 12
"""Queries a page may cost, however many units and cases there are."""


@pytest.fixture
def story(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Supervision:
    story = Supervision(sqlite)
    monkeypatch.setattr(clock, "now", lambda: story.at)
    return story


@pytest.fixture
def app(story: Supervision, settings: Settings) -> Flask:
    return served(story, settings)


def duty(story: Supervision, unit: str, late_by: int, title: str = "关于增设护栏的建议") -> int:
    """A unit whose reply is so many days late; returns the suggestion."""
    with story.database.transaction() as session:
        own = Suggestion(
            title=title,
            level="city",
            kind="in_session",
            category="transport",
            lead_deputy="代表甲",
            situation="情况",
            research_methods=[],
            preferred_units=[],
            status="handling",
            submitted_at=MORNING,
            registered_at=MORNING,
            dispatched_at=MORNING - timedelta(days=40),
        )
        session.add(own)
        session.flush()
        session.add(
            Assignment(
                suggestion_id=own.id,
                unit=unit,
                role="sole",
                status="working",
                dispatched_at=MORNING,
                signed_at=MORNING,
                due_at=story.at - timedelta(days=late_by),
            )
        )
        return own.id


def test_the_board_begins_with_the_answer(story: Supervision, app: Flask) -> None:
    head = signed_in(app, HEAD)
    head.get("/s")
    assert "<h1>今天没有建议亮牌的事项。</h1>" in head.page
    assert "各单位都在期限之内" in head.page

    duty(story, "ZJ", 25)
    head.get("/s")

    assert "<h1>按规则，今天有 1 件建议亮牌，1 件答复逾期。</h1>" in head.page
    assert "黄牌" in head.page
    assert "答复逾期 13 个工作日，超过 10 个工作日。" in head.page


def test_the_board_says_so_when_the_rules_cannot_be_asked(story: Supervision, app: Flask) -> None:
    duty(story, "ZJ", 25)
    with story.database.transaction() as session:
        computed = 'if reply_overdue > 0 then null else "逾期"'
        deploy_rules(session, ('"答复逾期 {reply_overdue} 个工作日，超过 10 个工作日。"', computed))
    head = signed_in(app, HEAD)

    assert head.get("/s").status_code == 200

    assert "<h1>三色规则现在提不出建议，1 件答复逾期。</h1>" in head.page
    assert "决策“三色规则”的结果看不懂" in head.page
    assert "各单位都在期限之内" not in head.page
    head.get("/s/list/candidates")
    assert "决策“三色规则”的结果看不懂" in head.page


def test_every_number_of_the_board_opens_its_list(story: Supervision, app: Flask) -> None:
    duty(story, "ZJ", 5)
    duty(story, "GA", -2)
    story.carded()
    head = signed_in(app, HEAD)

    head.get("/s")
    addresses = set(re.findall(r'href="(/s/list/[^"]+)"', head.page))

    assert {f"/s/list/{kind}" for kind in LISTS if kind != "candidates"} <= addresses
    for address in addresses:
        assert head.get(address.replace("&amp;", "&")).status_code == 200, address
    head.get("/s/list/overdue?unit=ZJ")
    assert "住建局：逾期未答复，共 1 件" in head.page
    head.get("/s/list/cards")
    assert "督白〔2026〕1号" in head.page
    head.get("/s/list/due_this_week?unit=ZJ")
    assert "这个清单目前是空的。" in head.page


def test_long_lists_come_in_pages(story: Supervision, app: Flask) -> None:
    for number in range(51):
        duty(story, "ZJ", 5, f"关于第{number}处护栏的建议")
    head = signed_in(app, HEAD)

    head.get("/s/list/overdue")
    assert "共 51 件" in head.page
    [following] = re.findall(r'href="([^"]+)" rel="next"', head.page)
    head.get(following.replace("&amp;", "&"))

    assert head.page.count('data-label="编号"') == 1
    assert 'rel="prev"' in head.page


def test_a_candidate_leads_to_a_form_that_is_filled_in(story: Supervision, app: Flask) -> None:
    own = duty(story, "ZJ", 5)
    head = signed_in(app, HEAD)
    head.get("/s")
    [address] = re.findall(r'href="(/new/supervision_closed_loop\?[^"]+)"', head.page)

    head.get(address.replace("&amp;", "&"))

    assert re.search(r'value="gov_supervision"[^>]* checked', head.page)
    assert re.search(rf'value="{own}"[^>]* (checked|selected)', head.page)
    assert re.search(r'<option value="ZJ" selected>', head.page)
    assert "答复逾期 4 个工作日。" in head.page


def test_a_court_is_proposed_a_letter_and_left_to_those_who_may(
    story: Supervision, app: Flask
) -> None:
    duty(story, "FY", 20)
    head, congress = signed_in(app, HEAD), signed_in(app, "代工委甲")

    head.get("/s")
    congress.get("/s")

    assert "函告" in head.page
    assert "由市委督查室或代表工委发起" in head.page
    assert "organizer=deputy_office" in congress.page


def test_a_supervision_is_opened_from_its_form(story: Supervision, app: Flask) -> None:
    examiner = signed_in(app, EXAMINER)
    examiner.get("/new/supervision_closed_loop")
    values = {
        "organizer": "gov_supervision",
        "unit": "JT",
        "points": "no_plan",
        "basis": "两次催办未果。",
        "leader": "主任",
        "approved_by": "市长",
    }

    assert examiner.post("/new/supervision_closed_loop", values).status_code == 303
    examiner.get("/")
    assert "检查核实：督查交通局" in examiner.page

    examiner.get("/new/supervision_closed_loop")
    assert examiner.post("/new/supervision_closed_loop", values).status_code == 422
    assert "严禁重复督查" in examiner.page


@pytest.mark.parametrize("path", ["/s", "/s/list/overdue", "/s/list/candidates"])
def test_units_and_deputies_do_not_see_how_others_stand(
    story: Supervision, app: Flask, path: str
) -> None:
    for login in (LIAISON, "代表甲", "管理员"):
        assert signed_in(app, login).get(path).status_code == 403
    assert app.test_client().get(path).status_code == 302
    for login in (EXAMINER, "市委督查室", "代工委甲", "政府办", "副市长", "城建工委"):
        assert signed_in(app, login).get(path).status_code == 200


def test_an_unknown_list_is_not_found(app: Flask) -> None:
    assert signed_in(app, HEAD).get("/s/list/nothing").status_code == 404


def test_a_case_shows_where_it_stands_and_gives_the_button_to_whose_turn_it_is(
    story: Supervision, app: Flask
) -> None:
    story.delivered()
    head, examiner = signed_in(app, HEAD), signed_in(app, EXAMINER)

    head.get("/s/1")
    examiner.get("/s/1")

    assert "去办理：确定颜色" in head.page
    assert "去办理" not in examiner.page
    assert "市政府督查室主任" in examiner.page
    [task] = re.findall(r'href="(/tasks/[^"]+)"', head.page)
    assert head.get(task).status_code == 200
    assert 'href="/s/1"' in head.page, "the task leads back to its case"


def test_a_case_tells_everything_that_happened(story: Supervision, app: Flask) -> None:
    story.reported()
    story.objected(suspends=True)
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    story.issued(RED)
    head = signed_in(app, HEAD)

    head.get("/s/1")

    for told in (
        "交办一个月仍未制定办理方案。",
        "五日内报送办理方案",
        "联络员签收",
        "督白〔2026〕1号",
        "督红〔2026〕1号",
        "约谈",
        "方案没有内容，没有到位。",
        "暂缓整改",
        "复核人 政府办",
        "代表意见：代表认可。",
        "第 1 次整改",
    ):
        assert told in head.page, told


def test_a_closed_case_says_how_it_ended(story: Supervision, app: Flask) -> None:
    story.reported()
    story.do("回头看", EXAMINER, **IN_PLACE)
    story.do("批准销号", EXAMINER, **CLEARED)
    story.do("申请复核", LIAISON, objection="none")
    head = signed_in(app, HEAD)

    head.get("/s/1")

    assert "办结：已销号。" in head.page
    assert "督查室批准销号：同意销号。" in head.page


def test_the_unit_reads_its_case_without_the_examiners_notes(
    story: Supervision, app: Flask
) -> None:
    story.open()
    unit = signed_in(app, LIAISON)
    assert unit.get("/s/1").status_code == 404

    story.do("检查核实", EXAMINER, **EXAMINED)
    story.do("出具督查结论", EXAMINER, **CONCLUDED)
    unit.get("/s/1")

    assert "交办一个月仍未制定办理方案。" in unit.page
    assert "回访领衔代表" not in unit.page
    assert signed_in(app, "公安局联络员").get("/s/1").status_code == 404
    assert signed_in(app, HEAD).get("/s/99").status_code == 404


def test_a_card_is_an_official_notice_on_one_page(story: Supervision, app: Flask) -> None:
    story.delivered()
    story.do("确定颜色", HEAD, **WHITE)
    unit = signed_in(app, LIAISON)

    unit.get("/s/card/1")
    assert "白牌通知单（提醒）" in unit.page
    assert "交通运输局：" in unit.page
    assert "整改期限自签收之日起计算。" in unit.page
    assert "待签收" in unit.page
    assert "自收到结论之日起 30 日内可以申请复核" in unit.page

    story.do("签收通知单", LIAISON, **APPEAL)
    story.do("处理申诉", HEAD, appeal_decision="upheld", opinion="查无此事，维持。")
    unit.get("/s/card/1")
    assert "请于 2026年3月9日（周一）18:00 前提交整改报告。" in unit.page

    with story.database.transaction() as session:
        changes.hold(session, "supervision:1", "复核期间暂缓", "管理员", story.at)
    for page in ("/s/1", "/s/card/1"):
        unit.get(page)
        assert "整改期限已暂停计时" in unit.page
        assert "9999年" not in unit.page
    assert "处理：维持" in unit.page
    assert signed_in(app, "公安局联络员").get("/s/card/1").status_code == 404


def test_a_cleared_card_says_who_cleared_it(story: Supervision, app: Flask) -> None:
    story.reported()
    story.do("回头看", EXAMINER, **IN_PLACE)
    story.do("批准销号", EXAMINER, **CLEARED)
    unit = signed_in(app, LIAISON)

    unit.get("/s/card/1")

    assert "已销号" in unit.page
    assert "同意销号。" in unit.page


def test_the_word_is_on_every_coloured_mark(story: Supervision, app: Flask) -> None:
    story.carded()
    head = signed_in(app, HEAD)

    for path in ("/s", "/s/1", "/s/list/cards"):
        head.get(path)
        assert '<span class="chip card-white">白牌</span>' in head.page


def test_pages_cost_few_queries_however_much_there_is(story: Supervision, app: Flask) -> None:
    story.reported()
    story.objected()
    story.do("作出复核决定", OFFICE, decision="upheld", opinion="事实清楚，证据充分，维持。")
    story.do("回头看", EXAMINER, **NOT_IN_PLACE)
    head = signed_in(app, HEAD)
    asked: list[str] = []
    event.listen(story.database.reader, "before_cursor_execute", lambda *a: asked.append(a[2]))
    paths = (
        "/s",
        "/s/list/overdue",
        "/s/list/candidates",
        "/s/list/cards",
        "/s/1",
        "/s/card/1",
        "/s/measured",
    )

    def cost(path: str) -> int:
        asked.clear()
        assert head.get(path).status_code == 200
        return len(asked)

    few = {path: cost(path) for path in paths}
    for unit in ("ZJ", "GA", "CG", "WJ", "SJ"):
        for late_by in range(1, 8):
            duty(story, unit, late_by)
    many = {path: cost(path) for path in paths}

    assert max(many.values()) <= MOST, many
    assert all(many[path] - few[path] <= 2 for path in paths), (few, many)


def test_a_signature_is_shown_with_its_moment(story: Supervision, app: Flask) -> None:
    story.carded()
    unit = signed_in(app, LIAISON)

    unit.get("/s/card/1")

    assert f"{SIGNED['receipt']}　2026年3月2日（周一）09:00" in unit.page


def test_each_unit_is_shown_beside_the_lines_officials_have_drawn(
    story: Supervision, app: Flask
) -> None:
    for late_by in range(1, 5):
        duty(story, "GA", late_by)
    head = signed_in(app, HEAD)

    page = head.get("/s/measured").get_data(as_text=True)

    assert "1 个单位有指标未达标" in page
    assert '0%（0/4 件），<span class="chip is-overdue">未达标</span>' in page
    assert "办成率 50% 达标" in page
    assert "按时答复率 80% 达标，不足 3 件不评" in page
