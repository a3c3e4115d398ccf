"""Versions are found with their files, across deployments."""

from service.runtime import filed
from tests.service.engine import tables
from tests.service.engine.tables import rule, table
from tests.service.runtime.errands import plain
from tests.service.runtime.lamps import deployed


def level(high):
    return tables.file(tables.decision("level", table(rule("-", f'"{high}"'))))


def test_the_newest_and_every_version_come_with_their_files(database):
    for task, high in (("旧", "high"), ("新", "higher")):
        deployed(database, {"errand.bpmn": plain(task=task)})
        deployed(database, {"level.dmn": level(high)})

    with database.reading() as session:
        process = filed.processes(session, ["errand", "nobody"])["errand"]
        decision = filed.decisions(session, ["level"])["level"]
        every = filed.every_process(session, ["errand"])
        tables_ = filed.every_decision(session, ["level"])

    assert (process.version, process.content) == (2, plain(task="新"))
    assert (decision.version, decision.content) == (2, level("higher"))
    assert [one.content for one in every] == [plain(task="新"), plain(task="旧")]
    assert [one.version for one in tables_] == [2, 1]
