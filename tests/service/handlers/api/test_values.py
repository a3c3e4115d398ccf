from base64 import b64encode

from tests.service.handlers.api.calls import complete, tasks_of


def test_what_is_refused_is_told_part_by_part(call, leave):
    instance = leave("运维")
    [task] = tasks_of(call, "运维", instance)
    broken = {"files": [{"name": "a.bpmn", "content": b64encode(b"<x/>").decode()}]}

    form = complete(call, "运维", task, ok="也许").get_json()
    deployment = call("设计员", "POST", "/deployments", broken).get_json()

    assert [one["field"] for one in form["errors"]] == ["ok"]
    assert deployment["findings"][0]["file"] == "a.bpmn"
    assert tasks_of(call, "运维", instance)[0]["assignee"] is None  # nothing was taken over


def test_wrong_values_are_refused_and_change_nothing(world, call):
    world.submit(by="代表甲")
    [task] = call("代工委甲", "GET", "/user-tasks").get_json()["user_tasks"]

    answer = call(
        "代工委甲", "POST", f"/user-tasks/{task['id']}/complete", {"values": {"no_such": 1}}
    )

    assert answer.status_code == 422
    assert world.open_tasks() == ["审查建议"]
