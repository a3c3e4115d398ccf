"""One diagram played by two: the script chooses among what waits at the first, and the second must show the same."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from tests.conftest import MORNING
from tests.fuzz.generator import Diagram, variable
from tests.fuzz.players import Player, Seen, Wait

_LONGEST = 300  # steps
_HURRY = 25  # steps after which no loop is gone through again
_SHOWN = 40  # steps of a script that fit on a screen
_WIDTH = 160

Play = Callable[[Diagram, datetime], Player]
Look = Callable[[Seen, Diagram], Seen]


@dataclass
class Duel:
    """How it went; as text it fits on one screen."""

    diagram: Diagram
    script: list[str] = field(default_factory=list)
    ended: bool = False
    disagreement: str = ""

    def __str__(self) -> str:
        shown = ", ".join(self.script[-_SHOWN:])
        before = f"… {len(self.script) - _SHOWN} more, " if len(self.script) > _SHOWN else ""
        return (
            f"seed {self.diagram.seed}\n{self.diagram.words}\n"
            f"after {before}{shown or 'the start'}:\n{self.disagreement}"
        )


def play(diagram: Diagram, first: Play, second: Play, look: Look) -> Duel:
    """Play a diagram to its end, or to the first difference in what `look` lets through."""
    duel = Duel(diagram)
    try:
        _steps(duel, (first(diagram, MORNING), second(diagram, MORNING)), look)
    except Exception as error:
        duel.disagreement = f"{type(error).__name__}: {error}"[: 4 * _WIDTH]
    return duel


def _steps(duel: Duel, players: tuple[Player, Player], look: Look) -> None:
    random, at = Random(duel.diagram.seed), MORNING
    for step in range(_LONGEST):
        expected, got = (look(player.seen(), duel.diagram) for player in players)
        duel.disagreement = _difference(expected, got)
        duel.ended = expected.result is not None
        if duel.disagreement or duel.ended:
            return
        chosen = _chosen(random, expected.waits)
        wait = expected.waits[chosen]
        values = _values(random, wait, step, duel.diagram.converts)
        due = datetime.fromisoformat(wait.due) if wait.due else at
        at = max(at + timedelta(minutes=10), due)
        duel.script.append(f"{wait.element}{''.join(f'={v}' for v in values.values())}")
        players[0].do(wait, values, at)
        players[1].do(got.waits[chosen], values, at)
    duel.disagreement = f"not at an end after {_LONGEST} steps"


def _chosen(random: Random, waits: tuple[Wait, ...]) -> int:
    weights = [3 if wait.kind == "task" else 1 for wait in waits]
    [chosen] = random.choices(range(len(waits)), weights)
    return chosen


def _values(random: Random, wait: Wait, step: int, converts: bool) -> dict[str, int | str]:
    if wait.kind != "task":
        return {}
    decision = random.choice((0, 1, 2) if step < _HURRY else (0, 1))
    number = 10 * step + decision
    is_text = converts and random.random() < 0.3
    return {variable(wait.element): str(number) if is_text else number}


def _difference(expected: Seen, got: Seen) -> str:
    told = [
        *_told("completed", +(expected.done - got.done), +(got.done - expected.done)),
        *_told("at joins", +(expected.joins - got.joins), +(got.joins - expected.joins)),
        *_told("waiting", _less(expected.waits, got.waits), _less(got.waits, expected.waits)),
    ]
    if expected.result != got.result:
        told += _told("the end", expected.result or "none yet", got.result or "none yet")
    return "\n".join(told)


def _told(what: str, expected: object, got: object) -> list[str]:
    if not expected and not got:
        return []
    lines = (f"{what}, expected only: {expected}", f"{what}, got only: {got}")
    return [line[: 3 * _WIDTH] for line in lines]


def _less(waits: tuple[Wait, ...], others: tuple[Wait, ...]) -> list[str]:
    rest = list(others)
    found = []
    for wait in waits:
        if wait in rest:
            rest.remove(wait)
        else:
            found.append(str(wait))
    return found
