"""What this engine does not execute is refused."""

import pytest

from tests.service.engine.diagrams import element, end, path, start, sub, user
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes

REFUSED: Refused = {
    "complex gateway": (
        (start(), element("complexGateway", "x"), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "ad-hoc subprocess": (
        (start(), element("adHocSubProcess", "x", user("u")), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "unknown element": ((*ROAD, element("choreographyTask", "x")), ("unsupported", "x")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


def test_subprocesses_may_be_nested_but_not_endlessly() -> None:
    inside = user("a")
    for n in range(22):
        inside = sub(
            f"c{n}",
            start(f"s{n}"),
            inside,
            end(f"e{n}"),
            path(f"s{n}", f"c{n - 1}" if n else "a", f"e{n}"),
        )

    found_codes = {code for code, _ in codes(start(), inside, end(), path("s", "c21", "e"))}

    assert found_codes == {"nesting"}


@pytest.mark.parametrize("assignee", ["$INITIATOR", "${initiator}", "kermit"])
def test_the_placeholder_for_who_started_is_noted(assignee: str) -> None:
    drawn = (
        *(start("s", flowable__initiator="initiator"), user("x", flowable__assignee=assignee)),
        *(end(), path("s", "x", "e")),
    )

    is_noted = ("initiator-understood", "x") in codes(*drawn, severity="warning")
    assert is_noted == (assignee == "$INITIATOR")
    assert not codes(*drawn)
