"""What a new installation starts with says what the law and the notices say."""

from datetime import date, timedelta

import holidays
import pytest

from service.deadlines import seed
from service.deadlines.workdays import Calendar, Unit

REQUIRED = [
    "review.recess",
    "review.session",
    "supplement.by_deputy",
    "pre_dispatch.opinion",
    "dispatch.recess",
    "dispatch.session",
    "gov_sub_dispatch",
    "sign",
    "return.request",
    "return.decide",
    "contact.before",
    "plan",
    "co_opinion",
    "co_opinion.redo",
    "reply.normal",
    "reply.hard",
    "extension.apply",
    "extension.decide",
    "evaluate",
    "meeting.convene",
    "redo",
    "redo.max_rounds",
    "publish",
    "rectify.white",
    "rectify.yellow",
    "rectify.red",
    "lookback",
    "review_appeal",
    "review_appeal.decide",
    "commitment.report",
    "unit_report",
    "report.consult",
    "report.submit",
    "report.distribute",
    "evaluate.seal",
    "cosign.confirm",
    "contact.confirm",
    "conclusion.sign",
    "meeting.statement",
    "meeting.confirm",
    "reply.check",
    "plan.propose",
    "archive",
    "assign.section",
]
FAST_TRACK = [
    "accept",
    "dispatch",
    "sign",
    "contact",
    "handle",
    "extend",
    "evaluate",
    "redo",
    "cap",
]


def test_every_limit_of_the_practice_is_there() -> None:
    keys = {policy.key for policy in seed.POLICIES}
    fast = {f"ft.{step}.{kind}" for step in FAST_TRACK for kind in ("small", "micro", "urgent")}

    assert {*REQUIRED, *fast} - keys == set()


def test_a_limit_is_listed_once_and_complete() -> None:
    listed = [(policy.key, policy.level) for policy in seed.POLICIES]
    incomplete = [
        policy.key
        for policy in seed.POLICIES
        if not (policy.name and policy.basis and (policy.start_event or policy.unit == "TIMES"))
    ]

    assert len(listed) == len(set(listed))
    assert incomplete == []


@pytest.mark.parametrize(
    ("key", "amount", "unit", "basis"),
    [
        ("reply.normal", 3, Unit.MONTHS, "代表法第五十一条"),
        ("reply.hard", 6, Unit.MONTHS, "代表法第五十一条"),
        ("review_appeal", 30, Unit.DAYS, "政府督查工作条例第十七条"),
        ("report.distribute", -7, Unit.DAYS, "监督法第十五条"),
        ("evaluate.seal", 25, Unit.WORKDAYS, "设"),
        ("ft.accept.urgent", 2, Unit.WORK_HOURS, "设"),
    ],
)
def test_statutory_limits_name_their_article(key: str, amount: int, unit: Unit, basis: str) -> None:
    [policy] = [policy for policy in seed.POLICIES if policy.key == key]

    assert (policy.amount, policy.unit, policy.basis) == (amount, unit, basis)


def test_only_the_reply_is_capped_by_the_dispatch_batch() -> None:
    capped = {policy.key for policy in seed.POLICIES if policy.capped_by_batch}

    assert capped == {"reply.normal", "reply.hard"}


@pytest.mark.parametrize("year", [2025, 2026])
def test_the_confirmed_years_agree_with_the_published_calendar(year: int) -> None:
    published = holidays.country_holidays("CN", years=year)
    ours = Calendar.of(seed.days(seed.CONFIRMED[year]), [year])
    every_day = [date(year, 1, 1) + timedelta(days=n) for n in range(365)]

    different = [d for d in every_day if ours.is_workday(d) != published.is_working_day(d)]

    assert different == []


def test_a_year_without_notice_knows_the_festivals_and_no_made_up_day() -> None:
    days = seed.provisional(2027)

    assert {day.kind for day in days} == {"holiday"}
    assert {date(2027, 2, 6), date(2027, 10, 1)} <= {day.day for day in days}
    assert "国庆节" in {day.name for day in days}
    assert 2027 not in seed.CONFIRMED
