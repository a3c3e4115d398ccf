"""What is answered in a rehearsal: each open task by the turn it comes in, and the visit it belongs to."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service.engine.definitions import DefinitionSet, Element
from service.simulation.scenario import Scenario, is_skipped, ready_at
from service.tables.runtime import UserTask


@dataclass(frozen=True)
class OpenTask:
    """An open task, what somebody is going to answer, and when."""

    task_id: str
    element: Element
    answer: Mapping[str, Any]
    visit: int
    ready_at: datetime

    @property
    def is_skipped(self) -> bool:
        return is_skipped(self.answer)


class Answers:
    """The answers of a scenario, of which each time the next one counts."""

    def __init__(self, definition: DefinitionSet, scenario: Scenario) -> None:
        self.definition = definition
        self.given = scenario.answers
        self.turns: Counter[tuple[str, str]] = Counter()
        self.births: defaultdict[tuple[Any, ...], list[int]] = defaultdict(list)
        self.repeated = _repeated(definition)

    def next(self, process_id: str, element: Element) -> Mapping[str, Any]:
        """Return what is answered this time; the last of a list holds for all that follow."""
        answers = self.given.get(element.id, self.given.get(element.name, {}))
        turn = self.turns[process_id, element.id]
        self.turns[process_id, element.id] += 1
        if isinstance(answers, list):
            answers = answers[min(turn, len(answers) - 1)] if answers else {}
        found: Mapping[str, Any] = answers
        return found

    def whose(self, variables: Mapping[str, Any]) -> str:
        """Return which of several instances a task is of: the values of what they are repeated over."""
        return repr([(name, variables[name]) for name in self.repeated if name in variables])

    def opened(
        self, row: UserTask, whose: str, command: int, next_of: Element | None, at: datetime
    ) -> OpenTask:
        """Decide how a task that has appeared at a command will be answered.

        Those that appear together are one visit, and so are those done by one after another; each of several
        instances is visited on its own.
        """
        element = self.definition.element(row.process_id, row.element_id)
        births = self.births[row.process_id, row.element_id, whose, row.assignee, *row.candidates]
        if not births or (births[-1] != command and element != next_of):
            births.append(command)
        answer = self.next(row.process_id, element)
        return OpenTask(row.id, element, answer, len(births) - 1, ready_at(answer, at))


def _repeated(definition: DefinitionSet) -> tuple[str, ...]:
    """Return the variables that hold what an activity is repeated for."""
    elements = (e for process in definition.processes.values() for e in process.elements.values())
    names = (each.repetition.element_variable for each in elements if each.repetition)
    return tuple(dict.fromkeys(filter(None, names)))
