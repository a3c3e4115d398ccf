"""What the previous release left unfinished goes on: tasks are handed in and timers fire, through to the end."""

import lzma
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from service import history
from service.database import Database
from service.deadlines import policies
from service.playing import improvising
from service.playing.stage import Stage
from service.runtime import publishing, versions
from service.simulation import explaining
from service.tables.evaluation import Evaluation
from service.tables.runtime import (
    HistoryEvent,
    Incident,
    ProcessInstance,
    UserTask,
)
from service.tables.supervision import ControlCard, SupervisionCase
from tests.replied_case import MEETING, MINUTES, NOT_SATISFIED
from tests.world import drawn

STORE = Path(__file__).parent / "previous" / "store.sql.xz"
MOST_TASKS = 600
LONG = timedelta(days=45)
NOT_DONE: Mapping[str, Any] = {}


def taken_over(file: Path) -> Database:
    """Take the previous release's store over as an operator does: migrate it, deploy the diagrams of today."""
    with sqlite3.connect(file) as connection:
        connection.executescript(lzma.decompress(STORE.read_bytes()).decode())
    database = Database(f"sqlite:///{file}")
    database.prepare()
    with database.transaction() as session:
        policies.seed(session, left_at(database))
        publishing.deploy(session, drawn(), None, left_at(database))
    return database


def left_at(database: Database) -> datetime:
    """Return when the last thing happened in a store."""
    with database.reading() as session:
        [moment] = session.scalars(select(func.max(HistoryEvent.at)))
    return moment


def faults(database: Database) -> list[str]:
    """Return what is wrong with the case files of all instances."""
    with database.reading() as session:
        ids = session.scalars(select(ProcessInstance.id)).all()
        return [fault for id_ in ids for fault in history.verify(session, id_).faults]


def running(database: Database) -> list[str | None]:
    with database.reading() as session:
        rows = select(ProcessInstance.business_key).where(ProcessInstance.status != "ended")
        return list(session.scalars(rows))


def ratings(database: Database) -> list[tuple[int, str, str | None]]:
    with database.reading() as session:
        rows = session.scalars(select(Evaluation).order_by(Evaluation.id))
        return [(row.id, row.state, row.result_rating) for row in rows]


def cards(database: Database) -> set[tuple[int, str, str]]:
    """Return whose card, its colour and its number, of every card that was given."""
    with database.reading() as session:
        rows = session.scalars(select(ControlCard))
        return {(row.supervision_id, row.color, row.number) for row in rows}


class Everybody:
    """All who have something to do; what `answers` does not give by the id of a task, they make up."""

    def __init__(self, stage: Stage, answers: Mapping[str, Mapping[str, Any]] = {}) -> None:
        self.stage = stage
        self.answers = answers
        self.visits: Counter[tuple[Any, ...]] = Counter()
        self.done = 0

    def finish(self) -> None:
        """Do whatever waits for somebody, and let time pass where nothing does, until all has ended."""
        while running(self.stage.database):
            self.stage.fire()
            waiting = self._first()
            if waiting is not None:
                self._do(waiting)
                continue
            due = self.stage.next_due()
            assert due is not None, f"nobody and nothing moves {running(self.stage.database)}"
            self.stage.until(due)

    def _first(self) -> UserTask | None:
        with self.stage.database.reading() as session:
            undone = [name for name, answer in self.answers.items() if answer is NOT_DONE]
            query = select(UserTask).where(UserTask.element_id.not_in(undone))
            oldest = query.order_by(UserTask.created_at, UserTask.id).limit(1)
            return session.scalars(oldest).first()

    def _do(self, row: UserTask) -> None:
        self.done += 1
        assert self.done < MOST_TASKS, f"no end in sight: {self.visits.most_common(5)}"
        with self.stage.database.reading() as session:
            instance = session.get_one(ProcessInstance, row.instance_id)
            definition = versions.definition(session, instance.deployed_process_id)
        element = definition.element(row.process_id, row.element_id)
        given = self.answers.get(element.id, {})
        place = (row.instance_id, row.process_id, row.element_id, *row.candidates)
        words = explaining.words(definition)
        improvising.do(self.stage, row, element, given, self.visits[place], words)
        self.visits[place] += 1


BAD: Mapping[str, Mapping[str, Any]] = {
    "Task_rate": NOT_SATISFIED,
    "Task_convene": {**MEETING, "meeting": None, "held_on": "2027-03-25"},
    "Task_state": NOT_DONE,
    "Task_minute": {**MINUTES, "resolutions": []},
}
"""Every rating sends its case to a meeting, which nobody prepares and its moment begins."""


@dataclass(frozen=True)
class Story:
    """A store before and after everybody finished what they had to do."""

    before: Database
    after: Database


@pytest.fixture(
    scope="module",
    params=[(timedelta(), {}), (LONG, {}), (timedelta(), BAD)],
    ids=["at once", "after every limit", "through the meeting"],
)
def story(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Story]:
    wait, answers = request.param
    folder = tmp_path_factory.mktemp("previous")
    found = Story(taken_over(folder / "before.db"), taken_over(folder / "after.db"))
    stage = Stage(found.after, left_at(found.after))
    stage.until(stage.at + wait)
    Everybody(stage, answers).finish()
    yield found
    found.before.close()
    found.after.close()


def test_every_case_of_the_previous_release_goes_on_to_its_end(story):
    begun = running(story.before)

    with story.after.reading() as session:
        rows = session.scalars(select(ProcessInstance)).all()
        assert list(session.scalars(select(Incident.cause))) == []
    assert len(begun) == 17
    assert {row.end_event for row in rows if row.business_key in begun} == {"End_closed"}


def test_every_case_file_is_intact_before_and_after(story):
    assert faults(story.before) == []
    assert faults(story.after) == []


def test_what_was_sealed_stays_as_it_was_given_and_nothing_stays_open(story):
    before, after = ratings(story.before), ratings(story.after)

    assert Counter(state for _, state, _ in before) == {"rated": 2, "pending": 2}
    assert set(after) >= {one for one in before if one[1] == "rated"}
    assert "pending" not in {state for _, state, _ in after}


def test_supervisions_are_closed_and_keep_the_cards_they_had(story):
    before = cards(story.before)

    assert {color for _, color, _ in before} == {"white", "yellow"}
    assert cards(story.after) >= before
    with story.after.reading() as session:
        assert set(session.scalars(select(SupervisionCase.status))) == {"closed"}
