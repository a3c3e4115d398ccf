"""The first line says what is to be done; long lists have pages and cost few queries."""

import re
from datetime import UTC, datetime, timedelta

from tests.service.handlers.conftest import VISIT, Browser, Clock, Visit


def test_the_first_line_after_signing_in_is_the_answer(clerk: Browser, visit: Visit) -> None:
    clerk.get("/")

    assert "<h1>今天要办 1 件，最早的还剩 3 个工作日。</h1>" in clerk.page
    assert "审查走访" in clerk.page
    assert "2026年3月5日（周四）" in clerk.page


def test_nothing_to_do_says_so(stranger: Browser) -> None:
    stranger.get("/")

    assert "没有要办的事。" in stranger.page
    assert "目前没有需要您办理的事项" in stranger.page


def test_an_overdue_task_is_said_to_be_overdue(clerk: Browser, visit: Visit, now: Clock) -> None:
    now.at += timedelta(days=8)
    clerk.sign_in("wang_fang")
    clerk.get("/")

    assert "其中 1 件已逾期" in clerk.page
    assert re.search(r'class="chip is-overdue">已超 \d 个工作日', clerk.page)


def test_a_date_in_an_unconfirmed_year_is_marked_wherever_it_is_shown(
    deputy: Browser, clerk: Browser, now: Clock
) -> None:
    now.at = datetime(2026, 12, 30, 1, 0, tzinfo=UTC)
    deputy.sign_in("li_ming")
    deputy.get("/new/visit")
    deputy.post("/new/visit", VISIT)
    clerk.sign_in("wang_fang")
    clerk.get("/")
    [path] = set(re.findall(r'href="(/tasks/[^"]+)"', clerk.page))

    assert "2027年1月" in clerk.page
    assert ">暂定</span>" in clerk.page
    clerk.get(path)
    assert ">暂定</span>" in clerk.page


# Drafts


# Files


# Two people, two clicks


# When a step fails


# The other tabs


def test_a_long_list_has_pages(deputy: Browser, clerk: Browser, monkeypatch) -> None:
    monkeypatch.setattr("service.handlers.everyone.inbox.PAGE", 2)
    for n in range(3):
        deputy.get("/new/visit")
        deputy.post("/new/visit", {**VISIT, "title": f"走访{n}"})

    clerk.get("/")
    first = set(re.findall(r'href="(/tasks/[^"]+)"', clerk.page))
    [following] = re.findall(r'href="(/\?after=[^"]+)" rel="next"', clerk.page)
    clerk.get(following.replace("&amp;", "&"))
    second = set(re.findall(r'href="(/tasks/[^"]+)"', clerk.page))

    assert (len(first), len(second)) == (2, 1)
    assert not first & second
    assert clerk.get("/?after=nonsense").status_code == 200


def test_pages_ask_the_database_few_questions_however_much_there_is(
    deputy: Browser, clerk: Browser, visit: Visit, queries: list[str]
) -> None:
    def asked(path: str) -> int:
        clerk.get(path)
        queries.clear()
        assert clerk.get(path).status_code == 200
        return len([q for q in queries if not q.startswith(("BEGIN", "PRAGMA"))])

    few = {path: asked(path) for path in ("/", "/done", "/notices", visit.path)}
    for n in range(20):
        deputy.get("/new/visit")
        deputy.post("/new/visit", {**VISIT, "title": f"走访{n}"})
    many = {path: asked(path) for path in few}

    assert max(few.values()) <= 12, few
    assert many == few
