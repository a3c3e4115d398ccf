"""The one reading of the time of day; everything below takes the moment as an argument called `at`."""

from datetime import UTC, datetime, timedelta

_ahead = timedelta()


def now() -> datetime:
    """Return the present moment, aware, in UTC. Only handlers, the CLI, scheduler jobs and the rulebook call this."""
    return datetime.now(UTC) + _ahead


def run_ahead(by: timedelta) -> None:
    """Let this process's clock run ahead of the machine's; a demo does, so that nobody waits weeks for a limit."""
    global _ahead
    _ahead = by


def on_the_machine(moment: datetime) -> datetime:
    """Return what the machine's clock shows when this one shows a moment; alarms are set by the machine's."""
    return moment - _ahead
