"""Every date says how it came about, in words an official would accept."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import binding, documents, policies, seed
from service.deadlines.book import Within
from service.deadlines.explain import (
    explain,
    format_amount,
    format_day,
    format_moment,
)
from service.deadlines.workdays import LOCAL, Calendar, Unit

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
CHINA = Calendar.of(
    (day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)), seed.CONFIRMED
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with sqlite.transaction() as session:
        policies.seed(session, AT)
        yield session


def test_a_limit_over_spring_festival_names_what_it_skips_and_counts(session: Session) -> None:
    found = explain(session, "sign", local("2026-02-13T10:00"))

    assert found.lines == (
        "从2026年2月13日（周五）交办到单位起算，当日不计入，期限 3 个工作日。",
        "跳过放假 9 天：春节 2月15日至23日。",
        "调休上班日照常计入：2月14日（周六）。",
        "数到2026年2月25日（周三）。",
        "到期时间：2026年2月25日（周三）18:00。",
        "依据：本地设定，管理员可以调整。",
    )
    assert not found.is_provisional


def test_a_statutory_limit_names_its_article_and_moves_off_a_holiday(session: Session) -> None:
    found = explain(session, "reply.normal", local("2026-06-25T10:00"))

    assert found.lines == (
        "从2026年6月25日（周四）交办起算，当日不计入，期限 3 个月。",
        "对应日是2026年9月25日（周五），其间的休息日不扣除。",
        "这一天是中秋节放假，顺延到2026年9月28日（周一）。",
        "到期时间：2026年9月28日（周一）18:00。",
        "依据：代表法第五十一条。",
    )


def test_a_month_without_that_day_and_a_worked_saturday(session: Session) -> None:
    found = explain(session, "reply.normal", local("2025-11-30T10:00"))

    assert "2026年2月没有 30 日，以当月最后一天2026年2月28日（周六）为准。" in found.lines
    assert "这一天虽是周末，但调休上班，不顺延。" in found.lines


@pytest.mark.parametrize(
    ("cap_on", "said", "due"),
    [
        ("2026-05-25", "早于上述日期，以批次要求为准", "2026-05-25T18:00"),
        ("2026-08-31", "不早于上述日期，仍以上述日期为准", "2026-06-18T18:00"),
    ],
)
def test_the_batch_date_is_told(session: Session, cap_on: str, said: str, due: str) -> None:
    found = explain(session, "reply.normal", AT, cap_on=cap_on)

    assert any(said in line for line in found.lines)
    assert found.due_at == local(due)


def test_a_batch_date_from_before_the_start_is_not_told(session: Session) -> None:
    found = explain(session, "reply.normal", AT, cap_on="2026-03-01")

    assert not any("批次" in line for line in found.lines)


def test_a_limit_counted_back_moves_forward_in_time_never_later(session: Session) -> None:
    found = explain(session, "report.submit", local("2026-10-28T09:00"))

    assert found.lines[:3] == (
        "从2026年10月28日（周三）常委会会议召开之日往前数 10 日，当日不计入。",
        "数到2026年10月18日（周日），其间的休息日不扣除。",
        "这一天是周日，提前到2026年10月16日（周五）。",
    )


def test_counting_back_in_workdays_names_what_it_skips(session: Session) -> None:
    found = explain(session, "meeting.statement", local("2026-10-12T15:00"))

    assert found.lines[1:5] == (
        "跳过放假 7 天：国庆节 10月1日至7日。",
        "跳过周末 1 天。",
        "调休上班日照常计入：10月10日（周六）。",
        "数到2026年9月29日（周二）。",
    )


def test_office_hours_are_told(session: Session) -> None:
    found = explain(session, "ft.accept.urgent", local("2026-03-20T17:00"))

    assert found.lines[:3] == (
        "从2026年3月20日（周五）17:00提交时起算，期限 2 个工作小时，只计上班时间 08:30—12:00、14:00—18:00。",
        "跳过周末 2 天。",
        "到期时间：2026年3月23日（周一）09:30。",
    )


def test_clock_hours_and_fixed_days_are_told(session: Session) -> None:
    first = explain(session, "ft.first_response.urgent", local("2026-03-20T17:00"))
    yearly = explain(session, "unit_report", local("2026-03-20T17:00"))

    assert "休息时间不扣除" in first.lines[0]
    assert yearly.lines[0] == "期限是每年 8月31日，取2026年3月20日（周五）以后的第一个。"


def test_a_span_into_an_unconfirmed_year_warns(session: Session) -> None:
    found = explain(session, "evaluate", local("2026-12-28T10:00"))

    assert found.is_provisional
    assert found.lines[-1].startswith("注意：2027 年的放假和调休安排尚未确认")


def test_a_date_somebody_moved_says_so(session: Session) -> None:
    found = explain(session, "sign", AT, due_at=local("2026-03-30T18:00"))

    assert "按以上规则应为2026年3月23日（周一）18:00，后经有权限的人员另行确定。" in found.lines
    assert found.due_at == local("2026-03-30T18:00")


def test_a_long_span_is_told_by_year(session: Session) -> None:
    general = policies.in_force(session).policy("sign", "", date(2026, 1, 1))
    documents.put_in(
        session, [binding.as_doc(general._replace(key="long", amount=400), None, None)]
    )
    policies.touch(session)

    found = explain(session, "long", local("2025-01-02T10:00"))

    assert found.lines[1] == "跳过放假 50 天：2025 年 27 天、2026 年 23 天。"


def test_a_town_limit_says_that_it_is_one(session: Session) -> None:
    general = policies.in_force(session).policy("reply.normal", "", date(2026, 3, 18))
    documents.put_in(
        session, [binding.as_doc(general._replace(level="town", amount=2), None, None)]
    )
    policies.touch(session)

    found = explain(session, "reply.normal", AT, level="town")

    assert "期限 2 个月（按镇级件的规定）" in found.lines[0]


def test_every_limit_explains_itself_in_whole_sentences(session: Session) -> None:
    for policy in seed.POLICIES:
        if policy.unit is not Unit.TIMES:
            found = explain(session, policy.key, AT)

            assert all(line.endswith("。") for line in found.lines), policy.key
            assert format_moment(found.due_at) in str(found), policy.key


def test_a_step_says_how_the_whole_ends_and_how_far_it_is_counted_back(session: Session) -> None:
    dispatched = local("2026-06-18T10:00")
    within = Within("reply.normal", local("2026-08-03T09:00"))

    found = explain(session, "reply.draft", dispatched, within=within)

    assert found.lines[:2] == (
        "从2026年6月18日（周四）交办起算，当日不计入，期限 3 个月。",
        "对应日是2026年9月18日（周五），其间的休息日不扣除。",
    )
    assert found.lines[-5:] == (
        "从“答复（一般件）”的期限2026年9月18日（周五）往前数 10 个工作日，当日不计入。",
        "跳过周末 4 天。",
        "数到2026年9月4日（周五）。",
        "到期时间：2026年9月4日（周五）18:00。",
        "依据：本地设定，管理员可以调整。",
    )


def test_a_step_that_began_late_says_how_it_was_shortened(session: Session) -> None:
    dispatched = local("2026-06-18T10:00")
    late, too_late = (
        explain(session, "reply.draft", dispatched, within=Within("reply.normal", local(begun)))
        for begun in ("2026-09-09T09:00", "2026-09-18T09:00")
    )

    assert (
        "这一步2026年9月9日（周三）才开始，到“答复（一般件）”到期还有 7 个工作日，后面的环节也要用，"
        "按比例给 3 个工作日（开始当日不计入）。"
    ) in late.lines
    assert "到期时间：2026年9月14日（周一）18:00。" in late.lines
    assert (
        "这一步2026年9月18日（周五）才开始，已经没有余地，最迟与“答复（一般件）”同时到期。"
        in too_late.lines
    )


def test_a_step_of_an_older_release_keeps_its_date(session: Session) -> None:
    found = explain(
        session, "reply.draft", local("2026-06-18T10:00"), due_at=local("2026-07-02T18:00")
    )

    assert found.lines[0] == "这一步开始时还没有现在的规定，期限仍按当时的规定，不再变动。"
    assert found.due_at == local("2026-07-02T18:00")


def test_every_start_event_has_a_name_people_read() -> None:
    nameless = {p.start_event for p in seed.POLICIES if p.start_event} - set(seed.EVENTS)

    assert nameless == set()


def test_days_moments_and_amounts_read_as_in_an_official_letter() -> None:
    assert format_day(date(2026, 11, 23)) == "2026年11月23日（周一）"
    assert format_moment(datetime(2026, 11, 23, 10, 0, tzinfo=UTC)) == "2026年11月23日（周一）18:00"
    assert format_amount(10, Unit.WORKDAYS) == "10 个工作日"
    assert format_amount(-20, Unit.DAYS) == "20 日"
    assert format_amount(831, Unit.YEARLY) == "每年 8月31日"


# Closures, pauses, extensions

CASE = "suggestion:1"


def put(session: Session, table: str, **row: object) -> None:
    documents.put_in(session, [documents.of(table, row)])
    policies.touch(session)


def closed(session: Session, first: date, last: date) -> None:
    put(
        session, "office_closures", id=1, scope="unit", place="JT", first=first, last=last,
        name="防汛", changed_at=None, changed_by=None,
    )  # fmt: skip


def paused(session: Session, from_at: datetime, until_at: datetime | None) -> None:
    put(
        session, "deadline_pauses", id=1, business_key=CASE, from_at=from_at, until_at=until_at,
        reason="", attachments=[], by=None, resumed_by=None,
    )  # fmt: skip


def extended(session: Session, until: date) -> None:
    put(
        session, "deadline_extensions", id=1, business_key=CASE, unit="", until=until, reason="",
        by=None, at=local("2026-07-01T10:00"),
    )  # fmt: skip


def test_days_on_which_the_unit_is_closed_are_named(session: Session) -> None:
    closed(session, date(2026, 7, 7), date(2026, 7, 9))

    found = explain(session, "sign", local("2026-07-06T10:00"), unit="JT")
    elsewhere = explain(session, "sign", local("2026-07-06T10:00"), unit="CZ")

    assert "该单位因防汛停止办公 3 天，跳过7月7日至9日。" in found.lines
    assert "到期时间：2026年7月14日（周二）18:00。" in found.lines
    assert "到期时间：2026年7月9日（周四）18:00。" in elsewhere.lines


def test_an_end_on_a_day_the_unit_is_closed_moves_on(session: Session) -> None:
    closed(session, date(2026, 10, 8), date(2026, 10, 9))

    found = explain(session, "reply.normal", local("2026-07-08T10:00"), unit="JT")

    assert "这一天因防汛不办公，顺延到2026年10月10日（周六）。" in found.lines


@pytest.mark.parametrize(
    ("key", "due"),
    [("sign", "2026年7月21日（周二）18:00"), ("reply.normal", "2026年10月19日（周一）18:00")],
)
def test_a_pause_says_how_many_days_were_not_counted(session: Session, key: str, due: str) -> None:
    paused(session, local("2026-07-08T10:00"), local("2026-07-20T09:00"))

    found = explain(session, key, local("2026-07-06T10:00"), case=CASE)

    assert "暂停计时 12 天不计入：7月8日至19日。" in found.lines
    assert f"到期时间：{due}。" in found.lines


def test_a_clock_that_stands_says_so(session: Session) -> None:
    paused(session, local("2026-07-08T10:00"), None)

    found = explain(session, "sign", local("2026-07-06T10:00"), case=CASE)
    step = explain(
        session, "reply.draft", local("2026-06-18T10:00"), case=CASE,
        within=Within("reply.normal", local("2026-06-20T10:00")),
    )  # fmt: skip

    for each in (found, step):
        assert "已暂停计时，恢复后继续计算。" in each.lines
        assert not any("9999" in line for line in each.lines)
        assert not any(line.startswith("到期时间") for line in each.lines)


def test_an_extension_takes_the_place_of_the_counting(session: Session) -> None:
    extended(session, date(2026, 10, 16))

    found = explain(
        session, "reply.normal", local("2026-06-18T10:00"), cap_on="2026-08-31", case=CASE
    )

    assert found.lines == (
        "经批准延期至2026年10月16日（周五），不再受批次统一日期限制。",
        "到期时间：2026年10月16日（周五）18:00。",
        "依据：代表法第五十一条。",
    )


def test_a_pause_after_the_grant_moves_the_granted_day(session: Session) -> None:
    extended(session, date(2026, 10, 16))
    paused(session, local("2026-09-01T10:00"), local("2026-09-02T10:00"))

    found = explain(session, "reply.normal", local("2026-06-18T10:00"), case=CASE)

    assert "暂停计时 1 天不计入：9月1日。" in found.lines
    assert "这一天是周六，顺延到2026年10月19日（周一）。" in found.lines
