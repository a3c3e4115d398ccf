"""An error says what to do, and nothing it should not."""

import logging

import pytest
from flask import Flask

from service.errors import DatabaseUnavailable
from tests.service.handlers.conftest import Browser


def test_a_page_that_is_not_there(browser: Browser) -> None:
    answer = browser.get("/nowhere")

    assert answer.status_code == 404
    assert "没有找到您要的页面" in browser.page


def test_a_form_cannot_be_opened_as_a_page(deputy: Browser) -> None:
    answer = deputy.get("/logout")

    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "请从页面上的按钮操作" in deputy.page


def test_a_form_without_its_token_is_refused(deputy: Browser) -> None:
    deputy.token = "made up"

    answer = deputy.post("/notices/read")

    assert answer.status_code == 400
    assert "您的填写还在" in deputy.page


def test_a_request_that_is_too_large_says_how_large_it_may_be(app: Flask, deputy: Browser) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    deputy.get("/new/visit")

    answer = deputy.post("/new/visit", {"situation": "长" * 2000})

    assert answer.status_code == 413
    assert "合计不能超过 60 MB" in deputy.page


def test_what_nobody_foresaw_is_logged_under_an_id_and_shown_as_that_id(
    app: Flask, deputy: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*given: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("service.runtime.inbox.counts", broken)
    with caplog.at_level(logging.ERROR, logger="tibanping.web"):
        answer = deputy.get("/")

    assert answer.status_code == 500
    assert "secret detail" not in deputy.page
    assert "Traceback" not in deputy.page
    [record] = caplog.records
    assert f"编号 {record.__dict__['error_id']} " in deputy.page
    assert record.exc_info is not None


def test_a_database_that_is_gone_is_a_clear_page(
    deputy: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*given: object) -> None:
        raise DatabaseUnavailable

    monkeypatch.setattr("service.runtime.inbox.counts", gone)
    answer = deputy.get("/")

    assert answer.status_code == 503
    assert "数据库暂时连接不上" in deputy.page


def test_the_pages_script_gets_a_line_and_programs_get_json(
    browser: Browser, deputy: Browser
) -> None:
    deputy.token = "made up"
    line = deputy.post("/notices/read", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert line.startswith('<span class="error">')
    assert "<html" not in line

    answer = browser.get("/api/v1/nowhere")
    assert answer.status_code == 404
    assert answer.mimetype == "application/json"
