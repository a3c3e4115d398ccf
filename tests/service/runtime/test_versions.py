"""What is published is found at its version, bound to what it called then."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from service.errors import NotFound
from service.runtime import publishing, versions
from service.tables.runtime import DeployedProcess, Deployment
from tests.conftest import MORNING
from tests.service.runtime.errands import calling, names, plain, started
from tests.service.runtime.lamps import deployed


def test_a_process_nobody_deployed_is_named(database):
    with database.reading() as session, pytest.raises(NotFound, match="没有部署名为“errand”的流程"):
        versions.latest(session, "errand")


def test_the_version_in_use_at_a_moment_is_the_newest_deployed_before(database):
    for hours, task in enumerate(("旧", "新")):
        with database.transaction() as session:
            at = MORNING + timedelta(hours=hours)
            publishing.deploy(session, {"errand.bpmn": plain(task=task)}, "sheji", at)

    with database.reading() as session:
        later = versions.before(session, "errand", MORNING + timedelta(hours=1))
        newest = versions.before(session, "errand", None)
        assert (later.version, newest.version) == (1, 2)
        assert versions.before(session, "errand", MORNING) is None


def test_every_version_of_one_process_is_listed_and_told_what_it_draws(database):
    deployed(database, {"errand.bpmn": plain(task="旧"), "other.bpmn": plain("other")})
    deployed(database, {"errand.bpmn": plain(task="新")})

    with database.reading() as session:
        every = versions.of_process(session, "errand")
        drawn = versions.drawn(session, [one.version.id for one in every])

    assert [one.version.version for one in every] == [2, 1]
    named = [drawn[one.version.id].elements[1].name for one in every]
    assert named == ["新", "旧"]


def test_the_newest_files_of_named_processes_are_found(database):
    deployed(database, {"errand.bpmn": plain(task="旧"), "other.bpmn": plain("other")})
    deployed(database, {"errand.bpmn": plain(task="新")})

    with database.reading() as session:
        found = versions.newest_files(session, {"errand", "nobody"})

    assert found == {"errand": plain(task="新")}


def test_a_file_was_deployed_under_its_name_with_its_content(database):
    deployed(database, {"errand.bpmn": plain()})

    with database.reading() as session:
        assert versions.was_deployed(session, "errand.bpmn", plain())
        assert not versions.was_deployed(session, "other.bpmn", plain())
        assert not versions.was_deployed(session, "errand.bpmn", plain(task="新"))


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


def test_definitions_are_read_once_per_process(database, queries):
    found = deployed(database, {"errand.bpmn": plain()})
    with database.reading() as session:
        first = versions.definition(session, found.processes[0].id)

    with database.reading() as session, queries(database) as asked:
        again = versions.definition(session, found.processes[0].id)

    assert again is first
    assert asked == []


def test_a_definition_read_in_a_transaction_that_failed_is_not_believed(database):
    with pytest.raises(ValueError), database.transaction() as session:
        found = publishing.deploy(session, {"errand.bpmn": plain(task="撤销")}, None, MORNING)
        versions.definition(session, found.processes[0].id)
        raise ValueError

    kept = deployed(database, {"errand.bpmn": plain(task="留下")})
    with database.reading() as session:
        definition = versions.definition(session, kept.processes[0].id)
    assert definition.element("errand", "Task_run").name == "留下"


def test_the_drawing_of_a_called_process_is_found_at_its_version(database):
    deployed(database, {"errand.bpmn": plain(task="旧")})
    outer = deployed(database, {"outer.bpmn": calling("outer", "errand")})
    deployed(database, {"errand.bpmn": plain(task="新")})

    with database.reading() as session:
        drawn = versions.diagram(session, outer.processes[0].id, "errand")
        with pytest.raises(NotFound):
            versions.diagram(session, outer.processes[0].id, "nowhere")

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
