from tests.service.handlers.api.calls import tasks_of


def test_what_is_shown_of_an_instance_and_its_task_is_one_shape_everywhere(call, leave):
    instance = leave("运维", days=3)

    [listed] = call("运维", "GET", "/process-instances?process_id=leave").get_json()[
        "process_instances"
    ]
    shown = call("运维", "GET", f"/process-instances/{instance}").get_json()
    [task] = tasks_of(call, "运维", instance)
    alone = call("运维", "GET", f"/user-tasks/{task['id']}").get_json()

    assert listed == shown
    assert shown["started_at"].endswith("+00:00")
    assert {name: alone[name] for name in task} == task
    assert alone["fields"] == [
        {"id": "ok", "label": "同意", "type": "boolean", "options": [], "required": False}
    ]
