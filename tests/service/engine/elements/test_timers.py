"""A timer is due when its text says, once or again."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from service.errors import ExpressionFailed
from tests.service.engine.diagrams import (
    MORNING,
    Recorder,
    Walk,
    catch,
    end,
    inputs,
    one,
    path,
    service,
    start,
    timer,
    user,
)
from tests.service.engine.pieces import aside, beside, reminded


def test_a_cycle_ticks_and_missed_ticks_are_not_made_up_for() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle"))
    [waiting] = walk.execution.timers
    assert (waiting.kind, waiting.due_at) == ("cycle", MORNING + timedelta(days=1))

    walk.fire("t", MORNING + timedelta(days=4, hours=3))

    assert walk.waiting == ["a", "r"]
    assert walk.execution.timers[0].due_at == MORNING + timedelta(days=5)
    assert walk.execution.timers[0].id == waiting.id


@pytest.mark.parametrize(
    ("text", "later"),
    [("PT0S", timedelta()), ("PT1.5H", timedelta(minutes=90)), ("P0.5D", timedelta(hours=12))],
)
def test_a_duration_may_be_nothing_or_a_part(text: str, later: timedelta) -> None:
    walk = Walk(reminded(True, text))

    assert [timer.due_at for timer in walk.execution.timers] == [MORNING + later]
    assert walk.fire("t").waiting == ["r"]


def test_a_cycle_ends_after_its_count_and_its_reminders_live_on() -> None:
    walk = Walk(reminded(False, "R2/P1D", "timeCycle")).fire("t").fire("t")
    assert (walk.waiting, walk.timers) == (["a", "r", "r"], [])

    walk.do("a").do("r").do("z").do("r")

    assert walk.ended


def test_reminders_of_a_running_cycle_survive_the_task() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle")).fire("t").do("a")

    assert (walk.waiting, walk.timers) == (["r", "z"], [])
    assert walk.do("r").do("z").ended


def test_daily_reminders_for_a_year_do_not_grow_the_state() -> None:
    walk = Walk(reminded(False, "R/P1D", "timeCycle")).fire("t").do("r")
    size = walk.size

    for _ in range(365):
        walk.fire("t").do("r")

    assert walk.size <= size + 16


def test_months_are_counted_on_the_calendar_of_the_people() -> None:
    host = Recorder()
    host.zone = timezone(timedelta(hours=8))
    early = datetime(2026, 11, 29, 23, tzinfo=UTC)  # seven o'clock on 30 November in Beijing

    walk = Walk(reminded(False, "P3M"), {}, host, early)

    [due] = [timer.due_at for timer in walk.execution.timers]
    assert due == datetime(2027, 2, 27, 23, tzinfo=UTC)  # 28 February there


def test_months_end_on_their_last_day() -> None:
    at = datetime(2025, 11, 30, 1, tzinfo=UTC)

    walk = Walk(reminded(True, "P3M"), at=at)

    assert walk.execution.timers[0].due_at == datetime(2026, 2, 28, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Limit:
    moment: datetime
    policy_key: str = "reply"
    level: str = "city"
    base_at: datetime = MORNING
    cap_on: str | None = "2026-06-30"
    unit: str = ""
    outer_key: str | None = None
    begun_at: datetime | None = None


def test_a_named_limit_stays_with_its_timer() -> None:
    asked: list[Any] = []

    def deadline(variables: Any, key: str) -> Limit:
        asked.append((dict(variables), key))
        return Limit(MORNING + timedelta(days=90))

    host = Recorder(deadline=deadline)
    walk = Walk(reminded(True, 'deadline("reply")', "timeDate"), {"level": "city"}, host)

    [waiting] = walk.execution.timers
    assert asked == [({"level": "city"}, "reply")]
    assert waiting.due_at == MORNING + timedelta(days=90)
    assert waiting.policy is not None
    assert (waiting.policy.key, waiting.policy.level) == ("reply", "city")
    assert (waiting.policy.base_at, waiting.policy.cap_on) == (MORNING, "2026-06-30")


def test_a_limit_elsewhere_is_its_moment_as_text() -> None:
    host = Recorder(
        {"op": lambda call: call.parameters},
        deadline=lambda variables, key: Limit(MORNING),
    )
    diagram = one(
        start(),
        service("a", "op", inputs(until='${deadline("x")}')),
        user("b"),
        end(),
        path("s", "a", "b", "e"),
    )

    assert Walk(diagram, {}, host).task("b").variables == {"until": MORNING.isoformat()}


@pytest.mark.parametrize("value", ["2026-02-30", "soon", "", None, 7])
def test_a_moment_that_is_none_fails_at_the_timer_and_names_it(value: Any) -> None:
    host = Recorder(deadline=lambda variables, key: value)

    with pytest.raises(ExpressionFailed) as failure:
        Walk(reminded(True, 'deadline("x")', "timeDate"), {}, host)

    assert failure.value.element == "t"


@pytest.mark.parametrize(
    ("value", "hour"),
    [
        ("2026-05-01", 0),
        ("2026-05-01T09:30", 9.5),
        (date(2026, 5, 1), 0),
        (datetime(2026, 5, 1, 7), 7),
        ("2026-04-30T16:00:00Z", 0),
    ],
)
def test_a_day_or_an_hour_without_a_zone_is_one_in_shanghai(value: Any, hour: float) -> None:
    host = Recorder(deadline=lambda variables, key: value)
    midnight = datetime(2026, 5, 1, tzinfo=timezone(timedelta(hours=8)))

    [waiting] = Walk(reminded(True, 'deadline("x")', "timeDate"), {}, host).execution.timers

    assert waiting.due_at == midnight + timedelta(hours=hour)


WEEKLY = "R5/2026-02-10T09:00:00+08:00/P7D"
"""Of five moments 10, 17 and 24 February are over on MORNING; 3 and 10 March are to come."""


def test_a_reminder_anchored_in_the_past_waits_for_its_next_moment() -> None:
    walk = Walk(reminded(False, WEEKLY, "timeCycle"))
    assert [one.due_at for one in walk.execution.timers] == [MORNING + timedelta(days=1)]

    walk.fire("t")

    assert [one.due_at for one in walk.execution.timers] == [MORNING + timedelta(days=8)]
    assert walk.fire("t").timers == []
    assert walk.waiting == ["a", "r", "r"]


def test_a_reminder_anchored_in_the_future_has_all_its_moments() -> None:
    walk = Walk(reminded(False, "R2/2026-03-05T09:00:00+08:00/P7D", "timeCycle"))

    assert walk.fire("t").fire("t").timers == []
    assert walk.at == MORNING + timedelta(days=10)


def test_an_endless_reminder_anchored_long_ago_waits_for_its_next_moment() -> None:
    walk = Walk(reminded(False, "R/2020-01-01T10:00:00+08:00/P1D", "timeCycle"))

    assert [one.due_at for one in walk.execution.timers] == [MORNING + timedelta(hours=1)]


def test_a_reminder_counted_from_its_end_waits_for_its_next_moment() -> None:
    walk = Walk(reminded(False, "R5/P7D/2026-03-17T09:00:00+08:00", "timeCycle"))

    assert [one.due_at for one in walk.execution.timers] == [MORNING + timedelta(days=1)]


def test_a_reminder_whose_last_moment_is_over_never_comes() -> None:
    walk = Walk(reminded(False, "R2/2026-02-10T09:00:00+08:00/P7D", "timeCycle"))

    assert (walk.waiting, walk.timers) == (["a"], [])
    assert walk.do("a").do("z").ended


def test_an_event_subprocess_anchored_in_the_past_waits_for_its_next_moment() -> None:
    walk = Walk(beside(aside(timer(WEEKLY, "timeCycle"), False)))
    assert [one.due_at for one in walk.execution.timers] == [MORNING + timedelta(days=1)]

    walk.fire("x").fire("x")

    assert (walk.waiting, walk.timers) == (["a", "u", "u"], [])


def test_an_event_subprocess_whose_last_moment_is_over_never_begins() -> None:
    over = timer("R1/2026-02-10T09:00:00+08:00/P7D", "timeCycle")
    walk = Walk(beside(aside(over, False)))

    assert (walk.waiting, walk.timers) == (["a"], [])
    assert walk.do("a").do("b").ended


def test_a_date_of_the_past_lets_the_flow_go_on_at_once() -> None:
    road = (start(), catch("c", timer("2026-02-10T09:00:00+08:00", "timeDate")), user("z"), end())
    walk = Walk(one(*road, path("s", "c", "z", "e")))

    assert walk.execution.timers[0].due_at < MORNING
    assert walk.fire("c", MORNING).waiting == ["z"]


@pytest.mark.parametrize("text", ["R3/P1D", "R/P1D", "R1/P1D"])
def test_a_repetition_that_interrupts_comes_once_and_ends_its_host(text: str) -> None:
    walk = Walk(reminded(True, text, "timeCycle"))
    [waiting] = walk.execution.timers
    assert (waiting.kind, waiting.due_at) == ("event", MORNING + timedelta(days=1))

    walk.fire("t", MORNING + timedelta(days=9))

    assert (walk.waiting, walk.timers) == (["r"], [])
    assert walk.do("r").ended


@pytest.mark.parametrize("form", ["timeCycle", "timeDuration"])
def test_a_repetition_in_the_flow_is_waited_for_once(form: str) -> None:
    wait = catch("t", timer("${often}", form))
    walk = Walk(
        one(start(), wait, user("a"), end(), path("s", "t", "a", "e")), {"often": "R2/PT1H"}
    )

    assert walk.fire("t").waiting == ["a"]
    assert walk.timers == []


def test_a_repetition_of_an_event_subprocess_that_interrupts_comes_once() -> None:
    walk = Walk(beside(aside(timer("R/P1D", "timeCycle")))).fire("x")

    assert (walk.waiting, walk.timers) == (["u"], [])
    assert walk.do("u").ended
