from base64 import b64encode

from sqlalchemy import func, select

from service import refusals
from service.tables.runtime import ProcessInstance
from tests.service.handlers.api.calls import VISIT, complete, tasks_of
from tests.world import World


def test_any_deployed_process_is_started_listed_and_completed(call):
    body = {"files": [{"name": "visit.bpmn", "content": b64encode(VISIT).decode()}]}
    call("设计员", "POST", "/deployments", body)
    values = {"title": "走访白崖村", "situation": "五户村民反映夜间道路没有照明。"}

    started = call(
        "代表甲", "POST", "/process-instances", {"process_id": "visit", "variables": values}
    )
    [task] = [
        one
        for one in call("代工委甲", "GET", "/user-tasks").get_json()["user_tasks"]
        if one["process_id"] == "visit"
    ]
    shown = call("代工委甲", "GET", f"/user-tasks/{task['id']}").get_json()

    assert started.status_code == 201
    assert shown["fields"]
    assert call("代工委甲", "POST", f"/user-tasks/{task['id']}/claim").status_code == 200
    assert call("代工委乙", "POST", f"/user-tasks/{task['id']}/claim").status_code in {403, 409}
    assert call("代表乙", "GET", f"/user-tasks/{task['id']}").status_code == 403


def test_who_started_a_process_to_try_it_may_do_all_of_it_but_what_is_sealed(call, leave):
    instance = leave("设计员")
    for _ in range(3):
        [task] = tasks_of(call, "设计员", instance)
        assert complete(call, "设计员", task).status_code == 200

    assert tasks_of(call, "设计员", instance) == []
    shown = call("设计员", "GET", f"/process-instances/{instance}").get_json()
    assert shown["status"] == "running"


def test_a_refused_start_message_and_deployment_leave_one_row_each_and_nothing_else(
    call, world: World
):
    case = world.register()
    opening = {
        "process_id": "dispatch_and_return",
        "business_key": case.business_key,
        "variables": {"office": "operator", "suggestion": case.suggestion},
    }
    with world.reading() as session:
        before = session.scalar(select(func.count()).select_from(ProcessInstance))

    assert call("运维", "POST", "/process-instances", opening).status_code == 403
    keyed = {"name": "通知单已生效", "business_key": "supervision:1"}
    assert call("运维", "POST", "/messages", keyed).status_code == 403

    with world.reading() as session:
        assert session.scalar(select(func.count()).select_from(ProcessInstance)) == before
        kept = [(row.by, row.act) for row in refusals.latest(session, 10)]
        assert kept == [("运维", "message"), ("运维", "start")]
        assert "dispatch_and_return" in refusals.latest(session, 10)[1].subject
