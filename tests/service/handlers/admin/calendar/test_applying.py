"""An administrator sees what a year's arrangement moves, and puts exactly that in force."""

import pytest
from flask import Flask
from sqlalchemy import select

from service.database import Database
from service.deadlines import record
from service.tables.audit import AuditEvent
from service.tables.runtime import UserTask
from tests.service.handlers.admin.calendar.test_editing import (
    EDIT,
    NEW_YEAR,
    SAMPLE,
    rows,
    shown,
)
from tests.service.handlers.conftest import Browser, Visit, _signed_in

EFFECT = "/m/calendar/2026/effect"
FLOOD = ("防汛日", "2026-03-04", "2026-03-05", "")
OF_2026 = [
    ("元旦", "2026-01-01", "2026-01-03", "1月4日"),
    ("春节", "2026-02-15", "2026-02-23", "2月14日、2月28日"),
    ("清明节", "2026-04-04", "2026-04-06", ""),
    ("劳动节", "2026-05-01", "2026-05-05", "5月9日"),
    ("端午节", "2026-06-19", "2026-06-21", ""),
    ("中秋节", "2026-09-25", "2026-09-27", ""),
    ("国庆节", "2026-10-01", "2026-10-07", "9月20日、10月10日"),
]


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def ask(root: Browser) -> None:
    """Ask for two more days off in the week of the visit."""
    root.get("/m/calendar/2026/edit")
    assert root.post("/m/calendar/2026/edit", rows(*OF_2026, FLOOD)).status_code == 303
    root.get(EFFECT)


def seen(page: str) -> dict[str, str]:
    [found] = page.split('name="seen" value="')[1:]
    return {"seen": found.partition('"')[0]}


def due(office: Database, visit: Visit) -> str:
    with office.reading() as session:
        return session.get_one(UserTask, visit.task_id).due_at.date().isoformat()


def test_the_effect_names_the_days_and_every_task_that_moves(
    root: Browser, visit: Visit, office: Database
) -> None:
    ask(root)

    assert "改为放假：3月4日（周三）至5日（周四），共 2 天。" in root.page
    assert "2026 年由 248 个工作日变为 246 个。" in root.page
    assert "会移动 1 项任务" in root.page
    assert "审查走访" in root.page
    assert "2026年3月9日（周一）" in root.page
    assert due(office, visit) == "2026-03-05"


def test_confirming_does_what_was_shown_and_is_recorded(
    root: Browser, visit: Visit, office: Database
) -> None:
    ask(root)

    answer = root.post(EFFECT, seen(root.page))

    assert (answer.status_code, answer.location) == (303, "/m/calendar/2026")
    root.get("/m/calendar/2026")
    assert "已生效：更新 2026 年日历" in root.page
    assert "来源：国办通知" in root.page
    assert due(office, visit) == "2026-03-09"
    with office.reading() as session:
        [change] = record.of(session, "calendar:2026")
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert (change.by, change.reason, change.moved_tasks) == ("root", "国办通知", 1)
        assert event is not None
        assert (event.act, event.by, event.reason) == ("calendar", "root", "国办通知")


def test_the_next_year_is_no_longer_provisional(root: Browser) -> None:
    root.get(EDIT)
    root.post("/m/calendar/2027/paste", {"text": SAMPLE})
    root.post(
        EDIT, rows(*shown(root.page), reason="国务院办公厅关于2027年部分节假日安排的通知（样例）")
    )
    root.get("/m/calendar/2027/effect")
    effect = root.page
    root.post("/m/calendar/2027/effect", seen(root.page))
    root.get("/m/calendar/2027")

    assert "2027 年的安排" in effect
    assert "2027 年由 248 个工作日变为" in effect
    assert "来源：国务院办公厅关于2027年部分节假日安排的通知（样例）" in root.page
    assert "暂定" not in root.page


def test_a_lawful_holiday_left_out_is_pointed_out(root: Browser) -> None:
    root.get(EDIT)
    root.post(EDIT, rows(NEW_YEAR))
    root.get("/m/calendar/2027/effect")

    assert "5月1日（周六）是法定节日" not in root.page  # a Saturday is off in any case
    assert "10月1日（周五）是法定节日“国庆节”，这份安排里却要上班，请核对。" in root.page


def test_nobody_else_confirms_it(clerk: Browser) -> None:
    assert clerk.get(EFFECT).status_code == 403
    assert clerk.post(EFFECT, {"seen": "x"}).status_code == 403
    assert clerk.post("/m/calendar/2026/forget").status_code == 403
