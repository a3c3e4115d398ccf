"""个案: administrators see the dates of a case and how they came about, its title, and not a word of what is in it."""

import re

import pytest
from flask import Flask

from tests.extended import APPLICATION, ask
from tests.service.handlers.admin.test_onecase import held, text
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.world import SUGGESTION, World


@pytest.fixture
def office(desk: Flask) -> Browser:
    return signed_in(desk, "代工委甲")


def test_an_administrator_finds_a_case_by_number_or_title_and_reads_no_word_of_it(
    city: World, keeper: Browser
) -> None:
    number = city.suggestion().case_no
    keeper.get(f"/m/cases?q={number}")
    assert number in keeper.page
    keeper.get("/m/cases/2")

    assert "怎么算的" in keeper.page
    assert "另定日期" in keeper.page
    assert "暂停计时" not in re.findall(r"<a[^>]*>([^<]*)</a>", keeper.page)
    assert SUGGESTION["title"] in keeper.page
    assert 'href="/suggestions/2"' not in keeper.page
    for words in (SUGGESTION["situation"], "代表乙"):
        assert words not in keeper.page, words
    keeper.get("/m/cases?q=护栏")
    assert SUGGESTION["title"] in keeper.page


def test_the_office_finds_it_by_its_title_too(city: World, office: Browser) -> None:
    office.get("/m/cases?q=护栏")
    assert SUGGESTION["title"] in office.page
    office.get("/m/cases/1")

    assert "签收" in office.page or "分派科室" in office.page
    assert "/suggestions/1/clock/hold" in office.page


def test_what_stands_and_what_was_asked_for_is_listed(
    city: World, keeper: Browser, office: Browser
) -> None:
    held(office)
    city.sign()
    application = ask(city, "JT")
    city.do("申请延期", "交通局承办人", application, **APPLICATION)

    keeper.get("/m/cases")
    assert "起暂停计时，已暂停 1 天" in text(keeper)
    assert "政府办会签中" in text(keeper)
    assert "2026年7月31日" in text(keeper)
    keeper.get("/m/cases/1")
    assert "代表同意暂停" not in keeper.page.partition('id="record"')[0]
    keeper.get("/m/cases/2")
    assert APPLICATION["reason"] not in keeper.page
    office.get("/m/cases/2")
    assert APPLICATION["reason"] in office.page


@pytest.mark.parametrize("login", ["代表甲", "交通局承办人", "政府办", "运维", "设计员"])
def test_nobody_else_has_this_page(desk: Flask, login: str) -> None:
    browser = signed_in(desk, login)

    assert browser.get("/m/cases").status_code == 403
    assert browser.get("/m/cases/1").status_code == 403


def test_a_town_s_presidium_sees_its_own_cases_only(desk: Flask) -> None:
    presidium = signed_in(desk, "石门主席团")

    assert presidium.get("/m/cases").status_code == 200
    assert presidium.get("/m/cases/1").status_code == 404
