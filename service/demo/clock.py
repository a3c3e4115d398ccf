"""The demo's clock: as far ahead of the machine's as somebody has moved it, kept beside the data it belongs to."""

from datetime import timedelta
from pathlib import Path

_FILE = "demo_clock_seconds_ahead"


def ahead(data: Path) -> timedelta:
    """Return how far ahead the clock of this data folder is; nothing for one that was never moved."""
    try:
        return timedelta(seconds=int((data / _FILE).read_text(encoding="ascii")))
    except FileNotFoundError:
        return timedelta()


def set_ahead(data: Path, by: timedelta) -> None:
    """Keep how far ahead the clock is, for every process that starts on this data folder from now on."""
    data.mkdir(parents=True, exist_ok=True)
    (data / _FILE).write_text(f"{int(by.total_seconds())}\n", encoding="ascii")
