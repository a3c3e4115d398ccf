"""A small city and its people, and the verbs by which tests tell what happens to a suggestion.

Everybody signs in under the words that say who they are: `world.do("审查建议", by="代工委甲", …)` is read as it is
meant. Forms are filled by the real form and checked by it, timers are fired by the scheduler's own job, and time is
whatever the world says it is. Every flow taken is remembered; the last test of a diagram's module asks for all.
"""

import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from scheduler.jobs import fire_due_timers
from service import history, operations
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.errors import DiagramInvalid, FormInvalid
from service.forms import Field, FormSpec, Option
from service.forms.spec import choices
from service.playing import company
from service.playing.filling import OpenForm, open_form
from service.playing.stage import Stage
from service.register.dispatch import timeliness
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import suggestions
from service.runtime import inbox, instances, messages, publishing, tasks
from service.tables.assignments import Assignment
from service.tables.people import Deputy, Notification, Person, Post, Term, Unit
from service.tables.runtime import HistoryEvent, Incident, ProcessInstance, TimerJob, UserTask
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING

PROCESSES = Path(__file__).parent.parent / "processes"
SITTING = datetime(2026, 1, 21, 9, tzinfo=LOCAL)
"""A morning during the fifth session of the seventh congress."""

UNITS = (
    ("JT", "交通运输局", "交通局", "government", "city"),
    ("GA", "公安局", "公安局", "government", "city"),
    ("CG", "城市管理局", "城管局", "government", "city"),
    ("ZJ", "住房和城乡建设局", "住建局", "government", "city"),
    ("WJ", "卫生健康局", "卫健局", "government", "city"),
    ("SJ", "市场监督管理局", "市监局", "government", "city"),
    ("SD", "供电公司", "供电公司", "enterprise", "city"),
    ("FY", "人民法院", "法院", "court", "city"),
    ("SM", "石门镇", "石门镇", "government", "town"),
    ("HW", "城建环资工作委员会", "城建环资工委", "congress", "city"),
    ("CJ", "财政经济工作委员会", "财经工委", "congress", "city"),
)
SHORT = {code: short for code, _, short, _, _ in UNITS}
UNIT_POSTS = {
    "联络员": "unit_liaison",
    "承办人": "unit_handler",
    "核稿人": "unit_reviewer",
    "分管领导": "unit_deputy_head",
    "负责人": "unit_head",
}
DEPUTIES = (
    ("代表甲", "city", "云溪", None),
    ("代表乙", "city", "云溪", None),
    ("代表丙", "city", "白崖", None),
    ("代表丁", "city", "石门", None),
    ("镇代表", "town", "石门", "SM"),
)
STAFF: Mapping[str, tuple[str, ...]] = {
    "云溪代表团": ("delegation_clerk:云溪",),
    "白崖代表团": ("delegation_clerk:白崖",),
    "石门主席团": ("town_presidium:SM", "delegation_clerk:石门"),
    "代工委甲": ("deputy_office",),
    "代工委乙": ("deputy_office",),
    "城建工委": ("work_committee:HW",),
    "常委会办公室": ("sc_office",),
    "主任会议": ("director_meeting", "director_member"),
    "政府办": ("gov_office",),
    "督查室": ("gov_supervision",),
    "督查室主任": ("gov_supervision", "gov_supervision_head"),
    "市委督查室": ("party_supervision",),
    "副市长": ("vice_mayor",),
    "保密审查员": ("secrecy_reviewer",),
    "信息公开员": ("publisher",),
    "管理员": ("admin",),
    "设计员": ("designer",),
    "审计员": ("auditor",),
    "运维": ("operator",),
}
SUGGESTION: Mapping[str, Any] = {
    "title": "关于在云溪至白崖县道急弯路段增设会车警示与防护栏的建议",
    "level": "city",
    "category": "transport",
    "kind": "ordinary",
    "situation": "云溪至白崖县道十二处急弯视线受阻，近两年发生会车刮擦事故九起，群众反映强烈。",
    "analysis": "道路弯急路窄，缺少会车警示，临崖一侧没有护栏。",
    "items": [{"text": "在十二处急弯增设会车警示。"}, {"text": "在临崖路段加装防护栏。"}],
    "signed": True,
}
COMPLETE = ["single_issue", "complete", "has_proposals", "signed"]
"""What a reviewer ticks off before a suggestion can be registered."""


