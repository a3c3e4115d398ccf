"""A step is due before the whole, never on the day it began, and is shortened in proportion when it begins late."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.deadlines import inner, seed
from service.deadlines.book import Book, Within
from service.deadlines.lateness import NEVER
from service.deadlines.seed import Policy
from service.deadlines.standstill import Closure, Extension, Pause, Scope
from service.deadlines.workdays import Calendar, Day, Unit, end_of, local_day, moment

CHINA = Calendar.of(
    (day for breaks in seed.CONFIRMED.values() for day in seed.days(breaks)), seed.CONFIRMED
)
STEPS = [policy for policy in seed.POLICIES if policy.start_event == "reply_end"]
BY_KEY = {policy.key: policy for policy in STEPS}
LEGAL_DAY = date(2026, 9, 18)  # Friday
WHOLE = end_of(LEGAL_DAY)
DAYS = st.dates(date(2025, 2, 1), date(2026, 9, 1))


def morning(day: date) -> datetime:
    return moment(day, datetime.min.time().replace(hour=9))


def ends(key: str, begun: date, whole: datetime = WHOLE) -> date:
    days = inner.days(CHINA, local_day(whole), STEPS)
    return local_day(inner.end(CHINA, whole, morning(begun), key, days).moment)


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("reply.advance", date(2026, 8, 28)),
        ("reply.draft", date(2026, 9, 4)),
        ("reply.proof", date(2026, 9, 9)),
        ("reply.endorse", date(2026, 9, 11)),
        ("reply.leader", date(2026, 9, 14)),
        ("reply.issue", date(2026, 9, 15)),
        ("reply.deliver", date(2026, 9, 17)),
    ],
)
def test_begun_in_time_a_step_ends_so_long_before_the_reply(key: str, day: date) -> None:
    assert ends(key, date(2026, 7, 1)) == day


@pytest.mark.parametrize(
    ("begun", "day"),
    [
        (date(2026, 8, 28), date(2026, 9, 4)),  # 15 working days left: its whole share of 5
        (date(2026, 9, 4), date(2026, 9, 10)),  # 10 left: 10 × 5 ÷ 15, rounded up
        (date(2026, 9, 15), date(2026, 9, 16)),  # 3 left: one
        (date(2026, 9, 17), date(2026, 9, 18)),
    ],
)
def test_begun_late_a_step_gets_its_share_of_what_is_left(begun: date, day: date) -> None:
    assert ends("reply.draft", begun) == day


@pytest.mark.parametrize("begun", [LEGAL_DAY, LEGAL_DAY + timedelta(days=30)])
def test_begun_too_late_a_step_ends_with_the_whole(begun: date) -> None:
    days = inner.days(CHINA, LEGAL_DAY, STEPS)

    assert inner.end(CHINA, WHOLE, morning(begun), "reply.draft", days).moment == WHOLE


def test_the_steps_of_a_short_second_round_follow_each_other() -> None:
    begun, whole = date(2026, 9, 1), end_of(date(2026, 9, 15))
    found = []
    for key in BY_KEY:
        begun = ends(key, begun, whole)
        found.append(begun)

    assert found == sorted(found)
    assert found[0] > date(2026, 9, 1)
    assert found[-1] <= date(2026, 9, 15)


@st.composite
def calendars(draw: st.DrawFn) -> Calendar:
    """A calendar with days off of its own, such as closures and pauses leave."""
    off = draw(st.lists(DAYS, max_size=40, unique=True))
    return Calendar.of((Day(day, "holiday", "防汛") for day in off), ())


@st.composite
def steps(draw: st.DrawFn) -> list[Policy]:
    """Some steps as an administrator may have tuned them, in working days or days."""
    amounts = draw(st.lists(st.integers(1, 40), min_size=1, max_size=8, unique=True))
    units = st.sampled_from((Unit.WORKDAYS, Unit.DAYS))
    return [
        Policy(f"step.{number}", "步骤", -amount, draw(units), "reply_end")
        for number, amount in enumerate(sorted(amounts, reverse=True))
    ]


@given(calendars(), steps(), DAYS, st.integers(0, 200), st.data())
def test_a_step_never_ends_after_the_whole_nor_before_the_next_working_day(
    calendar: Calendar, tuned: list[Policy], begun: date, length: int, data: st.DataObject
) -> None:
    whole = end_of(begun + timedelta(days=length))
    policy = data.draw(st.sampled_from(tuned))
    days = inner.days(calendar, local_day(whole), tuned)

    found = inner.end(calendar, whole, morning(begun), policy.key, days)

    assert found.moment <= whole
    assert found.moment == whole or found.moment >= end_of(calendar.add(begun, 1))
    if not found.days:
        assert local_day(found.moment) <= found.counted_day


@given(calendars(), steps(), DAYS, st.integers(0, 120), st.data())
def test_beginning_later_never_ends_earlier(
    calendar: Calendar, tuned: list[Policy], first: date, length: int, data: st.DataObject
) -> None:
    whole = end_of(first + timedelta(days=length))
    policy = data.draw(st.sampled_from(tuned))
    days = inner.days(calendar, local_day(whole), tuned)
    found = [
        inner.end(calendar, whole, morning(first + timedelta(days=n)), policy.key, days).moment
        for n in range(length + 2)
    ]

    assert all(earlier <= later for earlier, later in pairwise(found))


SEEDED = {(policy.key, policy.level): (policy,) for policy in seed.POLICIES}
OF_REPLY = ("reply.normal", "reply.hard", "redo")
CASE = "suggestion:1"


@st.composite
def books(draw: st.DrawFn, dispatched: date) -> Book:
    """A book with a closure of the unit, a pause of the case and an extension, or without."""
    day = st.integers(0, 120).map(lambda n: dispatched + timedelta(days=n))
    length = st.integers(0, 30).map(lambda n: timedelta(days=n))
    first = draw(day)
    closed = Closure(Scope.UNIT, "JT", first, first + draw(length), "防汛停止办公")
    from_at = morning(draw(day))
    pause = Pause(from_at, draw(st.one_of(st.none(), length.map(lambda n: from_at + n))))
    extension = Extension("", draw(day) + timedelta(days=60), morning(dispatched))
    return Book(
        SEEDED,
        CHINA,
        closures=draw(st.sampled_from(((), (closed,)))),
        pauses=draw(st.sampled_from(({}, {CASE: (pause,)}))),
        extensions=draw(st.sampled_from(({}, {CASE: (extension,)}))),
    )


@given(
    st.sampled_from(OF_REPLY),
    st.sampled_from(sorted(BY_KEY)),
    DAYS,
    st.integers(0, 250),
    st.one_of(st.none(), st.integers(-5, 200)),
    st.sampled_from(("", "town")),
    st.data(),
)
def test_batches_closures_pauses_and_extensions_move_a_step_with_its_whole(
    outer: str,
    key: str,
    dispatched: date,
    later: int,
    cap: int | None,
    level: str,
    data: st.DataObject,
) -> None:
    book = data.draw(books(dispatched))
    cap_on = None if cap is None else (dispatched + timedelta(days=cap)).isoformat()
    base_at = morning(dispatched).astimezone(UTC)
    within = Within(outer, base_at + timedelta(days=later))
    counted = (base_at, level, cap_on, "JT", CASE)

    whole = book.due(outer, *counted)
    step = book.due(key, *counted, within)

    assert step.moment <= whole.moment
    assert (step.moment == NEVER) == (whole.moment == NEVER)
    assert step.warnings[-len(whole.warnings) :] == whole.warnings
    assert (step.outer_key, step.begun_at, step.base_at) == (outer, within.begun_at, base_at)


def test_the_reply_moves_and_its_draft_with_it() -> None:
    dispatched = datetime(2026, 6, 18, 2, 0, tzinfo=UTC)
    within = Within("reply.normal", dispatched + timedelta(days=20))
    longer = SEEDED["reply.normal", ""][0]._replace(amount=4)
    before, after = (
        Book(policies, CHINA) for policies in (SEEDED, {**SEEDED, ("reply.normal", ""): (longer,)})
    )

    moved = [book.due("reply.draft", dispatched, within=within).moment for book in (before, after)]

    # Ten workdays before Friday 18 September and before Monday 19 October, over the National Day holiday.
    assert [local_day(each) for each in moved] == [date(2026, 9, 4), date(2026, 9, 29)]
    assert "reply.draft" in before.moved_with({"reply.normal"})
    assert "reply.draft" in before.moved_with({"redo"})
    assert "reply.draft" in before.moved_with({"reply.advance"})
    assert "reply.draft" not in before.moved_with({"sign"})
