"""What two tokens reach that no join has made one is found, however long the ways are on which they come."""

import itertools
import random
from collections import Counter
from collections.abc import Iterator

import pytest

from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element
from service.engine.faults import concurrency, soundness
from tests.ending import ends
from tests.service.engine.diagrams import (
    boundary,
    call,
    document,
    element,
    end,
    flow,
    fork,
    message,
    path,
    process,
    some,
    start,
    sub,
    timer,
    user,
    xor,
)

MESSAGE = '<bpmn:message id="M" name="已下发"/>'
TERMINATE = "<bpmn:terminateEventDefinition/>"


def graph(*parts: str) -> Graph:
    [drawn] = reading.read("p.bpmn", document(MESSAGE, process("p", *parts))).processes
    return Graph(drawn)


def doubled(*parts: str, scope: str = "") -> set[str]:
    return concurrency.doubled(graph(*parts), scope)


def forked(*between: str) -> tuple[str, ...]:
    """A split into `a` and `b`, and after that what is given."""
    return (start(), fork("g"), user("a"), user("b"), path("s", "g"), path("g", "a"), path("g", "b"), *between)  # fmt: skip


def row(name: str, count: int) -> tuple[str, ...]:
    """So many tasks one after another."""
    keys = [f"{name}{number}" for number in range(count)]
    return (*map(user, keys), path(*keys))


DOUBLED = {
    "both branches as long": (forked(xor("m"), user("z"), end(), path("a", "m", "z", "e"), path("b", "m")), {"z", "e"}),
    "one longer than all that follows": (forked(xor("m"), user("z"), end(), *row("c", 9), path("a", "c0"), path("c8", "m", "z", "e"), path("b", "m")), {"z", "e"}),
    "straight into a task": (forked(user("z"), end(), *row("c", 3), path("a", "c0"), path("c2", "z", "e"), path("b", "z")), {"z", "e"}),
    "a wrong answer leads back into the other branch": (forked(xor("m"), xor("x", default="x-j"), user("y"), fork("j"), end(), path("a", "x"), flow("x", "m", "n"), flow("x", "j"), path("b", "m", "y", "j", "e")), {"y"}),
    "a reminder that rejoins the road": ((start(), user("a"), boundary("t", "a", timer("P1D"), interrupting=False), user("r"), xor("m"), user("z"), end(), path("s", "a", "m", "z", "e"), path("t", "r", "m")), {"z", "e"}),
    "a split without a gateway": ((start(), user("a"), user("b"), *row("c", 4), user("z"), end(), path("s", "a", "c0"), path("a", "b", "z", "e"), path("c3", "z")), {"z", "e"}),
    "answers that do not exclude one another": ((start(), some("g"), user("a"), user("b"), user("z"), end(), path("s", "g"), flow("g", "a", "n > 1"), flow("g", "b", "n > 2"), path("a", "z", "e"), path("b", "z")), {"z", "e"}),
    "a call behind three branches, two of which meet": ((start(), fork("g"), user("a"), user("b"), user("c"), fork("j"), call("z", "q"), end(), path("s", "g"), path("g", "a", "j"), path("g", "b", "j"), path("g", "c", "z", "e"), path("j", "z")), {"z", "e"}),
    "an end that sends a message": (forked(end("e", message("M")), path("a", "e"), path("b", "e")), {"e"}),
    "inside a loop": ((start(), xor("n"), fork("g"), user("a"), *row("c", 3), xor("m"), xor("x", default="x-e"), end(), path("s", "n", "g", "a", "m", "x"), path("g", "c0"), path("c2", "m"), flow("x", "e"), flow("x", "n", "again")), {"a", "c0", "c1", "c2", "e"}),
}  # fmt: skip


@pytest.mark.parametrize("what", DOUBLED)
def test_what_two_tokens_reach_is_named(what: str) -> None:
    parts, expected = DOUBLED[what]

    assert doubled(*parts) == expected


def blocks(count: int) -> tuple[str, ...]:
    """Parallel blocks one after another, one branch longer in each."""
    drawn = [
        fork(f"g{n}") + user(f"a{n}") + user(f"b{n}") + user(f"c{n}") + fork(f"j{n}")
        + path(f"g{n}", f"a{n}", f"b{n}", f"j{n}") + path(f"g{n}", f"c{n}", f"j{n}")
        + path(f"j{n}", f"g{n + 1}" if n < count - 1 else "e")
        for n in range(count)
    ]  # fmt: skip
    return (start(), *drawn, end(), path("s", "g0"))


