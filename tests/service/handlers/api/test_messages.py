from base64 import b64encode

import pytest

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


WAIT = diagram(
    "wait",
    "等回函",
    '<startEvent id="Start_sent" name="函已发出"/><receiveTask id="Wait_reply" name="等回函"/>'
    + user("Task_file", "归档", assignee="代表甲")
    + '<endEvent id="End_filed" name="已归档"/>',
    [("Start_sent", "Wait_reply"), ("Wait_reply", "Task_file"), ("Task_file", "End_filed")],
)


@pytest.fixture
def letter(call):
    """A case that waits at a receive task without a message."""
    body = {"files": [{"name": "wait.bpmn", "content": b64encode(WAIT).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201
    given = {"process_id": "wait", "business_key": "letter:2"}
    return call("运维", "POST", "/process-instances", given).get_json()["id"]


@pytest.mark.parametrize("place", [{"element_id": "Wait_reply"}, {"name": "等回函"}])
def test_a_receive_task_without_a_message_goes_on_by_its_element_or_its_name(call, letter, place):
    message = {"business_key": "letter:2", "variables": {"answer": "同意"}, **place}

    sent = call("运维", "POST", "/messages", message)

    assert sent.get_json() == {"instances": [letter]}
    tasks = call("代表甲", "GET", "/user-tasks").get_json()["user_tasks"]
    assert "Task_file" in {one["element_id"] for one in tasks}
    assert call("运维", "POST", "/messages", message).status_code == 409


BOTH = diagram(
    "both",
    "等两份回函",
    '<startEvent id="Start_sent" name="函已发出"/><parallelGateway id="Fork"/>'
    '<receiveTask id="Wait_finance" name="等回函"/><receiveTask id="Wait_audit" name="等回函"/>'
    + user("Task_finance", "归档财政回函", assignee="代表甲")
    + user("Task_audit", "归档审计回函", assignee="代表甲")
    + '<parallelGateway id="Join"/><endEvent id="End_filed" name="已归档"/>',
    [
        ("Start_sent", "Fork"),
        ("Fork", "Wait_finance"),
        ("Fork", "Wait_audit"),
        ("Wait_finance", "Task_finance"),
        ("Wait_audit", "Task_audit"),
        ("Task_finance", "Join"),
        ("Task_audit", "Join"),
        ("Join", "End_filed"),
    ],
)


def test_of_receive_tasks_with_one_name_only_the_element_that_is_named_goes_on(call, letter):
    """The name goes to whoever waited longest, `letter`; the element is one of another instance of the same case."""
    body = {"files": [{"name": "both.bpmn", "content": b64encode(BOTH).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201
    given = {"process_id": "both", "business_key": "letter:2"}
    both = call("运维", "POST", "/process-instances", given).get_json()["id"]
    message = {"element_id": "Wait_audit", "business_key": "letter:2"}

    sent = call("运维", "POST", "/messages", message)

    assert sent.get_json() == {"instances": [both]}
    tasks = call("代表甲", "GET", "/user-tasks").get_json()["user_tasks"]
    assert [t["element_id"] for t in tasks if t["business_key"] == "letter:2"] == ["Task_audit"]
    assert call("运维", "POST", "/messages", message).status_code == 409


def test_an_element_that_waits_for_nothing_is_told_nothing(call, letter):
    for element, key in (("Task_file", "letter:2"), ("Wait_reply", "letter:3"), ("x", "letter:2")):
        message = {"element_id": element, "business_key": key}
        assert call("运维", "POST", "/messages", message).status_code == 409


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"element_id": "Wait_reply"},
        {"element_id": "Wait_reply", "name": "等回函", "business_key": "letter:2"},
        {"element_id": "Wait_reply", "business_key": "letter:2", "kind": "signal"},
    ],
)
def test_a_message_says_one_place_it_goes_to(call, message):
    assert call("运维", "POST", "/messages", message).status_code in {400, 422}


def test_nobody_speaks_to_an_element_of_a_case(world, call):
    case = world.submit(by="代表甲")
    message = {"element_id": "Task_review", "business_key": case.business_key}

    assert call("运维", "POST", "/messages", message).status_code == 403
    assert call("代工委甲", "POST", "/messages", message).status_code == 403


def test_a_message_to_an_element_that_failed_is_run_again_to_that_element(call):
    gateway = '<exclusiveGateway id="Gateway_late" name="迟了吗?"/><endEvent id="End_late" name="已催办"/>'
    flows = [
        ("Start_sent", "Fork"),
        ("Fork", "Wait_finance"),
        ("Fork", "Wait_audit"),
        ("Wait_finance", "End_filed"),
        ("Wait_audit", "Gateway_late"),
        ("Gateway_late", "End_late", "迟了", "days > 7"),
        ("Gateway_late", "End_filed", "没有迟"),
    ]
    drawn = diagram(
        "late",
        "等回函",
        '<startEvent id="Start_sent" name="函已发出"/><parallelGateway id="Fork"/>'
        '<receiveTask id="Wait_finance" name="等回函"/><receiveTask id="Wait_audit" name="等回函"/>'
        f'{gateway}<endEvent id="End_filed" name="已归档"/>',
        flows,
    )
    body = {"files": [{"name": "late.bpmn", "content": b64encode(drawn).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201
    given = {"process_id": "late", "business_key": "letter:4"}
    late = call("运维", "POST", "/process-instances", given).get_json()["id"]
    path = f"/process-instances/{late}"
    message = {"element_id": "Wait_audit", "business_key": "letter:4"}
    assert call("运维", "POST", "/messages", message).status_code == 500
    [incident] = call("运维", "GET", f"{path}/incidents").get_json()["incidents"]
    seen = call("运维", "GET", f"{path}/variables").get_json()
    mended = {"name": "days", "value": 9, "reason": "核实", "instance_version": seen["instance_version"]}  # fmt: skip
    assert call("运维", "PUT", f"{path}/variables", mended).status_code == 200

    assert call("运维", "POST", f"/incidents/{incident['id']}/retry").status_code == 200

    names = [e["name"] for e in call("运维", "GET", f"{path}/history").get_json()["events"]]
    assert "已催办" in names
    assert "已归档" not in names  # the other goes on waiting
