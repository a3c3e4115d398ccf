"""Headers on everything, and an error that says what to do and nothing it should not."""

# ruff: noqa: F401, F811 — the fixtures of the pages' tests

import logging

import pytest
from flask import Flask

from service.errors import DatabaseUnavailable, ServiceError
from service.handlers import web
from tests.service.handlers.conftest import (
    Browser,
    Visit,
    app,
    browser,
    clerk,
    deputy,
    now,
    office,
    stranger,
    visit,
)


def test_every_answer_carries_the_headers(browser: Browser, deputy: Browser) -> None:
    for answer in (browser.get("/login"), deputy.get("/"), browser.get("/nowhere")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "script-src 'self'" in policy
        assert "style-src 'self'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "same-origin"


def test_pages_hold_no_script_or_style_of_their_own(clerk: Browser, visit: Visit) -> None:
    for path in ("/", "/done", "/notices", visit.path):
        clerk.get(path)
        assert " style=" not in clerk.page
        assert "<style" not in clerk.page
        assert " onclick=" not in clerk.page
        assert clerk.page.count("<script") == clerk.page.count("<script src=")


def test_files_of_ours_are_kept_by_browsers_for_as_long_as_their_name_lasts(
    browser: Browser,
) -> None:
    browser.get("/login")
    address = browser.page.partition('href="/static/app.css')[2].partition('"')[0]

    answer = browser.get(f"/static/app.css{address}")

    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert browser.get("/static/app.css").headers["Cache-Control"] == "no-cache"
    assert browser.get("/login").headers["Cache-Control"] == "private, no-cache"


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

    monkeypatch.setattr("service.runtime.tasks.counts", broken)
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

    monkeypatch.setattr("service.runtime.tasks.counts", gone)
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


def test_every_error_has_a_status_and_a_sentence() -> None:
    classes = [ServiceError]
    for cls in classes:
        classes.extend(cls.__subclasses__())
    for cls in classes:
        assert 400 <= cls.status < 600, cls
        assert cls.sentence.endswith("。"), cls


def test_every_route_has_a_policy(app: Flask) -> None:
    bare = [name for name in app.view_functions if web.policy_of(app, name) is None]

    assert bare == []


def test_secure_cookies_bring_strict_transport(app: Flask, browser: Browser) -> None:
    assert "Strict-Transport-Security" not in browser.get("/login").headers
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"secure_cookies": True})

    assert "max-age=" in browser.get("/login").headers["Strict-Transport-Security"]
