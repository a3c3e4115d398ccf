"""Files are published together, once, checked; what runs keeps its version for ever."""

import pytest
from sqlalchemy import func, select

from service.errors import DiagramInvalid
from service.runtime import inbox, instances, versions
from service.tables.runtime import DeployedFile, Deployment
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.runtime.lamps import HANDLER, deployed

END = '<endEvent id="End_done" name="已完成"/>'
START = '<startEvent id="Start_asked" name="已提出"/>'


def plain(process_id="errand", task="跑腿", task_id="Task_run"):
    return diagram(
        process_id,
        "跑腿",
        START + user(task_id, task, candidateGroups="unit_handler") + END,
        [("Start_asked", task_id), (task_id, "End_done")],
    )


def calling(process_id, called):
    return diagram(
        process_id,
        "上级流程",
        START + f'<callActivity id="Call_part" name="下级流程" calledElement="{called}"/>' + END,
        [("Start_asked", "Call_part"), ("Call_part", "End_done")],
    )


def rows(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


def started(database, process_id):
    with database.transaction() as session:
        return instances.start(session, process_id, {}, "wang", MORNING).id


def names(database):
    with database.reading() as session:
        return [task.name for task in inbox.of(session, HANDLER)]


def test_a_set_of_files_gets_its_first_version(database):
    found = deployed(database, {"errand.bpmn": plain(), "outer.bpmn": calling("outer", "errand")})

    assert found.is_new
    assert [(one.process_id, one.version) for one in found.processes] == [
        ("errand", 1),
        ("outer", 1),
    ]
    with database.reading() as session:
        assert versions.files(session, found.deployment_id)["errand.bpmn"] == plain()


def test_the_same_content_is_deployed_once(database):
    first = deployed(database, {"errand.bpmn": plain()})

    again = deployed(database, {"errand.bpmn": plain()})

    assert again.deployment_id == first.deployment_id
    assert not again.is_new
    assert rows(database, Deployment) == 1


def test_content_that_another_has_replaced_is_not_taken_back_in_silence(database):
    deployed(database, {"errand.bpmn": plain()})
    deployed(database, {"errand.bpmn": plain(task="送信")})

    again = deployed(database, {"errand.bpmn": plain()})

    assert not again.is_new
    assert [f.element for f in again.findings if f.code == "superseded"] == ["errand"]


def test_changed_content_is_the_next_version(database):
    deployed(database, {"errand.bpmn": plain()})

    found = deployed(database, {"errand.bpmn": plain(task="送信")})

    assert [one.version for one in found.processes] == [2]
    with database.reading() as session:
        assert [one.version for one in versions.catalogue(session)] == [2]
        assert versions.latest(session, "errand") == found.processes[0].id


def test_an_error_keeps_everything_out(database):
    with pytest.raises(DiagramInvalid) as refused:
        deployed(database, {"errand.bpmn": plain(), "broken.bpmn": b"<definitions"})

    assert {finding.file for finding in refused.value.findings} == {"broken.bpmn"}
    assert rows(database, Deployment) == 0
    assert rows(database, DeployedFile) == 0


def test_an_id_that_meant_something_else_is_refused(database):
    deployed(database, {"errand.bpmn": plain()})
    changed = diagram(
        "errand",
        "跑腿",
        START
        + '<serviceTask id="Task_run" name="跑腿" camunda:type="external" camunda:topic="note"/>'
        + END,
        [("Start_asked", "Task_run"), ("Task_run", "End_done")],
    )

    with pytest.raises(DiagramInvalid) as refused:
        deployed(database, {"errand.bpmn": changed})

    assert "Task_run" in {finding.element for finding in refused.value.findings}


def test_a_call_of_nothing_is_refused(database):
    with pytest.raises(DiagramInvalid) as refused:
        deployed(database, {"outer.bpmn": calling("outer", "nowhere")})

    assert any("nowhere" in finding.message for finding in refused.value.findings)


def test_a_running_instance_keeps_its_version(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})
    started(database, "errand")

    deployed(database, {"errand.bpmn": plain(task="新")})
    started(database, "errand")

    assert sorted(names(database)) == ["新", "旧"]
