"""The whole product on one machine: the web service, the scheduler, 清沅市, and people who sit at their browsers.

Everything is the real thing but the time of day: the city has a clock that runs as clocks do and jumps when a story
says so. The scheduler fires whatever falls due on the way, each at its own moment.
"""

import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.date import DateTrigger
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Locator, Page
from sqlalchemy import select
from waitress.server import create_server

from scheduler import clockwork as clockworks
from scheduler.clockwork import Clockwork
from service import clock, operations
from service.app import create_app
from service.database import Database
from service.deadlines import policies
from service.deadlines.workdays import LOCAL
from service.demo.city import PASSWORD, load
from service.register.people.passwords import PasswordCost
from service.runtime import publishing, timers
from service.settings import Settings
from service.tables.runtime import Incident, TimerJob
from tests.world import drawn

CHEAP = PasswordCost(passes=1, memory_kib=32)
DESK, PHONE = 1280, 390
PATIENCE = 20.0
"""Seconds to wait for what should come at once; nobody waits so long unless something is wrong."""

Answer = str | Sequence[str] | Sequence[Mapping[str, str]]
Answers = Mapping[str, Answer]
"""What to fill in, by the words on the page: text or one choice, several choices, or the rows of a table."""


class CityClock:
    """Runs as clocks do, and jumps when it is turned."""

    def __init__(self, at: datetime) -> None:
        self.turn(at)

    def now(self) -> datetime:
        return self._at + timedelta(seconds=time.monotonic() - self._since)

    def turn(self, at: datetime) -> None:
        self._at, self._since = at, time.monotonic()


class City:
    """A served, scheduled, living city; `person` gives somebody a browser, `until` lets time pass."""

    def __init__(self, folder: Path, chromium: Chromium, at: datetime) -> None:
        self.clock = CityClock(at)
        self.chromium = chromium
        self.told: list[str] = []  # the chapters of the story so far
        self._people: dict[str, Person] = {}
        self._shots = 0
        self._patch = pytest.MonkeyPatch()
        settings = Settings.read(
            data=folder,
            database_url=f"sqlite:///{folder / 'tibanping.db'}",
            secret_key="a secret that is only good for tests",
            password_passes=CHEAP.passes,
            password_memory_kib=CHEAP.memory_kib,
        )
        self.database = Database(settings.database_url)
        self.database.prepare()
        operations.load()
        with self.database.transaction() as session:
            load(session, at, CHEAP)
            publishing.deploy(session, drawn(), "sheji", at)
        self._server: Any = create_server(
            create_app(settings, self.database), host="127.0.0.1", port=0, threads=4
        )
        self.address = f"http://127.0.0.1:{self._server.effective_port}"
        self._serving = threading.Thread(target=self._server.run, daemon=True)
        self._clockwork = Clockwork(self.database)

    def open(self) -> None:
        """Begin: people may come in, and the clock ticks."""
        self._serving.start()
        self._clockwork.start()  # before the patch: its own looks and beats keep the machine's time
        self._patch.setattr(clockworks, "DateTrigger", self._trigger)
        self._patch.setattr(clock, "now", self.clock.now)

    def close(self) -> None:
        for person in self._people.values():
            person.leave()
        self._clockwork.stop()
        self._patch.undo()
        self._server.close()
        self._serving.join(timeout=5)
        self.database.close()

    def person(self, login: str, width: int = DESK) -> "Person":
        """Return somebody at their browser; the same browser each time."""
        found = self._people.get(f"{login}@{width}")
        if found is None:
            context = self.chromium.new_context(
                base_url=self.address,
                locale="zh-CN",
                timezone_id="Asia/Shanghai",
                viewport={"width": width, "height": 844 if width == PHONE else 900},
                is_mobile=width == PHONE,
                has_touch=width == PHONE,
            )
            context.set_default_timeout(PATIENCE * 1000)
            found = self._people[f"{login}@{width}"] = Person(self, login, context)
        return found

    def until(self, moment: datetime | str) -> None:
        """Go to a moment, or to the next timer of this name; the scheduler fires what falls due on the way."""
        if isinstance(moment, str):
            moment = self.due(moment)
        while (due := self.next_due()) is not None and due <= moment:
            self.clock.turn(max(due, self.clock.now()))
            self._clockwork.nudge(self.clock.now())
            patiently(self._nothing_is_due, f"the scheduler to fire what was due at {due}")
        self.clock.turn(max(moment, self.clock.now()))

    def pass_workdays(self, days: int) -> None:
        """Go to the same time of day, so many workdays on."""
        local = self.clock.now().astimezone(LOCAL)
        self.until(datetime.combine(self.workday(days), local.time(), LOCAL))

    def workday(self, days: int) -> date:
        """Return the date so many workdays from today."""
        with self.reading() as session:
            calendar = policies.calendar(session)
        return calendar.add(self.clock.now().astimezone(LOCAL).date(), days)

    @property
    def today(self) -> str:
        return self.clock.now().astimezone(LOCAL).date().isoformat()

    def due(self, name: str) -> datetime:
        """Return when the next timer of this name falls due."""
        with self.reading() as session:
            rows = select(TimerJob.due_at).where(TimerJob.name == name, TimerJob.kind == "event")
            found = session.scalars(rows.order_by(TimerJob.due_at)).first()
        assert found is not None, f"no timer {name!r} is running"
        return found

    def next_due(self) -> datetime | None:
        with self.reading() as session:
            return timers.next_due(session)

    def incidents(self) -> list[str]:
        with self.reading() as session:
            return [f"{one.sentence} {one.cause}" for one in session.scalars(select(Incident))]

    def reading(self) -> Any:
        return self.database.reading()

    def shot(self, page: Page, name: str) -> None:
        """Take a picture of the page at both widths into the folder `TIBANPING_SHOTS`, when there is one."""
        folder = os.environ.get("TIBANPING_SHOTS")
        if not folder:
            return
        self._shots += 1
        size = page.viewport_size
        for width, height in ((DESK, 900), (PHONE, 844)):
            page.set_viewport_size({"width": width, "height": height})
            file = Path(folder) / f"{self._shots:02}-{name}-{width}.png"
            page.screenshot(path=file, full_page=True)
        if size:
            page.set_viewport_size(size)

    def _nothing_is_due(self) -> bool:
        due = self.next_due()
        return due is None or due > self.clock.now()

    def _trigger(self, moment: datetime) -> DateTrigger:
        """Ring when the city's clock will show a moment, if nobody turns it."""
        return DateTrigger(datetime.now(UTC) + (moment - self.clock.now()))


