"""What a new release brings along is offered with its difference, and decided with a reason."""

import pytest
from flask import Flask

from service.database import Database
from service.runtime import publishing
from tests.conftest import MORNING
from tests.service.handlers.conftest import Browser
from tests.service.handlers.designer.drawings import deploy, drawing, hand_in

PAGE = "/x/baseline"


def brought(office: Database, task: str) -> None:
    with office.transaction() as session:
        publishing.bring_along(session, {"leave.bpmn": drawing(task=task)}, MORNING)


@pytest.fixture
def offered(sun_li: Browser, office: Database) -> Browser:
    """A designer in a town that has its own way, when the next release comes."""
    brought(office, "批假")
    hand_in(sun_li, leave=drawing(task="准假"))
    deploy(sun_li)
    brought(office, "批准请假")
    return sun_li


def test_nothing_waits_where_nothing_was_offered(sun_li: Browser) -> None:
    assert "现在没有等待决定的" in sun_li.get(PAGE).get_data(as_text=True)
    assert PAGE not in sun_li.get("/x").get_data(as_text=True)


def test_the_difference_is_shown_and_the_offer_taken(offered: Browser) -> None:
    assert f'href="{PAGE}"' in offered.get("/x").get_data(as_text=True)
    offered.get(PAGE)
    assert '<td data-label="本地的"><span>准假</span></td>' in offered.page
    assert '<td data-label="自带的"><span>批准请假</span></td>' in offered.page
    assert offered.client.get(f"{PAGE}/leave.bpmn/file").data == drawing(task="批准请假")

    chosen = {"name": "leave.bpmn", "reason": "新版更好", "decision": "take"}
    assert offered.post(PAGE, chosen).status_code == 303

    assert "已部署：“请假”第 3 版" in offered.get("/x").get_data(as_text=True)
    offered.get(PAGE)
    assert "孙丽采用 leave.bpmn。理由：采用新版本自带的流程图：新版更好" in offered.page


def test_an_offer_is_declined_and_the_towns_own_stays(offered: Browser) -> None:
    chosen = {"name": "leave.bpmn", "reason": "本地另有规定", "decision": "decline"}

    assert offered.post(PAGE, chosen).status_code == 303

    offered.get(PAGE)
    assert "现在没有等待决定的" in offered.page
    assert "孙丽不采用 leave.bpmn。理由：本地另有规定" in offered.page
    assert "第 2 版" in offered.get("/x").get_data(as_text=True)


@pytest.mark.parametrize(
    "given",
    [
        {"name": "leave.bpmn", "reason": " ", "decision": "take"},
        {"reason": "新版更好", "decision": "take"},
        {"name": "leave.bpmn", "reason": "长" * 201, "decision": "decline"},
    ],
)
def test_a_choice_and_a_reason_are_asked_for(offered: Browser, given: dict[str, str]) -> None:
    assert offered.post(PAGE, given).status_code == 422

    assert "请先选择自带的流程图，再写明理由" in offered.page
    assert given["reason"].strip() in offered.page
    assert ("checked" in offered.page) == ("name" in given)


def test_what_is_not_offered_is_not_found(offered: Browser) -> None:
    given = {"name": "other.bpmn", "reason": "新版更好"}
    for decision in ("take", "decline"):
        assert offered.post(PAGE, {**given, "decision": decision}).status_code == 404
    assert offered.get(f"{PAGE}/other.bpmn/file").status_code == 404


def test_nobody_but_designers_and_administrators_decides(
    app: Flask, offered: Browser, clerk: Browser
) -> None:
    assert clerk.client.get(PAGE).status_code == 403
    given = {"name": "leave.bpmn", "reason": "新版更好", "decision": "take"}
    assert clerk.post(PAGE, given).status_code == 403
