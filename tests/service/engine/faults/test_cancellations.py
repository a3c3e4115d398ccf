"""A cancellation that would cancel nothing, or lead nowhere, is refused."""

import pytest

from tests.service.engine.diagrams import (
    CANCEL,
    boundary,
    end,
    path,
    process,
    start,
    sub,
    transaction,
    user,
)
from tests.service.engine.faults.checked import Refused, assert_refused, codes, found

BODY = (start("s1"), user("i"), end("x", CANCEL), path("s1", "i", "x"))
ROAD = (start(), end(), path("s", "b", "e"))
AFTER = (end("e2"), path("c", "e2"))

REFUSED: Refused = {
    "cancelling the whole process": (
        (start(), user("a"), end("x", CANCEL), path("s", "a", "x")),
        ("cancel-place", "x"),
    ),
    "cancelling an ordinary subprocess": ((*ROAD, sub("b", *BODY)), ("cancel-place", "x")),
    "cancelling from a subprocess of the transaction": (
        (
            *ROAD,
            transaction("b", start("s2"), sub("d", *BODY), end("e3"), path("s2", "d", "e3")),
            *(boundary("c", "b", CANCEL), *AFTER),
        ),
        ("cancel-place", "x"),
    ),
    "a cancellation nothing catches": ((*ROAD, transaction("b", *BODY)), ("cancel-place", "x")),
    "catching it beside a task": (
        (start(), user("b"), end(), path("s", "b", "e"), boundary("c", "b", CANCEL), *AFTER),
        ("cancel-place", "c"),
    ),
    "catching it while the transaction goes on": (
        (*ROAD, transaction("b", *BODY), boundary("c", "b", CANCEL, interrupting=False), *AFTER),
        ("cancel-place", "c"),
    ),
    "catching it twice": (
        (
            *(*ROAD, transaction("b", *BODY), boundary("c", "b", CANCEL), *AFTER),
            *(boundary("d", "b", CANCEL), end("e3"), path("d", "e3")),
        ),
        ("cancel-place", "d"),
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


def test_a_transaction_with_one_event_that_catches_its_cancellation_is_sound() -> None:
    assert not codes(*ROAD, transaction("b", *BODY), boundary("c", "b", CANCEL), *AFTER)


def test_a_cancellation_without_a_way_on_is_told_what_to_attach() -> None:
    [finding] = [
        f for f in found(process("p", *ROAD, transaction("b", *BODY))) if f.code == "cancel-place"
    ]

    assert "附一个取消边界事件" in finding.message
