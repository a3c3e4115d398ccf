"""Secret addresses are not guessed at will: a source that has asked for too many that are not there is heard no more.

Each process counts by itself and forgets after ten minutes. The same address asked for again counts once, so that the
calendars of an office that were revoked do not stand in the way of its others.
"""

import hashlib
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ALLOWED = 30
"""So many addresses that are not there may a source ask for in a window."""
WINDOW = timedelta(minutes=10)
_MOST_SOURCES = 10_000  # the longest known are forgotten first


@dataclass
class _Source:
    since: datetime
    asked: set[bytes] = field(default_factory=set)


class Guesses:
    """What each source has asked for in vain; threads share it."""

    def __init__(self) -> None:
        self._sources: OrderedDict[str, _Source] = OrderedDict()
        self._lock = threading.Lock()

    def are_too_many(self, source: str, at: datetime) -> bool:
        """Say whether a source is not to be heard now, whatever it asks for."""
        with self._lock:
            found = self._current(source, at)
            return found is not None and len(found.asked) >= ALLOWED

    def note(self, source: str, secret: str, at: datetime) -> bool:
        """Count an address that is not there; returns whether this was the last one allowed."""
        with self._lock:
            found = self._current(source, at)
            if found is None:
                found = self._sources[source] = _Source(at)
                while len(self._sources) > _MOST_SOURCES:
                    self._sources.popitem(last=False)
            before = len(found.asked)
            found.asked.add(hashlib.sha256(secret.encode()).digest())
            return before < ALLOWED <= len(found.asked)

    def _current(self, source: str, at: datetime) -> _Source | None:
        found = self._sources.get(source)
        if found is not None and at - found.since >= WINDOW:
            del self._sources[source]
            return None
        return found
