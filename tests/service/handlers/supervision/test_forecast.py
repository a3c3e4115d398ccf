"""The next thirty days: every number opens its list, rest days are marked, and nothing of an evaluation is told."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import event, update

from service import clock
from service.database import Database
from service.deadlines.lateness import NEVER
from service.settings import Settings
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion
from tests.service.handlers.city import served, signed_in
from tests.service.handlers.supervision.test_board import duty
from tests.supervised import HEAD, LIAISON, WHITE, Supervision

MOST = 12


@pytest.fixture
def story(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Supervision:
    story = Supervision(sqlite)
    monkeypatch.setattr(clock, "now", lambda: story.at)
    return story


@pytest.fixture
def app(story: Supervision, settings: Settings) -> Flask:
    return served(story, settings)


def test_without_anything_due_the_page_says_so(story: Supervision, app: Flask) -> None:
    head = signed_in(app, HEAD)

    head.get("/s/forecast")

    assert "<h1>今后 30 天没有环节到期。</h1>" in head.page
    assert "今后 30 天没有单位有到期的事。" in head.page
    assert head.page.count('<li class="day') == 30
    assert "休息" in head.page


def test_every_number_opens_a_list_of_as_many_rows(story: Supervision, app: Flask) -> None:
    duty(story, "ZJ", -5)
    duty(story, "ZJ", -5, "关于候车亭的建议")
    duty(story, "GA", 2)
    story.carded(WHITE)
    head = signed_in(app, HEAD)

    head.get("/s/forecast")
    found = re.findall(r'href="(/s/forecast/[^"]+)"[^>]*>(?:[^<\d]*)(\d+)</a>', head.page)

    assert "2 件答复没有人办就会逾期" in head.page
    assert len(found) > 8
    for address, number in found:
        assert head.get(address.replace("&amp;", "&")).status_code == 200, address
        assert head.page.count("<tr>") - 1 == int(number), address
        assert f"共 {number} 件" in head.page


def test_a_list_names_case_step_holder_and_day(story: Supervision, app: Flask) -> None:
    story.carded(WHITE)
    head = signed_in(app, HEAD)

    head.get("/s/forecast/month")

    assert "交通局联络员" in head.page
    assert re.search(
        r'data-label="事项"><a href="/s/\d+">督查〔2026〕1号 督查交通局</a>', head.page
    )
    assert re.search(r'data-label="到期">2026年\d+月\d+日', head.page)


def test_what_would_be_proposed_says_from_which_day_and_why(story: Supervision, app: Flask) -> None:
    duty(story, "ZJ", -5)
    head = signed_in(app, HEAD)

    head.get("/s/forecast/white")

    assert "白牌" in head.page
    assert "答复逾期 1 个工作日。" in head.page
    head.get("/s/forecast/yellow?unit=ZJ")
    assert "住建局：将提出黄牌，共 1 件" in head.page


def test_a_stopped_clock_is_counted_apart(story: Supervision, app: Flask) -> None:
    own = duty(story, "ZJ", -5)
    with story.database.transaction() as session:
        session.execute(
            update(Assignment).where(Assignment.suggestion_id == own).values(due_at=NEVER)
        )
    head = signed_in(app, HEAD)

    head.get("/s/forecast")
    assert "件答复没有人办就会逾期" not in head.page
    head.get("/s/forecast/held")

    assert "暂停计时，共 1 件" in head.page
    assert "已暂停计时" in head.page


def test_an_administrator_reads_numbers_and_no_titles(story: Supervision, app: Flask) -> None:
    own = duty(story, "ZJ", -5)
    with story.database.transaction() as session:
        session.execute(update(Suggestion).where(Suggestion.id == own).values(case_no="001号"))
    root = signed_in(app, "管理员")

    assert root.get("/s/forecast").status_code == 200
    root.get("/s/forecast/replies")

    assert "001号" in root.page
    assert "关于增设护栏的建议" not in root.page


def test_units_deputies_and_strangers_read_none_of_it(story: Supervision, app: Flask) -> None:
    for login in (LIAISON, "代表甲", "审计员", "设计员"):
        assert signed_in(app, login).get("/s/forecast").status_code == 403


def test_the_menu_says_that_a_reader_is_here_and_nowhere_else(
    story: Supervision, app: Flask
) -> None:
    head = signed_in(app, HEAD)

    head.get("/s/forecast/month")

    [*here] = re.findall(r'aria-current="true">([^<]+)', head.page)
    assert set(here) == {"预测"}


def test_an_unknown_list_or_day_is_not_found(story: Supervision, app: Flask) -> None:
    head = signed_in(app, HEAD)

    assert head.get("/s/forecast/nothing").status_code == 404
    assert head.get("/s/forecast/month?day=2026-02-30").status_code == 404


def test_pages_cost_the_same_with_many_cases(story: Supervision, app: Flask) -> None:
    story.carded(WHITE)
    duty(story, "ZJ", -3)
    head = signed_in(app, HEAD)
    asked: list[str] = []
    event.listen(story.database.reader, "before_cursor_execute", lambda *a: asked.append(a[2]))
    paths = ("/s", "/s/forecast", "/s/forecast/month", "/s/forecast/replies", "/s/forecast/white")

    def cost(path: str) -> int:
        asked.clear()
        assert head.get(path).status_code == 200
        return len(asked)

    few = {path: cost(path) for path in paths}
    for unit in ("ZJ", "GA", "CG", "WJ", "SJ"):
        for late_by in range(-20, 8):
            duty(story, unit, late_by)
    story.at += timedelta(seconds=30)
    many = {path: cost(path) for path in paths}

    assert max(many.values()) <= MOST, many
    assert all(many[path] - few[path] <= 2 for path in paths), (few, many)