class Person:
    """Somebody who signs in, reads, fills in what they are asked and presses the button."""

    def __init__(self, city: City, login: str, context: BrowserContext) -> None:
        self.city = city
        self.login = login
        self.page = context.new_page()
        self._context = context

    def leave(self) -> None:
        self._context.close()

    def visit(self, path: str) -> Page:
        """Open a page, signing in where one is asked to: after some hours at the latest."""
        self.page.goto(path)
        if "/login" in self.page.url:
            self.page.get_by_label("用户名").fill(self.login)
            self.page.get_by_label("密码").fill(PASSWORD)
            self.page.get_by_role("button", name="登录").click()
            self.page.get_by_role("button", name="退出").wait_for()
        return self.page

    def reads(self, path: str = "") -> str:
        """Return the words of a page, the present one if none is named; a drawing says nothing its text does not."""
        page = self.visit(path) if path else self.page
        page.evaluate("document.querySelectorAll('[data-diagram]').forEach((one) => one.remove())")
        return page.locator("main").inner_text()

    def do(self, task: str, answers: Answers | None = None, shot: str = "") -> None:
        """Open the task of this name from the inbox, fill it in, and hand it in."""
        page = self.visit("/")
        page.get_by_role("link", name=re.compile(f"^{task}(：|$)")).first.click()
        page.get_by_role("heading", level=1, name=task).wait_for()
        self.fill(answers or {})
        if shot:
            self.city.shot(page, shot)
        self.press(f"完成：{task}")
        self.expect(f"已完成：{task}。")

    def start(self, label: str, process: str, answers: Answers, shot: str = "") -> None:
        """Begin something new from the inbox."""
        page = self.visit("/")
        page.get_by_role("link", name=label, exact=True).click()
        self.fill(answers)
        if shot:
            self.city.shot(page, shot)
        self.press("提交")
        self.expect(f"已提交：{process}。")

    def press(self, button: str) -> None:
        self.page.locator("main").get_by_role("button", name=button, exact=True).last.click()

    def expect(self, message: str) -> None:
        """The page says that it was done; where it says what is wrong, so does the test."""
        said = self.page.locator(".notice, .summary").first
        said.wait_for()
        assert message in said.inner_text(), f"{self.login}: {said.inner_text()}"

    def fill(self, answers: Answers) -> None:
        for label, answer in answers.items():
            named = re.compile(f"^{re.escape(label)}(（选填）)?$")
            group = self.page.get_by_role("group", name=named)
            if isinstance(answer, str):
                if group.count():
                    group.get_by_label(answer, exact=True).check()
                else:
                    _write(self.page.get_by_label(named), answer)
            else:
                self._fill_group(group, answer)

    def _fill_group(self, group: Locator, answer: Sequence[Any]) -> None:
        for number, each in enumerate(answer, 1):
            if isinstance(each, str):
                group.get_by_label(each).check()
                continue
            for column, text in each.items():
                _write(group.get_by_label(f"第 {number} 行{column}", exact=True), text)


def patiently(fact: Callable[[], bool], awaited: str) -> None:
    """Wait for a fact; fail when it does not come."""
    end = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < end, f"waited {PATIENCE} seconds for {awaited}"
        time.sleep(0.01)


def _write(control: Locator, text: str) -> None:
    if control.evaluate("e => e.tagName") == "SELECT":
        control.select_option(label=text)
    else:
        control.fill(text)
