"""A source that asks for too many addresses that are not there is heard no more for a while."""

from datetime import timedelta

from service.handlers.everyone import guesses
from service.handlers.everyone.guesses import ALLOWED, WINDOW, Guesses
from tests.conftest import MORNING


def guessed(number: int, source: str = "198.51.100.7") -> Guesses:
    found = Guesses()
    for each in range(number):
        found.note(source, f"secret{each}", MORNING)
    return found


def test_the_last_allowed_guess_is_told_apart() -> None:
    found = Guesses()

    last = [found.note("a", str(each), MORNING) for each in range(ALLOWED + 2)]

    assert last == [*[False] * (ALLOWED - 1), True, False, False]


def test_only_the_source_that_guessed_is_heard_no_more() -> None:
    found = guessed(ALLOWED)

    assert found.are_too_many("198.51.100.7", MORNING)
    assert not found.are_too_many("198.51.100.8", MORNING)
    assert not guessed(ALLOWED - 1).are_too_many("198.51.100.7", MORNING)


def test_one_revoked_address_asked_for_again_and_again_counts_once() -> None:
    found = Guesses()
    for _ in range(ALLOWED * 3):
        found.note("a", "the same", MORNING)

    assert not found.are_too_many("a", MORNING)


def test_it_is_forgotten_after_a_while() -> None:
    found = guessed(ALLOWED)

    assert found.are_too_many("198.51.100.7", MORNING + WINDOW - timedelta(seconds=1))
    assert not found.are_too_many("198.51.100.7", MORNING + WINDOW)


def test_many_sources_do_not_fill_the_memory(monkeypatch) -> None:
    monkeypatch.setattr(guesses, "_MOST_SOURCES", 3)
    found = guessed(ALLOWED, "first")
    for each in range(3):
        found.note(f"other{each}", "x", MORNING)

    assert not found.are_too_many("first", MORNING)
