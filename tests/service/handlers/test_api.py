from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from service import clock
from service.database import Database
from service.register.people import directory as people
from service.settings import Settings
from service.tables.people import Person
from tests.conftest import asking
from tests.drawing import diagram, extensions, user
from tests.processes.test_handling import ANSWERS
from tests.replied_case import SATISFIED
from tests.service.engine import tables
from tests.service.handlers.city import served
from tests.world import World

LEVEL = tables.file(tables.decision("visit_level", tables.table(tables.rule("-", "1"))))
VISIT = (Path(__file__).parent / "visit.bpmn").read_bytes()


@pytest.fixture
def world(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> World:
    world = World(sqlite)
    monkeypatch.setattr(clock, "now", lambda: world.at)
    return world


@pytest.fixture
def app(world: World, settings: Settings) -> Flask:
    return served(world, settings)


@pytest.fixture
def call(app: Flask, world: World):
    """Ask the interface as somebody, with a token of theirs; nobody sends none."""
    tokens: dict[str, str] = {}

    def ask(login: str | None, method: str, path: str, body: Any = None):
        if login and login not in tokens:
            with world.database.transaction() as session:
                tokens[login] = people.issue_api_token(session, login, "测试", world.at)
        headers = {"Authorization": f"Bearer {tokens[login]}"} if login else {}
        return app.test_client().open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return ask


def test_nobody_and_a_wrong_token_get_nothing(app, call):
    wrong = app.test_client().get("/api/v1/processes", headers={"Authorization": "Bearer tbp_x"})

    assert call(None, "GET", "/processes").status_code == 401
    assert wrong.status_code == 401
    assert wrong.is_json


def test_a_revoked_token_ends(world, app, call):
    assert call("代表甲", "GET", "/processes").status_code == 200
    with world.database.transaction() as session:
        [token] = people.api_tokens(session, "代表甲")
        people.revoke_api_token(session, "代表甲", token.id, world.at)

    assert call("代表甲", "GET", "/processes").status_code == 401


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


LEAVE = diagram(
    "leave",
    "请假",
    '<startEvent id="Start_a" name="已申请"/>'
    + user(
        "Task_approve", "部门审批", extensions(["ok:boolean:同意"]), candidateGroups="deptLeader"
    )
    + user("Task_sign", "签字", assignee="demo")
    + user("Task_file", "备案", candidateGroups="deputy_office")
    + user("Task_rate", "评价", extensions(["stars:long:分数"], sealed="true"), assignee="demo")
    + '<endEvent id="End_z" name="已办结"/>',
    [
        ("Start_a", "Task_approve"),
        ("Task_approve", "Task_sign"),
        ("Task_sign", "Task_file"),
        ("Task_file", "Task_rate"),
        ("Task_rate", "End_z"),
    ],
)


@pytest.fixture
def leave(call):
    """A process from elsewhere is deployed; returns how somebody starts it."""
    body = {"files": [{"name": "leave.bpmn", "content": b64encode(LEAVE).decode()}]}
    assert call("设计员", "POST", "/deployments", body).status_code == 201

    def start(login: str, **variables: Any) -> int:
        wanted = {"process_id": "leave", "variables": variables, "business_key": "leave:1"}
        answer = call(login, "POST", "/process-instances", wanted)
        assert answer.status_code == 201, answer.get_json()
        return answer.get_json()["id"]

    return start


def tasks_of(call, login, instance):
    return call(login, "GET", f"/process-instances/{instance}/user-tasks").get_json()["user_tasks"]


def complete(call, login, task, **values):
    return call(login, "POST", f"/user-tasks/{task['id']}/complete", {"values": values})


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
    assert complete(call, "代工委甲", task).status_code == 200


def test_who_started_a_process_to_try_it_may_do_all_of_it_but_what_is_sealed(call, leave):
    instance = leave("设计员")
    for _ in range(3):
        [task] = tasks_of(call, "设计员", instance)
        assert complete(call, "设计员", task).status_code == 200

    assert tasks_of(call, "设计员", instance) == []
    shown = call("设计员", "GET", f"/process-instances/{instance}").get_json()
    assert shown["status"] == "running"


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
    assert call("运维", "POST", f"/incidents/{incident['id']}/retry").status_code == 500
    assert call("运维", "POST", f"/incidents/{incident['id']}/dismiss").status_code == 200
    assert call("运维", "GET", f"{path}/incidents").get_json()["incidents"] == []
    assert (
        complete(call, "运维", tasks_of(call, "运维", started["id"])[0], fine=True).status_code
        == 200
    )
    assert call("运维", "GET", path).get_json()["end_event"] == "End_y"


def test_a_process_is_described_with_its_form_and_told_step_by_step(call, leave):
    shown = call("设计员", "GET", "/processes/suggestion_main").get_json()

    assert {field["id"] for field in shown["start"]["fields"]} >= {"title", "situation"}
    assert shown["lines"][0]["number"] == 1
    assert "期限“联名代表确认”" in "".join(line["text"] for line in shown["lines"])
    leave_ = call("运维", "GET", "/processes/leave").get_json()
    assert [one["name"] for one in leave_["user_tasks"]] == ["部门审批", "签字", "备案", "评价"]
    assert call("设计员", "GET", "/processes/nothing").status_code == 404


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


def test_a_person_lists_and_opens_their_suggestions_only(world, call):
    case = world.submit(by="代表甲")

    own = call("代表甲", "GET", "/suggestions").get_json()["suggestions"]
    shown = call("代表甲", "GET", f"/suggestions/{case.suggestion}").get_json()

    assert [one["id"] for one in own] == [case.suggestion]
    assert shown["hands"][0]["step"] == "审查建议"
    assert call("代表丙", "GET", "/suggestions").get_json()["suggestions"] == []
    assert call("代表丙", "GET", f"/suggestions/{case.suggestion}").status_code == 404
    assert call("代表丙", "GET", f"/process-instances/{case.instance}").status_code == 404
    assert call("代工委甲", "GET", "/statistics").get_json()["total"] == 1


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


def test_a_rating_is_in_no_answer_before_the_seal(world, call):
    case = world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    paths = [
        "/suggestions",
        f"/suggestions/{case.suggestion}",
        "/statistics",
        "/user-tasks",
        "/process-instances",
        f"/process-instances/{case.instance}",
        f"/process-instances/{case.instance}/user-tasks",
        f"/process-instances/{case.instance}/timer-jobs",
        f"/process-instances/{case.instance}/history",
        f"/process-instances/{case.instance}/incidents",
    ]
    readers = ("交通局联络员", "运维", "管理员", "设计员")
    before = [[call(login, "GET", path).get_data() for path in paths] for login in readers]
    [rating] = [one for one in world.waiting() if one.name == "填写评价"]
    assert call("运维", "GET", f"/user-tasks/{rating.id}").status_code == 403

    world.do("填写评价", by="代表甲", **SATISFIED)

    after = [[call(login, "GET", path).get_data() for path in paths] for login in readers]
    assert after == before


def test_the_description_lists_every_route(app, call):
    described = call(None, "GET", "/openapi.json").get_json()
    routes = {
        str(rule).replace("int:", "").replace("<", "{").replace(">", "}")
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/api/v1/")
    }

    assert routes - {"/api/v1/openapi.json"} <= set(described["paths"])


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
