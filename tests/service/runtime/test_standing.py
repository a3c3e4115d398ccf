"""A case counts in every process in which it has a token, at the version it runs on."""

import pytest
from sqlalchemy import select

from service.runtime import instances, standing, versions
from service.tables.runtime import InstanceProcess
from tests.conftest import MORNING
from tests.drawing import diagram, timer, user
from tests.service.runtime.errands import END, START, calling, plain, started
from tests.service.runtime.lamps import HANDLER, deployed, done

MOST = 2
"""Statements, however many cases and versions there are."""


def counted(database):
    """Return the cases of each version, by process and version; versions without a case are left out."""
    with database.reading() as session:
        found = standing.cases(session)
        every = [one.version for one in versions.published(session)]
    return {(one.process_id, one.version): found[one.id] for one in every if one.id in found}


def waiting():
    """A process that waits for a day, with nobody at it."""
    event = '<intermediateCatchEvent id="Timer_later" name="明天到了"><timerEventDefinition><timeDuration>P1D</timeDuration></timerEventDefinition></intermediateCatchEvent>'
    flows = [("Start_asked", "Timer_later"), ("Timer_later", "End_done")]
    return diagram("later", "等待", START + event + END, flows)


@pytest.fixture
def nested(database):
    files = {"a.bpmn": plain("a"), "b.bpmn": calling("b", "a"), "c.bpmn": calling("c", "b")}
    deployed(database, files)
    return database


def test_a_case_counts_where_it_stands_and_in_all_that_called_it(nested):
    for process_id in ("c", "c", "b", "a"):
        started(nested, process_id)

    assert counted(nested) == {("a", 1): 4, ("b", 1): 3, ("c", 1): 2}


def test_a_case_that_goes_on_counts_no_more_where_it_was(nested):
    started(nested, "c")

    done(nested, HANDLER, {})

    assert counted(nested) == {}
    with nested.reading() as session:
        assert session.scalars(select(InstanceProcess)).all() == []


def test_a_case_that_is_ended_before_its_time_counts_nowhere(nested):
    instance = started(nested, "c")

    with nested.transaction() as session:
        instances.terminate(session, instance, "撤回", "wang", MORNING)

    assert counted(nested) == {}


def test_a_case_counts_at_the_version_it_is_bound_to(nested):
    started(nested, "c")
    deployed(nested, {"a.bpmn": plain("a", task="送信")})
    started(nested, "c")
    deployed(nested, {"b.bpmn": calling("b", "a"), "c.bpmn": calling("c", "b")})
    started(nested, "c")

    assert counted(nested) == {
        ("a", 1): 2,
        ("a", 2): 1,
        ("b", 1): 2,
        ("b", 2): 1,
        ("c", 1): 2,
        ("c", 2): 1,
    }


def test_a_token_that_waits_for_a_moment_counts_like_one_that_waits_for_a_person(database):
    deployed(database, {"later.bpmn": waiting(), "c.bpmn": calling("c", "later")})

    started(database, "c")

    assert counted(database) == {("later", 1): 1, ("c", 1): 1}


def test_a_called_process_that_is_cut_off_counts_no_more(database):
    call = '<callActivity id="Call_part" name="下级流程" calledElement="a"/>'
    body = START + user("Task_first", "先办", candidateGroups="unit_handler") + call
    body += timer("Timer_late", "届满", "Call_part", "timeDuration", "P1D", True)
    body += user("Task_after", "善后", candidateGroups="unit_handler") + END
    flows = [("Start_asked", "Task_first"), ("Task_first", "Call_part"), ("Call_part", "End_done")]
    flows += [("Timer_late", "Task_after"), ("Task_after", "End_done")]
    deployed(database, {"a.bpmn": plain("a"), "c.bpmn": diagram("c", "上级", body, flows)})
    instance = started(database, "c")
    assert counted(database) == {("c", 1): 1}
    done(database, HANDLER, {})
    assert counted(database) == {("a", 1): 1, ("c", 1): 1}

    with (
        database.transaction() as session,
        instances.advancing(session, instance, MORNING) as execution,
    ):
        execution.fire(execution.timer_ids[0], MORNING)

    assert counted(database) == {("c", 1): 1}


def test_the_count_costs_the_same_however_much_runs(nested, queries):
    started(nested, "c")
    with nested.reading() as session, queries(nested) as few:
        standing.cases(session)
    for _ in range(10):
        started(nested, "c")

    with nested.reading() as session, queries(nested) as many:
        standing.cases(session)

    assert len(few) == len(many) <= MOST
