"""Notices are read by saying so."""

from service import notifications
from service.database import Database
from tests.conftest import MORNING
from tests.service.handlers.conftest import Browser


def test_notices_are_read_by_saying_so(clerk: Browser, office: Database) -> None:
    with office.transaction() as session:
        notifications.enqueue(
            session, "deputy_office", "info", "通知一则", MORNING, dedupe_key="x", link="/done"
        )

    clerk.get("/notices")
    assert '<a class="whole" href="/done">通知一则</a>' in clerk.page
    assert "未读" in clerk.page
    clerk.post("/notices/read")
    clerk.get("/notices")
    assert "未读" not in clerk.page
