"""Officials read their tables, try them, change them in a draft, see whom it would touch, apply and go back."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from service import clock
from service.database import Database
from service.settings import Settings
from service.tables.audit import AuditEvent
from service.tables.runtime import DeployedDecision
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import PASSWORD, Browser
from tests.world import PROCESSES, World

TABLE = "/m/rules/tables/control_color"
YELLOW = "Rule_reply_overdue_yellow"
WHITE = "Rule_reply_overdue_white"


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    """The test city with all that is drawn, the colour rules among it."""
    city = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    return city


@pytest.fixture
def app(city: World, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.fixture
def head(app: Flask) -> Browser:
    return signed_in(app, "督查室主任")


@pytest.fixture
def admin(app: Flask) -> Browser:
    return signed_in(app, "管理员")


def seen(page: str) -> dict[str, str]:
    """What the page of an effect carries of the draft it shows; nothing where it cannot be applied."""
    found = re.search(r'name="seen" value="([^"]+)"', page)
    return {"seen": found[1]} if found else {}


def applied(browser: Browser, draft: str, reason: str) -> TestResponse:
    """Read the effect of a draft and apply it."""
    browser.get(f"{draft}/effect")
    return browser.post(f"{draft}/apply", {"reason": reason, **seen(browser.page)})


def rule(sheet_key: str, head: Browser, **changed: str) -> dict[str, str]:
    """What the form of a rule would send, with some fields filled in otherwise."""
    head.get(f"{TABLE}/draft/rules/{sheet_key}")
    sent: dict[str, str] = {}
    for name, body in re.findall(
        r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', head.page, re.S
    ):
        [value] = re.findall(r'value="([^"]*)" selected', body) or [""]
        sent[name] = value.replace("&#34;", '"')
    for name, value in re.findall(r'<input[^>]* name="([^"]+)" value="([^"]*)"', head.page):
        sent.setdefault(name, value)
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', head.page, re.S
    ):
        sent[name] = value
    sent.pop("csrf_token", None)
    return {**sent, **changed}


def test_the_table_is_read_in_chinese(head: Browser) -> None:
    page = head.get(TABLE).get_data(as_text=True)

    assert "三色规则：第 1 版，19 条规则" in page
    assert "答复逾期的工作日数 <strong>从 11 到 30</strong>" in page
    assert "全部：满足的规则全部给出" in page
    assert "答复逾期 {答复逾期的工作日数} 个工作日" in page


def test_a_rule_is_changed_in_a_draft_and_applied_as_a_new_version(
    head: Browser, city: World
) -> None:
    changed = rule(YELLOW, head, **{"sign-0": "between", "first-0": "15", "second-0": "30"})
    assert head.post(f"{TABLE}/draft/rules/{YELLOW}", changed).status_code == 303
    head.get(f"{TABLE}/draft")
    assert "草稿有 1 处改动" in head.page
    assert "从 11 到 30" in head.page
    assert "从 15 到 30" in head.page

    head.get(f"{TABLE}/draft/effect")
    assert head.post(f"{TABLE}/draft/apply", {"reason": " "}).status_code == 422
    assert "请写明为什么修改" in head.page
    assert applied(head, f"{TABLE}/draft", "督查联席会议第 3 次纪要").status_code == 303

    page = head.get(TABLE).get_data(as_text=True)
    assert "第 2 版，19 条规则" in page
    assert "从 15 到 30" in page
    assert "督查联席会议第 3 次纪要" in page
    with city.database.reading() as session:
        [event] = session.query(AuditEvent).filter(AuditEvent.act == "rule")
        assert (event.by, event.subject, event.reason) == (
            "督查室主任",
            "control_color",
            "督查联席会议第 3 次纪要",
        )
        assert event.data["differences"] == [
            ["第 6 条", "答复逾期的工作日数", "从 11 到 30", "从 15 到 30"]
        ]


def test_the_effect_says_which_days_are_left_without_a_rule(head: Browser) -> None:
    changed = rule(YELLOW, head, **{"sign-0": "between", "first-0": "15", "second-0": "30"})
    head.post(f"{TABLE}/draft/rules/{YELLOW}", changed)

    head.get(f"{TABLE}/draft/effect")

    assert "空档或者重叠" in head.page
    assert "答复逾期的工作日数从 11 到 14：现在有第 6 条规则，改了以后没有规则满足" in head.page
    changed = rule(WHITE, head, **{"sign-0": "between", "first-0": "1", "second-0": "14"})
    head.post(f"{TABLE}/draft/rules/{WHITE}", changed)
    head.get(f"{TABLE}/draft/effect")
    assert "空档或者重叠" not in head.page


def test_the_effect_names_whom_the_draft_would_treat_otherwise(head: Browser, city: World) -> None:
    city.register(by="代表甲")
    city.dispatch("JT")
    city.at += timedelta(days=112)  # more than ten working days past the limit of three months
    head.sign_in("督查室主任")
    changed = rule(YELLOW, head, **{"first-0": "40", "second-0": "60"})
    head.post(f"{TABLE}/draft/rules/{YELLOW}", changed)

    page = head.get(f"{TABLE}/draft/effect").get_data(as_text=True)

    assert "按草稿，今天有 1 件的建议会不同" in page
    row = page.partition("建议会不同的单位和事项")[2].partition("</table>")[0]
    assert "交通局" in row
    assert row.index("黄牌") < row.index("白牌")


def test_a_bad_cell_is_refused_where_it_stands_and_what_was_typed_stays(head: Browser) -> None:
    changed = rule(
        YELLOW, head, **{"sign-0": "least", "first-0": "十五", "sign-2": "other", "first-2": "1 +"}
    )

    answer = head.post(f"{TABLE}/draft/rules/{YELLOW}", changed)

    assert answer.status_code == 422
    assert "“十五”不是整数" in head.page
    assert 'value="十五"' in head.page
    changed["first-0"] = "15"
    assert head.post(f"{TABLE}/draft/rules/{YELLOW}", changed).status_code == 422
    assert 'id="sign-2-error"' in head.page
    assert 'value="1 +"' in head.page
    head.get(f"{TABLE}/draft")
    assert "草稿还没有改动" in head.page


def test_a_result_the_register_does_not_know_is_refused(head: Browser) -> None:
    changed = rule(YELLOW, head, **{"result-0": "", "result-1": "答复逾期 {天数} 个工作日。"})

    assert head.post(f"{TABLE}/draft/rules/{YELLOW}", changed).status_code == 422
    assert "请选择一项" in head.page
    assert "表里没有“天数”这一列" in head.page


def test_rules_are_added_moved_and_removed(head: Browser) -> None:
    added = rule(
        "new",
        head,
        **{
            "sign-0": "least",
            "first-0": "3",
            "result-0": '"white"',
            "result-1": "逾期 {答复逾期的工作日数} 日。",
            "note": "试行",
        },
    )
    assert head.post(f"{TABLE}/draft/rules/new", added).status_code == 303
    head.get(f"{TABLE}/draft")
    assert "第 20 条" in head.page

    head.post(f"{TABLE}/draft/move", {"key": "Rule_added_1", "act": "up"})
    head.post(f"{TABLE}/draft/move", {"key": YELLOW, "act": "down"})
    head.post(f"{TABLE}/draft/move", {"key": WHITE, "act": "remove"})
    head.get(f"{TABLE}/draft")

    assert "删除" in head.page
    assert "草稿有 3 处改动" in head.page
    assert head.post(f"{TABLE}/draft/move", {"key": "nobody", "act": "up"}).status_code == 404


def test_a_table_is_tried_with_values_now_and_by_the_draft(head: Browser) -> None:
    changed = rule(YELLOW, head, **{"first-0": "15"})
    head.post(f"{TABLE}/draft/rules/{YELLOW}", changed)

    page = head.get(f"{TABLE}/try?tried=1&value-reply_overdue=12").get_data(as_text=True)

    assert "现行规则：满足 1 条规则" in page
    assert "答复逾期 12 个工作日，超过 10 个工作日" in page
    assert "您的草稿：没有规则满足" in page
    assert "请只写数字" in head.get(f"{TABLE}/try?tried=1&value-reply_overdue=x").get_data(
        as_text=True
    )


def test_a_draft_is_not_applied_over_a_version_its_author_has_not_seen(
    head: Browser, admin: Browser
) -> None:
    mine = rule(YELLOW, head, **{"first-0": "15"})
    head.post(f"{TABLE}/draft/rules/{YELLOW}", mine)
    head.get(f"{TABLE}/draft/effect")
    of_mine = seen(head.page)
    theirs = rule(WHITE, admin, **{"second-0": "9"})
    admin.post(f"{TABLE}/draft/rules/{WHITE}", theirs)
    assert applied(admin, f"{TABLE}/draft", "先改").status_code == 303

    head.get(f"{TABLE}/draft")
    late = head.post(f"{TABLE}/draft/apply", {"reason": "后改", **of_mine})
    assert late.status_code == 409
    assert "别人已经换了新版" in head.page
    assert "先改" in head.page
    assert head.post(f"{TABLE}/draft/rebase").status_code == 303
    head.get(f"{TABLE}/draft")
    assert "草稿有 2 处改动" in head.page
    assert applied(head, f"{TABLE}/draft", "后改").status_code == 303


def test_a_page_applies_the_draft_whose_effect_it_showed_and_no_other(
    head: Browser, city: World
) -> None:
    head.post(f"{TABLE}/draft/rules/{YELLOW}", rule(YELLOW, head, **{"first-0": "15"}))
    head.get(f"{TABLE}/draft/effect")
    of_fifteen = seen(head.page)
    head.post(f"{TABLE}/draft/rules/{YELLOW}", rule(YELLOW, head, **{"first-0": "29"}))

    stale = head.post(f"{TABLE}/draft/apply", {"reason": "旧页面", **of_fifteen})

    assert stale.status_code == 409
    assert "您在别处改过这份草稿" in head.page
    assert "第 1 版，19 条规则" in head.get(TABLE).get_data(as_text=True)
    assert applied(head, f"{TABLE}/draft", "看过以后").status_code == 303


def test_an_older_version_comes_back_as_a_new_one(head: Browser, city: World) -> None:
    changed = rule(YELLOW, head, **{"first-0": "15"})
    head.post(f"{TABLE}/draft/rules/{YELLOW}", changed)
    applied(head, f"{TABLE}/draft", "放宽")
    head.get(f"{TABLE}/versions/1")
    assert "从 15 到 30" in head.page

    assert head.post(f"{TABLE}/versions/1/restore").status_code == 303
    head.get(f"{TABLE}/draft")
    assert applied(head, f"{TABLE}/draft", "恢复").status_code == 303

    assert "第 3 版" in head.get(TABLE).get_data(as_text=True)
    with city.database.reading() as session:
        rows = session.query(DeployedDecision).filter(
            DeployedDecision.decision_id == "control_color"
        )
        assert sorted(row.version for row in rows) == [1, 2, 3]
    file = head.get(f"{TABLE}/versions/1/file")
    assert file.get_data() == (PROCESSES / "control_color.dmn").read_bytes()


def test_only_who_owns_the_rule_changes_it(app: Flask, admin: Browser) -> None:
    assert signed_in(app, "代表甲").get(TABLE).status_code == 403
    auditor = signed_in(app, "审计员")
    assert auditor.get(TABLE).status_code == 200
    assert "您可以查看和试用" in auditor.page
    assert auditor.get(f"{TABLE}/draft").status_code == 403
    assert auditor.post(f"{TABLE}/draft/move", {"key": WHITE, "act": "remove"}).status_code == 403
    assert admin.get(f"{TABLE}/draft").status_code == 200
    assert admin.get("/m/rules/tables/nothing").status_code == 404
    assert applied(admin, f"{TABLE}/draft", "无").status_code == 403


def test_a_rule_that_must_not_be_loosened_is_not_touched_unnoticed(head: Browser) -> None:
    head.get(f"{TABLE}/draft")
    head.post(f"{TABLE}/draft/move", {"key": "Rule_past_legal_limit_red", "act": "remove"})

    page = head.get(f"{TABLE}/draft/effect").get_data(as_text=True)

    assert "草稿改动了写明不得放宽的规则：第 2 条（代表法第五十一条，不得放宽）" in page
    head.post(f"{TABLE}/draft/discard")
    head.post(f"{TABLE}/draft/rules/{YELLOW}", rule(YELLOW, head, **{"first-0": "15"}))
    assert "写明不得放宽" not in head.get(f"{TABLE}/draft/effect").get_data(as_text=True)


def test_what_was_typed_when_the_session_ended_is_there_after_signing_in(head: Browser) -> None:
    path = f"{TABLE}/draft/rules/{YELLOW}"
    changed = rule(YELLOW, head, **{"first-0": "17", "note": "会议纪要"})
    head.client.delete_cookie("tibanping_session")
    came_from = {"Referer": f"http://localhost{path}"}
    assert head.post(path, changed, headers=came_from).status_code == 401

    head.post("/login", {"login": "督查室主任", "password": PASSWORD, **kept(head)})
    head.get(path)

    assert 'value="17"' in head.page
    assert 'value="会议纪要"' in head.page
    assert head.post(path, changed).status_code == 303
    head.get(f"{TABLE}/draft/rules/{WHITE}")
    assert 'value="17"' not in head.page


def kept(browser: Browser) -> dict[str, str]:
    """The hidden fields by which a page that asks to sign in again carries on."""
    found = re.findall(r'<input type="hidden" name="(next|_kept)" value="([^"]*)"', browser.page)
    return {name: unescape(value) for name, value in found}
