from base64 import b64encode

from tests.service.engine import tables
from tests.service.handlers.api.calls import VISIT

LEVEL = tables.file(tables.decision("visit_level", tables.table(tables.rule("-", "1"))))


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
