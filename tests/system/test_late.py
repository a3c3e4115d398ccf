"""On the evening of the last day every page, list, figure and interface says the same of what was not answered."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from flask import Flask

from service import clock
from service.database import Database
from service.register.people import tokens
from service.register.supervision import facts
from service.register.supervision.colors import Fact
from service.settings import Settings
from tests.processes.test_handling import ANSWERS
from tests.service.handlers.city import served, signed_in
from tests.staged import Staged
from tests.world import moment

HANDLER, HEAD = "交通局承办人", "督查室主任"
LEGAL_DAY = moment("2026-06-02", "18:00")  # Tuesday


@dataclass
class Seen:
    """What people and programs are shown of one case that is due at one moment."""

    heading: str
    rows: set[str]  # the words of every chip about it
    board: str
    late_on_board: int
    due_this_week: int
    is_late_to_programs: set[bool]
    state: str
    workdays: int
    told: int


@pytest.fixture
def city(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> Staged:
    """A draft begun on the day before the last: it is due with the reply itself."""
    city = Staged(sqlite)
    monkeypatch.setattr(clock, "now", lambda: city.at)
    city.register()
    city.dispatch("JT")
    city.sign()
    city.until(moment("2026-06-01", "09:00"))
    city.carry_on("起草答复", ANSWERS)
    return city


@pytest.fixture
def app(city: Staged, settings: Settings) -> Flask:
    return served(city, settings)


def chips(page: str, *words: str) -> set[str]:
    found = re.findall(r'class="chip[^"]*">([^<]*)<', page)
    return {chip for chip in found if any(word in chip for word in words)}


def seen(city: Staged, app: Flask) -> Seen:
    [task] = [row for row in city.waiting() if row.name == "起草答复"]
    assert city.case is not None
    case = f"/suggestions/{city.case.suggestion}"
    about = ("到期", "逾期", "已超", "还剩")
    handler, head = signed_in(app, HANDLER), signed_in(app, HEAD)
    rows: set[str] = set()
    handler.get("/")
    [heading] = re.findall("<h1>(.*?)</h1>", handler.page)
    for page in ("/", f"/tasks/{task.id}", "/suggestions", case):
        handler.get(page)
        rows |= chips(handler.page, *about)
    head.get("/s")
    [board] = re.findall("<h1>(.*?)</h1>", head.page)
    totals = {}
    for kind in ("overdue", "due_this_week"):
        head.get(f"/s/list/{kind}")
        totals[kind] = int(re.findall(r"<h1>.*共 (\d+) 件</h1>", head.page)[0])
        rows |= chips(head.page, *about)
    with city.database.transaction() as session:
        token = tokens.issue(session, HANDLER, "核对", city.at)
    api = {"headers": {"Authorization": f"Bearer {token}"}}
    client = app.test_client()
    own = client.get("/api/v1/user-tasks", **api).get_json()["user_tasks"]
    shown = client.get(f"/api/v1{case}", **api).get_json()
    with city.reading() as session:
        known = facts.of_register(session, city.at, "JT")
    return Seen(
        heading,
        rows,
        board,
        totals["overdue"],
        totals["due_this_week"],
        {each["overdue"] for each in [*own, *shown["hands"]]},
        shown["sla_state"],
        sum(each.get(Fact.REPLY_OVERDUE, 0) for each in known.values()),
        sum("还没有送达答复" in text for text in city.told("deputy_office")),
    )


@pytest.mark.parametrize(
    ("at", "words", "workdays"),
    [
        (LEGAL_DAY - timedelta(minutes=1), "今天 18:00 到期", 0),
        (LEGAL_DAY, "今天 18:00 已逾期", 0),
        (LEGAL_DAY + timedelta(minutes=1), "今天 18:00 已逾期", 0),
        (moment("2026-06-02", "23:59"), "今天 18:00 已逾期", 0),
        (moment("2026-06-03", "00:01"), "已超 1 个工作日", 1),
        (moment("2026-06-03", "08:30"), "已超 1 个工作日", 1),
        (moment("2026-06-07", "09:00"), "已超 3 个工作日", 3),
    ],
)
def test_all_say_the_same(
    city: Staged, app: Flask, at: datetime, words: str, workdays: int
) -> None:
    is_late = at >= LEGAL_DAY
    city.until(at)

    found = seen(city, app)

    late = "，其中 1 件已逾期" if is_late else ""
    assert found.heading == f"今天要办 1 件，最早的{words}{late}。"
    assert found.rows == {words}
    assert ("1 件答复逾期" in found.board) == is_late
    assert (found.late_on_board, found.due_this_week) == (int(is_late), int(not is_late))
    assert found.is_late_to_programs == {is_late}
    assert found.state == ("overdue" if is_late else "due_soon")
    assert found.workdays == workdays
    assert found.told == int(is_late)
