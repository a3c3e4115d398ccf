"""One sequence for everybody who publishes: checked in a guarded child, deployed, told what there is to say."""

import re
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from service import audit
from service.deadlines import policies
from service.engine.checking.lint import Finding
from service.errors import DiagramInvalid, NotAllowed, NotFound
from service.runtime import baseline, publishing, versions
from service.tables.runtime import Deployment
from tests.conftest import MORNING
from tests.drawing import diagram, service, user
from tests.service.runtime.errands import plain, rewritten
from tests.service.runtime.lamps import deployed
from tests.world import drawn


def errand(task="跑腿", extra=""):
    return diagram(
        "errand",
        "跑腿",
        '<startEvent id="Start_asked" name="已提出"/>'
        + (extra or user("Task_run", task, candidateGroups="unit_handler"))
        + '<endEvent id="End_done" name="已完成"/>',
        [("Start_asked", "Task_run"), ("Task_run", "End_done")],
    )


@pytest.fixture
def limits(database):
    with database.transaction() as session:
        policies.seed(session, MORNING)
    return database


def deployments(database):
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Deployment))


def test_what_passes_the_check_is_deployed_with_its_note(limits):
    done = publishing.publish(limits, {"errand.bpmn": errand()}, "sheji", MORNING, "试行")

    assert [(one.process_id, one.version) for one in done.processes] == [("errand", 1)]
    with limits.reading() as session:
        row = session.scalars(select(Deployment)).one()
    assert (row.deployed_by, row.note, row.deployed_at) == ("sheji", "试行", MORNING)


def test_auditors_see_what_was_deployed_once(limits):
    for _ in range(2):
        publishing.publish(limits, {"errand.bpmn": errand()}, "sheji", MORNING, "试行")

    with limits.transaction() as session:
        publishing.bring_along(session, {"errand.bpmn": errand(), "b.bpmn": plain("b")}, MORNING)
        brought, published = audit.latest(session, 10)
    assert (published.by, published.reason) == ("sheji", "试行")
    assert published.sentence == "部署“跑腿”第 1 版。"
    assert (published.data["process"], published.data["version"]) == ("errand", 1)
    assert (brought.by, brought.reason) == (None, baseline.NOTE)
    assert brought.sentence == "部署“跑腿”第 1 版。"


def test_a_sentence_names_four_and_says_how_many_there_are(limits):
    with limits.transaction() as session:
        publishing.bring_along(session, drawn(), MORNING)
        [event] = audit.latest(session, 10)

    assert re.fullmatch(r"部署(“[^”]+”第 1 版、?){4}等 \d+ 项。", event.sentence)
    assert len(event.data["processes"]) > 20


def test_an_error_keeps_everything_out_and_all_findings_are_told(limits):
    wrong = errand(extra=service("Task_run", "跑腿", "vanished"))
    unread = Finding("letter.txt", "", "unread", "warning", "“letter.txt”没有读。")

    with pytest.raises(DiagramInvalid) as refused:
        publishing.publish(limits, {"errand.bpmn": wrong}, "sheji", MORNING, unread=[unread])

    assert refused.value.findings[0] == unread
    assert any("vanished" in one.message for one in refused.value.findings)
    assert deployments(limits) == 0


def test_a_file_that_could_not_be_read_keeps_the_others_out(limits):
    unread = Finding("gone.bpmn", "", "unreadable", "error", "文件“gone.bpmn”打不开。")

    with pytest.raises(DiagramInvalid):
        publishing.publish(limits, {"errand.bpmn": errand()}, None, MORNING, unread=[unread])

    assert deployments(limits) == 0


def test_an_earlier_version_is_restored_as_the_next_with_its_reason(limits):
    for task in ("跑腿", "送件"):
        publishing.publish(limits, {"errand.bpmn": errand(task)}, "sheji", MORNING)

    done = publishing.restore(limits, "errand", 1, "sheji", MORNING, "送件没有人办")

    assert [(one.process_id, one.version) for one in done.processes] == [("errand", 3)]
    with limits.reading() as session:
        [event] = audit.latest(session, 1)
        assert versions.newest_files(session, ["errand"]) == {"errand": errand("跑腿")}
    assert (event.by, event.reason) == ("sheji", "恢复第 1 版：送件没有人办")


@pytest.mark.parametrize("version", [2, 4])
def test_what_is_in_force_or_says_the_same_is_not_restored(limits, version):
    for task in ("跑腿", "送件", "跑腿", "送件"):
        publishing.publish(limits, {"errand.bpmn": errand(task)}, "sheji", MORNING)

    with pytest.raises(NotAllowed, match="不用恢复"):
        publishing.restore(limits, "errand", version, "sheji", MORNING, "再来")

    assert deployments(limits) == 4


def test_a_version_that_never_was_is_not_restored(limits):
    publishing.publish(limits, {"errand.bpmn": errand()}, "sheji", MORNING)

    for process_id, version in (("errand", 2), ("nobody", 1)):
        with pytest.raises(NotFound):
            publishing.restore(limits, process_id, version, "sheji", MORNING, "再来")


def test_an_earlier_version_that_would_not_pass_today_is_refused_in_words(limits, monkeypatch):
    for task in ("跑腿", "送件"):
        publishing.publish(limits, {"errand.bpmn": errand(task)}, "sheji", MORNING)
    finding = Finding("errand.bpmn", "Task_run", "new-rule", "error", "新规定：不能跑腿。")
    monkeypatch.setattr(publishing.guarded, "check", lambda *_: [finding])

    with pytest.raises(DiagramInvalid):
        publishing.restore(limits, "errand", 1, "sheji", MORNING, "再来")

    assert deployments(limits) == 2


def test_a_drawing_alone_is_exchanged_and_recorded_with_its_digest(limits):
    publishing.publish(limits, {"errand.bpmn": plain()}, "sheji", MORNING)

    done = publishing.publish(limits, {"errand.bpmn": rewritten(plain())}, "sheji", MORNING)

    assert not done.is_new
    with limits.reading() as session:
        [event, _] = audit.latest(session, 2)
    assert event.sentence == "更换“errand.bpmn”的图形，内容和版本不变。"
    assert event.data["digests"] == {"errand.bpmn": sha256(rewritten(plain())).hexdigest()}


def test_a_verdict_says_what_running_cases_would_stumble_over_and_a_check_does_not(database):
    deployed(database, {"errand.bpmn": errand()})
    other = diagram(
        "errand",
        "跑腿",
        '<startEvent id="Start_asked" name="已提出"/><endEvent id="Task_run" name="已撤销"/>',
        [("Start_asked", "Task_run")],
    )

    checked = publishing.check(database, {"errand.bpmn": other})
    verdict = publishing.verdict(database, {"errand.bpmn": other})

    assert not [one for one in checked if one.severity == "error"]
    assert "Task_run" in {one.element for one in verdict if one.severity == "error"}
