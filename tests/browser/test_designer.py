"""The designer's pages in a real browser: the drawing marks what is wrong, on a telephone and on a desk."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from service.database import Database
from service.tables.people import Person, Post
from tests.browser.conftest import WIDTHS, Opener, overflow, violations

pytestmark = pytest.mark.browser

OFF_THE_MIDDLE = """id => {
  const boxes = ["#drawing", `.djs-element[data-element-id=${id}]`].map(
    (one) => document.querySelector(one).getBoundingClientRect());
  const [frame, shape] = boxes;
  return [frame.x + frame.width / 2 - shape.x - shape.width / 2, frame.y + frame.height / 2 - shape.y - shape.height / 2];
}"""
PROCESSES = Path(__file__).parents[2] / "processes"


@pytest.fixture
def designer(office: Database) -> str:
    with office.transaction() as session:
        known = session.scalars(select(Person.password_hash).where(Person.login == "root")).one()
        session.add(Person(login="sun_li", name="孙丽", password_hash=known, failed_sign_ins=0))
        session.flush()
        session.add(Post(login="sun_li", role="designer", scope=None))
    return "sun_li"


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    text = (PROCESSES / "contact_confirmation.bpmn").read_text(encoding="utf-8")
    file = tmp_path / "contact_confirmation.bpmn"
    file.write_text(
        text.replace('name="沟通是否属实?"', 'name="沟通情况"').replace(
            'value="contact.verify"', 'value="contact.verifi"'
        ),
        encoding="utf-8",
    )
    return file


def hand_in(page: Page, *files: Path) -> None:
    page.goto("/x")
    page.set_input_files("#files", [str(file) for file in files])
    page.get_by_role("button", name="检查").click()
    page.wait_for_url("**/x/uploads/**")


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, designer: str, broken: Path, width: int, size: str
) -> None:
    page = opened(designer, width)
    if size == "large":
        page.get_by_role("button", name="大字版").click()
    faults = {}
    hand_in(page, broken)
    faults["broken"] = (violations(page), overflow(page))
    hand_in(page, PROCESSES / "contact_confirmation.bpmn")
    faults["clean"] = (violations(page), overflow(page))
    page.get_by_role("button", name="部署").click()
    page.wait_for_url("**/x")
    for path in ("/x", "/x/processes/contact_confirmation/1"):
        page.goto(path)
        faults[path] = (violations(page), overflow(page))

    assert {path: fault for path, fault in faults.items() if fault != ([], 0)} == {}


def test_the_drawing_marks_what_the_findings_speak_of(
    opened: Opener, designer: str, broken: Path
) -> None:
    page = opened(designer)
    hand_in(page, broken)
    if not page.locator("script[src*=viewer]").count():
        pytest.skip("the front-end bundles are not built")

    expect(page.locator(".djs-element.is-faulty[data-element-id=Task_verify]")).to_have_count(1)
    page.locator("summary", has_text="画法建议").click()
    expect(page.locator(".advice li").first).to_be_visible()
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_finding_leads_to_its_element_in_the_drawing(
    opened: Opener, designer: str, broken: Path, width: int
) -> None:
    page = opened(designer, width)
    hand_in(page, broken)
    if not page.locator("script[src*=viewer]").count():
        pytest.skip("the front-end bundles are not built")
    element = page.locator(".djs-element[data-element-id=Task_verify]")
    expect(element).to_have_count(1)

    page.locator("a[data-shows=Task_verify]").first.click()

    expect(element).to_have_class(re.compile("is-chosen"))
    expect(element).to_have_class(re.compile("selected"))
    expect(element).to_be_in_viewport(ratio=1)
    for distance in page.evaluate(OFF_THE_MIDDLE, "Task_verify"):
        assert abs(distance) < 12

    other = page.locator("a[data-shows]:not([data-shows=Task_verify])").first
    other.evaluate("link => { const d = link.closest('details'); if (d) d.open = true; }")
    other.click()
    expect(page.locator(".djs-element.is-chosen")).to_have_count(1)
    expect(element).not_to_have_class(re.compile("is-chosen"))
    assert page.complaints == []  # type: ignore[attr-defined]


def test_without_script_a_finding_leads_to_the_drawing(
    opened: Opener, designer: str, broken: Path
) -> None:
    page = opened(designer, script=False)
    hand_in(page, broken)

    page.locator("a[data-shows=Task_verify]").first.click()

    assert page.url.endswith("#drawing")


def test_a_drawing_is_checked_and_deployed_without_script(opened: Opener, designer: str) -> None:
    page = opened(designer, script=False)
    hand_in(page, PROCESSES / "contact_confirmation.bpmn")
    expect(page.get_by_text("代表办理“确认沟通”")).to_be_visible()

    page.get_by_label("这次改了什么").fill("第一次部署")
    page.get_by_role("button", name="部署这 1 个文件").click()

    expect(page.get_by_text("已部署：“沟通确认”第 1 版")).to_be_visible()
