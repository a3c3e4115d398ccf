"""The record of changes: the latest first, each with its page, undone with a reason and never twice."""

from datetime import timedelta

import pytest

from service.deadlines import changes, policies
from service.deadlines.workdays import local_day
from tests.service.handlers.admin.test_limit import seen, text
from tests.service.handlers.conftest import Browser
from tests.world import World


def change(city: World, key: str, amount: int) -> int:
    with city.database.transaction() as session:
        row = policies.in_force(session).policy(key, "", local_day(city.at))
        wanted = row._replace(amount=amount)
        return changes.apply(session, wanted, f"改成 {amount}", "管理员", city.at).id


@pytest.fixture
def changed(city: World) -> list[int]:
    return [change(city, "sign", 5), change(city, "sign", 6)]


def test_changes_are_listed_the_latest_first(
    city: World, keeper: Browser, changed: list[int]
) -> None:
    keeper.get("/m/changes")
    words = text(keeper)

    assert words.index("改成 6") < words.index("改成 5")
    assert "由 3 个工作日改为 5 个工作日" in words
    keeper.get("/m/changes?before=2")
    assert "改成 6" not in text(keeper)


def test_a_change_says_what_was_and_what_became(keeper: Browser, changed: list[int]) -> None:
    keeper.get("/m/changes/1")

    assert "原来 改为 期限 3 个工作日 5 个工作日" in text(keeper)
    assert "不能再撤销" in text(keeper)  # a later one stands on it


def test_undoing_asks_for_a_reason_and_shows_its_effect(
    city: World, keeper: Browser, changed: list[int]
) -> None:
    keeper.get("/m/changes/2")
    refused = keeper.post("/m/changes/2", {"reason": " "})
    assert refused.status_code == 422
    assert "请写明撤销的理由" in text(keeper)

    keeper.post("/m/changes/2", {"reason": "改错了"})
    keeper.get("/m/changes/2/undo")
    assert "6 个工作日 5 个工作日" in text(keeper)
    change(city, "plan", 12)
    stale = keeper.post("/m/changes/2/undo", seen(keeper))
    assert stale.status_code == 409
    assert "改成 12" in text(keeper)
    keeper.get("/m/changes/2/undo")
    assert keeper.post("/m/changes/2/undo", seen(keeper)).status_code == 303
    assert keeper.post("/m/changes/2/undo", {"seen": "x"}).status_code == 409
    assert keeper.get("/m/changes/2/undo").status_code == 303


def test_an_undoing_that_somebody_made_first_is_refused_in_words(
    city: World, keeper: Browser, changed: list[int]
) -> None:
    keeper.get("/m/changes/2")
    keeper.post("/m/changes/2", {"reason": "改错了"})
    with city.database.transaction() as session:
        changes.undo(session, 2, "管理员", city.at)

    assert keeper.get("/m/changes/2/undo").status_code == 409
    assert "已经撤销" in text(keeper)


def test_a_granted_extension_is_not_taken_back(city: World, keeper: Browser) -> None:
    """The deputy and the unit have been told of it."""
    with city.database.transaction() as session:
        assert city.case is not None
        key, until = city.case.business_key, local_day(city.at) + timedelta(days=120)
        number = changes.extend(session, key, "", until, "手续未办完", "管理员", city.at).id

    keeper.get(f"/m/changes/{number}")
    assert "延期批准以后已经告知代表和单位，不能撤销" in keeper.page
    keeper.post(f"/m/changes/{number}", {"reason": "撤销试试"})
    assert keeper.get(f"/m/changes/{number}/undo").status_code == 409
