from base64 import b64encode

from sqlalchemy import update

from scheduler.jobs import fire_due_timers
from service.tables.evaluation import Evaluation
from service.tables.runtime import MessageSubscription
from tests.conftest import asking
from tests.drawing import diagram, user
from tests.replied_case import NOT_SATISFIED
from tests.service.handlers.api.calls import complete, tasks_of
from tests.system.test_sealing import waiting_for_a_rating


def test_of_a_process_strangers_and_nobody_see_and_do_nothing(call, leave):
    instance = leave("设计员")
    [task] = tasks_of(call, "设计员", instance)
    path = f"/process-instances/{instance}"

    for login, status in (("代表甲", 403), ("审计员", 403), (None, 401)):
        for asked in (
            "/process-instances",
            f"{path}/user-tasks",
            f"{path}/incidents",
            "/processes/leave",
        ):
            assert call(login, "GET", asked).status_code == status
        assert complete(call, login, task, ok=True).status_code == status
        assert call(login, "POST", f"/user-tasks/{task['id']}/claim").status_code == status
        assert call(login, "POST", "/incidents/1/dismiss").status_code == status
    assert call("代表甲", "GET", path).status_code == 404
    assert call("设计员", "GET", f"{path}/incidents").status_code == 403


def test_instances_are_listed_by_what_is_asked_and_page_by_page(call, leave):
    ids = [leave("运维") for _ in range(3)]

    first = call("运维", "GET", "/process-instances?process_id=leave&limit=2").get_json()
    rest = call("运维", "GET", f"/process-instances?limit=2&after={first['next']}").get_json()
    keyed = call(
        "设计员", "GET", "/process-instances?business_key=leave:1&status=running"
    ).get_json()

    assert [one["id"] for one in first["process_instances"]] == ids[:0:-1]
    assert [one["id"] for one in rest["process_instances"]] == ids[:1]
    assert rest["next"] is None
    assert len(keyed["process_instances"]) == 3
    assert call("运维", "GET", "/process-instances?status=lost").status_code == 422
    assert (
        call("运维", "GET", "/process-instances?status=ended").get_json()["process_instances"] == []
    )


def test_a_changed_mark_shows_to_whoever_asks_whether_the_file_is_intact(world, call):
    waiting_for_a_rating(world)
    world.do("填写评价", "代表甲", **NOT_SATISFIED)
    path = f"/process-instances/{world.case.instance}/history"
    before = call("运维", "GET", path).get_json()
    assert (before["intact"], before["faults"], before["gaps"]) == (True, [], [])
    assert not any("评价" in one["name"] for one in before["events"])

    with world.database.transaction() as session:
        session.execute(update(Evaluation).values(result_rating="satisfied"))

    after = call("运维", "GET", path).get_json()
    assert not after["intact"]
    assert "可能被改动过" in after["faults"][0]
    assert after["events"] == before["events"]


def test_more_open_tasks_cost_no_more_queries(world, call):
    def counted(number):
        drawn = diagram(
            f"many{number}",
            "多人",
            '<startEvent id="Start_a" name="已发起"/>'
            + user(
                "Task_b",
                "办理",
                f"<multiInstanceLoopCharacteristics><loopCardinality>{number}</loopCardinality>"
                "</multiInstanceLoopCharacteristics>",
                candidateGroups="deptLeader",
            )
            + '<endEvent id="End_z" name="已办结"/>',
            [("Start_a", "Task_b"), ("Task_b", "End_z")],
        )
        body = {"files": [{"name": "many.bpmn", "content": b64encode(drawn).decode()}]}
        call("设计员", "POST", "/deployments", body)
        wanted = {"process_id": f"many{number}"}
        instance = call("运维", "POST", "/process-instances", wanted).get_json()["id"]
        assert len(tasks_of(call, "运维", instance)) == number  # definitions are read by now
        with asking(world.database) as asked:
            tasks_of(call, "运维", instance)
            call("运维", "GET", "/process-instances")
        return len(asked)

    assert counted(1) == counted(12)


PARCEL = diagram(
    "parcel",
    "送材料",
    '<startEvent id="Start_a" name="已发起"/>'
    '<intermediateThrowEvent id="Throw_it" name="材料已送"><messageEventDefinition id="Says"'
    ' messageRef="News"/></intermediateThrowEvent>'
    '<intermediateCatchEvent id="Catch_it" name="等回执"><messageEventDefinition id="Waits"'
    ' messageRef="Receipt"/></intermediateCatchEvent>'
    '<endEvent id="End_a" name="已办结"/>',
    [("Start_a", "Throw_it"), ("Throw_it", "Catch_it"), ("Catch_it", "End_a")],
    before='<message id="News" name="材料送达"/><message id="Receipt" name="回执"/>',
)


def test_what_a_case_has_said_and_nobody_took_is_listed_with_what_it_waits_for(world, call):
    body = {"files": [{"name": "parcel.bpmn", "content": b64encode(PARCEL).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201
    wanted = {"process_id": "parcel", "variables": {}, "business_key": "parcel:1"}
    instance = call("运维", "POST", "/process-instances", wanted).get_json()["id"]
    path = f"/process-instances/{instance}"

    on_its_way = call("运维", "GET", f"{path}/messages").get_json()
    fire_due_timers(world.database, world.at)
    stays = call("设计员", "GET", f"{path}/messages").get_json()

    [kept] = on_its_way["kept"]
    assert (kept["name"], kept["sender_id"], kept["kept_at"]) == ("材料送达", instance, None)
    assert stays["kept"] == [{**kept, "kept_at": world.at.isoformat()}]
    assert stays["awaited"] == [{"name": "回执", "kind": "message"}]
    events = call("运维", "GET", f"{path}/history").get_json()["events"]
    assert "消息“材料送达”已保存，等候收取它的环节" in [one["name"] for one in events]
    assert call("代表甲", "GET", f"{path}/messages").status_code == 403


def test_while_deputies_rate_nobody_learns_what_a_case_waits_for(world, call):
    """A town may draw a step after the rating that waits for a message; waiting for it would tell that the rating is in."""
    waiting_for_a_rating(world)
    with world.database.transaction() as session:
        given = {"instance_id": world.case.instance, "business_key": world.case.business_key}
        session.add(MessageSubscription(id="next", name="下一步", kind="message", **given))

    answer = call("运维", "GET", f"/process-instances/{world.case.instance}/messages").get_json()

    assert answer == {"kept": [], "awaited": []}
