"""The two sides of a change read beside each other."""

from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from service.deadlines import changes, comparison, policies
from service.deadlines.workdays import Day

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)


def test_a_limit_before_and_after(working: Session) -> None:
    row = policies.in_force(working).policy("sign", "", date(2026, 3, 18))
    change = changes.apply(
        working, row._replace(amount=5, overdue_action="催签"), "试行", "guanli", AT
    )

    assert comparison.of(change.before, change.after) == [
        ("期限", "3 个工作日", "5 个工作日"),
        ("过期后", "催签，计入督查", "催签"),
    ]


def test_days_of_the_calendar_before_and_after(working: Session) -> None:
    days = [Day(date(2027, 1, 1), "holiday", "元旦"), Day(date(2027, 1, 3), "workday", "")]
    change = changes.apply_calendar(working, 2027, days, "通知", "guanli", AT)

    sides = comparison.of(change.before, change.after)

    assert ("2027 年", "暂定", "已确认") in sides
    assert ("2027年1月3日（周日）", "没有规定", "上班") in sides
    assert ("2027年1月1日（周五）", "放假（元旦）", "放假（元旦）") not in sides
