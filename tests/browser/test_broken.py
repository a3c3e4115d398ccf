"""The pages of what failed in a real browser, at a desk and on a phone: a case is mended by keyboard and without script."""

import os
from pathlib import Path

import pytest

from service.database import Database
from service.runtime import publishing
from service.tables.runtime import ProcessInstance
from tests.browser.conftest import Opener, overflow, violations
from tests.conftest import MORNING
from tests.service.runtime import mended

WIDTHS = (390, 1280)


@pytest.fixture
def failed(office: Database) -> tuple[int, int]:
    """A case of a called process stands still, and its diagram has been corrected since; its instance and incident."""
    files = {"q.bpmn": mended.question("m > 3"), "o.bpmn": mended.calling()}
    instance_id = mended.begun(
        office, files, "outer", n="四米五", station="城东水文站", gates=["东闸", "西闸"]
    )
    incident = mended.stuck(office, instance_id)
    with office.transaction() as session:
        both = {"q.bpmn": mended.question(), "o.bpmn": mended.calling("改正。")}
        publishing.deploy(session, both, None, MORNING)
    return instance_id, incident.id


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", ["", "/{}", "/{}/migration"])
def test_every_page_fits_and_axe_finds_nothing(
    failed: tuple[int, int], opened: Opener, path: str, width: int
) -> None:
    page = opened("root", width)
    page.goto("/o/incidents" + path.format(failed[1]))

    if folder := os.environ.get("TIBANPING_PICTURES"):
        name = f"incidents{path.format(failed[1]).replace('/', '-')}-{width}.png"
        page.screenshot(path=Path(folder) / name, full_page=True)
    assert violations(page) == []
    assert overflow(page) == 0
    assert page.complaints == []  # type: ignore[attr-defined]


@pytest.mark.browser
@pytest.mark.parametrize("width", WIDTHS)
def test_a_case_is_mended_by_keyboard_and_without_script(
    failed: tuple[int, int], office: Database, opened: Opener, width: int
) -> None:
    instance_id, incident_id = failed
    page = opened("root", width, script=False)
    page.goto(f"/o/incidents/{incident_id}")
    page.get_by_role("button", name="再试一次").press("Enter")
    page.get_by_text("又试了一次，仍然没有成功").wait_for()

    page.get_by_label("变量名").fill("n")
    page.get_by_label("种类").select_option(label="数字")
    page.get_by_label("值", exact=True).fill("5")
    page.locator("#set-reason").fill("电话核实为五米")
    page.get_by_role("button", name="设置变量").press("Enter")
    page.get_by_text("已设置“n”").wait_for()
    page.get_by_role("link", name="看换版的影响").press("Enter")
    page.get_by_label("理由").fill("条件里的变量名写错")
    page.get_by_role("button", name="换到第").press("Enter")
    page.get_by_text("已换到第 2 版").wait_for()
    page.get_by_role("button", name="再试一次").press("Enter")

    page.get_by_text("重试成功，事项已经往前走。").wait_for()
    with office.reading() as session:
        assert session.get_one(ProcessInstance, instance_id).status == "ended"
