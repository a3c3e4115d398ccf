"""Units get office hours of their own; what is counted in hours follows, and nothing else does."""

import re

import pytest
from flask import Flask
from sqlalchemy import select

from service.database import Database
from service.deadlines import policies
from service.tables.audit import AuditEvent
from service.tables.deadlines import OfficeHours
from tests.service.handlers.conftest import Browser, _signed_in

PAGE = "/m/calendar/hours"
EFFECT = "/m/calendar/hours/effect"
SUMMER = {f"day_{day}": "9:00-12:00、14:30-17:30" for day in range(5)}
REASON = {"reason": "夏季作息时间的通知。"}


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def seen(page: str) -> dict[str, str]:
    return {"seen": re.findall(r'name="seen" value="([^"]*)"', page)[0]}


def ask(root: Browser, *units: str, **changed: str) -> int:
    root.get(PAGE)
    fields = [*(("units", unit) for unit in units), *(SUMMER | REASON | changed).items()]
    status = root.post(PAGE, fields).status_code
    if status == 303:
        root.get(EFFECT)
    return status


def confirm(root: Browser) -> None:
    assert root.post(EFFECT, seen(root.page)).status_code == 303
    root.get(PAGE)


def test_the_page_begins_with_the_usual_week(root: Browser) -> None:
    root.get(PAGE)

    assert (
        "<h1>办公时间：周一至周五 8:30-12:00、14:00-18:00；调休上班的周末同周一。</h1>" in root.page
    )
    assert root.page.count('value="8:30-12:00、14:00-18:00"') == 5
    assert "没有，各单位都一样。" in root.page


def test_a_units_own_hours_are_shown_applied_and_recorded(root: Browser, office: Database) -> None:
    assert ask(root, "JT") == 303
    effect = root.page
    confirm(root)

    assert "周一至周五 9:00-12:00、14:30-17:30" in effect
    assert "只影响按工作小时计的期限" in effect
    assert "<strong>交通局</strong>：周一至周五 9:00-12:00、14:30-17:30" in root.page
    assert "<h1>办公时间：周一至周五 8:30" in root.page
    with office.reading() as session:
        assert list(policies.in_force(session).hours) == ["JT"]
        event = session.scalars(select(AuditEvent).order_by(AuditEvent.seq.desc())).first()
        assert event is not None
        assert (event.act, event.by, event.reason) == ("calendar", "root", REASON["reason"])


def test_everybodys_hours_change(root: Browser) -> None:
    assert ask(root, "everybody") == 303
    confirm(root)

    assert "<h1>办公时间：周一至周五 9:00-12:00、14:30-17:30" in root.page


def test_own_hours_are_taken_back(root: Browser, office: Database) -> None:
    ask(root, "JT")
    confirm(root)

    answer = root.post(f"{PAGE}/take-back", {"unit": "JT", "reason": "恢复正常。"})
    assert answer.status_code == 303
    root.get(EFFECT)
    assert "交通局恢复通用的办公时间" in root.page
    confirm(root)

    assert "没有，各单位都一样。" in root.page
    with office.reading() as session:
        assert session.scalars(select(OfficeHours)).all() == []


def test_taking_back_needs_a_reason_and_hours_of_ones_own(root: Browser) -> None:
    ask(root, "JT")
    confirm(root)

    assert root.post(f"{PAGE}/take-back", {"unit": "JT", "reason": ""}).status_code == 422
    assert "请写明取消的理由" in root.page
    assert root.post(f"{PAGE}/take-back", {"unit": "GA", "reason": "x"}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"day_1": "上午"}, "day_1", "看不懂“上午”"),
        ({"day_2": "12:00-9:00"}, "day_2", "结束不晚于开始"),
        ({f"day_{day}": "" for day in range(5)}, "day_0", "一天也不办公"),
        ({"reason": ""}, "reason", ""),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_day(
    root: Browser, changed: dict[str, str], field: str, sentence: str
) -> None:
    assert ask(root, "JT", **changed) == 422
    [said] = re.findall(rf'id="{field}-error">(.*?)</p>', root.page)
    assert sentence in said
    assert changed.get(field, "") in root.page


def test_a_unit_must_be_chosen(root: Browser) -> None:
    assert ask(root, day_1="上午") == 422
    assert 'id="day_1-error"' in root.page
    assert 'id="units-error"' in root.page


def test_what_waits_may_be_given_up(root: Browser) -> None:
    ask(root, "JT")
    root.get(PAGE)
    assert "您有一项办公时间的修改还没有确认" in root.page

    root.post(f"{PAGE}/forget")

    root.get(PAGE)
    assert "还没有确认" not in root.page


def test_nobody_else_changes_hours(clerk: Browser) -> None:
    assert clerk.get(PAGE).status_code == 403
    assert clerk.post(PAGE, SUMMER).status_code == 403