MET = {
    "a join": forked(fork("j"), user("z"), end(), *row("c", 9), path("a", "c0"), path("c8", "j", "z", "e"), path("b", "j")),
    "an inclusive join": forked(some("j"), user("z"), end(), *row("c", 9), path("a", "c0"), path("c8", "j", "z", "e"), path("b", "j")),
    "exclusive answers, one longer": (start(), xor("g", default="g-a"), user("a"), *row("c", 5), xor("m"), user("z"), end(), path("s", "g", "a", "m", "z", "e"), flow("g", "c0", "n"), path("c4", "m")),
    "what is first of several events": (start(), element("eventBasedGateway", "g"), element("intermediateCatchEvent", "a", message("M")), element("intermediateCatchEvent", "b", timer("P1D")), user("z"), end(), path("s", "g", "a", "z", "e"), path("g", "b", "z")),
    "one end for both": forked(end(), path("a", "e"), path("b", "e")),
    "an end that ends everything": forked(xor("m"), end("e", TERMINATE), path("a", "m", "e"), path("b", "m")),
    "a timer that takes the task away": (start(), user("a"), boundary("t", "a", timer("P1D")), *row("c", 4), user("z"), end(), path("s", "a", "z", "e"), path("t", "c0"), path("c3", "z")),
    "a reminder of every pass, with two ways to one end of its own": (start(), xor("m"), user("a"), boundary("t", "a", timer("P1D"), interrupting=False), xor("y", default="y-r"), user("r"), user("q"), user("o"), end("e2"), path("t", "y", "r", "o", "e2"), flow("y", "q", "n"), path("q", "o"), xor("x", default="x-e"), end(), path("s", "m", "a", "x", "e"), flow("x", "m", "n")),
    "a loop in one branch": forked(xor("n"), xor("x", default="x-j"), user("y"), fork("j"), end(), path("a", "n", "y", "x", "j"), flow("x", "n", "again"), path("b", "j", "e")),
    "a message and a blank start before one task": (start(), start("s2", message("M")), user("a"), end(), path("s", "a", "e"), path("s2", "a")),
    "opposite answers of a task": (start(), user("a"), user("b"), *row("c", 4), user("z"), end(), path("s", "a"), flow("a", "b", "${ok}"), flow("a", "c0", "${!ok}"), path("b", "z", "e"), path("c3", "z")),
    "other values of one choice": (start(), some("g"), user("b"), *row("c", 4), user("z"), end(), path("s", "g"), flow("g", "b", "v == 'x'"), flow("g", "c0", "v == 'y' and n > 1"), path("b", "z", "e"), path("c3", "z")),
    "the default beside a condition": (start(), user("a").replace("<bpmn:userTask", '<bpmn:userTask default="a-b"'), user("b"), *row("c", 4), user("z"), end(), path("s", "a", "b", "z", "e"), flow("a", "c0", "n"), path("c3", "z")),
    "an inclusive block in a branch of another, left early": (start(), fork("g"), some("i"), user("a"), some("k"), user("b"), user("c"), some("l"), some("j"), user("w"), fork("x"), end(), path("s", "g", "i", "a", "j", "x", "e"), path("i", "k", "b", "l", "j"), path("k", "c", "l"), path("g", "w", "x")),
    "an inclusive block in a loop": (start(), xor("n"), some("i"), user("a"), *row("c", 3), some("j"), user("z"), xor("x", default="x-e"), end(), path("s", "n", "i", "a", "j", "z", "x", "e"), path("i", "c0"), path("c2", "j"), flow("x", "n", "n")),
}  # fmt: skip


@pytest.mark.parametrize("what", MET)
def test_what_meets_or_never_comes_together_is_left_alone(what: str) -> None:
    assert doubled(*MET[what]) == set()


def test_the_inside_of_subprocesses_is_looked_at_by_itself() -> None:
    inside = (start("s1"), fork("g"), user("a"), *row("c", 3), user("z"), end("e1"), path("s1", "g", "a", "z", "e1"), path("g", "c0"), path("c2", "z"))  # fmt: skip
    parts = (start(), sub("u", *inside), user("y"), end(), path("s", "u", "y", "e"))

    assert doubled(*parts) == set()
    assert doubled(*parts, scope="u") == {"z", "e1"}


