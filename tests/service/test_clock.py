from datetime import UTC, datetime, timedelta

from service import clock


def test_now_is_the_present_moment_in_utc():
    before = datetime.now(UTC)

    now = clock.now()

    assert now.tzinfo is UTC
    assert timedelta(0) <= now - before < timedelta(seconds=5)


def test_a_clock_that_runs_ahead_shows_when_the_machine_s_will_ring():
    by = timedelta(days=15)
    clock.run_ahead(by)
    try:
        now = clock.now()
    finally:
        clock.run_ahead(timedelta())

    assert timedelta(0) <= now - by - datetime.now(UTC) + timedelta(seconds=5)
    assert clock.on_the_machine(now) == now


def test_an_alarm_is_set_by_the_machine_s_clock():
    clock.run_ahead(timedelta(days=15))
    try:
        alarm = clock.on_the_machine(clock.now() + timedelta(hours=1))
    finally:
        clock.run_ahead(timedelta())

    assert timedelta(minutes=59) < alarm - datetime.now(UTC) <= timedelta(hours=1)
