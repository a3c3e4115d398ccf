"""Signing in, being locked out, signing out, and larger letters."""

import html
import re
from datetime import timedelta

import pytest
from flask import Flask

from service.handlers.web import local
from tests.service.handlers.conftest import PASSWORD, VISIT, Browser, Clock, Visit

OWN = {"Origin": "http://localhost"}
"""What a browser adds to a form of ours."""


def test_a_stranger_is_asked_to_sign_in_and_comes_back_to_the_page_they_wanted(
    browser: Browser,
) -> None:
    answer = browser.get("/done?before=x")
    assert (answer.status_code, answer.location) == (302, "/login?next=/done?before%3Dx")

    browser.get(answer.location)
    answer = browser.post(
        "/login", {"login": "li_ming", "password": PASSWORD, "next": "/done?before=x"}
    )

    assert (answer.status_code, answer.location) == (302, "/done?before=x")
    assert "李明" in browser.get("/done").get_data(as_text=True)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(browser: Browser) -> None:
    cookie = browser.sign_in("li_ming").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_a_wrong_password_and_an_unknown_name_get_the_same_sentence(browser: Browser) -> None:
    wrong = browser.sign_in("li_ming", "wrong").get_data(as_text=True)
    assert browser.sign_in("li_ming", "wrong").status_code == 401
    unknown = browser.sign_in("nobody", "wrong").get_data(as_text=True)

    assert "用户名或密码不正确" in wrong
    assert "用户名或密码不正确" in unknown
    assert 'value="li_ming"' in wrong  # what was typed stays
    assert "wrong" not in wrong


def test_after_five_wrong_passwords_the_right_one_waits_a_quarter_of_an_hour(
    browser: Browser, now: Clock
) -> None:
    for _ in range(5):
        browser.sign_in("li_ming", "wrong")

    assert browser.sign_in("li_ming").status_code == 401
    assert "锁定" in browser.page

    now.at += timedelta(minutes=16)
    assert browser.sign_in("li_ming").status_code == 302


def test_signing_out_ends_the_session_everywhere_the_cookie_went(deputy: Browser) -> None:
    kept = deputy.client.get_cookie("tibanping_session")
    assert kept is not None
    deputy.get("/")
    answer = deputy.post("/logout")
    assert answer.location == "/login"
    assert answer.headers["Clear-Site-Data"] == '"cache"'

    deputy.client.set_cookie("tibanping_session", kept.value)
    assert deputy.get("/").status_code == 302


def test_a_session_left_alone_ends(deputy: Browser, now: Clock) -> None:
    now.at += timedelta(hours=9)

    assert deputy.get("/").status_code == 302


def test_signing_in_asks_for_the_forms_token(browser: Browser) -> None:
    answer = browser.client.post("/login", data={"login": "li_ming", "password": PASSWORD})

    assert answer.status_code == 400
    assert "页面已失效" in answer.get_data(as_text=True)


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/tasks/1?x=2", "/tasks/1?x=2"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("/a\nSet-Cookie: x", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_next_leads_nowhere_but_here(target: str | None, goes: str) -> None:
    assert local(target) == goes


def test_large_letters_are_remembered_without_signing_in(browser: Browser) -> None:
    browser.get("/login")
    assert '<html lang="zh-CN">' in browser.page
    answer = browser.post("/display", {"size": "large", "next": "/login"})

    assert (answer.status_code, answer.location) == (302, "/login")
    browser.get("/login")
    assert '<html lang="zh-CN" class="large">' in browser.page
    assert "标准字号" in browser.page

    browser.post("/display", {"size": "normal", "next": "//evil.example"})
    browser.get("/login")
    assert '<html lang="zh-CN">' in browser.page


def test_what_was_typed_survives_a_session_that_ended_meanwhile(
    clerk: Browser, visit: Visit, now: Clock
) -> None:
    now.at += timedelta(hours=9)
    answer = clerk.post(
        visit.path,
        {"conclusion": "refused", "reason": "没有写明时间和地点。", "_version": clerk.version()},
        headers=OWN,
    )
    assert answer.status_code == 401
    assert "刚才填写的内容已经保留" in clerk.page
    kept = _hidden(clerk.page, "_kept")

    answer = clerk.post(
        "/login",
        {"login": "wang_fang", "password": PASSWORD, "next": visit.path, "_kept": kept},
    )

    assert answer.location == visit.path
    clerk.get(visit.path)
    assert "没有写明时间和地点。" in clerk.page
    assert "已带出您上次保存的草稿" in clerk.page


def test_what_a_page_cannot_keep_is_not_promised(clerk: Browser, now: Clock) -> None:
    now.at += timedelta(hours=9)

    answer = clerk.post("/evaluations/1", {"reason": "改一改。"}, headers=OWN)

    assert answer.status_code == 401
    assert "登录已过期，刚才的操作没有生效" in clerk.page
    assert "已经保留" not in clerk.page


def test_what_is_kept_goes_to_nobody_elses_task(stranger: Browser, visit: Visit) -> None:
    stranger.get("/login")
    stranger.post("/logout")
    stranger.get("/login")
    answer = stranger.post(
        "/login",
        {
            "login": "chen_jing",
            "password": PASSWORD,
            "next": visit.path,
            "_kept": '{"reason": ["x"]}',
        },
    )

    assert answer.status_code == 302
    assert stranger.get(visit.path).status_code == 403


def test_a_start_form_survives_too(deputy: Browser, now: Clock) -> None:
    deputy.get("/new/visit")
    now.at += timedelta(hours=9)
    deputy.post("/new/visit", VISIT, headers={"Referer": "http://localhost/new/visit"})
    kept = _hidden(deputy.page, "_kept")
    deputy.post(
        "/login",
        {"login": "li_ming", "password": PASSWORD, "next": "/new/visit", "_kept": kept},
    )

    deputy.get("/new/visit")
    assert VISIT["situation"] in deputy.page


@pytest.mark.parametrize(
    "foreign",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null", "Referer": "http://localhost/new/visit"},
        {"Referer": "http://localhost.evil.example/new/visit"},
    ],
)
def test_what_a_foreign_page_sends_is_neither_shown_nor_kept(
    deputy: Browser, app: Flask, foreign: dict[str, str]
) -> None:
    deputy.get("/new/visit")
    deputy.post("/new/visit/draft", {**VISIT, "title": "我自己写的"})
    visitor = Browser(app.test_client())

    answer = visitor.client.post("/new/visit", data={"title": "别人塞进来的"}, headers=foreign)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 401
    assert "别人塞进来的" not in page
    assert 'name="_kept"' not in page or _hidden(page, "_kept") == ""


def test_a_password_is_never_carried_along(clerk: Browser, now: Clock) -> None:
    clerk.get("/")
    now.at += timedelta(hours=9)

    clerk.post("/notices/read", {"new_password": "hidden words", "note": "kept words"}, headers=OWN)

    assert "kept words" in clerk.page
    assert "hidden words" not in clerk.page


@pytest.mark.parametrize("kept", ["[" * 5000, '{"a": NaN}', '{"title": [1' + "0" * 400 + "]}", "3"])
def test_what_nobody_can_have_typed_is_dropped(browser: Browser, kept: str) -> None:
    answer = browser.sign_in("li_ming", next="/new/visit", _kept=kept)

    assert answer.status_code == 302
    browser.get("/new/visit")
    assert "草稿" not in browser.page.partition("<form")[0]


def _hidden(page: str, name: str) -> str:
    [value] = re.findall(rf'name="{name}" value="([^"]*)"', page)
    return html.unescape(value)
