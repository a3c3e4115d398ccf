"""Files are published together, once, checked; what runs keeps its version for ever."""

import pytest
from sqlalchemy import func, select

from service.errors import DiagramInvalid
from service.runtime import publishing, versions
from service.tables.runtime import DeployedFile, Deployment
from tests.conftest import MORNING
from tests.drawing import diagram
from tests.service.runtime.errands import (
    END,
    START,
    calling,
    names,
    plain,
    rewritten,
    started,
)
from tests.service.runtime.lamps import deployed


def rows(database, table):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(table))


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


def test_content_that_another_has_replaced_becomes_current_and_says_so(database):
    deployed(database, {"errand.bpmn": plain()})
    deployed(database, {"errand.bpmn": plain(task="送信")})

    again = deployed(database, {"errand.bpmn": plain()})

    assert [one.version for one in again.processes] == [3]
    assert again.comparison.restored == {"errand": 1}
    started(database, "errand")
    assert names(database) == ["跑腿"]


def test_what_another_program_wrote_down_gets_no_new_version_and_its_drawing_is_kept(database):
    first = deployed(database, {"errand.bpmn": plain()})

    again = deployed(database, {"renamed.bpmn": rewritten(plain())})

    assert not again.is_new
    assert again.processes == first.processes
    assert [one.given for one in again.comparison.redrawn] == ["renamed.bpmn"]
    with database.reading() as session:
        kept = versions.files(session, first.deployment_id)
    assert kept == {"errand.bpmn": rewritten(plain())}


def test_of_a_set_only_what_changed_and_what_calls_it_gets_a_new_version(database):
    files = {
        "errand.bpmn": plain(),
        "other.bpmn": plain("other"),
        "middle.bpmn": calling("middle", "errand"),
        "outer.bpmn": calling("outer", "middle"),
    }
    deployed(database, files)

    found = deployed(database, {**files, "errand.bpmn": plain(task="送信")})

    assert {one.process_id: one.version for one in found.processes} == {
        "errand": 2,
        "middle": 2,
        "other": 1,
        "outer": 2,
    }
    started(database, "outer")
    assert names(database) == ["送信"]


def test_a_caller_deployed_again_is_bound_to_what_is_in_force_by_then(database):
    deployed(database, {"errand.bpmn": plain()})
    deployed(database, {"outer.bpmn": calling("outer", "errand")})
    deployed(database, {"errand.bpmn": plain(task="送信")})

    again = deployed(database, {"outer.bpmn": calling("outer", "errand")})

    assert [one.version for one in again.processes] == [2]
    assert not again.comparison.changed
    started(database, "outer")
    assert names(database) == ["送信"]


@pytest.fixture
def called(database):
    """An errand that an outer process calls through a middle one, published one by one; then a new errand alone."""
    deployed(database, {"errand.bpmn": plain()})
    deployed(database, {"middle.bpmn": calling("middle", "errand", "中间流程")})
    deployed(database, {"errand.bpmn": calling("outer", "middle")})  # by the name of another's file
    return database


def published(database, with_callers):
    with database.transaction() as session:
        files = {"errand.bpmn": plain(task="送信")}
        return publishing.deploy(session, files, "sheji", MORNING, with_callers=with_callers)


def test_who_calls_what_is_published_alone_is_named(called):
    found = published(called, with_callers=False)

    assert [one.process_id for one in found.behind] == ["middle", "outer"]
    started(called, "outer")
    assert names(called) == ["跑腿"]


def test_callers_are_taken_along_up_to_the_outermost(called):
    found = published(called, with_callers=True)

    assert found.along == {"middle", "outer"}
    assert found.behind == ()
    started(called, "outer")
    assert names(called) == ["送信"]


def test_callers_are_taken_along_after_the_called_one_was_published(called):
    published(called, with_callers=False)

    again = published(called, with_callers=True)

    assert [(one.process_id, one.version) for one in again.processes] == [
        ("errand", 2),
        ("middle", 2),
        ("outer", 2),
    ]
    started(called, "outer")
    assert names(called) == ["送信"]
    assert not published(called, with_callers=True).is_new


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
