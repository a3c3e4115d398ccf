"""How the tests of these pages go on with a visit."""

import re

from tests.service.handlers.conftest import Browser, Visit

GOOD = {"conclusion": "accepted", "visited_on": "2026-03-01", "people_met": "5"}


def done(browser: Browser, visit: Visit, **values: str) -> int:
    browser.get(visit.path)
    return browser.post(visit.path, {**GOOD, "_version": browser.version(), **values}).status_code


def rating(clerk: Browser, deputy: Browser, visit: Visit) -> str:
    done(clerk, visit)
    deputy.get("/")
    [path, *_] = re.findall(r'href="(/tasks/[0-9a-f-]+)"', deputy.page)
    deputy.get(path)
    return path


def tasks_open(browser: Browser) -> bool:
    browser.get("/")
    return "/tasks/" in browser.page
