"""Headers on everything."""

from flask import Flask

from tests.service.handlers.conftest import Browser, Visit


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


def test_secure_cookies_bring_strict_transport(app: Flask, browser: Browser) -> None:
    assert "Strict-Transport-Security" not in browser.get("/login").headers
    settings = app.extensions["settings"]
    app.extensions["settings"] = settings.model_copy(update={"secure_cookies": True})

    assert "max-age=" in browser.get("/login").headers["Strict-Transport-Security"]


def test_pages_hold_no_script_or_style_of_their_own(clerk: Browser, visit: Visit) -> None:
    for path in ("/", "/done", "/notices", visit.path):
        clerk.get(path)
        assert " style=" not in clerk.page
        assert "<style" not in clerk.page
        assert " onclick=" not in clerk.page
        assert clerk.page.count("<script") == clerk.page.count("<script src=")
