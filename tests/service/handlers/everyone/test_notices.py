"""A notice is read by opening it, leads to the exact page, and is a colleague's to read for themselves."""

import re

from sqlalchemy import select

from service import notifications
from service.database import Database
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.service.handlers.conftest import PASSWORD, Browser, Visit


def tell(office: Database, occasion: str, text: str = "通知一则", link: str = "/done") -> int:
    with office.transaction() as session:
        notifications.enqueue(
            session, "deputy_office", "info", text, MORNING, dedupe_key=occasion, link=link
        )
        key = f"{occasion}>deputy_office"
        found = session.scalar(select(Notification.id).where(Notification.dedupe_key == key))
    assert found is not None
    return found


def test_opening_a_notice_leads_to_its_page_and_marks_it_read(
    clerk: Browser, colleague: Browser, office: Database
) -> None:
    notice = tell(office, "x")

    clerk.get("/notices")
    assert "通知一则" in clerk.page
    assert "未读" in clerk.page
    answer = clerk.post(f"/notices/{notice}")

    assert (answer.status_code, answer.location) == (303, "/done")
    clerk.get("/notices")
    assert "未读" not in clerk.page
    colleague.get("/notices")
    assert "未读" in colleague.page


def test_looking_at_an_address_marks_nothing(clerk: Browser, office: Database) -> None:
    notice = tell(office, "x")

    assert clerk.get(f"/notices/{notice}").status_code == 405
    clerk.get("/notices")

    assert "未读" in clerk.page


def test_somebody_elses_notice_is_not_there(stranger: Browser, office: Database) -> None:
    notice = tell(office, "x")
    stranger.get("/notices")

    assert stranger.post(f"/notices/{notice}").status_code == 404
    assert stranger.post("/notices/999").status_code == 404


def test_all_are_read_by_saying_so_but_what_came_since_is_not(
    clerk: Browser, office: Database
) -> None:
    tell(office, "x")
    clerk.get("/notices")
    [through] = re.findall(r'name="through" value="(\d+)"', clerk.page)
    tell(office, "y", "后来的通知")

    clerk.post("/notices/read", {"through": through}, follow_redirects=True)

    assert "已把 1 条通知标为已读。" in clerk.page
    assert clerk.page.count("未读") == 1


def test_pages_go_on_where_the_last_one_ended(clerk: Browser, office: Database) -> None:
    for number in range(65):
        tell(office, f"n{number}", f"第{number}条")
    seen: list[str] = []
    address = "/notices"
    while address:
        clerk.get(address)
        seen += re.findall(r"第(\d+)条", clerk.page)
        if len(seen) == 30:
            tell(office, "later", "又来一条")
        following = re.findall(r'href="(/notices\?before=\d+)"', clerk.page)
        address = following[0] if following else ""

    assert [int(number) for number in seen] == list(range(64, -1, -1))


def test_a_page_asks_the_database_the_same_however_long_it_is(
    clerk: Browser, office: Database, queries: list[str]
) -> None:
    tell(office, "only")
    queries.clear()
    clerk.get("/notices")
    few = len(queries)
    for number in range(40):
        tell(office, f"n{number}")

    queries.clear()
    clerk.get("/notices")

    assert len(queries) == few <= 12


def test_the_link_of_a_task_asks_for_sign_in_and_comes_back_to_the_form(
    browser: Browser, visit: Visit
) -> None:
    answer = browser.get(visit.path)
    assert (answer.status_code, answer.location) == (302, f"/login?next={visit.path}")

    browser.get(answer.location)
    values = {"login": "wang_fang", "password": PASSWORD, "next": visit.path}
    answer = browser.post("/login", values)

    assert (answer.status_code, answer.location) == (302, visit.path)
    assert browser.get(visit.path).status_code == 200


def test_the_link_carries_no_rights(stranger: Browser, visit: Visit) -> None:
    assert stranger.get(visit.path).status_code in (403, 404)


def test_a_notice_of_a_task_that_was_done_does_not_lead_to_a_dead_end(
    clerk: Browser, office: Database
) -> None:
    notice = tell(office, "x", link="/tasks/0123456789abcdef0123456789abcdef")
    clerk.get("/notices")

    assert clerk.post(f"/notices/{notice}").location == "/"


def test_what_is_not_a_case_of_theirs_leads_to_what_they_have_to_do(stranger: Browser) -> None:
    for address in ("/to/suggestion/1", "/to/supervision/9", "/to/nothing/1"):
        assert stranger.get(address).location == "/"
