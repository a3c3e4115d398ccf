"""The office keeps its lists: rows are changed in a draft, the effect is seen, a version applied and set back."""

import re

import pytest
from flask import Flask

from service import clock, rulebook
from service.database import Database
from service.register.proposal.categories import CATEGORIES
from service.register.reply.classes import CLASSES
from service.rulebook import LISTS
from service.settings import Settings
from service.tables.audit import AuditEvent
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.admin.rules.test_drafting import applied, seen
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.conftest import Browser
from tests.world import World

CATEGORY = "/m/rules/lists/categories"
REPLY = "/m/rules/lists/reply_classes"
SUPPLEMENT = "/m/rules/lists/supplement_clock"


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    city = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    return city


@pytest.fixture
def app(city: World, settings: Settings) -> Flask:
    return served(city, settings)


@pytest.fixture
def office(app: Flask) -> Browser:
    return signed_in(app, "代工委甲")


@pytest.fixture
def admin(app: Flask) -> Browser:
    return signed_in(app, "管理员")


def form(browser: Browser, path: str, **changed: str) -> dict[str, str]:
    """What the form of a list would send, with some fields filled in otherwise."""
    browser.get(f"{path}/edit")
    page = browser.page.partition("<main")[2]
    sent: dict[str, str] = {}
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        [sent[name]] = re.findall(r'value="([^"]*)" selected', body) or [""]
    for name, value in re.findall(
        r'<input class="form-control[^>]* name="([^"]+)" value="([^"]*)"', page
    ):
        sent[name] = value
    for name, value in re.findall(
        r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', page, re.S
    ):
        sent[name] = value
    return {**sent, **{key.replace("_", "-"): value for key, value in changed.items()}}


def test_every_list_is_read_and_says_who_reads_it(office: Browser) -> None:
    index = office.get("/m/rules").get_data(as_text=True)

    for name, listing in LISTS.items():
        page = office.get(f"/m/rules/lists/{name}").get_data(as_text=True)
        assert listing.title in index
        assert listing.used[0] in page
        assert "随系统安装的一版" in page
        assert office.get(f"/m/rules/lists/{name}/edit").status_code == 200
    assert office.get("/m/rules/lists/nothing").status_code == 404


def test_a_committee_is_changed_with_its_effect_and_its_reason(
    office: Browser, city: World
) -> None:
    case = city.submit(by="代表甲")
    sent = form(office, CATEGORY, row_6_committee="CJ")
    assert office.post(f"{CATEGORY}/edit", sent | {"act": "effect"}).status_code == 303

    page = office.get(f"{CATEGORY}/effect").get_data(as_text=True)
    assert "草稿有 1 处改动" in page
    assert "“交通水利”类等待立案的建议" in page
    assert "1 件" in page
    assert office.post(f"{CATEGORY}/apply", {"reason": ""}).status_code == 422
    assert "请写明为什么修改" in office.page
    assert applied(office, CATEGORY, "机构改革方案").status_code == 303

    listed = office.get(CATEGORY).get_data(as_text=True)
    assert "第 1 版" in listed
    assert "机构改革方案" in listed
    with city.database.reading() as session:
        assert rulebook.rows(session, CATEGORIES)[6].committee == "CJ"
        [event] = session.query(AuditEvent).filter(AuditEvent.act == "rule")
        assert (event.by, event.subject) == ("代工委甲", "categories")
    assert case.suggestion


def test_rows_are_added_moved_and_taken_out_and_nothing_typed_is_lost(office: Browser) -> None:
    sent = form(office, REPLY, row_0_name="甲类（已经解决）")
    office.post(f"{REPLY}/edit", sent | {"act": "add"})
    sent = form(office, REPLY, row_3_code="D", row_3_name="D类（说明情况）")
    assert sent["row-0-name"] == "甲类（已经解决）"
    office.post(f"{REPLY}/edit", sent | {"act": "up:3"})
    sent = form(office, REPLY)
    assert sent["row-2-code"] == "D"
    office.post(f"{REPLY}/edit", sent | {"act": "remove:3"})
    office.post(f"{REPLY}/edit", form(office, REPLY) | {"act": "effect"})

    page = office.get(f"{REPLY}/effect").get_data(as_text=True)

    assert "“D类（说明情况）”" in page
    assert "删除" in page
    assert applied(office, REPLY, "本市办法").status_code == 303
    assert "D类（说明情况）" in office.get(REPLY).get_data(as_text=True)


def test_a_bad_field_is_refused_where_it_stands(office: Browser) -> None:
    sent = form(office, REPLY, row_1_name="", row_2_code="A")

    answer = office.post(f"{REPLY}/edit", sent | {"act": "effect"})

    assert answer.status_code == 422
    assert 'id="row-1-name-error"' in office.page
    assert "请填写“名称”" in office.page
    sent["row-1-name"] = "B类"
    assert office.post(f"{REPLY}/edit", sent | {"act": "effect"}).status_code == 422
    assert "“A”用了两次" in office.page
    assert applied(office, REPLY, "试").status_code in {403, 422}


def test_a_class_that_replies_carry_is_not_dropped(office: Browser, city: World) -> None:
    city.register(by="代表甲")
    city.dispatch("JT")
    city.sign()
    city.carry_on("收悉审核", ANSWERS)
    office.post(f"{REPLY}/edit", form(office, REPLY) | {"act": "remove:0"})

    answer = office.post(f"{REPLY}/edit", form(office, REPLY) | {"act": "effect"})

    assert answer.status_code == 422
    assert "“A”类有 1 件在办建议的答复在用，不能删除" in office.page


