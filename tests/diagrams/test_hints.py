"""Whoever does what a rehearsal says, to the letter, gets to the end of every diagram that has one."""

import json
import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest

from service.engine.drawn import reading
from service.simulation import Outcome, Scenario, Scratch, rehearse, scenario
from tests.conftest import MORNING
from tests.diagrams.test_corpus import RUNS, content

MOST_HINTS = 12
CASES = {case.file: case for case in RUNS}
# What only a form can say, and what a form left empty: no hint is given of either.
ENDLESS = frozenset(
    {
        "camunda/call_mapping.bpmn",
        "camunda/document_signers_counted.bpmn",
        "camunda/purchase_amount_as_text.bpmn",
        "camunda/timer_expression.bpmn",
    }
)


@pytest.fixture(scope="module")
def scratch() -> Iterator[Scratch]:
    with Scratch() as scratch:
        yield scratch


def obeyed(scratch: Scratch, file: str) -> Outcome:
    """Rehearse a diagram, and do what is said until it ends or nothing more is said."""
    case = CASES[file]
    names = (file, *(f"{file.rpartition('/')[0]}/{name}" for name in case.also))
    files = {name.rpartition("/")[2]: content(name) for name in names}
    first = reading.read(file, content(file)).processes[0].process_id
    given: dict[str, Any] = {"variables": {}, "answers": {}, "messages": []}
    for _ in range(MOST_HINTS):
        begun = Scenario(MORNING, case.process or first, stub_operations=True, **given)
        outcome = rehearse(scratch, files, begun)
        if outcome.stop is None or not _obey(outcome.stop.sentence, given):
            return outcome
    return outcome


def _obey(sentence: str, given: dict[str, Any]) -> bool:
    if found := re.search(r"请用 (--variables .*?) 在开始时给出", sentence):
        given["variables"] = given["variables"] | json.loads(shlex.split(found[1])[1])
    elif found := re.search(r"写在前面的环节名下：(\{.*\})。", sentence):
        given["answers"] = given["answers"] | json.loads(found[1])
    elif found := re.search(r"请用 (--message .*) 送达。", sentence):
        given["messages"] = [*given["messages"], scenario.message(shlex.split(found[1])[1])]
    return found is not None


@pytest.mark.parametrize("file", sorted(CASES.keys() - ENDLESS))
def test_what_a_rehearsal_says_leads_to_the_end(scratch: Scratch, file: str) -> None:
    outcome = obeyed(scratch, file)

    assert outcome.stop is None, outcome.stop.sentence


@pytest.mark.parametrize("file", sorted(ENDLESS))
def test_what_cannot_end_by_what_is_said_stops_with_a_sentence(scratch: Scratch, file: str) -> None:
    outcome = obeyed(scratch, file)

    assert outcome.stop is not None
    assert outcome.stop.sentence.endswith("。")
