"""A process is decided by the newest table that is deployed at that moment, and remembers what it was told."""

import pytest
from sqlalchemy import func, select

from service import decisions
from service.decisions import Decisions
from service.errors import DiagramInvalid, ProcessFailed
from service.runtime import inbox, instances, names, publishing
from service.tables.runtime import DeployedDecision, Deployment, ProcessInstance
from tests.conftest import MORNING
from tests.drawing import diagram, user
from tests.service.engine import tables
from tests.service.engine.tables import rule, table
from tests.service.runtime.lamps import HANDLER, deployed, done
from tests.world import drawn

START = '<startEvent id="Start_asked" name="已提出"/>'
END = '<endEvent id="End_done" name="已完成"/>'
CANDIDATES = {"candidateGroups": "unit_handler"}


def process(decision="level", **attributes):
    """Somebody measures, the table decides, somebody looks at the result."""
    given = {"resultVariable": "level", "mapDecisionResult": "singleEntry", **attributes}
    extra = "".join(f' camunda:{key}="{value}"' for key, value in given.items())
    return diagram(
        "measured",
        "测量",
        START
        + user("Task_measure", "测量", **CANDIDATES)
        + f'<businessRuleTask id="Task_decide" name="定级" camunda:decisionRef="{decision}"{extra}/>'
        + user("Task_look", "查看", **CANDIDATES)
        + END,
        [
            ("Start_asked", "Task_measure"),
            ("Task_measure", "Task_decide"),
            ("Task_decide", "Task_look"),
            ("Task_look", "End_done"),
        ],
    )


def level(high="high", key="level"):
    made = table(rule("> 5", f'"{high}"'), rule("<= 5", '"low"'))
    return tables.file(tables.decision(key, made))


def started(database):
    with database.transaction() as session:
        return instances.start(session, "measured", {}, "wang", MORNING).id


def forget(database):
    """Another process, that has nothing in memory."""
    database.memory.clear()


def seen(database):
    """Return the variables at the first task of the inbox."""
    with database.transaction() as session:
        [task] = inbox.of(session, HANDLER)
        return instances.variables(session, task.instance_id, task.id, MORNING)


def test_a_process_is_decided_between_two_tasks(database):
    deployed(database, {"measured.bpmn": process(), "level.dmn": level()})
    instance = started(database)
    forget(database)

    done(database, HANDLER, {"size": 6})

    forget(database)
    assert seen(database) == {"size": 6, "level": "high"}
    done(database, HANDLER, {})
    with database.reading() as session:
        assert session.get_one(ProcessInstance, instance).status == "ended"


def test_files_of_both_kinds_get_versions_together(database):
    found = deployed(database, {"measured.bpmn": process(), "level.dmn": level()})

    assert [(one.process_id, one.version) for one in found.processes] == [("measured", 1)]
    assert [(one.decision_id, one.version, one.name) for one in found.decisions] == [
        ("level", 1, "表 level")
    ]
    again = deployed(database, {"measured.bpmn": process(), "level.dmn": level()})
    assert (again.is_new, again.decisions) == (False, found.decisions)


def test_a_table_alone_is_deployed_and_decides_what_runs_already(database):
    deployed(database, {"measured.bpmn": process(), "level.dmn": level()})
    started(database)

    found = deployed(database, {"level.dmn": level("higher")})

    assert [(one.decision_id, one.version) for one in found.decisions] == [("level", 2)]
    assert found.processes == ()
    done(database, HANDLER, {"size": 6})
    assert seen(database)["level"] == "higher"


def test_an_older_content_deployed_alone_is_in_force_again(database):
    deployed(database, {"level.dmn": level()})
    deployed(database, {"level.dmn": level("higher")})

    found = deployed(database, {"level.dmn": level()})

    assert [(one.decision_id, one.version) for one in found.decisions] == [("level", 3)]
    assert found.comparison.restored_tables == {"level": 1}


def test_diagrams_deployed_with_an_old_table_do_not_take_back_what_was_changed(database):
    deployed(database, {"measured.bpmn": process(), "level.dmn": level()})
    deployed(database, {"level.dmn": level("higher")})
    changed = process(resultVariable="size_level")

    found = deployed(database, {"measured.bpmn": changed, "level.dmn": level()})

    assert [(one.process_id, one.version) for one in found.processes] == [("measured", 2)]
    assert [(one.decision_id, one.version) for one in found.decisions] == [("level", 2)]
    [finding] = found.findings
    assert (finding.code, finding.file, finding.element) == ("superseded", "level.dmn", "level")
    assert "现在生效的是第 2 版，没有改变" in finding.message
    started(database)
    done(database, HANDLER, {"size": 6})
    assert seen(database)["size_level"] == "higher"


