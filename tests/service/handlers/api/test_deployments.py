from base64 import b64encode

import pytest

from service.runtime import publishing
from tests.conftest import MORNING
from tests.service.engine import tables
from tests.service.handlers.api.calls import VISIT
from tests.service.handlers.designer.drawings import calling, drawing

LEVEL = tables.file(tables.decision("visit_level", tables.table(tables.rule("-", "1"))))


@pytest.fixture
def offered(call, world):
    """A release's diagram that the town has drawn otherwise, and that has changed since."""
    for task in ("批假", "批准请假"):
        with world.database.transaction() as session:
            publishing.bring_along(session, {"rest.bpmn": drawing(task=task)}, MORNING)
        content = b64encode(drawing(task="准假")).decode()
        body = {"files": [{"name": "rest.bpmn", "content": content}]}
        call("设计员", "POST", "/deployments", body)


def test_a_designer_deploys_and_the_same_content_is_deployed_once(call):
    body = {"files": [{"name": "visit.bpmn", "content": b64encode(VISIT).decode()}]}

    first, again = (call("设计员", "POST", "/deployments", body) for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.get_json()["definitions"][0]["process_id"] == "visit"
    assert call("代表甲", "POST", "/deployments", body).status_code == 403


def test_a_designer_deploys_a_table_and_everybody_sees_its_version(call):
    content = b64encode(LEVEL).decode()
    body = {"files": [{"name": "visit_level.dmn", "content": content}]}

    told = call("设计员", "POST", "/deployments", body)

    assert (told.status_code, told.get_json()["definitions"]) == (201, [])
    [version] = told.get_json()["decisions"]
    assert (version["decision_id"], version["version"]) == ("visit_level", 1)
    listed = call("代表甲", "GET", "/decisions").get_json()["decisions"]
    assert version in listed


def test_a_refused_diagram_and_a_bad_body_are_told_in_parts(call):
    broken = {"files": [{"name": "a.bpmn", "content": b64encode(b"<x/>").decode()}]}

    assert call("设计员", "POST", "/deployments", broken).status_code == 422
    told = call("设计员", "POST", "/deployments", {"files": []})
    assert told.status_code == 422
    assert told.get_json()["errors"][0]["field"] == "files"


def test_a_process_is_described_with_its_form_and_told_step_by_step(call, leave):
    shown = call("设计员", "GET", "/processes/suggestion_main").get_json()

    assert {field["id"] for field in shown["start"]["fields"]} >= {"title", "situation"}
    assert shown["lines"][0]["number"] == 1
    assert "期限“联名代表确认”" in "".join(line["text"] for line in shown["lines"])
    leave_ = call("运维", "GET", "/processes/leave").get_json()
    assert [one["name"] for one in leave_["user_tasks"]] == ["部门审批", "签字", "备案", "评价"]
    assert call("设计员", "GET", "/processes/nothing").status_code == 404


def test_callers_come_along_when_asked_and_new_cases_are_told(call):
    changed = VISIT.replace("审查走访".encode(), "复核走访".encode())
    trip = calling("trip", "visit")
    for content, name in ((VISIT, "visit.bpmn"), (trip, "trip.bpmn")):
        body = {"files": [{"name": name, "content": b64encode(content).decode()}]}
        assert call("设计员", "POST", "/deployments", body).status_code in {200, 201}
    body = {"files": [{"name": "visit.bpmn", "content": b64encode(changed).decode()}]}

    alone = call("设计员", "POST", "/deployments", body).get_json()
    together = call("设计员", "POST", "/deployments", body | {"with_callers": True}).get_json()

    assert [one["process_id"] for one in alone["still_bound_to_older"]] == ["trip"]
    assert (together["with_callers"], together["still_bound_to_older"]) == (["trip"], [])
    [use] = together["uses"]
    assert (use["process"]["version"], use["uses"][0]["version"]) == (2, 2)


def test_an_earlier_version_is_restored_over_the_interface(call):
    for task in ("批假", "准假"):
        content = b64encode(drawing(task=task)).decode()
        body = {"files": [{"name": "rest.bpmn", "content": content}]}
        assert call("设计员", "POST", "/deployments", body).status_code == 201
    address = "/processes/leave/versions"
    reason = {"reason": "名称看不懂"}

    assert call("代表甲", "POST", f"{address}/1/restore", reason).status_code == 403
    done = call("设计员", "POST", f"{address}/1/restore", reason)
    again = call("设计员", "POST", f"{address}/1/restore", reason)

    assert (done.status_code, done.get_json()["restored"]) == (201, {"leave": 1})
    assert again.status_code == 403
    for nothing in ("", " \n "):
        body = {"reason": nothing}
        assert call("设计员", "POST", f"{address}/1/restore", body).status_code == 422
    assert call("设计员", "POST", f"{address}/9/restore", reason).status_code == 404
    every = call("设计员", "GET", address).get_json()["versions"]
    assert [(one["version"], one["note"]) for one in every[:2]] == [
        (3, "恢复第 1 版：名称看不懂"),
        (2, ""),
    ]
    assert call("设计员", "GET", "/processes/nobody/versions").status_code == 404


def test_offers_of_a_release_are_read_and_decided(call, offered):
    assert call("代表甲", "GET", "/baseline").status_code == 403
    [offer] = call("设计员", "GET", "/baseline").get_json()["offers"]
    assert offer["name"] == "rest.bpmn"
    assert offer["differences"][0]["after"] == "批准请假"
    body = {"names": ["rest.bpmn"], "reason": "本地另有规定"}

    declined = call("设计员", "POST", "/baseline/decline", body)

    assert declined.get_json() == {"offers": []}
    assert call("设计员", "POST", "/baseline/take", body).status_code == 404


@pytest.mark.parametrize("decision", ["take", "decline"])
def test_an_offer_is_not_decided_without_a_reason(call, offered, decision):
    body = {"names": ["rest.bpmn"], "reason": "  "}

    assert call("设计员", "POST", f"/baseline/{decision}", body).status_code == 422
    assert len(call("设计员", "GET", "/baseline").get_json()["offers"]) == 1


def test_an_offer_is_taken_over_the_interface(call, offered):
    body = {"names": ["rest.bpmn"], "reason": "新版更好"}

    taken = call("设计员", "POST", "/baseline/take", body)

    assert taken.status_code == 201
    assert call("设计员", "GET", "/baseline").get_json() == {"offers": []}
