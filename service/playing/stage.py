"""A store at one moment: people start processes and hand in tasks, and time goes on when it is told to."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.database import Database
from service.playing.filling import OpenForm, open_form
from service.register.people.directory import Actor
from service.runtime import mailbox, tasks, timers
from service.tables.runtime import ProcessInstance

TOGETHER = 50
"""Timers fired in one transaction, as the scheduler does."""

Answer = Callable[[OpenForm], Mapping[str, Any]]
"""What somebody writes in a form that is open before them."""

Fire = Callable[[Database, datetime], object]
"""What fires whatever is due at a moment."""


def fire_together(database: Database, at: datetime) -> None:
    """Fire what is due, one transaction for all of it, and hand messages over; a failure is for whoever plays."""
    with database.transaction() as session:
        timers.fire_due(session, at, TOGETHER)
    with database.reading() as session:
        due = mailbox.due(session, at)
    for message_id in due:
        with database.transaction() as session:
            mailbox.deliver(session, message_id, at)


class Stage:
    """The one driver: it knows the moment, and does what a player says at that moment."""

    def __init__(self, database: Database, at: datetime, fire: Fire = fire_together) -> None:
        self.database = database
        self.at = at
        self._fire = fire

    def start(
        self, session: Session, process_id: str, person: Actor, answer: Answer
    ) -> ProcessInstance:
        """Let a person start a process they may start, with its start form filled in."""
        [form] = [one for one in tasks.startable(session, person) if one.process_id == process_id]
        filled = _filled(open_form(session, form.element.fields, {}, None, self.at), answer)
        return tasks.start(session, process_id, filled, person, self.at)

    def hand_in(self, session: Session, task_id: str, person: Actor, answer: Answer) -> None:
        """Let a person hand in an open task, with its form filled in."""
        view = tasks.open(session, task_id, person, self.at)
        form = open_form(session, view.fields, view.variables, view.row.business_key, self.at)
        filled = _filled(form, answer)
        tasks.complete(session, task_id, filled, person, self.at, view.row.version)

    def fire(self) -> None:
        """Fire whatever is due at this moment."""
        self._fire(self.database, self.at)

    def fire_one(self, timer_id: str) -> None:
        """Fire one timer that is due, and nothing else."""
        with self.database.transaction() as session:
            timers.fire(session, timer_id, self.at)

    def next_due(self) -> datetime | None:
        """Return when a timer is due next."""
        with self.database.reading() as session:
            return timers.next_due(session)

    def until(self, moment: datetime) -> None:
        """Go to a moment; whatever falls due on the way fires when it is due."""
        while (due := self.next_due()) is not None and due <= moment:
            self.at = max(self.at, due)
            self.fire()
        self.at = max(self.at, moment)


def _filled(form: OpenForm, answer: Answer) -> dict[str, Any]:
    return form.check(answer(form))
