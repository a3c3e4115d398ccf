"""The page of an effect: every move, filtered, paged, and exported as it is filtered."""

import csv
import io
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from service.deadlines import changes, policies
from service.handlers.admin import effects
from service.tables.runtime import ProcessInstance, UserTask
from service.tables.suggestions import Suggestion
from tests.service.handlers.admin.calendar.test_applying import FLOOD, OF_2026
from tests.service.handlers.admin.calendar.test_editing import rows
from tests.service.handlers.admin.test_limit import REPLY, SIXTY, seen, text
from tests.service.handlers.admin.test_limits import MOST, asked_by
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


def crowd(city: World, names: str, number: int, began: datetime) -> None:
    """Let so many tasks of a reply run in the first case, each held by somebody, beside what runs."""
    with city.database.transaction() as session:
        instance = session.scalars(
            select(ProcessInstance).where(ProcessInstance.business_key == "suggestion:1")
        ).first()
        assert instance is not None
        session.add_all(
            UserTask(
                id=f"{names}{n}",
                instance_id=instance.id,
                process_id=instance.process_id,
                business_key="suggestion:1",
                element_id="Task_reply",
                name="答复",
                lane="",
                assignee="交通局承办人",
                candidates=["unit_handler:JT"],
                created_at=began,
                policy_key="reply.normal",
                level="",
                base_at=began,
                unit="JT",
                due_at=policies.due(session, "reply.normal", began, unit="JT").moment,
            )
            for n in range(number)
        )


def flat(city: World, browser: Browser, address: str, began: datetime) -> int:
    """Return the statements a page costs with three moves more, and the same with sixty."""
    crowd(city, "few", 3, began)
    browser.get(address)  # the rules are read once
    few = asked_by(city.database, browser, address)
    crowd(city, "many", 57, began)
    assert len(asked_by(city.database, browser, address)) == len(few)
    return len(few)


@pytest.mark.parametrize("days", [10, 70])
def test_the_page_costs_few_statements_however_much_moves(
    asked: Browser, city: World, days: int
) -> None:
    """Seventy days after it began a reply would be late, so that the rules of cards are asked."""
    assert flat(city, asked, EFFECT, city.at - timedelta(days=days)) <= MOST
    assert ("立刻逾期" in text(asked)) == (days == 70)


def test_undoing_costs_few_statements_however_much_moves(asked: Browser, city: World) -> None:
    asked.post(EFFECT, seen(asked))
    asked.get("/m/changes/1")
    asked.post("/m/changes/1", {"reason": "会议另有决定"})

    assert flat(city, asked, "/m/changes/1/undo", city.at - timedelta(days=10)) <= MOST


@pytest.mark.parametrize(
    ("address", "asking", "given"),
    [
        ("/m/calendar/2026/effect", "/m/calendar/2026/edit", rows(*OF_2026, FLOOD)),
        (
            "/m/calendar/closures/effect",
            "/m/calendar/closures/new",
            {
                "where": "unit:JT",
                "first": "2026-03-04",
                "last": "2026-03-05",
                "name": "防汛",
                "reason": "全员上堤",
            },
        ),
    ],
)
def test_the_calendar_costs_few_statements_however_much_moves(
    keeper: Browser, city: World, address: str, asking: str, given: dict[str, Any]
) -> None:
    keeper.get(asking)
    assert keeper.post(asking, given).status_code == 303

    assert flat(city, keeper, address, city.at - timedelta(days=10)) <= MOST


def test_a_confirmed_change_is_foreseen_by_its_page_alone(
    keeper: Browser, city: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    asking = "/m/calendar/2026/edit"
    keeper.get(asking)
    keeper.post(asking, rows(*OF_2026, FLOOD))
    keeper.get("/m/calendar/2026/effect")
    confirmed = seen(keeper)
    monkeypatch.setattr(changes, "preview_calendar", None)

    assert keeper.post("/m/calendar/2026/effect", confirmed).status_code == 303


def test_the_date_of_a_merged_suggestion_says_into_which_it_was_merged(
    city: World, keeper: Browser
) -> None:
    with city.database.transaction() as session:
        main, merged = (session.get_one(Suggestion, number) for number in (1, 2))
        merged.merged_into_id = main.id
        number, own = main.case_no, merged.title
    keeper.get(REPLY)
    keeper.post(REPLY, SIXTY)

    keeper.get(f"{EFFECT}?q=建议的答复期限")

    assert counted(keeper) == 2
    assert text(keeper).count(f"并入第 {number} 号，随它一起移动") == 1
    rows = exported(keeper, f"{EFFECT}?q=建议的答复期限&format=csv")[1:]
    assert [row[2] for row in rows if row[5] == f"建议的答复期限（并入第 {number} 号）"] == [own]
    assert len([row for row in rows if row[5] == "建议的答复期限"]) == 1
