"""The page of an effect: every move, filtered, paged, and exported as it is filtered."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from service.handlers.admin import effects
from tests.service.handlers.admin.test_limit import REPLY, SIXTY, text
from tests.service.handlers.admin.test_limits import asked_by
from tests.service.handlers.conftest import Browser
from tests.world import World

EFFECT = f"{REPLY}/effect"


@pytest.fixture
def asked(city: World, keeper: Browser) -> Browser:
    keeper.get(REPLY)
    keeper.post(REPLY, SIXTY)
    keeper.get(EFFECT)
    return keeper


def exported(browser: Browser, address: str) -> list[list[str]]:
    answer = browser.get(address)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))


def counted(browser: Browser) -> int:
    [number] = re.findall(r"(?:共|筛选出) (\d+) 处", text(browser))[:1]
    return int(number)


def test_every_move_names_its_case_and_dates(asked: Browser) -> None:
    words = text(asked)

    assert "台账日期" in words
    assert "建议的答复期限" in words
    assert "提前" in words
    assert "交通局" in words
    assert re.search(r'href="/cases/\d+"', asked.page) or re.search(
        r'href="/suggestions/\d+"', asked.page
    )
    assert re.search(r"\d{4}年\d+月\d+日（周.）18:00", words)


def test_what_is_filtered_is_what_is_exported(asked: Browser) -> None:
    every = counted(asked)
    assert len(exported(asked, f"{EFFECT}?format=csv")) == every + 1

    asked.get(f"{EFFECT}?kind=record&unit=JT")
    some = counted(asked)
    rows = exported(asked, f"{EFFECT}?kind=record&unit=JT&format=csv")

    assert 0 < some < every
    assert len(rows) == some + 1
    assert {row[3] for row in rows[1:]} == {"交通局"}
    book = load_workbook(
        io.BytesIO(asked.get(f"{EFFECT}?kind=record&unit=JT&format=xlsx").get_data())
    )
    assert book.active is not None
    assert [[cell.value or "" for cell in row] for row in book.active.iter_rows()] == rows
    asked.get(f"{EFFECT}?q=没有这样的事项")
    assert "没有符合条件的" in text(asked)
    asked.get(f"{EFFECT}?q=建议的答复")
    assert 0 < counted(asked) < every


def test_moves_are_paged_on_the_server(asked: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "PAGE", 2)
    asked.get(EFFECT)
    first = set(re.findall(r"<tr>.*?</tr>", asked.page, re.DOTALL))
    [following] = re.findall(r'href="([^"]+)" rel="next"', asked.page)

    asked.get(following.replace("&amp;", "&"))

    assert 'rel="prev"' in asked.page
    assert counted(asked) > 2
    assert first != set(re.findall(r"<tr>.*?</tr>", asked.page, re.DOTALL))
    asked.get(f"{EFFECT}?p=999999")
    assert asked.get(f"{EFFECT}?p=abc&kind=%00&unit=%F0").status_code in {200, 400}


def test_the_page_costs_few_statements(asked: Browser, city: World) -> None:
    few = 28  # seven places keep moments, and the rules are asked as it is and as it would be

    assert len(asked_by(city.database, asked, EFFECT)) <= few
