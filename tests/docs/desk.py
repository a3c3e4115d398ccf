"""A newcomer at a browser who does what a `desk` block of the tutorial says.

    dgw_ganshi：审查建议
      审查结论 = 立案登记
      形式审查 ☑ 一事一议 ☑ 要素齐全
      逐条回应 第 1 行 状态 = 已解决
      → 已立案

The first line says who does what: something to begin, or a task of the inbox, about what was begun last unless it says
about what. Then what to fill in, and, behind an arrow, what the page of the case says afterwards.
"""

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from service.deadlines.workdays import local_day
from service.demo import clock as demo_clock
from tests.browser.stage import PATIENCE, Person

_FIELD = re.compile(
    r"^(?P<label>.+?)(?: 第 (?P<row>\d+) 行 (?P<column>.+?))? (?P<sign>=|☑) (?P<value>.+)$"
)


class Desks:
    """Everybody's browser; each person signs in once."""

    def __init__(self, chromium: Browser, folder: Path) -> None:
        self._chromium = chromium
        self._folder = folder
        self._contexts: list[BrowserContext] = []
        self._people: dict[str, Person] = {}
        self._about = ""  # the title of what was begun last

    def leave(self) -> None:
        """Close every browser, as when the service is stopped: another one may have another address."""
        for context in self._contexts:
            context.close()
        self._contexts.clear()
        self._people.clear()

    def do(self, block: str, address: str) -> None:
        """Do what a block says."""
        title, *lines = block.splitlines()
        login, task, *about = title.split("：")
        expected = [line.strip().removeprefix("→ ") for line in lines if line.strip()[0] == "→"]
        answers = self._answers([line.strip() for line in lines if line.strip()[0] != "→"])
        person = self._person(login, address)
        if (begin := person.visit("/").get_by_role("link", name=task, exact=True)).count():
            begin.click()
            person.page.wait_for_url("**/new/*")
            done, button = "已提交：", "提交"
            self._about = answers.get("标题", "")
        else:
            link = "：".join([task, *(about or [self._about])])
            person.page.get_by_role("link", name=link, exact=True).first.click()
            person.page.wait_for_url("**/tasks/*")
            done, button = f"已完成：{task}。", f"完成：{task}"
        person.fill(answers)
        person.press(button)
        person.expect(done)
        for words in expected:
            person.visit("/suggestions").get_by_role("link", name=self._about).click()
            person.page.wait_for_url("**/suggestions/*")
            assert words in person.reads(), f"{title} → {words}"

    def _person(self, login: str, address: str) -> Person:
        if login not in self._people:
            context = self._chromium.new_context(
                base_url=f"http://{address}", locale="zh-CN", timezone_id="Asia/Shanghai"
            )
            context.set_default_timeout(PATIENCE * 1000)
            self._contexts.append(context)
            self._people[login] = Person(self, login, context)  # type: ignore[arg-type]
        return self._people[login]

    def _answers(self, lines: list[str]) -> dict[str, Any]:
        answers: dict[str, Any] = {}
        for line in lines:
            field = _FIELD.match(line)
            assert field is not None, f"not “field = value”: {line}"
            label, row, column, sign, value = field.groups()
            if row:
                rows = answers.setdefault(label, [])
                rows += [{} for _ in range(int(row) - len(rows))]
                rows[int(row) - 1][column] = self._value(value)
            else:
                ticked = [one.strip() for one in value.split("☑")]
                answers[label] = ticked if sign == "☑" else self._value(value)
        return answers

    def _value(self, text: str) -> str:
        """Return what to type; days are counted from the demo's today."""
        days = re.fullmatch(r"(今天)|(\d+) 天后", text)
        return self._day(int(days.group(2) or 0)).isoformat() if days else text

    def _day(self, days: int) -> date:
        ahead = demo_clock.ahead(self._folder / "var")
        return local_day(datetime.now(UTC) + ahead) + timedelta(days=days)
