"""The one reading of the time of day; everything below takes the moment as an argument called `at`."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the present moment, aware, in UTC. Only handlers, the CLI and scheduler jobs call this."""
    return datetime.now(UTC)
