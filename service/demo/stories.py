"""The suggestions of 清沅市, played by the real engine: forms are filled in and checked, limits run, timers fire.

Time is played as well: it goes from one thing somebody does, or the calendar, to the next, until it is `at`. What is
open then goes on in real time. A load that was broken off is taken up where it stopped.
"""

import heapq
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, NamedTuple

from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from service import notifications, operations
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL, Calendar, local_day
from service.demo import cast, city, moments, parts, routine
from service.demo.routine import ROUTINES
from service.demo.scene import Scene
from service.demo.story import Act, Story, Suggested, Supervised, read
from service.errors import FormInvalid, ServiceError
from service.playing.filling import OpenForm
from service.playing.stage import Stage
from service.register.dispatch import assignments
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import suggestions
from service.register.supervision import cases as supervision
from service.runtime import messages, timers
from service.tables.people import Notification, Person
from service.tables.runtime import ProcessInstance, Submission, UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase

TOLD = "demo:stories"
"""The occasion by which a finished load is known."""

START = {Suggested: "新建", Supervised: "发起督查"}
WORK = "推进办理"
"""The task at which a unit sees that it will not be ready in time."""
WISH = "单位要求延期"
"""The message by which a unit asks for a later day."""
UNREAD = timedelta(days=5)
"""Messages older than this have been read."""


class StoryBroken(ServiceError):
    """A story cannot go on; the sentence names it, the step and the day."""

    sentence = "演示数据没有装完。"


class Due(NamedTuple):
    """One thing somebody is going to do; ties go to the story with the smaller number."""

    at: datetime
    number: int
    name: str
    scope: str
    task_id: str  # "" is the story's beginning


def load(database: Database, at: datetime, only: Sequence[int] = ()) -> int:
    """Play every story up to `at`, or those of these numbers; returns how many commands that took.

    Once played, nothing is played again.
    """
    if is_loaded(database):
        return 0
    operations.load()
    wanted = [each for each in read() if not only or each.number in only]
    playing = _Playing(database, wanted, at)
    with _unhurried_disk(database):
        playing.play()
    with database.transaction() as session:
        _settle(session, len(wanted), at)
    return playing.commands


@dataclass(frozen=True)
class _Open:
    """An open task and whose turn it is."""

    id: str
    story: Story
    name: str
    scope: str
    login: str
    act: Act | None
    times: int