def test_the_check_says_it_in_words_and_points_at_the_task() -> None:
    parts = forked(xor("m"), user("z", name="签发答复"), end(), *row("c", 9), path("a", "c0"), path("c8", "m", "z", "e"), path("b", "m"))  # fmt: skip

    [_, finding] = sorted(soundness.findings(graph(*parts)), key=lambda found: found.element)

    assert (finding.code, finding.element, finding.severity) == ("twice", "z", "warning")
    assert "“签发答复”（z）可能被同时走到两次" in finding.message


def test_a_large_diagram_is_settled() -> None:
    large = graph(*blocks(60))  # 300 elements

    with ends():
        found = concurrency.doubled(large, "")

    assert found == set()


def test_tokens_that_stand_side_by_side_meet_behind_a_merge() -> None:
    drawn = graph(*forked(xor("m"), user("z"), end(), *row("c", 3), path("a", "c0"), path("c2", "m", "z", "e"), path("b", "m")))  # fmt: skip

    assert concurrency.met(drawn, "", ["a-c0", "b-m"]) == {"z", "e"}
    assert concurrency.met(drawn, "", ["a-c0"]) == set()


# --- beside every order in which tokens can move ------------------------------------------------


@pytest.mark.parametrize("seed", range(150))
def test_it_says_what_every_order_of_moves_brings_about(seed: int) -> None:
    drawn = graph(*tangle(random.Random(seed)))
    really, stuck = played(drawn)

    found = concurrency.doubled(drawn, "")

    assert really <= found
    if not stuck:
        assert found == really


def tangle(choice: random.Random) -> Iterator[str]:
    """A start, elements of which each leads on to one or two of those behind it, and an end."""
    last = choice.randint(4, 8)
    yield start("n0")
    ways: list[tuple[int, int]] = [(0, 1)]
    for number in range(1, last):
        behind = range(number + 1, last + 1)
        ways += [(number, to) for to in choice.sample(behind, min(len(behind), choice.choice((1, 1, 2))))]  # fmt: skip
    for number in range(1, last):
        out = sum(before == number for before, _ in ways)
        draw = choice.choice((fork, xor)) if out > 1 or choice.random() < 0.4 else user
        yield draw(f"n{number}")
    yield end(f"n{last}")
    yield from (flow(f"n{before}", f"n{after}") for before, after in ways)


def played(drawn: Graph) -> tuple[set[str], bool]:
    """Move tokens in every order; return what two of them were before at once, and whether any was left standing."""
    first = tuple(flow.id for flow in drawn.outgoing["n0"])
    seen, wanted = {first}, [first]
    twice: set[str] = set()
    stuck = False
    while wanted:
        position = wanted.pop()
        targets = Counter(target(drawn, key).id for key in position)
        plain = {key for key, count in targets.items() if count > 1 and is_plain(drawn, key, position)}  # fmt: skip
        twice |= plain
        after = [*moves(drawn, position)]
        stuck |= bool(position) and not after
        for one in after:
            if one not in seen and len(one) < 8:
                seen.add(one)
                wanted.append(one)
    return twice, stuck


def is_plain(drawn: Graph, key: str, position: tuple[str, ...]) -> bool:
    """A gateway is not told, and an end only where both come the same way."""
    kind = drawn.elements[key].kind
    same = any(count > 1 and target(drawn, one).id == key for one, count in Counter(position).items())  # fmt: skip
    return kind == "userTask" or (kind == "endEvent" and same)


def target(drawn: Graph, key: str) -> Element:
    return drawn.elements[next(flow.target for flow in drawn.flows if flow.id == key)]


def moves(drawn: Graph, position: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for reached in {target(drawn, key).id for key in position}:
        entering = [flow.id for flow in drawn.incoming[reached]]
        leaving = [flow.id for flow in drawn.outgoing.get(reached, [])]
        kind = drawn.elements[reached].kind
        taken = [entering] if kind == "parallelGateway" else [[key] for key in entering]
        given = [[key] for key in leaving] if kind == "exclusiveGateway" else [leaving]
        for before, after in itertools.product(taken, given):
            if all(key in position for key in before):
                rest = Counter(position) - Counter(before) + Counter(after)
                yield tuple(sorted(rest.elements()))
