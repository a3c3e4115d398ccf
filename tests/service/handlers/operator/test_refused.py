"""Auditors and administrators read what was refused to whom; nobody else does."""

import pytest
from flask import Flask

from service import refusals
from service.database import Database
from tests.conftest import MORNING
from tests.service.handlers.conftest import Browser, _signed_in


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def test_without_a_refusal_the_page_says_so(root: Browser) -> None:
    root.get("/o/refusals")

    assert "没有被拒绝的操作" in root.page


def test_refusals_are_read_a_page_at_a_time(root: Browser, office: Database) -> None:
    with office.transaction() as session:
        for number in range(51):
            refusals.record(session, "li_ming", MORNING, "start", f"第{number}次", "不能启动。")

    root.get("/o/refusals")
    assert "李明" in root.page
    assert "发起流程" in root.page
    assert "第50次" in root.page
    assert "第0次" not in root.page
    root.get("/o/refusals?before=2")
    assert "第0次" in root.page


def test_nobody_else_reads_them(clerk: Browser, deputy: Browser, browser: Browser) -> None:
    assert clerk.get("/o/refusals").status_code == 403
    assert deputy.get("/o/refusals").status_code == 403
    assert browser.get("/o/refusals").status_code == 302