class _Playing:
    """The city at one moment, which moves on to whatever comes next."""

    def __init__(self, database: Database, stories: Sequence[Story], until: datetime) -> None:
        self.database = database
        self.until = until
        self.stage = Stage(database, datetime.min.replace(tzinfo=LOCAL))
        self.commands = 0
        self.agenda: list[Due] = []
        self.open: dict[str, _Open] = {}
        self.seen: set[str] = set()
        self.done: Counter[tuple[int, str, str]] = Counter()
        self.numbers: dict[int, Story] = {each.number: each for each in stories}
        self.instances: dict[int, Story] = {}
        self.suggestion_ids: dict[int, int] = {}
        self.case_nos: dict[int, str] = {}
        self.next_timer: datetime | None = None
        with database.reading() as session:
            self.calendar: Calendar = policies.calendar(session)
            logins = [citizen.login for citizen in city.citizens()]
            self.actors: Mapping[str, Actor] = people.actors(session, logins)
            self._take_up(session)
            begun = {each.number for each in self.instances.values()}
            self._look(session, list(self.instances))
        for each in stories:
            if each.number not in begun:
                moment = self._begins(each)
                heapq.heappush(self.agenda, Due(moment, each.number, "", "", ""))

    def play(self) -> None:
        """Do what is due, the earliest first; what the calendar does comes before what people do."""
        while True:
            act_at = self.agenda[0].at if self.agenda else None
            moment = min((each for each in (act_at, self.next_timer) if each), default=None)
            if moment is None or moment > self.until:
                return
            self.stage.at = max(self.stage.at, moment)
            if self.next_timer is not None and self.next_timer <= self.stage.at:
                self._fire()
                continue
            due = heapq.heappop(self.agenda)
            if due.task_id:
                self._do(due)
            else:
                self._begin(self.numbers[due.number])

    # Commands, each in its own transaction

    def _begin(self, story: Story) -> None:
        login = story.begun_by or story.deputy if isinstance(story, Suggested) else ""
        if isinstance(story, Supervised):
            login = story.by
        name = START[type(story)]
        with self._naming(story, name), self.database.transaction() as session:
            if isinstance(story, Supervised) and not self._is_with_a_unit(session, story.about):
                return
            self._number(session, story)
            answer = partial(self._answer, story, name, login, "", None, 0)
            person = self.actors[login]
            instance = self.stage.start(session, story.process_id, person, answer)
            self.instances[instance.id] = story
            kind, _, number = (instance.business_key or "").partition(":")
            if kind == "suggestion":
                self.suggestion_ids[story.number] = int(number)
            self._look(session, [instance.id])
        self.commands += 1

    def _is_with_a_unit(self, session: Session, about: int | None) -> bool:
        """May a supervision about this story's suggestion begin? Loaded early in the year, it may not."""
        if about is None:
            return True
        wanted = self.suggestion_ids.get(about)
        return wanted in {each.id for each in supervision.supervisable(session)}

    def _do(self, due: Due) -> None:
        """Hand in a task, unless it was withdrawn meanwhile."""
        open_ = self.open.pop(due.task_id)
        with self._naming(open_.story, open_.name), self.database.transaction() as session:
            if open_.name == WISH:
                self._ask(session, open_)
                return
            row = session.get(UserTask, open_.id)
            if row is None:
                return
            instance_id = row.instance_id  # the step ends the task, and may move other dates
            self._number(session, open_.story)
            instance_id = row.instance_id
            answer = partial(
                self._answer,
                open_.story,
                open_.name,
                open_.login,
                open_.scope,
                open_.act,
                open_.times,
            )
            self.stage.hand_in(session, row.id, self.actors[open_.login], answer)
            self._look(session, [instance_id])
        self.commands += 1

    def _ask(self, session: Session, open_: _Open) -> None:
        """Let a unit begin to apply for a later day, as it does on the case's page."""
        suggestion = self.suggestion_ids[open_.story.number]
        [duty] = (one for one in assignments.active(session, suggestion) if one.unit == open_.scope)
        payload = {"suggestion": suggestion, "assignment": duty.id}
        key = suggestions.business_key(suggestion)
        instance_id = messages.send(session, WISH, key, payload, open_.login, self.stage.at)
        self.instances[instance_id] = open_.story
        self._look(session, [instance_id])
        self.commands += 1

    def _fire(self) -> None:
        with self._naming(None, "定时器到期"):
            self.stage.fire()
            with self.database.reading() as session:
                self._look(session, None)
        self.commands += 1

    # What comes next

    def _look(self, session: Session, instance_ids: Sequence[int] | None) -> None:
        """Put the tasks that are new on the agenda, and see when the calendar is next."""
        query = select(UserTask).order_by(UserTask.created_at, UserTask.name)
        if instance_ids is not None:
            query = query.where(UserTask.instance_id.in_(instance_ids))
        else:
            query = query.where(UserTask.created_at >= self.stage.at)
        for row in session.scalars(query):
            story = self.instances.get(row.instance_id)
            if story is not None and row.id not in self.seen:
                self.seen.add(row.id)
                self._expect(story, row)
        self.next_timer = timers.next_due(session)

    def _expect(self, story: Story, row: UserTask) -> None:
        login = self._doer(row)
        scope = _scope(login)
        key = (row.instance_id, row.name, scope)
        times = self.done[key]
        self.done[key] += 1
        if row.name == WORK and times == 0:
            self._expect_wish(story, row, scope, login)
        act = story.act(row.name, scope, times)
        if (act is not None and act.waits) or (act is None and row.name not in ROUTINES):
            return
        login = act.by if act is not None and act.by else login
        self.open[row.id] = _Open(row.id, story, row.name, scope, login, act, times)
        moment = self._moment(story, row, act, login, times)
        heapq.heappush(self.agenda, Due(moment, story.number, row.name, scope, row.id))

    def _expect_wish(self, story: Story, row: UserTask, scope: str, login: str) -> None:
        """Put on the agenda that this unit asks for a later day, where its story says so."""
        wish = story.desk(scope, 1).wish if isinstance(story, Suggested) else None
        if wish is None:
            return
        id_ = f"wish:{row.id}"
        self.open[id_] = _Open(id_, story, WISH, scope, login, None, 0)
        moment = moments.of_day(moments.day_of_year(wish.on), login, id_)
        heapq.heappush(self.agenda, Due(moment, story.number, WISH, scope, id_))

    def _doer(self, row: UserTask) -> str:
        if row.assignee:
            return row.assignee
        group = row.candidates[0]
        return group.removeprefix("user:") if group.startswith("user:") else cast.first(group)

    def _moment(
        self, story: Story, row: UserTask, act: Act | None, login: str, times: int
    ) -> datetime:
        """Return when somebody gets to a task: on the story's day, or after the workdays it takes them."""
        opened = row.created_at.astimezone(LOCAL)
        seed = f"{story.number} {row.name} {login} {times}"
        wanted = moments.of_day(self._day(story, row.name, act, times, opened.date()), login, seed)
        return wanted if wanted > opened else moments.soon(self.calendar, opened, seed)

    def _day(self, story: Story, task: str, act: Act | None, times: int, opened: date) -> date:
        pace: int | str = routine.pace(story, task, times) if task in ROUTINES else 1
        if act is not None and (act.on or act.after is not None):
            pace = act.on or act.after or 0
        return (
            moments.day_of_year(pace) if isinstance(pace, str) else self.calendar.add(opened, pace)
        )

    def _begins(self, story: Story) -> datetime:
        seed = f"{story.number} begins"
        if isinstance(story.begins, str):
            return moments.of_day(moments.day_of_year(story.begins), "", seed)
        if story.begins == 0:
            return self.until - moments.shortly(seed)
        day = self.calendar.add(local_day(self.until), -story.begins)
        return moments.of_day(day, "", seed)

    # Forms

    def _answer(
        self,
        story: Story,
        task: str,
        login: str,
        unit: str,
        act: Act | None,
        times: int,
        form: OpenForm,
    ) -> dict[str, Any]:
        """Return what somebody hands in: what the form proposes, what is usual, what the story says."""
        scene = Scene(
            story=story,
            task=task,
            login=login,
            unit=unit,
            at=self.stage.at,
            times=times,
            variables=form.variables,
            shown=form.proposed,
            calendar=self.calendar,
            case_nos=self.case_nos,
            suggestion_ids=self.suggestion_ids,
        )
        usual = ROUTINES[task].answer(scene) if task in ROUTINES else {}
        given = {**usual, **({} if act is None else parts.said_in(act.values, scene))}
        known = {each.id: each for each in form.spec.fields}
        shown = {k: value for k, value in form.proposed.items() if not known[k].readonly}
        return shown | {
            name: parts.laid_over(shown.get(name), value)
            if name in known and known[name].type == "table"
            else value
            for name, value in given.items()
        }

    def _number(self, session: Session, story: Story) -> None:
        """Look up the number of the suggestion that this one is merged into, if it is."""
        if isinstance(story, Suggested) and story.merge_into:
            row = session.get_one(Suggestion, self.suggestion_ids[story.merge_into])
            self.case_nos[story.merge_into] = row.case_no or ""

    # Beginning again

    def _take_up(self, session: Session) -> None:
        """Find out which stories were begun by a load that was broken off, and how often who did what."""
        titles = dict(session.execute(select(Suggestion.title, Suggestion.id)).all())
        keys: dict[str, Story] = {}
        for story in self.numbers.values():
            if isinstance(story, Suggested):
                for title in _titles(story):
                    if title in titles:
                        keys[f"suggestion:{titles[title]}"] = story
                        self.suggestion_ids[story.number] = titles[title]
        bases = dict(session.execute(select(SupervisionCase.basis, SupervisionCase.id)).all())
        for story in self.numbers.values():
            if isinstance(story, Supervised) and story.basis in bases:
                keys[f"supervision:{bases[story.basis]}"] = story
        rows = session.execute(
            select(ProcessInstance.id, ProcessInstance.business_key).where(
                ProcessInstance.business_key.in_(keys)
            )
        )
        self.instances = {id_: keys[key] for id_, key in rows if key}
        handed_in = session.execute(
            select(Submission.instance_id, Submission.name, Submission.by).where(
                Submission.instance_id.in_(self.instances)
            )
        )
        for instance_id, name, by in handed_in:
            self.done[instance_id, name, _scope(by or "")] += 1
        self.next_timer = timers.next_due(session)

    @contextmanager
    def _naming(self, story: Story | None, step: str) -> Iterator[None]:
        """Say where the playing broke off: which suggestion, which step, which day."""
        try:
            yield
        except Exception as error:
            day = f"{self.stage.at.astimezone(LOCAL):%Y年%m月%d日 %H:%M}"
            where = f"第 {story.number} 件（{story.subject}）" if story else "日历"
            why = f"{error}{error.messages}" if isinstance(error, FormInvalid) else repr(error)
            raise StoryBroken(f"演示数据没有装完：{where}，“{step}”，{day}：{why}") from error


