"""What a step may do to the outside: run what its database offers, told where it stands."""

from datetime import timedelta

import pytest

from service.errors import ProcessFailed
from service.operations import OPERATIONS, Operation
from service.runtime import inbox, instances
from service.runtime.host import Operations
from tests.conftest import MORNING
from tests.drawing import diagram, service, user
from tests.service.runtime.lamps import HANDLER, deployed, registered

NOON = MORNING + timedelta(hours=3)


def seen(database, instance_id):
    """Return the variables at the handler's one task."""
    with database.reading() as session:
        [task] = inbox.of(session, HANDLER)
        return instances.variables(session, instance_id, task.id, MORNING)


def test_an_unknown_operation_names_itself_and_the_element(database):
    drawn = diagram(
        "effect",
        "效果",
        '<startEvent id="Start_asked" name="已提出"/>'
        + service("Task_effect", "登记", "vanished")
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_effect"), ("Task_effect", "End_done")],
    )

    def vanished(context):
        """一度存在。"""

    with registered(vanished):
        deployed(database, {"effect.bpmn": drawn})

    with (
        pytest.raises(ProcessFailed, match="vanished") as failed,
        database.transaction() as session,
    ):
        instances.start(session, "effect", {}, "wang", MORNING)
    assert failed.value.element == "Task_effect"


def test_a_service_task_is_told_where_it_stands(database):
    told = []

    def look_around(context):
        """查看上下文。"""
        told.append(context)
        return {"weather": "晴"}

    drawn = diagram(
        "effect",
        "效果",
        '<startEvent id="Start_asked" name="已提出"/>'
        + service("Task_effect", "查看", "look_around", place="${street}路", number="${number}")
        + user("Task_read", "阅读", candidateGroups="unit_handler")
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_effect"), ("Task_effect", "Task_read"), ("Task_read", "End_done")],
    )
    with registered(look_around):
        deployed(database, {"effect.bpmn": drawn})
        with database.transaction() as session:
            values = {"street": "人民", "number": 12}
            instance_id = instances.start(session, "effect", values, "wang", NOON, "effect:1").id

    [context] = told
    assert context.parameters == {"place": "人民路", "number": 12}
    assert (context.by, context.at, context.business_key) == ("wang", NOON, "effect:1")
    assert (context.process_id, context.element_id) == ("effect", "Task_effect")
    assert context.instance_id == instance_id
    assert context.variables["street"] == "人民"
    assert seen(database, instance_id)["weather"] == "晴"


def test_a_database_may_have_operations_of_its_own_and_no_other_sees_them(database):
    def vanished(context):
        """一度存在。"""

    def stand_in(context):
        """代替。"""
        return {"weather": "雨"}

    drawn = diagram(
        "effect",
        "效果",
        '<startEvent id="Start_asked" name="已提出"/>'
        + service("Task_effect", "登记", "vanished")
        + user("Task_read", "阅读", candidateGroups="unit_handler")
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_effect"), ("Task_effect", "Task_read"), ("Task_read", "End_done")],
    )
    with registered(vanished):
        deployed(database, {"effect.bpmn": drawn})
    database.memory[Operations] = Operations({"vanished": Operation(stand_in, is_open=True)})

    with database.transaction() as session:
        instance_id = instances.start(session, "effect", {}, "wang", MORNING).id

    assert seen(database, instance_id) == {"weather": "雨"}
    assert "vanished" not in OPERATIONS
