from datetime import UTC, datetime, timedelta

from service import clock


def test_now_is_the_present_moment_in_utc():
    before = datetime.now(UTC)

    now = clock.now()

    assert now.tzinfo is UTC
    assert timedelta(0) <= now - before < timedelta(seconds=5)
