"""A time that cannot be is found before deployment."""

import pytest

from service.engine.running import times


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("P3D", False),
        ("2026-03-05", False),
        ("${anything}", False),
        ("", False),
        ("2026-03-05T18:00:00", False),
        ("2026-13-05", True),
        ("下周 一", True),
        ("${", True),
        ("R3/P1D", True),
    ],
)
def test_a_literal_time_that_cannot_be_is_found_before_deployment(
    text: str, is_wrong: bool
) -> None:
    assert bool(times.moment_fault(text)) is is_wrong