def test_a_process_bound_to_its_table_gets_a_version_with_another_table(database):
    drawn = process(decisionRefBinding="deployment")
    deployed(database, {"measured.bpmn": drawn, "level.dmn": level()})
    assert not deployed(database, {"measured.bpmn": drawn, "level.dmn": level()}).is_new

    found = deployed(database, {"measured.bpmn": drawn, "level.dmn": level("higher")})

    assert [(one.process_id, one.version) for one in found.processes] == [("measured", 2)]
    started(database)
    done(database, HANDLER, {"size": 6})
    assert seen(database)["level"] == "higher"


def test_a_bound_process_keeps_the_table_it_was_deployed_with(database):
    drawn = process(decisionRefBinding="deployment")
    deployed(database, {"measured.bpmn": drawn, "level.dmn": level()})
    started(database)
    deployed(database, {"level.dmn": level("higher")})
    forget(database)

    done(database, HANDLER, {"size": 6})

    assert seen(database)["level"] == "high"


def test_a_process_may_name_a_decision_that_is_deployed_already(database):
    with pytest.raises(DiagramInvalid) as refused:
        deployed(database, {"measured.bpmn": process()})
    assert [finding.code for finding in refused.value.findings if finding.severity == "error"] == [
        "called-decision"
    ]
    deployed(database, {"level.dmn": level()})

    deployed(database, {"measured.bpmn": process()})

    started(database)
    done(database, HANDLER, {"size": 1})
    assert seen(database)["level"] == "low"


def test_a_changed_table_may_lack_what_it_had(database):
    deployed(database, {"measured.bpmn": process(), "level.dmn": level()})
    started(database)
    narrow = tables.file(tables.decision("level", table(rule("-", "1"), looks_at="weight")))

    assert deployed(database, {"level.dmn": narrow}).decisions[0].version == 2

    with pytest.raises(ProcessFailed, match=r"“表 level”的输入列“大小”.*变量“weight”还没有值"):
        done(database, HANDLER, {"size": 6})
    assert seen(database) == {}


def test_a_broken_table_is_not_deployed(database):
    with pytest.raises(DiagramInvalid) as refused:
        deployed(
            database,
            {"level.dmn": tables.file(tables.decision("level", table(rule("，", "1"))))},
        )

    assert [finding.code for finding in refused.value.findings] == ["cell"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Deployment)) == 0
        assert decisions.newest(session, "level") is None


def test_the_newest_of_every_decision_is_listed(database):
    deployed(database, {"level.dmn": level(), "other.dmn": level(key="other")})
    deployed(database, {"level.dmn": level("higher")})

    with database.reading() as session:
        found = [(one.decision_id, one.version) for one in decisions.catalogue(session)]
        assert names.known(session).decisions == {"level", "other"}

    assert found == [("level", 2), ("other", 1)]


def test_a_decision_is_read_once_and_asked_with_one_query(database, queries):
    deployed(database, {"level.dmn": level()})
    with database.reading() as session:
        first = decisions.newest(session, "level")

    with database.reading() as session, queries(database) as asked:
        again = decisions.newest(session, "level")

    assert again is first
    assert len(asked) == 1


def test_a_table_that_is_rolled_back_is_kept_by_nobody(database):
    with pytest.raises(RuntimeError), database.transaction() as session:
        publishing.deploy(session, {"level.dmn": level()}, None, MORNING)
        assert decisions.newest(session, "level") is not None
        raise RuntimeError

    assert database.memory.get(Decisions, Decisions()).by_id == {}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(DeployedDecision)) == 0


def test_a_failed_decision_is_an_incident_that_can_be_tried_again_with_a_better_table(database):
    bad = tables.file(tables.decision("level", table(rule("> 5", "1"), rule("> 1", "2"))))
    deployed(database, {"measured.bpmn": process(), "level.dmn": bad})
    started(database)

    with pytest.raises(ProcessFailed, match="第 1、2 条规则同时满足") as failed:
        done(database, HANDLER, {"size": 6})
    assert failed.value.element == "Task_decide"

    deployed(database, {"level.dmn": level()})
    done(database, HANDLER, {"size": 6})
    assert seen(database)["level"] == "high"


def test_the_record_of_a_table_calls_what_a_release_brings_along_a_table(database):
    given = drawn()["control_color.dmn"]
    for note in ("自带的流程图", "采用新版本自带的流程图：已经核对。", "按自带的流程图改的"):
        with database.transaction() as session:
            file = {"control_color.dmn": given.replace(b"[11..30]", f"[{len(note)}..30]".encode())}
            publishing.deploy(session, file, None, MORNING, note)

    with database.reading() as session:
        notes = [one.note for one in decisions.published(session, "control_color")]

    assert notes == ["按自带的流程图改的", "采用新版本自带的决策表：已经核对。", "自带的决策表"]
