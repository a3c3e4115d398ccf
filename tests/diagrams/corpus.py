"""What becomes of a diagram of this folder: it runs these steps to that end, stops with an incident, or is refused.

Elements are named as they are drawn; where one has no name it is left out of the path, and named by its id in a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.conftest import MORNING

FOLDER = Path(__file__).parent
FAMILIES = ("activiti", "bpmnio", "camunda", "camunda8", "flowable", "plain")


@dataclass(frozen=True)
class Step:
    """Something people, the calendar or another case does."""

    verb: str  # do | wrong | shows | fire | silent | send | signal | start | may | may_not
    name: str
    by: str = ""
    key: str | None = None
    late: int = 0  # days after the moment it was due
    due: str = ""  # that moment, on a clock in Shanghai
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Runs:
    """A diagram that goes live: the elements gone through in order, by these steps, until nothing waits."""

    file: str
    path: str
    steps: tuple[Step, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    process: str = ""  # the file's first process, unless named
    also: tuple[str, ...] = ()  # files deployed together with it
    warned: tuple[str, ...] = ()  # codes its designer is told besides
    told: tuple[str, ...] = ()  # words of what its designer is told
    begins: Step | None = None  # what begins it, where that is not a person
    at: datetime = MORNING

    @property
    def title(self) -> str:
        """The file, where the diagram ends, by how many steps, and how and when it begins if that matters."""
        since = "" if self.at == MORNING else f", {self.at:%Y-%m-%dT%H:%MZ}"
        begun = f", {self.begins.verb}" if self.begins else ""
        return f"{self.file} → {self.path.split()[-1]} ({len(self.steps)}{since}{begun})"


@dataclass(frozen=True)
class Stops:
    """A diagram that goes live, and whose last step fails with a sentence about one element; nothing of it is kept."""

    file: str
    element: str
    sentence: str
    steps: tuple[Step, ...] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    warned: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return f"{self.file} stops"


@dataclass(frozen=True)
class Fault:
    """A finding that keeps a diagram from going live: its code, its element, and words of its sentence."""

    code: str
    element: str
    words: str


@dataclass(frozen=True)
class Refused:
    """A diagram that does not go live."""

    file: str
    faults: tuple[Fault, ...]

    @property
    def title(self) -> str:
        return self.file


def refused(file: str, *faults: tuple[str, str, str]) -> Refused:
    return Refused(file, tuple(Fault(*each) for each in faults))


def do(name: str, by: str = "", **values: Any) -> Step:
    """Somebody completes a task; `by` picks one of several by who has it."""
    return Step("do", name, by=by, values=values)


def wrong(name: str, **values: Any) -> Step:
    """Somebody hands in a form that is not filled as it asks; the task stays."""
    return Step("wrong", name, values=values)


def shows(name: str, **terms: Any) -> Step:
    """A task is due, to be looked at again, as urgent and with the form that is drawn; moments as in Shanghai."""
    return Step("shows", name, values=terms)


def may(process: str, who: str) -> Step:
    """A process is offered to a role or a person to start."""
    return Step("may", process, by=who)


def may_not(process: str, who: str) -> Step:
    return Step("may_not", process, by=who)


def fire(name: str, due: str = "", late: int = 0) -> Step:
    """A timer is due; `late` days pass before the clock notices."""
    return Step("fire", name, due=due, late=late)


def silent(name: str) -> Step:
    """No timer of this name is waiting any more."""
    return Step("silent", name)


def send(name: str, key: str | None = "case:1", **payload: Any) -> Step:
    """Somebody sends a message to a case; the instance that is followed is case:1."""
    return Step("send", name, key=key, values=payload)


def signal(name: str, **payload: Any) -> Step:
    return Step("signal", name, values=payload)


def start(process: str, key: str, **values: Any) -> Step:
    """Another instance is started; the steps after it may be tasks of either."""
    return Step("start", process, key=key, values=values)
