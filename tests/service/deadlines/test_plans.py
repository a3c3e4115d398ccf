"""What a change did to rows is kept as it was, however many rows have a moment in common."""

import gc
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.deadlines import plans
from service.deadlines.lateness import NEVER
from service.deadlines.plans import TASKS, TIMERS, Plan, Shift

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_record_says_what_was_done(working: Session) -> None:
    plan = Plan()
    shifts = [Shift(f"t{n}", AT, AT + DAY) for n in range(3)] + [Shift("h", AT, NEVER, None, AT)]
    plan.shifts[TIMERS] = shifts
    plan.by_hand.add("a")
    plan.shifts["suggestions"] = [Shift(17, AT, AT + 2 * DAY)]

    record = plans.unpacked(plans.carry_out(working, plan))

    assert list(record.shifts[TIMERS].values()) == shifts
    assert record.shifts["suggestions"] == {17: Shift(17, AT, AT + 2 * DAY)}
    assert TASKS not in record.shifts
    assert (record.added, record.dropped, record.stayed) == ({}, {}, {TASKS: {"a"}})


def test_a_change_that_kept_no_record_moved_nothing() -> None:
    assert plans.unpacked(None) == plans.NOTHING


def test_the_way_back_is_the_way_there_turned_round() -> None:
    shift = Shift("a", AT, NEVER, None, AT)

    assert shift.back() == Shift("a", NEVER, AT, AT, None)
    assert shift.back().back() == shift


def test_a_clock_that_stands_wakes_nobody() -> None:
    plan = Plan()
    plan.shifts[TIMERS] = [Shift("a", AT, NEVER)]
    assert plan.earliest is None

    plan.added = [{"id": "b:1", "due_at": AT + DAY}]
    assert plan.earliest == AT + DAY


def test_long_lists_are_cut_into_short_ones() -> None:
    assert [len(some) for some in plans.chunks(list(range(1201)))] == [500, 500, 201]


def test_the_collector_works_again_afterwards() -> None:
    assert gc.isenabled()
    with plans.uncollected():
        assert not gc.isenabled()
        with plans.uncollected():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()
