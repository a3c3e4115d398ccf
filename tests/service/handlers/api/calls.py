"""What the tests of the interface deploy and ask again and again."""

from pathlib import Path

from tests.drawing import diagram, extensions, user

VISIT = (Path(__file__).parents[1] / "visit.bpmn").read_bytes()


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


def tasks_of(call, login, instance):
    return call(login, "GET", f"/process-instances/{instance}/user-tasks").get_json()["user_tasks"]


def complete(call, login, task, **values):
    return call(login, "POST", f"/user-tasks/{task['id']}/complete", {"values": values})
