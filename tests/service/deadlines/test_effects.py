"""An effect counts its moves, and knows which of them would send something at once."""

from datetime import UTC, datetime, timedelta

import pytest

from service.deadlines.effects import Effect, Kind, Lateness, Move, in_order, lateness

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def move(kind: Kind, id_: str, before: int | None, after: int | None) -> Move:
    moments = [None if days is None else AT + days * DAY for days in (before, after)]
    late = lateness(*moments, AT) if None not in moments else Lateness.NONE
    return Move(kind, id_, "suggestion:1", 1, "JT", "签收", *moments, late)


def effect(*moves: Move) -> Effect:
    return Effect(AT, "stamp", in_order(moves), 1)


def test_the_counts_are_those_of_the_moves() -> None:
    found = effect(
        move(Kind.TASK, "a", 3, 5),
        move(Kind.TASK, "b", 3, -1),
        move(Kind.TIMER, "a:overdue", 3, 5),
        move(Kind.START, "start:x", 3, 5),
        move(Kind.REMINDER, "a:1", None, 4),
        move(Kind.RECORD, "suggestions:1", -3, -2),
        move(Kind.RECORD, "suggestions:2", -3, 2),
    )

    assert (found.tasks, found.timers, found.reminders, found.records) == (2, 2, 1, 2)
    assert (found.earlier, found.later) == (1, 1)
    assert (found.late_now, found.late_before, found.timely_again) == (1, 1, 1)
    assert found.jobs == 3


def test_what_is_due_first_stands_first_and_what_is_dropped_last() -> None:
    dropped = move(Kind.REMINDER, "c", 1, None)
    late, early = move(Kind.TASK, "a", 3, 5), move(Kind.TASK, "b", 3, 4)

    assert in_order([dropped, late, early]) == (early, late, dropped)


@pytest.mark.parametrize(
    ("kind", "id_", "before", "after", "goes_out"),
    [
        (Kind.REMINDER, "a:1", 3, -1, True),
        (Kind.TIMER, "a:overdue", 3, 0, True),
        (Kind.TIMER, "event", 3, -1, False),
        (Kind.REMINDER, "a:1", -2, -1, False),
        (Kind.REMINDER, "a:1", 3, 2, False),
        (Kind.REMINDER, "a:1", 3, None, False),
    ],
)
def test_a_message_goes_out_where_a_reminder_moves_into_the_past(
    kind: Kind, id_: str, before: int, after: int | None, goes_out: bool
) -> None:
    assert bool(effect(move(kind, id_, before, after)).messages) is goes_out


def test_every_kind_and_every_lateness_has_a_name_people_read() -> None:
    assert all(kind.label for kind in Kind)
    assert [one.label for one in Lateness] == ["", "立即逾期", "原已逾期", "不再逾期"]
