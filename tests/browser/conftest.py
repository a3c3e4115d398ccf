"""A real browser on a real server: Chromium without a network, waitress in a thread, the pages' own cast."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page
from waitress.server import create_server

from tests.service.handlers.conftest import (  # noqa: F401
    PASSWORD,
    app,
    clerk,
    deputy,
    now,
    office,
    visit,
)

WIDTHS = (360, 1280)


@pytest.fixture
def address(app: Flask) -> Iterator[str]:  # noqa: F811
    """The app, served by waitress on a free port of the loopback."""
    server: Any = create_server(app, host="127.0.0.1", port=0, threads=4)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.close()
    thread.join(timeout=5)


Opener = Callable[..., Page]


@pytest.fixture
def opened(chromium: Chromium, address: str) -> Iterator[Opener]:
    """Open a page as somebody, at a width, with or without script: `opened("wang_fang", 360)`."""
    contexts = []

    def open_(login: str = "", width: int = 1280, script: bool = True) -> Page:
        context = chromium.new_context(
            base_url=address,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 800},
            java_script_enabled=script,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: _complain(page, message))
        page.complaints = []  # type: ignore[attr-defined]
        if login:
            page.goto("/login")
            page.fill("#login", login)
            page.fill("#password", PASSWORD)
            page.click("main button")
            page.wait_for_url("**/")
        return page

    yield open_
    for context in contexts:
        context.close()


def violations(page: Page) -> list[str]:
    """Return what axe finds wrong with a page, one line each."""
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:160]}" for each in found for node in each["nodes"]]


def overflow(page: Page) -> int:
    """Return by how many pixels the page is wider than its window."""
    wide: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return max(wide, 0)


def _complain(page: Any, message: Any) -> None:
    if message.type in {"error", "warning"}:
        page.complaints.append(message.text)
