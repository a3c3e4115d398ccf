"""What the office decides about new versions, and what was refused, in a real browser on a telephone and on a desk."""

import pytest

from service import refusals
from service.database import Database
from service.runtime import publishing
from tests.browser.conftest import WIDTHS, Opener, overflow, violations
from tests.conftest import MORNING
from tests.world import drawn

pytestmark = pytest.mark.browser

RATING = "back_to_back_evaluation.bpmn"


@pytest.fixture
def proposed(office: Database) -> None:
    """A new version of the rating that waits, and a try that was refused."""
    files = drawn()
    with office.transaction() as session:
        publishing.deploy(session, files, "root", MORNING)
        refusals.record(
            session, "root", MORNING, "start", "review_registration suggestion:41", "不能发起。"
        )
    changed = files[RATING].replace('name="填写评价"'.encode(), 'name="填写满意度"'.encode())
    publishing.publish(office, {RATING: changed}, None, MORNING)


@pytest.mark.parametrize("size", ["normal", "large"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_out_of_reach_or_out_of_the_window(
    opened: Opener, proposed: None, width: int, size: str
) -> None:
    faults = {}
    for login, paths in (
        ("wang_fang", ("/g/deployments", "/g/deployments/1")),
        ("root", ("/o/refusals",)),
    ):
        page = opened(login, width)
        if size == "large":
            page.get_by_role("button", name="大字版").click()
        for path in paths:
            page.goto(path)
            faults[path] = (violations(page), overflow(page))
            assert page.locator("thead").is_visible() == (width > 400)  # rows stand as cards else

    assert {path: fault for path, fault in faults.items() if fault != ([], 0)} == {}
