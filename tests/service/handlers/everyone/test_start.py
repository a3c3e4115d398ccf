"""A process begins with a form, for those whose post its diagram names."""

import io
import re

from sqlalchemy import select

from service import refusals
from service.database import Database
from service.tables.runtime import ProcessInstance
from service.tables.suggestions import Attachment
from tests.service.handlers.conftest import VISIT, Browser


def test_those_who_may_start_a_process_are_offered_it(
    deputy: Browser, clerk: Browser, office: Database
) -> None:
    deputy.get("/")
    assert '<a class="btn" href="/new/visit">新建：走访登记</a>' in deputy.page

    clerk.get("/")
    assert "/new/visit" not in clerk.page
    assert clerk.get("/new/visit").status_code == 403
    assert clerk.post("/new/visit", VISIT).status_code == 403
    assert clerk.post("/new/visit/draft", VISIT).status_code == 403
    with office.reading() as session:  # looking leaves no row, trying does
        kept = [(row.by, row.act, row.subject) for row in refusals.latest(session, 9)]
        assert kept == [("wang_fang", "start", "visit")] * 2


def test_the_start_form_says_what_it_wants(deputy: Browser) -> None:
    deputy.get("/new/visit")

    assert "<h1>新建：走访登记</h1>" in deputy.page
    assert "写明走访了谁、听到了什么。" in deputy.page
    assert "写事实，不写空话。" in deputy.page
    assert 'enctype="multipart/form-data"' in deputy.page


def test_a_process_starts_with_what_was_filled_in(deputy: Browser, office: Database) -> None:
    deputy.get("/new/visit")

    answer = deputy.post("/new/visit", VISIT)

    assert (answer.status_code, answer.location) == (303, "/")
    deputy.get("/")
    assert "已提交：走访登记。" in deputy.page
    with office.reading() as session:
        [instance] = session.scalars(select(ProcessInstance))
        assert instance.started_by == "li_ming"


def test_an_incomplete_start_form_comes_back(deputy: Browser, office: Database) -> None:
    deputy.get("/new/visit")

    answer = deputy.post("/new/visit", {"title": "", "situation": "村里的路灯坏了。"})

    assert answer.status_code == 422
    assert 'href="#title">请填写“走访主题”。' in deputy.page
    assert "村里的路灯坏了。</textarea>" in deputy.page
    with office.reading() as session:
        assert not list(session.scalars(select(ProcessInstance)))


def test_a_photograph_taken_before_the_case_exists_is_kept_for_its_sender_alone(
    deputy: Browser, clerk: Browser, office: Database
) -> None:
    deputy.get("/new/visit")
    deputy.post("/new/visit", {"title": "", "photos": (io.BytesIO(b"text"), "记录.txt")})
    [number] = re.findall(r'name="photos" value="(\d+)" checked', deputy.page)

    assert deputy.get(f"/files/{number}").status_code == 200
    assert clerk.get(f"/files/{number}").status_code == 404
    assert deputy.post("/new/visit", {**VISIT, "photos": number}).status_code == 303
    with office.reading() as session:
        assert session.get_one(Attachment, int(number)).task_id == "start:visit"


def test_a_draft_of_a_start_form_waits_for_its_writer_until_it_is_handed_in(
    deputy: Browser,
) -> None:
    deputy.get("/new/visit")
    answer = deputy.post("/new/visit/draft", {"situation": "写到一半"})
    assert (answer.status_code, answer.location) == (303, "/new/visit")
    deputy.get("/new/visit")
    assert "写到一半</textarea>" in deputy.page

    deputy.post("/new/visit", VISIT)

    deputy.get("/new/visit")
    assert VISIT["situation"] not in deputy.page
    assert "写到一半" not in deputy.page
