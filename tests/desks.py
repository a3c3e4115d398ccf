"""One suggestion told from its units' desks, on the real runtime.

`do` hands in the form of an open task the way a page would, `later` lets days pass and fires what is due, `waiting`
says who has what to do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from service import operations, people
from service.database import Database
from service.demo import city
from service.engine import definitions, expressions
from service.forms import FormSpec
from service.operations import SOURCES
from service.runtime import deployments, instances, tasks, timers
from service.tables.assignments import Assignment
from service.tables.people import Notification
from service.tables.runtime import HistoryEvent, ProcessInstance, UserTask
from service.tables.suggestions import Attachment
from tests.conftest import MORNING
from tests.handled import CHEAP, Case, assign, cosign, suggest

PROCESSES = Path(__file__).parent.parent / "processes"
FILES = (
    "unit_handling",
    "contact_confirmation",
    "handling_plan",
    "reply_issuing",
    "reply_review",
    "co_handling",
    "assist_handling",
    "separate_handling",
)


class Story:
    """One suggestion, told from its units' desks."""

    def __init__(self, database: Database, at: datetime = MORNING) -> None:
        self.database = database
        self.at = at
        operations.load()
        with database.transaction() as session:
            city.load(session, at, CHEAP)
            files = {f"{name}.bpmn": (PROCESSES / f"{name}.bpmn").read_bytes() for name in FILES}
            deployments.deploy(session, files, None, at, instances.known(session))
            self.proof = self._attach(session)

    # what is given

    def suggestion(
        self,
        *,
        sole: str = "",
        lead: str = "",
        assists: tuple[str, ...] = (),
        separates: tuple[str, ...] = (),
        co_signers: tuple[str, ...] = (),
        **changes: Any,
    ) -> Case:
        with self.database.transaction() as session:
            row = suggest(session, **changes)
            cosign(session, row.id, *co_signers)
            case = Case(row.id)
            if sole or lead:
                role = "sole" if sole else "lead"
                case.lead = assign(session, row.id, sole or lead, role).id
            case.assists = self._assigned(session, row.id, assists, "assist")
            case.separates = self._assigned(session, row.id, separates, "separate")
            mode = "separate" if separates else "lead_assist" if assists else "sole"
            row.handling_mode = mode
            self.case, self.lead_unit = case, sole or lead
            self.is_key = row.is_key
        return case

    def start(self, process_id: str, **variables: Any) -> int:
        case = self.case
        given = {
            "suggestion": case.suggestion,
            "level": "city",
            "office": "deputy_office",
            "lead_deputy": "d001",
            "co_signers": [],
            "is_hard": False,
            "is_key": self.is_key,
            "handling_mode": self._mode(),
            "dispatched_at": MORNING.isoformat(),
            "signed_at": MORNING.isoformat(),
            "dispatched_to_unit_at": MORNING.isoformat(),
            "round": 1,
            "lead_unit": self.lead_unit,
            "lead_assignment": case.lead,
            "unit": self.lead_unit,
            "assignment": case.lead,
            "assists": case.assists,
            "separates": case.separates,
            **variables,
        }
        with self.database.transaction() as session:
            key = f"suggestion:{case.suggestion}"
            self.instance = instances.start(
                session, process_id, given, None, self.at, business_key=key
            ).id
        return self.instance

    # what happens

    def do(self, name: str, by: str, **values: Any) -> None:
        """Let a person hand in the form of the open task of this name."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            row = self._open(session, name, person)
            view = tasks.open(session, row.id, person, self.at)
            spec = FormSpec.of(view.fields, expressions.evaluate)
            options: dict[str, Any] = {
                source: SOURCES[source](session, view.variables) for source in spec.sources
            }
            options["attachments"] = [(str(self.proof), "佐证.jpg")]
            typed = spec.initial(view.variables, options) | values
            typed = {f.id: typed[f.id] for f in spec.fields if not f.readonly}
            checked = spec.check(typed, view.variables, options)
            tasks.complete(session, row.id, checked, person, self.at)

    def form(self, name: str, by: str) -> Mapping[str, Any]:
        """Return what the form of an open task shows before anything is typed."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            view = tasks.open(session, self._open(session, name, person).id, person, self.at)
            spec = FormSpec.of(view.fields, expressions.evaluate)
            options = {source: SOURCES[source](session, view.variables) for source in spec.sources}
            return spec.initial(view.variables, options)

    def later(self, days: int) -> None:
        """Let days pass, firing what becomes due at its own moment."""
        until = self.at + timedelta(days=days)
        while True:
            with self.database.transaction() as session:
                moment = timers.next_due(session)
                if moment is None or moment > until:
                    break
                self.at = max(self.at, moment)
                for timer_id in timers.due(session, self.at):
                    timers.fire(session, timer_id, self.at)
        self.at = until

    # what a person would see

    def waiting(self) -> dict[str, list[str]]:
        """Return the open tasks by name, with whom they wait for."""
        with self.database.transaction() as session:
            found: dict[str, list[str]] = {}
            rows = session.scalars(
                select(UserTask).where(UserTask.instance_id == self.instance).order_by(UserTask.id)
            )
            for row in rows:
                found.setdefault(row.name, []).extend(
                    [row.assignee] if row.assignee else row.candidates
                )
            return {name: sorted(who) for name, who in found.items()}

    def due(self, name: str) -> datetime | None:
        with self.database.transaction() as session:
            return session.scalars(
                select(UserTask.due_at).where(
                    UserTask.instance_id == self.instance, UserTask.name == name
                )
            ).one()

    def told(self, recipient: str, kind: str) -> list[str]:
        with self.database.transaction() as session:
            return list(
                session.scalars(
                    select(Notification.text)
                    .where(Notification.recipient == recipient, Notification.kind == kind)
                    .order_by(Notification.id)
                )
            )

    @property
    def end(self) -> str | None:
        """The name of the end event, once the instance has ended."""
        with self.database.transaction() as session:
            row = session.get_one(ProcessInstance, self.instance)
            if row.status != "ended":
                return None
            return session.scalars(
                select(HistoryEvent.name)
                .where(
                    HistoryEvent.instance_id == self.instance,
                    HistoryEvent.process_id == row.process_id,
                    HistoryEvent.element_id == row.end_event,
                )
                .order_by(HistoryEvent.seq.desc())
                .limit(1)
            ).one()

    def status(self, assignment: int | None = None) -> str:
        with self.database.transaction() as session:
            return session.get_one(Assignment, assignment or self.case.lead).status

    def count(self, table: type, *where: Any) -> int:
        with self.database.transaction() as session:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

    def _open(self, session: Session, name: str, person: people.Actor) -> UserTask:
        rows = [row for row in tasks.inbox(session, person) if row.name == name]
        assert rows, f"{person.login} has no {name}; they have {tasks.inbox(session, person)}"
        return rows[0]

    def _assigned(
        self, session: Session, suggestion_id: int, units: tuple[str, ...], role: str
    ) -> list[dict[str, Any]]:
        return [
            {"unit": unit, "assignment": assign(session, suggestion_id, unit, role).id}
            for unit in units
        ]

    def _mode(self) -> str:
        if self.case.separates:
            return "separate"
        return "lead_assist" if self.case.assists else "sole"

    def _attach(self, session: Session) -> int:
        row = Attachment(
            sha256="0" * 64,
            name="佐证.jpg",
            media_type="image/jpeg",
            size=1,
            uploaded_by="d001",
            uploaded_at=self.at,
        )
        session.add(row)
        session.flush()
        return row.id


def flows_taken(database: Database) -> dict[str, set[str]]:
    """Return the sequence flows that tokens went along in this database, by process."""
    with database.transaction() as session:
        taken: dict[str, set[str]] = {}
        for process_id, data in session.execute(select(HistoryEvent.process_id, HistoryEvent.data)):
            if data.get("flow"):
                taken.setdefault(process_id, set()).add(data["flow"])
        return taken


def flows_drawn(process_id: str) -> set[str]:
    """Return the sequence flows a diagram draws."""
    file = f"{process_id}.bpmn"
    parsed = definitions.parse({file: (PROCESSES / file).read_bytes()})
    return {flow.id for flow in parsed[process_id].flows}
