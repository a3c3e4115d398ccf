"""Files are published together, once, checked; what runs keeps its version for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from service.errors import DiagramInvalid, NotFound
from service.runtime import deployments, inbox, instances, publishing
from service.tables.runtime import DeployedFile, DeployedProcess, Deployment
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
        assert deployments.files(session, found.deployment_id)["errand.bpmn"] == plain()


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
        assert [one.version for one in deployments.catalogue(session)] == [2]
        assert deployments.latest(session, "errand") == found.processes[0].id


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


def test_a_process_nobody_deployed_is_named(database):
    with database.reading() as session, pytest.raises(NotFound, match="没有部署名为“errand”的流程"):
        deployments.latest(session, "errand")


def test_a_call_is_bound_to_the_same_files(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})

    deployed(database, {"errand.bpmn": plain(task="新"), "outer.bpmn": calling("outer", "errand")})
    started(database, "outer")

    assert names(database) == ["新"]


def test_a_call_is_bound_to_what_is_deployed_otherwise(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})

    deployed(database, {"outer.bpmn": calling("outer", "errand")})
    started(database, "outer")

    assert names(database) == ["旧"]


def test_a_call_keeps_its_version_when_a_newer_one_comes(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})
    deployed(database, {"outer.bpmn": calling("outer", "errand")})

    deployed(database, {"errand.bpmn": plain(task="新")})
    started(database, "outer")

    assert names(database) == ["旧"]


def test_a_call_of_a_call_is_bound_too(database):
    deployed(database, {"errand.bpmn": plain(task="最里面")})
    deployed(database, {"middle.bpmn": calling("middle", "errand")})
    deployed(database, {"outer.bpmn": calling("outer", "middle")})

    started(database, "outer")

    assert names(database) == ["最里面"]


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


def test_definitions_are_read_once_per_process(database, queries):
    found = deployed(database, {"errand.bpmn": plain()})
    with database.reading() as session:
        first = deployments.definition(session, found.processes[0].id)

    with database.reading() as session, queries(database) as asked:
        again = deployments.definition(session, found.processes[0].id)

    assert again is first
    assert asked == []


def test_a_definition_read_in_a_transaction_that_failed_is_not_believed(database):
    with pytest.raises(ValueError), database.transaction() as session:
        found = publishing.deploy(session, {"errand.bpmn": plain(task="撤销")}, None, MORNING)
        deployments.definition(session, found.processes[0].id)
        raise ValueError

    kept = deployed(database, {"errand.bpmn": plain(task="留下")})
    with database.reading() as session:
        definition = deployments.definition(session, kept.processes[0].id)
    assert definition.element("errand", "Task_run").name == "留下"


def test_the_drawing_of_a_called_process_is_found_at_its_version(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})
    outer = deployed(database, {"outer.bpmn": calling("outer", "errand")})
    deployed(database, {"errand.bpmn": plain(task="新")})

    with database.reading() as session:
        drawn = deployments.diagram(session, outer.processes[0].id, "errand")
        with pytest.raises(NotFound):
            deployments.diagram(session, outer.processes[0].id, "nowhere")

    assert drawn == plain(task="旧")


def test_who_deployed_when_is_kept(database):
    with database.transaction() as session:
        later = MORNING + timedelta(days=1)
        publishing.deploy(session, {"errand.bpmn": plain()}, "designer", later, "首次上线")

    with database.reading() as session:
        row = session.scalars(select(Deployment)).one()
        process = session.scalars(select(DeployedProcess)).one()
    assert (row.deployed_by, row.note) == ("designer", "首次上线")
    assert row.deployed_at == MORNING + timedelta(days=1)
    assert (process.name, process.file) == ("跑腿", "errand.bpmn")
