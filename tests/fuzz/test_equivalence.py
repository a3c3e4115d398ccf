"""The engine does what BPMN 2.0 says, and what the stock library does where that is right, on random diagrams.

An ordinary run plays sixty diagrams against each; `FUZZ=400 pytest tests/fuzz` plays four hundred, and
`FUZZ=400 SEED=5000 …` others. A failure tells its seed, the diagram in words, what was done, and the difference.
"""

import os
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.engine.checking import lint
from service.engine.elements.gateways import ParallelGateway
from service.engine.language import functions
from tests.fuzz.duel import Duel, play
from tests.fuzz.generator import CONVERSIONS, OF_FACTS, Diagram, Features, draw
from tests.fuzz.players import Engine, Kept, Library, Migrated, Seen, Semantics, without

RUNS = int(os.environ.get("FUZZ", "60"))
FIRST = int(os.environ.get("SEED", "0"))
SEEDS = range(FIRST, FIRST + RUNS)

_COMMON = {
    "task": 6,
    "wait": 2,
    "signal": 1,
    "race": 2,
    "xor": 5,
    "and": 4,
    "or": 3,
    "loop": 4,
    "sub": 3,
    "call": 2,
    "many": 3,
    "guarded": 2,
    "reminded": 2,
}
_FURTHER = {"passing": 1, "service": 1, "fan": 3, "link": 2, "repeat": 3, "limited": 2}
_VARIABLES = {"script": 2, "own": 3, "told": 2}

STANDARD = Features({**_COMMON, **_FURTHER, **_VARIABLES}, asides=0.2, messages=0.3)
"""Everything the engine executes."""

STOCK = Features(_COMMON, faults=(), joins_in_loops=False, plain=True)
"""What SpiffWorkflow 3.2.0 does right.

Left out: loops over or inside what a join waits for, and over reminders, since it takes the second pass for the
first and brings back old values; alternatives in a branch of an inclusive block, and flows straight to its join,
which then does not wait; errors and escalations, since it completes the subprocess that was left by one; terminate
events, since it forgets what ended branches had written; timers on subprocesses, since who handles them sees nothing
of what was written inside, and the inside of a multi-instance one lives on. Calls pass all variables both ways, since
it knows no mappings.
"""


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_does_what_the_standard_says(seed: int) -> None:
    _agreed(play(draw(seed, STANDARD), Semantics, Engine, _whole))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_engine_does_what_the_library_does_where_it_is_right(seed: int) -> None:
    _agreed(play(draw(seed, STOCK), Library, Engine, _as_the_library))


@pytest.mark.parametrize("other", [Kept, Migrated])
def test_an_instance_kept_in_memory_or_migrated_goes_on_like_one_loaded(
    other: type[Engine],
) -> None:
    for seed in SEEDS:
        _agreed(play(draw(seed, STANDARD), Engine, other, _whole))


def _agreed(duel: Duel) -> None:
    if duel.disagreement or not duel.ended:
        pytest.fail(str(duel), pytrace=False)


def _whole(seen: Seen, diagram: Diagram) -> Seen:
    return seen


def _as_the_library(seen: Seen, diagram: Diagram) -> Seen:
    """Leave out what the library tells in another way.

    Its own clock, tokens waiting at joins and how many a join took, an event gateway that is done only when its event
    has come; and what instances of an activity wrote, which it drops.
    """
    joins = {name: 1 if name[0] in "BJ" else n for name, n in seen.done.items() if name[0] != "V"}
    seen = without(seen, diagram.repeated)
    waits = tuple(sorted(replace(wait, due="") for wait in seen.waits))
    return replace(seen, done=Counter(joins), waits=waits, joins=Counter())


# --- the tools themselves ------------------------------------------------------------------------


@pytest.mark.parametrize("features", [STANDARD, STOCK], ids=["standard", "stock"])
def test_what_is_drawn_may_be_deployed_and_is_sound(features: Features) -> None:
    known = lint.Known(operations={"note"})

    for seed in SEEDS:
        diagram = draw(seed, features)
        errors = [f for f in lint.check(diagram.files, known) if f.severity == "error"]
        assert errors == [], f"seed {seed}: {diagram.words}"


def test_the_seeds_of_an_ordinary_run_draw_everything() -> None:
    drawn = b"".join(c for seed in range(60) for c in draw(seed, STANDARD).files.values())

    for sign in (
        *(
            "<bpmn:inclusiveGateway",
            "<bpmn:eventBasedGateway",
            "<bpmn:callActivity",
            "<bpmn:escalation",
        ),
        *('cancelActivity="false"', "<bpmn:errorEventDefinition", "<bpmn:terminateEventDefinition"),
        *('isSequential="true"', "<bpmn:completionCondition", "<bpmn:loopCardinality", "R3/P1D"),
        *("<bpmn:standardLoop", 'triggeredByEvent="true"', "<bpmn:linkEvent", "<camunda:out"),
        *("<bpmn:scriptTask", "<camunda:inputParameter", "<bpmn:intermediateThrowEvent"),
    ):
        assert sign.encode() in drawn, sign


def test_every_conversion_is_drawn() -> None:
    words = "\n".join(draw(seed, STANDARD).words for seed in range(600))

    for form in (*CONVERSIONS, *OF_FACTS):
        written = re.escape(form).replace(r"\{v\}", r"\w+").replace(r"\{a\}", r"\w+ % 10")
        assert re.search(written, words), form


def test_a_seed_always_draws_the_same_diagram() -> None:
    first, again, other = draw(7, STANDARD), draw(7, STANDARD), draw(8, STANDARD)

    assert (first.words, first.files) == (again.words, again.files)
    assert first.words != other.words


def test_the_interpreter_brings_everything_to_an_end() -> None:
    for seed in SEEDS:
        _agreed(play(draw(seed, STANDARD), Semantics, Semantics, _whole))


def test_a_join_that_fires_early_is_found_and_told_on_one_screen(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ParallelGateway, "_consumed", lambda self, token: [token])

    duels = [play(draw(seed, STANDARD), Semantics, Engine, _whole) for seed in range(60)]
    found = [duel for duel in duels if duel.disagreement]

    assert len(found) >= 5
    for duel in found:
        assert str(duel).startswith(f"seed {duel.diagram.seed}\n{duel.diagram.words}\nafter ")
        assert len(str(duel)) < 6000


@pytest.mark.parametrize(
    ("operator", "wrong"),
    [
        ("__equal", lambda left, right: left == right),
        ("__less", lambda left, right: str(left) < str(right)),
        ("__added", lambda left, right: f"{left}{right}"),
    ],
)
def test_a_conversion_that_is_wrong_is_found(
    monkeypatch: pytest.MonkeyPatch, operator: str, wrong: Callable[..., Any]
) -> None:
    monkeypatch.setitem(functions.GLOBALS, operator, wrong)

    duels = (play(draw(seed, STANDARD), Semantics, Engine, _whole) for seed in range(400))

    assert any(duel.disagreement for duel in duels)
