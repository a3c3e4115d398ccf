from base64 import b64encode

from tests.drawing import diagram, user
from tests.service.handlers.api.calls import complete, tasks_of


def test_a_step_that_fails_is_an_incident_of_its_instance_and_is_retried(call, world):
    drawn = diagram(
        "failing",
        "出错",
        '<startEvent id="Start_a" name="已发起"/>'
        + user("Task_b", "办理", candidateGroups="deptLeader")
        + '<exclusiveGateway id="Gateway_ok" name="行吗?"/><endEvent id="End_y" name="行"/>'
        + '<endEvent id="End_z" name="不行"/>',
        [
            ("Start_a", "Task_b"),
            ("Task_b", "Gateway_ok"),
            ("Gateway_ok", "End_y", "行", "fine"),
            ("Gateway_ok", "End_z", "不行"),
        ],
    )
    body = {"files": [{"name": "failing.bpmn", "content": b64encode(drawn).decode()}]}
    call("设计员", "POST", "/deployments", body)
    started = call("运维", "POST", "/process-instances", {"process_id": "failing"}).get_json()
    path = f"/process-instances/{started['id']}"
    [task] = tasks_of(call, "运维", started["id"])

    failed = complete(call, "运维", task)
    [incident] = call("运维", "GET", f"{path}/incidents").get_json()["incidents"]

    assert failed.status_code == 500
    assert incident["element_id"] == "Gateway_ok"
    assert call("运维", "POST", f"/incidents/{incident['id']}/retry").status_code == 409
    assert call("运维", "POST", f"/incidents/{incident['id']}/dismiss").status_code == 200
    assert call("运维", "GET", f"{path}/incidents").get_json()["incidents"] == []
    assert (
        complete(call, "运维", tasks_of(call, "运维", started["id"])[0], fine=True).status_code
        == 200
    )
    assert call("运维", "GET", path).get_json()["end_event"] == "End_y"
