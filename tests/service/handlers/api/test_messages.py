from base64 import b64encode

from tests.drawing import diagram, user

ORDER = diagram(
    "order",
    "收文",
    '<startEvent id="Start_letter" name="来文已到" camunda:formKey="embedded:letter">'
    '<messageEventDefinition id="Comes" messageRef="Letter"/></startEvent>'
    + user(
        "Task_read",
        "阅文",
        assignee="${reader}",
        dueDate="P3D",
        followUpDate="2026-04-01",
        priority="70",
        formKey="embedded:read",
    )
    + '<endEvent id="End_read" name="已阅文"/>',
    [("Start_letter", "Task_read"), ("Task_read", "End_read")],
    before='<message id="Letter" name="来文"/>',
)


def test_a_message_begins_a_process_and_its_task_tells_all_the_diagram_says(call):
    body = {"files": [{"name": "order.bpmn", "content": b64encode(ORDER).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201
    message = {"name": "来文", "business_key": "letter:1", "variables": {"reader": "代表甲"}}

    sent = call("运维", "POST", "/messages", message)

    assert sent.status_code == 200
    tasks = call("代表甲", "GET", "/user-tasks").get_json()["user_tasks"]
    [task] = [one for one in tasks if one["process_id"] == "order"]
    assert sent.get_json()["instances"] == [task["instance_id"]]
    assert task["business_key"] == "letter:1"
    assert task["due_at"] > task["created_at"]
    assert (task["priority"], task["form_key"]) == (70, "embedded:read")
    assert task["follow_up_at"] == "2026-03-31T16:00:00+00:00"
    processes = call("代表甲", "GET", "/processes").get_json()["processes"]
    assert {p["process_id"]: p["start_form_key"] for p in processes}["order"] == "embedded:letter"


def test_messages_incidents_and_histories_are_for_those_who_keep_the_processes(world, call):
    case = world.submit(by="代表甲")
    message = {"name": "代表已撤回", "business_key": case.business_key}

    for path in ("/incidents", f"/process-instances/{case.instance}/history"):
        assert call("代工委甲", "GET", path).status_code == 403
        assert call("运维", "GET", path).status_code == 200
    assert call("运维", "GET", f"/process-instances/{case.instance}/history").get_json()["intact"]
    assert call("代工委甲", "POST", "/messages", message).status_code == 403
    assert call("运维", "POST", "/messages", {"name": "没有人等"}).status_code == 409
    assert call("运维", "POST", "/incidents/9/retry").status_code == 404
    assert call("运维", "GET", f"/process-instances/{case.instance}/timer-jobs").status_code == 200