def test_two_editors_at_once_do_not_take_each_other_back(office: Browser, admin: Browser) -> None:
    office.post(f"{REPLY}/edit", form(office, REPLY, row_0_name="甲类") | {"act": "effect"})
    admin.post(f"{REPLY}/edit", form(admin, REPLY, row_1_name="乙类") | {"act": "effect"})
    admin.get(f"{REPLY}/effect")
    assert applied(admin, REPLY, "先改").status_code == 303

    office.get(f"{REPLY}/effect")
    assert "这份清单换了新版" in office.page
    assert applied(office, REPLY, "后改").status_code == 409
    assert office.post(f"{REPLY}/rebase").status_code == 303
    office.get(f"{REPLY}/effect")
    assert "草稿有 2 处改动" in office.page
    assert applied(office, REPLY, "后改").status_code == 303


def test_a_page_applies_the_rows_whose_effect_it_showed_and_no_others(office: Browser) -> None:
    office.post(f"{REPLY}/edit", form(office, REPLY, row_0_name="甲类") | {"act": "effect"})
    office.get(f"{REPLY}/effect")
    of_one_name = seen(office.page)
    office.post(f"{REPLY}/edit", form(office, REPLY, row_0_name="子类") | {"act": "effect"})

    stale = office.post(f"{REPLY}/apply", {"reason": "旧页面", **of_one_name})

    assert stale.status_code == 409
    assert "您在别处改过这份草稿" in office.page
    assert "甲类" not in office.get(REPLY).get_data(as_text=True)
    assert applied(office, REPLY, "看过以后").status_code == 303


def test_a_list_is_changed_from_a_later_day_on(office: Browser, city: World, app: Flask) -> None:
    office.post(f"{REPLY}/edit", form(office, REPLY, row_0_name="甲类") | {"act": "effect"})
    office.get(f"{REPLY}/effect")
    for wrong in ("明天", f"{city.at:%Y-%m-%d}", "2030-01-01"):
        asked = {"reason": "新年度", "since": wrong, **seen(office.page)}
        assert office.post(f"{REPLY}/apply", asked).status_code == 422
        assert 'id="since-error"' in office.page
        assert f'value="{wrong}"' in office.page

    asked = {"reason": "新年度", "since": "2026-04-01", **seen(office.page)}
    assert office.post(f"{REPLY}/apply", asked).status_code == 303

    page = office.get(REPLY).get_data(as_text=True)
    assert "第 1 版从2026年4月1日（周三）起生效，在那以前仍按现行的一版" in page
    assert "答复类别：随系统安装的一版" in page
    office.get(f"{REPLY}/versions/1")
    assert "还没有生效" in office.page
    city.pass_days(31)
    page = signed_in(app, "代工委甲").get(REPLY).get_data(as_text=True)
    assert "答复类别：第 1 版" in page
    assert "甲类" in page


def test_an_older_version_comes_back_as_a_new_one(office: Browser, city: World) -> None:
    office.post(f"{REPLY}/edit", form(office, REPLY, row_0_name="甲类") | {"act": "effect"})
    office.get(f"{REPLY}/effect")
    applied(office, REPLY, "试行")
    office.get(f"{REPLY}/versions/0")
    assert "改回这一版" in office.page

    assert office.post(f"{REPLY}/versions/0/restore").status_code == 303
    office.get(f"{REPLY}/effect")
    assert applied(office, REPLY, "恢复").status_code == 303

    with city.database.reading() as session:
        assert rulebook.rows(session, CLASSES) == CLASSES.defaults
        assert rulebook.versions(session, CLASSES)[0].number == 2


def test_only_who_owns_a_list_changes_it(app: Flask) -> None:
    head, auditor = signed_in(app, "督查室主任"), signed_in(app, "审计员")

    for browser in (head, auditor):
        assert browser.get(REPLY).status_code == 200
        assert "您可以查看" in browser.page
        assert browser.get(f"{REPLY}/edit").status_code == 403
        assert browser.post(f"{REPLY}/edit", {"act": "effect"}).status_code == 403
        assert browser.post(f"{REPLY}/apply", {"reason": "无"}).status_code == 403
    assert head.get("/m/rules/lists/pass_lines/edit").status_code == 200
    assert signed_in(app, "交通局联络员").get(REPLY).status_code == 403


def test_the_office_stops_the_clock_while_a_deputy_mends(
    app: Flask, office: Browser, city: World
) -> None:
    case = city.submit()
    review = {"review_conclusion": "return_for_edit", "review_reason": "请补充数据。"}
    city.do("审查建议", by="代工委甲", **review)
    assert "代表补充修改期间是否停止计时" in office.get("/m/rules").get_data(as_text=True)
    sent = form(office, SUPPLEMENT)
    assert sent["row-0-stands"] == "false"
    sent["row-0-stands"] = "true"

    assert office.post(f"{SUPPLEMENT}/edit", sent | {"act": "effect"}).status_code == 303
    page = office.get(f"{SUPPLEMENT}/effect").get_data(as_text=True)
    assert "已退代表修改、还没有交回的建议" in page
    assert "1 件" in page
    assert applied(office, SUPPLEMENT, "本市办法").status_code == 303

    city.pass_days(2)
    city.do("修改建议", by="代表甲")

    office = signed_in(app, "代工委甲")  # two days later
    shown = office.get(f"/suggestions/{case.suggestion}").get_data(as_text=True)
    assert "2026年3月2日（周一）至2026年3月3日（周二）暂停计时 2 天（另计）" in shown
    assert "暂停计时 1 天不计入：3月3日。" in shown
    history = office.get(f"/suggestions/{case.suggestion}/history").get_data(as_text=True)
    assert "暂停计时：代表补充修改期间，按规则停止计时。" in history