def is_loaded(database: Database) -> bool:
    """Say whether a store has the whole demo."""
    query = select(Notification.id).where(Notification.dedupe_key.startswith(f"{TOLD}>"))
    with database.reading() as session:
        return session.execute(query.limit(1)).first() is not None


def _settle(session: Session, count: int, at: datetime) -> None:
    """Let old messages have been read, and remember that everything was played."""
    old = Notification.created_at < at - UNREAD
    last = session.scalar(select(func.max(Notification.id)).where(old)) or 0
    everybody = people.actors(session, session.scalars(select(Person.login)))
    for person in everybody.values():
        notifications.read_all(session, person, at, last)
    session.execute(update(Notification).where(old).values(delivered_at=Notification.created_at))
    text = f"{city.CITY}的演示数据已经装好，共 {count} 个故事。"
    notifications.enqueue(session, "guanli", "demo", text, at, dedupe_key=TOLD, link="/m")


@contextmanager
def _unhurried_disk(database: Database) -> Iterator[None]:
    """Let SQLite keep commits in order without waiting for the disk each time.

    A power cut then takes the last ones, whole; the next load tells them again.
    """
    if not database.is_sqlite:
        yield
        return

    def relax(connection: Any, *rest: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")

    def insist(connection: Any, *rest: object) -> None:
        if connection is not None:
            connection.execute("PRAGMA synchronous=FULL")

    event.listen(database.engine, "checkout", relax)
    event.listen(database.engine, "checkin", insist)
    try:
        yield
    finally:
        event.remove(database.engine, "checkout", relax)
        event.remove(database.engine, "checkin", insist)


def _scope(login: str) -> str:
    """What tells one doer of a task from another: the unit, or the deputy."""
    return login if cast.is_deputy(login) else cast.unit_of(login)


def _titles(story: Suggested) -> Iterator[str]:
    """A suggestion may be given another title when it is revised."""
    yield story.title
    yield from (act.values["title"] for act in story.acts if "title" in act.values)
