from base64 import b64encode

from sqlalchemy import select

from service.tables.people import Person
from tests.drawing import diagram, extensions, user
from tests.service.handlers.api.calls import complete, tasks_of


def test_a_process_from_elsewhere_is_driven_by_whoever_looks_after_it(call, leave):
    instance = leave("运维", days=3)

    [task] = tasks_of(call, "运维", instance)
    shown = call("运维", "GET", f"/user-tasks/{task['id']}").get_json()
    first = complete(call, "运维", task, ok=True)
    [second] = tasks_of(call, "运维", instance)

    assert (task["name"], task["candidates"], task["may_complete"]) == (
        "部门审批",
        ["deptLeader"],
        True,
    )
    assert task["fields"][0]["id"] == "ok"
    assert shown["variables"] == {"days": 3}
    assert first.status_code == 200
    assert (second["assignee"], second["may_complete"]) == ("demo", True)
    assert (
        call("运维", "POST", f"/user-tasks/{second['id']}/claim").get_json()["assignee"] == "运维"
    )
    assert complete(call, "运维", second).status_code == 200


def test_what_a_keeper_does_is_done_under_their_own_name(call, leave):
    instance = leave("运维")
    complete(call, "运维", tasks_of(call, "运维", instance)[0], ok=True)

    told = call("运维", "GET", f"/process-instances/{instance}/history").get_json()

    assert [
        (one["kind"], one["by"]) for one in told["events"] if one["element_id"] == "Task_approve"
    ] == [
        ("taken_over", "运维"),
        ("userTask", "运维"),
    ]
    assert told["intact"]


def test_a_task_somebody_can_be_reached_for_is_left_to_them(call, leave):
    instance = leave("设计员", days=3)
    for name in ("部门审批", "签字"):
        [task] = tasks_of(call, "管理员", instance)
        assert task["name"] == name
        assert complete(call, "管理员", task).status_code == 200
    [task] = tasks_of(call, "管理员", instance)

    assert (task["name"], task["may_complete"]) == ("备案", False)
    assert complete(call, "管理员", task).status_code == 403
    assert call("管理员", "POST", f"/user-tasks/{task['id']}/claim").status_code == 403
    assert call("管理员", "GET", f"/user-tasks/{task['id']}").get_json()["variables"]
    assert "variables" not in call("代工委甲", "GET", f"/user-tasks/{task['id']}").get_json()
    assert complete(call, "设计员", task).status_code == 200


def test_a_sealed_task_is_neither_read_nor_done_by_keepers(world, call, leave):
    instance = leave("设计员")
    for _ in range(3):
        complete(call, "设计员", tasks_of(call, "设计员", instance)[0])
    [row] = [one for one in world.waiting() if one.name == "评价"]

    for login in ("设计员", "运维", "管理员"):
        assert call(login, "GET", f"/user-tasks/{row.id}").status_code == 403
        assert call(login, "POST", f"/user-tasks/{row.id}/claim").status_code == 403
        assert complete(call, login, {"id": row.id}, stars=5).status_code == 403
    assert row.id in [one.id for one in world.waiting()]


def test_a_colleague_is_told_that_a_task_is_taken(call, leave, world):
    world.submit(by="代表甲")
    [task] = call("代工委甲", "GET", "/user-tasks").get_json()["user_tasks"]
    call("代工委甲", "POST", f"/user-tasks/{task['id']}/claim")

    told = call("代工委乙", "POST", f"/user-tasks/{task['id']}/claim")

    assert told.status_code == 409
    assert "已由同事认领" in told.get_json()["detail"]


def test_a_case_of_the_register_is_not_a_keeper_s_to_decide(world, call):
    case = world.submit(by="代表甲")
    [task] = tasks_of(call, "运维", case.instance)

    assert (task["name"], task["may_complete"]) == ("审查建议", False)
    assert "variables" not in call("运维", "GET", f"/user-tasks/{task['id']}").get_json()
    assert complete(call, "运维", task, review_conclusion="register").status_code == 403
    assert world.open_tasks() == ["审查建议"]


def test_where_an_office_is_empty_an_operator_stands_in_and_a_designer_does_not(world, call):
    case = world.submit(by="代表甲")
    [task] = tasks_of(call, "运维", case.instance)
    with world.database.transaction() as session:
        for login in ("代工委甲", "代工委乙"):
            session.scalars(select(Person).where(Person.login == login)).one().active = False

    assert complete(call, "设计员", task).status_code == 403
    assert call("运维", "POST", f"/user-tasks/{task['id']}/claim").status_code == 200
    assert "variables" not in call("运维", "GET", f"/user-tasks/{task['id']}").get_json()


NEEDS = diagram(
    "needs",
    "要用到的",
    '<startEvent id="Start_a" name="已申请">'
    + extensions(["remind_on:string:提醒时间"])
    + "</startEvent>"
    + '<exclusiveGateway id="Gateway_early" name="早一点？"/>'
    + user("Task_days", "定天数", extensions(["days:string:天数"]), candidateGroups="deputy_office")
    + '<exclusiveGateway id="Gateway_long" name="要很久？"/>'
    + '<endEvent id="End_early" name="已提醒"/><endEvent id="End_long" name="已转走"/>'
    + '<endEvent id="End_short" name="已定"/>',
    [
        ("Start_a", "Gateway_early"),
        ("Gateway_early", "End_early", "是", "${remind_on.plusDays(1) < now()}"),
        ("Gateway_early", "Task_days", "否"),
        ("Task_days", "Gateway_long"),
        ("Gateway_long", "End_long", "是", "${days > 9}"),
        ("Gateway_long", "End_short", "否"),
    ],
)


def test_what_a_later_step_cannot_use_is_an_error_of_its_field_and_no_failure(call):
    body = {"files": [{"name": "needs.bpmn", "content": b64encode(NEEDS).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201

    def start(**values):
        wanted = {"process_id": "needs", "variables": values}
        return call("设计员", "POST", "/process-instances", wanted)

    refused = start()
    instance = start(remind_on="2099-01-01").get_json()["id"]
    [task] = tasks_of(call, "设计员", instance)
    wrong = complete(call, "设计员", task, days="三四天")

    assert refused.status_code == 422
    assert refused.get_json()["errors"] == [
        {
            "field": "remind_on",
            "detail": "后面的“早一点？”要用到“提醒时间”，没有填写就走不下去。请填写后再提交。",
        }
    ]
    assert (wrong.status_code, [one["field"] for one in wrong.get_json()["errors"]]) == (
        422,
        ["days"],
    )
    assert call("运维", "GET", "/incidents").get_json()["incidents"] == []
    assert complete(call, "设计员", task).status_code == 200
