"""The office sees what a designer wants to change about ratings, and decides; the designer waits and reads why."""

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from service.database import Database
from service.register.people.passwords import hash_password
from service.runtime import publishing
from service.tables.people import Person, Post
from service.tables.runtime import Draft
from tests.service.handlers.conftest import CHEAP, PASSWORD, Browser, Clock, _signed_in
from tests.service.handlers.designer.drawings import calling, deploy, drawing, hand_in

TABLE = Path(__file__).parents[3] / "diagrams" / "dmn" / "first" / "reply_days.dmn"


@pytest.fixture
def designer(app: Flask, office: Database, monkeypatch: pytest.MonkeyPatch) -> Browser:
    """A designer whose `leave` handles ratings, in its first version."""
    monkeypatch.setattr(publishing, "reserved", lambda: frozenset({"leave"}))
    with office.transaction() as session:
        known = hash_password(PASSWORD, CHEAP)
        session.add(Person(login="sun_li", name="孙丽", password_hash=known, failed_sign_ins=0))
        session.flush()
        session.add(Post(login="sun_li", role="designer", scope=None))
    browser = _signed_in(app, "sun_li")
    hand_in(browser, leave=drawing())
    deploy(browser)
    return browser


def propose(designer: Browser, task: str = "批准请假", note: str = "名称更清楚") -> None:
    hand_in(designer, leave=drawing(task=task))
    deploy(designer, note)


def opened(office: Browser) -> str:
    """The address of the proposal that waits, as the list links it."""
    office.get("/g/deployments")
    [address, *_] = re.findall(r'href="(/g/deployments/\d+)"', office.page)
    return str(address)


def test_a_new_version_waits_for_the_office(designer: Browser, clerk: Browser) -> None:
    propose(designer)

    assert "已提交代表工委决定" in designer.page
    assert "等待决定" in designer.page
    assert "第 2 版" not in designer.page
    clerk.get("/notices")
    assert "流程设计员要更换涉及代表评价的流程图" in clerk.page


def test_the_office_reads_what_changes_and_agrees(designer: Browser, clerk: Browser) -> None:
    propose(designer)
    address = opened(clerk)

    clerk.get(address)
    assert "批假" in clerk.page
    assert "批准请假" in clerk.page
    assert "名称更清楚" in clerk.page
    assert "孙丽" in clerk.page

    assert clerk.post(f"{address}/agree").status_code == 303
    clerk.get("/g/deployments")
    assert "已同意并上线" in clerk.page
    designer.get("/x")
    assert "第 2 版" in designer.page
    assert clerk.post(f"{address}/agree").status_code == 403  # once is enough


def test_what_was_decided_is_still_to_be_read(
    designer: Browser, clerk: Browser, now: Clock
) -> None:
    propose(designer)
    now.at += timedelta(minutes=1)
    address = opened(clerk)
    clerk.get(address)
    clerk.post(f"{address}/agree")

    clerk.get(address)

    assert "和决定以前使用的版本相比" in clerk.page
    assert "批假" in clerk.page
    assert "批准请假" in clerk.page


def test_a_table_that_goes_along_is_named(designer: Browser, clerk: Browser) -> None:
    hand_in(designer, leave=drawing(task="批准请假"), reply_days=TABLE.read_bytes())
    deploy(designer)

    clerk.get(opened(clerk))

    assert "一起更换的还有决策表：reply_days.bpmn。" in clerk.page


def test_a_change_of_shapes_alone_waits_for_nobody(designer: Browser) -> None:
    moved = drawing().replace(b"</bpmn:definitions>", b"<!-- moved --></bpmn:definitions>")
    hand_in(designer, leave=moved)
    assert "只动了图形：leave.bpmn。内容和版本不变，部署只换图形。" in designer.page
    deploy(designer)

    assert "leave.bpmn 只动了图形：内容和版本不变，图形已换成新的。" in designer.page
    assert "等待决定" not in designer.page


def test_who_comes_along_with_a_proposal_is_named(designer: Browser, clerk: Browser) -> None:
    hand_in(designer, trip=calling("trip", "leave"))
    deploy(designer)
    propose(designer)

    address = opened(clerk)
    clerk.get(address)
    assert "一起换成使用新版、内容不变的流程：出差。" in clerk.page

    clerk.post(f"{address}/agree")
    clerk.get(address)
    assert "一起换成使用新版" not in clerk.page
    assert "第 2 版" in designer.get("/x/processes/trip/2").get_data(as_text=True)


def test_a_designer_reads_first_that_it_will_wait(designer: Browser) -> None:
    hand_in(designer, leave=drawing(task="批准请假"))

    assert "“请假”涉及代表评价，要由代表工委的另一个人看过改动、同意以后才上线。" in designer.page
    assert "把这 1 个文件提交代表工委决定" in designer.page

    hand_in(designer, errand=drawing("errand"))
    assert "部署这 1 个文件" in designer.page
    assert "涉及代表评价" not in designer.page


def test_a_refusal_needs_a_reason_and_keeps_what_was_typed(
    designer: Browser, clerk: Browser
) -> None:
    propose(designer)
    address = opened(clerk)
    clerk.get(address)

    assert clerk.post(f"{address}/refuse", {"reason": " "}).status_code == 422
    assert "请写明不同意的理由" in clerk.page
    assert clerk.post(f"{address}/refuse", {"reason": "太" * 501}).status_code == 422
    assert "太" * 501 in clerk.page

    assert clerk.post(f"{address}/refuse", {"reason": "任务没有密封。"}).status_code == 303
    designer.get("/x")
    assert "没有同意，理由：任务没有密封。" in designer.page
    assert "第 2 版" not in designer.page


def test_a_reason_survives_a_session_that_ended_meanwhile(
    designer: Browser, clerk: Browser, now: Clock, office: Database
) -> None:
    propose(designer)
    address = opened(clerk)
    clerk.get(address)
    now.at += timedelta(hours=9)

    own = {"Origin": "http://localhost", "Referer": f"http://localhost{address}"}
    answer = clerk.post(f"{address}/refuse", {"reason": "任务没有密封。"}, headers=own)
    assert answer.status_code == 401
    assert "刚才填写的内容已经保留" in clerk.page
    [kept] = re.findall(r'name="_kept" value="([^"]+)"', clerk.page)
    asked = {"login": "wang_fang", "password": PASSWORD, "next": address, "_kept": unescape(kept)}
    clerk.post("/login", asked)

    clerk.get(address)
    assert "任务没有密封。" in clerk.page

    clerk.post(f"{address}/refuse", {"reason": "任务没有密封。"})
    with office.reading() as session:
        assert session.scalars(select(Draft)).all() == []


def test_nobody_else_sees_or_decides(
    designer: Browser, clerk: Browser, stranger: Browser, deputy: Browser, browser: Browser
) -> None:
    propose(designer)
    address = opened(clerk)

    for somebody in (designer, stranger, deputy, browser):
        for path in ("/g/deployments", address):
            assert somebody.get(path).status_code in {302, 403}
        for verb in ("agree", "refuse"):
            assert somebody.post(f"{address}/{verb}", {"reason": "x"}).status_code in {401, 403}
    clerk.get(address)
    assert "等待决定" in clerk.page
    assert clerk.get("/g/deployments/99").status_code == 404
