"""A file goes out as an attachment, to those who may see its case."""

from pathlib import Path

from service.database import Database
from service.handlers.web import Store
from service.register.common import attachments
from service.settings import Settings
from tests.conftest import MORNING
from tests.service.handlers.conftest import Browser


def kept(office: Database, settings: Settings, name: str = "走访 记录.txt") -> int:
    with office.transaction() as session:
        store = Store(settings.attachments)
        content = b"<script>alert(1)</script>"
        return attachments.add(session, store, name, content, "li_ming", MORNING).id


def test_a_file_is_sent_as_an_attachment_that_no_browser_runs(
    deputy: Browser, office: Database, settings: Settings
) -> None:
    answer = deputy.get(f"/files/{kept(office, settings)}")

    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"file\"; filename*=UTF-8''%E8%B5%B0%E8%AE%BF%20%E8%AE%B0%E5%BD%95.txt"
    )
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_strangers_answer_is_the_same_as_for_no_file_at_all(
    stranger: Browser, browser: Browser, office: Database, settings: Settings
) -> None:
    number = kept(office, settings)

    there, nowhere = stranger.get(f"/files/{number}"), stranger.get("/files/999")

    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert "没有找到这个附件" in there.get_data(as_text=True)
    assert "没有找到这个附件" in nowhere.get_data(as_text=True)
    assert browser.get(f"/files/{number}").status_code == 302


def test_a_file_that_was_lost_on_disk_is_said_to_be_lost(
    deputy: Browser, office: Database, settings: Settings
) -> None:
    number = kept(office, settings)
    for path in Path(settings.attachments).rglob("*"):
        if path.is_file():
            path.unlink()

    answer = deputy.get(f"/files/{number}")

    assert answer.status_code == 404
    assert "从备份中恢复" in answer.get_data(as_text=True)