_TAKEN: dict[str, set[str]] = defaultdict(set)
_BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"


@dataclass(frozen=True)
class Case:
    """A suggestion and the instance that carries it."""

    suggestion: int
    instance: int

    @property
    def business_key(self) -> str:
        return f"suggestion:{self.suggestion}"


class World:
    """The city at one moment, which only moves when a test moves it."""

    def __init__(
        self,
        database: Database,
        at: datetime = MORNING,
        *,
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self.database = database
        self.at = at
        self.case: Case | None = None
        operations.load()
        with database.transaction() as session:
            populate(session, at)
            _deploy(session, drawn() if files is None else files, at)

    @property
    def stage(self) -> Stage:
        """The city at this moment, for whoever does something in it."""
        return Stage(self.database, self.at, fire_due_timers)

    # What people do

    def submit(self, by: str = "代表甲", **values: Any) -> Case:
        """Let a deputy submit a suggestion; it becomes the case everything is about from now on."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            answer = partial(filled, given={**SUGGESTION, **values})
            instance = self.stage.start(session, "suggestion_main", person, answer)
            _, _, suggestion_id = (instance.business_key or "").partition(":")
            self.case = Case(int(suggestion_id), instance.id)
        self.stage.fire()
        return self.case

    def start(
        self,
        process_id: str,
        business_key: str | None = None,
        by: str | None = None,
        **variables: Any,
    ) -> int:
        """Start any process with variables, as a caller would; returns the instance."""
        with self.database.transaction() as session:
            instance = instances.start(session, process_id, variables, by, self.at, business_key)
            return instance.id

    def do(self, name: str, by: str, case: Case | None = None, **values: Any) -> None:
        """Let a person hand in the one open task of this name that is theirs, with what the form proposes and `values`."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            task = self._task(session, name, person, case)
            self.stage.hand_in(session, task.id, person, partial(filled, given=values))
        self.stage.fire()

    def refused(
        self, name: str, by: str, case: Case | None = None, **values: Any
    ) -> dict[str, str]:
        """Let a person hand in a form that is not accepted; returns the sentence beside each field."""
        try:
            self.do(name, by, case, **values)
        except FormInvalid as error:
            return error.messages
        raise AssertionError(f"{name} by {by} was accepted")

    def send(self, message: str, by: str, case: Case | None = None, **payload: Any) -> None:
        """Deliver a message to a case."""
        key = self._case(case).business_key
        with self.database.transaction() as session:
            messages.send(session, message, key, payload, by, self.at)
        self.stage.fire()

    def refused_start(self, by: str = "代表甲", **values: Any) -> dict[str, str]:
        """Let somebody submit a suggestion that is not accepted; returns the sentence beside each field."""
        try:
            self.submit(by, **values)
        except FormInvalid as error:
            return error.messages
        raise AssertionError(f"a suggestion by {by} was accepted")

    # Whole stretches of the way, for tests of what comes after

    def register(self, **values: Any) -> Case:
        """Submit a suggestion and have it reviewed and registered."""
        case = self.submit(**values)
        self.do("审查建议", by="代工委甲", review_conclusion="register", checklist=COMPLETE)
        return case

    def dispatch(
        self,
        lead: str | None = "JT",
        assists: Sequence[str] = (),
        separates: Sequence[str] = (),
        **values: Any,
    ) -> None:
        """Dispatch the registered case to its units, without asking them first."""
        mode = "separate" if separates else "lead_assist" if assists else "sole"
        plan: dict[str, Any] = {
            "lead_unit": lead,
            "assist_units": list(assists),
            "separate_units": list(separates),
        }
        named = {name: value for name, value in plan.items() if value}
        self.do("拟定承办方案", by="代工委甲", handling_mode=mode, pre_dispatch=False, **named)
        self.do("正式交办", by="代工委甲", **values)
        if "二次分办" in self.open_tasks(self.case):
            self.do("二次分办", by="政府办")

    def sign(self) -> None:
        """Let every unit sign for its duty."""
        while "签收任务" in self.open_tasks(self.case):
            [row, *_] = [each for each in self.waiting(self.case) if each.name == "签收任务"]
            _, _, unit = row.candidates[0].partition(":")
            self.do("签收任务", by=f"{SHORT[unit]}联络员", sign_decision="accept", section="业务股")

    def carry_on(self, until: str, answers: Mapping[str, Mapping[str, Any]] | None = None) -> None:
        """Let whoever has something to do on the case do it, oldest first, until a task of this name is there.

        `answers` gives, by the name of a task, what to fill in beyond what the form proposes.
        """
        for _ in range(200):
            rows = self.waiting(self._case(None))
            if until in [row.name for row in rows]:
                return
            assert rows, f"nobody has anything to do, and {until!r} was never asked for"
            row = rows[0]
            who = self.holder(row)
            with self.database.transaction() as session:
                person = people.actor(session, who)
                answer = partial(filled, given=(answers or {}).get(row.name, {}))
                self.stage.hand_in(session, row.id, person, answer)
            self.stage.fire()
        raise AssertionError(f"200 tasks were done and {until!r} was never asked for")

    def holder(self, row: UserTask) -> str:
        """Return somebody who may do an open task."""
        if row.assignee:
            return row.assignee
        with self.database.reading() as session:
            [first, *_] = company.doers(session, row.candidates)
        assert first.login != company.SOMEBODY, f"nobody may do {row.name!r}: {row.candidates}"
        return first.login

    # What time does

    def pass_days(self, days: float) -> None:
        self.until(self.at + timedelta(days=days))

    def pass_workdays(self, days: int) -> None:
        """Go to the same time of day, so many workdays on."""
        with self.database.reading() as session:
            calendar = policies.calendar(session)
        local = self.at.astimezone(LOCAL)
        self.until(datetime.combine(calendar.add(local.date(), days), local.time(), LOCAL))

    def until(self, moment: datetime | str) -> None:
        """Go to a moment, or to the next timer of this name; whatever falls due on the way fires when it is due."""
        if isinstance(moment, str):
            moment = self.due(moment)
        stage = self.stage
        stage.until(moment)
        self.at = stage.at

    def due(self, name: str) -> datetime:
        """Return when the next timer of this name falls due."""
        with self.database.reading() as session:
            rows = select(TimerJob.due_at).where(TimerJob.name == name, TimerJob.kind == "event")
            found = session.scalars(rows.order_by(TimerJob.due_at)).first()
        assert found is not None, f"no timer {name!r} is running"
        return found

    # What can be seen

    def open_tasks(self, case: Case | None = None) -> list[str]:
        """Return the names of the open tasks, of one case or of all, in alphabetical order."""
        return sorted(row.name for row in self.waiting(case))

    def waiting(self, case: Case | None = None) -> list[UserTask]:
        """Return the open tasks, of one case or of all, the oldest first."""
        question = select(UserTask).order_by(UserTask.created_at, UserTask.id)
        if case is not None:
            question = question.where(UserTask.instance_id == case.instance)
        with self.database.reading() as session:
            return list(session.scalars(question))

    def inbox(self, login: str) -> list[str]:
        """Return the names of the tasks a person sees."""
        with self.database.reading() as session:
            return sorted(row.name for row in inbox.of(session, people.actor(session, login)))

    def task(self, name: str, by: str, case: Case | None = None) -> tasks.TaskView:
        """Return a person's open task with its form and variables."""
        with self.database.transaction() as session:
            person = people.actor(session, by)
            row = self._task(session, name, person, case)
            return tasks.open(session, row.id, person, self.at)

    def proposes(self, name: str, by: str, case: Case | None = None) -> dict[str, Any]:
        """Return what a person's form shows before they type: defaults, and the rows of its lists."""
        view = self.task(name, by, case)
        with self.reading() as session:
            form = open_form(session, view.fields, view.variables, view.row.business_key, self.at)
            return dict(form.proposed)

    def suggestion(self, case: Case | None = None) -> Suggestion:
        with self.database.reading() as session:
            return suggestions.get(session, self._case(case).suggestion)

    def time_state(self, case: Case | None = None) -> str:
        """Return how a case stands to its limit now."""
        wanted = self._case(case).suggestion
        with self.database.reading() as session:
            return timeliness.of(session, [wanted], self.at)[wanted]

    def assignments(self, case: Case | None = None) -> list[Assignment]:
        """Return every assignment of a case, those that were taken over included."""
        wanted = self._case(case).suggestion
        with self.database.reading() as session:
            rows = select(Assignment).where(Assignment.suggestion_id == wanted)
            return list(session.scalars(rows.order_by(Assignment.id)))

    def instance(self, case: Case | None = None) -> ProcessInstance:
        with self.database.reading() as session:
            return session.get_one(ProcessInstance, self._case(case).instance)

    def ended(self, case: Case | None = None) -> str | None:
        """Return the end event a case reached, None while it runs."""
        return self.instance(case).end_event

    def told(self, recipient: str) -> list[str]:
        """Return what was written to a login or a group, in order."""
        with self.database.reading() as session:
            rows = select(Notification.text).where(Notification.recipient == recipient)
            return list(session.scalars(rows.order_by(Notification.id)))

    def incidents(self) -> list[Incident]:
        with self.database.reading() as session:
            return list(session.scalars(select(Incident).where(Incident.resolved_at.is_(None))))

    def history(self, case: Case | None = None) -> list[HistoryEvent]:
        with self.database.reading() as session:
            return list(history.of(session, self._case(case).instance))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.database.reading() as session:
            yield session

    def remember_flows(self) -> None:
        """Add the flows taken in this world to what the module has seen."""
        with self.database.reading() as session:
            rows = session.execute(select(HistoryEvent.process_id, HistoryEvent.data))
            for process_id, data in rows:
                if data.get("flow"):
                    _TAKEN[process_id].add(data["flow"])

    def _case(self, case: Case | None) -> Case:
        found = case or self.case
        assert found is not None, "no suggestion was submitted"
        return found

    def _task(self, session: Session, name: str, person: Actor, case: Case | None) -> UserTask:
        """Return the one open task of this name that is this person's; say what there is where there is not one."""
        wanted = case or self.case
        mine = [
            row
            for row in inbox.of(session, person, limit=1000)
            if wanted is None or row.instance_id == wanted.instance
        ]
        found = [row for row in mine if row.name == name]
        if len(found) == 1:
            return found[0]
        everything = [
            f"{row.name}（{row.assignee or '、'.join(row.candidates)}）"
            for row in session.scalars(select(UserTask).order_by(UserTask.name))
        ]
        raise AssertionError(
            f"{person.login} has {len(found)} tasks {name!r}; "
            f"theirs: {[row.name for row in mine]}; open: {everything}"
        )


def populate(session: Session, at: datetime) -> None:
    """Write the city's units, people, congress sessions and limits."""
    policies.seed(session, at)
    held = {login: ("deputy",) for login, *_ in DEPUTIES} | dict(STAFF)
    for code, _, short, system, _ in UNITS:
        if system != "congress":
            held |= {f"{short}{title}": (f"{role}:{code}",) for title, role in UNIT_POSTS.items()}
    posts = [(login, *group.split(":")) for login, groups in held.items() for group in groups]
    _write(session, Unit, ("code", "name", "short_name", "system", "level"), UNITS)
    _write(session, Person, ("login", "name"), [(login, login) for login in held])
    _write(session, Post, ("login", "role", "scope"), [(*post, None)[:3] for post in posts])
    _write(
        session,
        Deputy,
        ("card_no", "login", "level", "delegation", "town"),
        [(f"2026{number:04d}", *deputy) for number, deputy in enumerate(DEPUTIES, start=1)],
    )
    _write(
        session,
        Term,
        ("level", "term", "session", "opens_on", "closes_on"),
        [
            ("city", 7, 5, date(2026, 1, 20), date(2026, 1, 23)),
            ("town", 7, 10, date(2026, 1, 20), date(2026, 1, 23)),
        ],
    )


def drawn() -> dict[str, bytes]:
    """Return every diagram and decision table of the product."""
    found = sorted([*PROCESSES.glob("*.bpmn"), *PROCESSES.glob("*.dmn")])
    return {file.name: file.read_bytes() for file in found}


def fill(
    session: Session,
    fields: Sequence[Any],
    variables: Mapping[str, Any],
    given: Mapping[str, Any],
    business_key: str | None = None,
    at: datetime = MORNING,
) -> dict[str, Any]:
    """Fill a form as a person would, and return what the form takes of it."""
    form = open_form(session, fields, variables, business_key, at)
    return form.check(filled(form, given))


def filled(form: OpenForm, given: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a form: what it proposes, what is `given`, something plausible where it insists."""
    values = {**form.proposed, **given}
    for field in form.spec.fields:
        if field.id not in given and not field.readonly:
            values[field.id] = _plausible(field, values[field.id], form.options)
    return {name: value for name, value in values.items() if not _is_readonly(form.spec, name)}


def moment(day: str, clock: str = "09:00") -> datetime:
    """Return a moment in local time: moment("2026-03-02", "18:00")."""
    return datetime.combine(date.fromisoformat(day), time.fromisoformat(clock), LOCAL)


def flows(process_id: str) -> dict[str, str]:
    """Return the sequence flows a diagram draws, each with the words on it."""
    tree = ElementTree.parse(PROCESSES / f"{process_id}.bpmn")
    return {
        flow.attrib["id"]: flow.attrib.get("name", "") for flow in tree.iter(f"{_BPMN}sequenceFlow")
    }


def forget_flows() -> None:
    """Let a module begin with nothing taken, so that no other module's stories count for it."""
    _TAKEN.clear()


def assert_every_flow_taken(process_id: str) -> None:
    """The last test of a diagram's module: together its tests went every way the diagram draws."""
    missed = {
        flow: name for flow, name in flows(process_id).items() if flow not in _TAKEN[process_id]
    }
    assert not missed, f"no test of this module went these ways through {process_id}: {missed}"


def _deploy(session: Session, files: Mapping[str, bytes], at: datetime) -> None:
    try:
        publishing.deploy(session, files, "设计员", at)
    except DiagramInvalid as error:
        errors = [each for each in error.findings if each.severity == "error"]
        raise AssertionError(f"the diagrams cannot be deployed: {errors}") from error


def _write(
    session: Session, table: type[Any], columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    session.execute(insert(table), [dict(zip(columns, row, strict=True)) for row in rows])


def _is_readonly(spec: FormSpec, name: str) -> bool:
    return any(field.id == name and field.readonly for field in spec.fields)


def _plausible(field: Field, proposed: Any, options: Mapping[str, Any]) -> Any:
    """Return what is there, with what the form insists on put where there is nothing."""
    if field.type == "table":
        rows = proposed or ([{}] if field.required else [])
        return [
            {column.id: _plausible(column, row.get(column.id), options) for column in field.columns}
            for row in rows
        ]
    if proposed not in (None, "", []) or not field.required:
        return proposed
    codes = [Option(*option).code for option in choices(field, options)]
    if field.type in {"choices", "units"}:
        return codes
    if field.type in {"enum", "person", "unit"}:
        return codes[0] if codes else None
    if field.type == "boolean":
        return True
    if field.type == "date":
        return "2026-06-30"
    if field.type in {"long", "number"}:
        return int(float(field.minimum or 1)) if not field.minimum.startswith("$") else 1
    return ("情况属实，按要求办理。" * (1 + field.min_length // 11))[: field.max_length or None]
