"""An administrator sees a year at a glance, what it comes from, and takes it out as a file."""

import re

import pytest
from flask import Flask

from service.deadlines import seed
from service.deadlines.years import breaks, files
from tests.service.handlers.conftest import Browser, _signed_in


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def test_the_calendar_opens_at_this_year(root: Browser) -> None:
    answer = root.get("/m/calendar")

    assert (answer.status_code, answer.location) == (302, "/m/calendar/2026")
    assert "日历" in root.get("/m").get_data(as_text=True)


def test_a_confirmed_year_is_shown_in_letters_and_in_words(root: Browser) -> None:
    root.get("/m/calendar/2026")

    assert "2026 年：248 个工作日" in root.page
    assert len(re.findall(r"<caption>\d+月 <span>\d+ 个工作日</span>", root.page)) == 12
    assert 'title="元旦放假">1<b>休</b>' in root.page
    assert 'title="元旦调休上班">4<b>班</b>' in root.page
    assert 'aria-current="date">2<b>今</b>' in root.page
    assert "元旦：1月1日（周四）至3日（周六）放假，共 3 天。1月4日（周日）上班。" in root.page
    assert seed.NOTICE in root.page
    assert "暂定。" not in root.page


def test_an_unconfirmed_year_says_so_loudly(root: Browser) -> None:
    root.get("/m/calendar/2027")

    assert "放假安排是暂定的" in root.page
    assert "<strong>暂定。</strong>" in root.page
    assert "2027 年（暂定）</a>" in root.page
    assert seed.GUESS in root.page


def test_a_year_nobody_entered_says_what_is_counted_until_then(root: Browser) -> None:
    root.get("/m/calendar/2031")

    assert "还没有录入放假安排" in root.page
    assert "先按周一至周五上班计算" in root.page
    assert "没有录入任何节假日。" in root.page


@pytest.mark.parametrize("path", ["/m/calendar/1999", "/m/calendar/2100", "/m/calendar/x"])
def test_there_is_no_year_far_away(root: Browser, path: str) -> None:
    assert root.get(path).status_code == 404


@pytest.mark.parametrize("format", files.FORMATS)
def test_a_year_is_taken_out_and_the_example_is_a_year(root: Browser, format: str) -> None:
    taken = root.get(f"/m/calendar/2025/days.{format}")
    example = root.get(f"/m/calendar/example.{format}")

    assert taken.headers["Content-Disposition"] == f'attachment; filename="calendar-2025.{format}"'
    assert breaks.read(2025, files.read(2025, taken.data)).breaks == seed.CONFIRMED[2025]
    assert breaks.read(2026, files.read(2026, example.data)).breaks == seed.CONFIRMED[2026]
    assert root.get("/m/calendar/2025/days.xlsx").status_code == 404


def test_nobody_else_sees_it(clerk: Browser, deputy: Browser) -> None:
    assert clerk.get("/m/calendar/2026").status_code == 403
    assert deputy.get("/m/calendar/2026/days.csv").status_code == 403


def test_the_page_asks_the_database_little(root: Browser, queries: list[str]) -> None:
    queries.clear()

    root.get("/m/calendar/2026")

    assert len(queries) <= 8
