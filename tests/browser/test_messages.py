"""Reminders, messages and notices in a real browser, at a desk and on a phone, with the keyboard and without script."""

import os
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from service import notifications
from service.database import Database
from service.delivery import composing
from service.delivery.channels import Name
from service.delivery.mail import Mail
from service.tables.messages import Message, MessageChannel
from service.tables.people import Person
from tests.browser.conftest import Opener, overflow, violations
from tests.conftest import MORNING

PAGES = ("/m/reminders", "/m/messages", "/notices")
WIDTHS = (390, 1280)


@pytest.fixture
def told(app: Flask, office: Database) -> Database:
    """Everybody has an address and notices; the mail server is away, one message was refused, one is waiting."""
    app.extensions["channels"] = {Name.MAIL: Mail("nowhere", 25, "none", "tbp@example.gov.cn")}
    with office.transaction() as session:
        session.execute(update(Person).values(email="somebody@example.gov.cn"))
        for number in range(3):
            notifications.enqueue(
                session,
                "admin",
                "warning",
                f"《关于在县道急弯路段增设护栏的建议》（B2026-00{number}）的“推进办理”将于2026年3月5日 18:00到期，请及时办理。",
                MORNING,
                dedupe_key=f"n{number}",
                link="/done",
            )
        notifications.enqueue(
            session, "wang_fang", "review", "等待审查。", MORNING, dedupe_key="x", link="/done"
        )
        composing.compose(session, [Name.MAIL], "http://x", MORNING)
        refused = {
            "state": "dead",
            "attempts": 1,
            "last_error": "邮件服务器拒收（550 no such user）。请核对邮箱地址。",
        }
        session.execute(update(Message).where(Message.login == "wang_fang").values(**refused))
        session.add(
            MessageChannel(
                name="mail", is_on=True, failures=3, down_since=MORNING,
                last_error="邮件服务器没有应答（timed out）。",
            )
        )  # fmt: skip
    return office


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_fits_and_axe_finds_nothing(
    told: Database, opened: Opener, path: str, width: int
) -> None:
    page = opened("root", width)
    page.goto(path)

    if folder := os.environ.get("TIBANPING_PICTURES"):
        name = f"{path.strip('/').replace('/', '-')}-{width}.png"
        page.screenshot(path=Path(folder) / name, full_page=True)
    assert violations(page) == []
    assert overflow(page) == 0
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_a_notice_is_opened_by_keyboard_and_without_script(
    told: Database, opened: Opener, width: int
) -> None:
    page = opened("root", width, script=False)
    page.goto("/notices")
    assert page.get_by_text("未读", exact=True).count() == 3

    page.get_by_role("button", name="B2026-002").focus()
    page.keyboard.press("Enter")

    page.wait_for_url("**/done")
    page.goto("/notices")
    assert page.get_by_text("未读", exact=True).count() == 2


@pytest.mark.browser
def test_a_failed_message_is_chosen_and_sent_again(told: Database, opened: Opener) -> None:
    page = opened("root", 390)
    page.goto("/m/messages")
    page.get_by_label("状态").select_option(label="发送失败，不再重试")
    page.get_by_role("button", name="查找").click()

    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="再次发送所选").click()

    page.get_by_text("1 条消息已排队，将再次发送。").wait_for()


@pytest.mark.browser
def test_rules_are_changed_by_keyboard(told: Database, opened: Opener) -> None:
    page = opened("root", 1280)
    page.goto("/m/reminders")
    page.get_by_label("任何时间都可以发").focus()
    page.keyboard.press("Space")
    page.get_by_label("修改的理由").fill("试行")

    page.get_by_role("button", name="生效").focus()
    page.keyboard.press("Enter")

    page.get_by_text("已生效：消息改为任何时间都可以发出。").wait_for()
