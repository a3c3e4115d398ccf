"""What the engine takes for a named limit, by its shape alone."""

from dataclasses import dataclass
from datetime import UTC, datetime

from service.deadlines import book
from service.engine.host import Due

AT = datetime(2026, 3, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Almost:
    moment: datetime


def test_what_the_deadlines_return_is_a_limit_to_the_engine() -> None:
    assert isinstance(book.Due(AT, "sign", "city", AT, None), Due)


def test_anything_less_is_not() -> None:
    for value in ("2026-03-02T00:00:00+00:00", AT, Almost(AT), None):
        assert not isinstance(value, Due)
