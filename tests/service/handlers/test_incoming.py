"""What no table can keep and no program can count is refused at the edge, with a sentence saying what to do."""

import json

import pytest
from flask import Flask

from service.errors import RequestUnreadable
from service.handlers import incoming
from tests.service.handlers.conftest import VISIT, Browser, Visit


def nested(depth: int) -> str:
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    "text",
    [
        str(2**63),
        str(-(2**63) - 1),
        "1" + "0" * 5000,
        "NaN",
        "-Infinity",
        "1e999",
        '"\\u0000"',
        '"\\ud800"',
        '{"a\\u0000": 1}',
        nested(33),
        '{"a":' * 33 + "1" + "}" * 33,
        nested(100_000),
    ],
    ids=lambda text: text[:24],
)
def test_a_body_that_readers_would_disagree_about_is_refused(text: str) -> None:
    with pytest.raises(RequestUnreadable):
        incoming.strict(text)
    with pytest.raises(RequestUnreadable):
        incoming.strict(f'{{"a": [{text}]}}')


@pytest.mark.parametrize(
    "text",
    [str(2**63 - 1), "1e308", '"长沙"', '"\\ud83d\\ude00"', nested(32), '{"a": [1, null, true]}'],
    ids=lambda text: text[:24],
)
def test_any_other_body_means_what_it_says(text: str) -> None:
    assert incoming.strict(text) == json.loads(text)


@pytest.mark.parametrize("number", ["2147483648", "99999999999999999999", "9" * 5000])
def test_a_number_no_row_can_have_is_not_found_even_before_signing_in(
    browser: Browser, deputy: Browser, number: str
) -> None:
    for visitor in (browser, deputy):
        for path in (f"/suggestions/{number}", f"/files/{number}", f"/s/{number}"):
            assert visitor.get(path).status_code == 404
            assert "没有找到您要的页面" in visitor.page


def test_a_name_that_nothing_can_have_is_not_found(deputy: Browser) -> None:
    for name in ("a%00b", "a" * 201):
        assert deputy.get(f"/tasks/{name}").status_code == 404
        assert deputy.get(f"/new/{name}").status_code == 404
    assert deputy.get("/static/a%00b").status_code == 404


def test_an_address_that_was_tampered_with_says_where_to_go_on(
    browser: Browser, deputy: Browser
) -> None:
    for visitor in (browser, deputy):
        for query in ("q=a%00", "a%00=1", "q=" + "a" * 4001):
            assert visitor.get(f"/suggestions?{query}").status_code == 400
            assert "请从首页或待办列表重新进入" in visitor.page
        assert visitor.get("/", headers={"Referer": "http://[x"}).status_code == 400


def test_a_form_with_what_cannot_be_kept_says_how_to_go_on(clerk: Browser, visit: Visit) -> None:
    answer = clerk.post(visit.path, {"conclusion": "accepted", "reason": "走访\x00属实"})

    assert answer.status_code == 400
    assert "手工输入后再提交" in clerk.page
    assert clerk.post(visit.path, {"a\x00": "x"}).status_code == 400
    assert clerk.get(visit.path).status_code == 200


def test_nothing_is_carried_through_the_sign_in_page_that_cannot_be_kept(app: Flask) -> None:
    answer = app.test_client().post("/new/visit", data={**VISIT, "title": "a\x00"})

    assert answer.status_code == 400


@pytest.mark.parametrize(
    "body", ["", "[]", "3", '"{}"', "{", "\xff", '{"a": NaN}', f'{{"a": {nested(40)}}}']
)
def test_a_program_reads_what_is_wrong_with_its_body(app: Flask, body: str) -> None:
    answer = app.test_client().post(
        "/api/v1/process-instances",
        data=body.encode("latin-1"),
        headers={"Content-Type": "application/json"},
    )

    assert answer.status_code == (400 if body else 401)
    assert answer.get_json()["detail"].endswith("。")
