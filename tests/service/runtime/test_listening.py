"""The newest versions listen, the older no more: for messages, for signals, for moments."""

from datetime import timedelta

import pytest

from service.errors import DiagramInvalid, MessageNotExpected
from service.runtime import listening, publishing
from tests.conftest import MORNING
from tests.service.runtime.beginnings import MESSAGE, SIGNAL, at_times, beginning, jobs, send
from tests.service.runtime.lamps import deployed

A_DAY = timedelta(days=1)


def test_a_newer_version_listens_for_what_it_draws_and_the_older_no_more(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE)})
    assert send(database, None)
    deployed(database, {"letter.bpmn": beginning("letter", "")})

    with pytest.raises(MessageNotExpected):
        send(database, None)


def test_a_deployment_that_is_undone_listens_for_nothing(database):
    with pytest.raises(KeyError), database.transaction() as session:
        files = {"letter.bpmn": beginning("letter", MESSAGE)}
        publishing.deploy(session, files, None, MORNING)
        assert listening.to(session, "message", "来信")
        raise KeyError
    deployed(database, {"other.bpmn": beginning("other", SIGNAL)})

    with pytest.raises(MessageNotExpected):
        send(database, None)


def test_a_message_begins_one_process_only(database):
    deployed(database, {"letter.bpmn": beginning("letter", MESSAGE)})

    with pytest.raises(DiagramInvalid) as refused:
        deployed(database, {"other.bpmn": beginning("other", MESSAGE)})

    [finding] = [f for f in refused.value.findings if f.severity == "error"]
    assert (finding.code, finding.element) == ("start-message-taken", "Start_it")
    assert "letter" in finding.message


def test_a_newer_version_replaces_the_moments_of_the_older_and_no_others(database):
    other = beginning("daily_x", at_times("timeDuration", "P5D"))
    old = beginning("daily", at_times("timeDuration", "P1D"))
    new = beginning("daily", at_times("timeDuration", "P3D"))
    deployed(database, {"daily.bpmn": old, "daily_x.bpmn": other})

    deployed(database, {"daily.bpmn": new})

    assert [job.due_at for job in jobs(database)] == [MORNING + 3 * A_DAY, MORNING + 5 * A_DAY]

    deployed(database, {"daily.bpmn": beginning("daily", "")})

    assert [job.due_at for job in jobs(database)] == [MORNING + 5 * A_DAY]


def test_a_moment_that_is_past_is_said_so_and_begins_nothing(database):
    drawn = beginning("once", at_times("timeDate", "2020-01-01T09:00:00+08:00"))

    done_ = deployed(database, {"once.bpmn": drawn})

    assert "start-past" in {finding.code for finding in done_.findings}
    assert jobs(database) == []


def test_a_start_by_a_named_limit_is_due_when_the_limit_ends(database):
    deployed(database, {"once.bpmn": beginning("once", at_times("timeDate", 'deadline("sign")'))})

    [job] = jobs(database)

    assert job.due_at > MORNING
    assert (job.policy_key, job.base_at) == ("sign", MORNING)


def test_the_clock_of_this_process_is_told_of_a_start(database):
    told = []
    database.on_due.append(told.append)

    deployed(database, {"daily.bpmn": beginning("daily", at_times("timeCycle", "R/PT1H"))})

    assert told == [MORNING + timedelta(hours=1)]
