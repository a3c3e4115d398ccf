"""Take the pictures of the documentation: `make pictures` serves the demo city, looks at it and writes `docs/images/`.

A picture is a page as one person sees it, at a width, after what its steps do there. Pages name their pictures; a test asks
that each named one can be taken and that none is taken for nobody.
"""

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright
from waitress.server import create_server

from service import clock
from service.app import create_app
from service.cli.stores import prepared
from service.deadlines.workdays import local_day
from service.demo import city, stories
from service.settings import Settings

IMAGES = Path(__file__).parent / "images"
DESK, PHONE = 1280, 390
_HEIGHTS = {DESK: 900, PHONE: 844}

Steps = Callable[[Page], None]


@dataclass(frozen=True)
class Picture:
    """One file of `docs/images`: who looks at which address, at which width, after which steps."""

    name: str
    login: str
    path: str
    width: int = DESK
    steps: Steps | None = None
    whole: bool = False  # the page to its end, not only what a window shows


def follow(*links: str) -> Steps:
    """Follow the first link with these words, then the next."""

    def steps(page: Page) -> None:
        for words in links:
            page.get_by_role("link", name=words).first.click()
            page.wait_for_load_state()

    return steps


def ask_for_sixty_days(page: Page) -> None:
    """Ask for a reply within sixty days, also of the cases under way, and go on to the effect."""
    page.get_by_label("多长", exact=True).fill("60")
    page.get_by_role("group", name="单位", exact=True).get_by_label("日", exact=True).check()
    page.get_by_label("在办的也按新规定").check()
    page.get_by_label("修改的理由").fill("主任会议要求提速：一般件六十日内答复。")
    page.get_by_role("button", name="看影响").last.click()
    page.wait_for_url("**/effect")


def close_a_unit(page: Page) -> None:
    """Ask for one unit to be closed for the three workdays after the next weekend, and go on to the effect."""
    monday = local_day(clock.now())
    monday += timedelta(days=7 - monday.weekday())
    page.get_by_label("哪里停止办公").select_option(label="交通局")
    page.get_by_label("从哪一天起").fill(monday.isoformat())
    page.get_by_label("到哪一天止").fill((monday + timedelta(days=2)).isoformat())
    page.get_by_label("为什么停止办公").fill("防汛")
    page.get_by_label("依据和理由").fill("市防汛指挥部通知：办公楼进水，停止办公三天。")
    page.get_by_role("button", name="看影响").click()
    page.wait_for_url("**/effect")


def raise_a_line(page: Page) -> None:
    """Let a reply be ten working days late before it is carded, and go on to whom that would change."""
    page.get_by_label("答复逾期的工作日数：数值", exact=True).fill("10")
    page.get_by_role("button", name="写进草稿").click()
    page.get_by_role("link", name="看会影响谁，然后生效").click()
    page.get_by_role("heading", name="生效").wait_for()


def hold_a_case(page: Page) -> None:
    """Ask for a case to be held, with the deputy's consent, and go on to the effect."""
    follow(HELD, "暂停计时")(page)
    page.get_by_label("理由").fill("低温补助要等省里的资金文件，代表书面同意暂停。")
    consent = {"name": "代表书面同意.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    if not page.get_by_label("代表书面同意.pdf").count():  # kept from another picture
        page.get_by_label("代表书面同意：选择文件").set_input_files(consent)
    page.get_by_role("button", name="看影响").click()
    page.wait_for_url("**/clock-effect/hold")


def held_case(page: Page) -> None:
    """Hold the case, and look at its page."""
    hold_a_case(page)
    page.get_by_role("button", name="确认暂停计时").click()
    page.get_by_role("heading", name="已暂停计时").wait_for()


ASKING = "完善农村公路平交路口标志标线"
HELD = "推广茶园防霜冻措施"
PAPER = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"

PICTURES: tuple[Picture, ...] = (
    Picture(
        "rule-effect.png",
        "guanli",
        "/m/rules/tables/control_color/draft/rules/Rule_reply_overdue_white",
        steps=raise_a_line,
    ),
    Picture("limit-effect.png", "guanli", "/m/limits/reply.normal", steps=ask_for_sixty_days),
    Picture("calendar-year.png", "guanli", "/m/calendar/2026"),
    Picture("closure-effect.png", "guanli", "/m/calendar/closures/new", steps=close_a_unit),
    Picture("reminders.png", "guanli", "/m/reminders"),
    Picture("extension.png", "jt_chengban", "/suggestions", steps=follow(ASKING, "申请延期")),
    Picture("hold-effect.png", "dgw_ganshi", "/suggestions", steps=hold_a_case),
    Picture("held.png", "dgw_ganshi", "/suggestions", steps=held_case),
    Picture("case.png", "dgw_ganshi", "/suggestions", steps=follow("恢复盘龙至月河农村客运班线")),
)


def take(pictures: Sequence[Picture], folder: Path) -> None:
    """Write each picture into a folder; signs every person in once."""
    folder.mkdir(parents=True, exist_ok=True)
    with _city() as address, _chromium() as browser:
        seen: dict[tuple[str, int], Page] = {}
        for picture in pictures:
            who = (picture.login, picture.width)
            if who not in seen:
                seen[who] = _signed_in(browser, address, *who)
            page = seen[who]
            page.goto(picture.path)
            if picture.steps is not None:
                picture.steps(page)
            page.screenshot(path=folder / picture.name, full_page=picture.whole)


@contextmanager
def _city() -> Iterator[str]:
    """Serve the demo city of today from a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.read(data=Path(folder), database_url="")
        database = prepared(settings)
        at = clock.now()
        with database.transaction() as session:
            city.load(session, at)
        stories.load(database, at)
        server: Any = create_server(create_app(settings, database), host="127.0.0.1", port=0)
        threading.Thread(target=server.run, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.effective_port}"
        finally:
            server.close()
            database.close()


@contextmanager
def _chromium() -> Iterator[Browser]:
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        raise SystemExit(
            "Pictures need Chromium and a Chinese font: apt-get install chromium fonts-noto-cjk"
        )
    is_root = os.name == "posix" and os.geteuid() == 0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else []
        )
        yield browser
        browser.close()


def _signed_in(browser: Browser, address: str, login: str, width: int) -> Page:
    context = browser.new_context(
        base_url=address,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": _HEIGHTS[width]},
    )
    page = context.new_page()
    page.goto("/login")
    page.fill("#login", login)
    page.fill("#password", city.PASSWORD)
    page.click("main button")
    page.wait_for_url("**/")
    return page


if __name__ == "__main__":
    named = set(sys.argv[1:])
    take([one for one in PICTURES if not named or one.name in named], IMAGES)
