"""The same outcome for a program and for a person."""

import json
from dataclasses import replace

from service.engine.drawn.findings import Finding
from service.simulation import Awaited, Outcome, Passed, Stop
from service.simulation.outcome import document, lines
from tests.conftest import MORNING

TRACE = (
    Passed(MORNING, "p", "Start_a", "已申请", "startEvent", "li", None),
    Passed(MORNING, "p", "Task_b", "审批", "userTask", "li", "Flow_1"),
    Passed(MORNING, "p", "Task_c", "登记", "serviceTask", "li", "Flow_2"),
)
ENDED = Outcome("p", "申请", MORNING, MORNING, "End_z", "已办结", None, TRACE)
STOPPED = replace(
    ENDED,
    end="",
    end_name="",
    stop=Stop("waiting", "流程停在这里。", "Task_b", messages={"why": "请填写“原因”。"}),
    waiting=(
        Awaited("task", "Task_b", "审批", ("交通局联络员",), MORNING),
        Awaited("message", "Event_m", "撤回"),
    ),
    undelivered=("补正",),
    findings=(Finding("a.bpmn", "Task_b", "card", "warning", "请写说明。"),),
)


def test_the_document_has_the_same_keys_whatever_came_of_it():
    keys = {
        "process",
        "started_at",
        "at",
        "ended",
        "end",
        "stop",
        "trace",
        "waiting",
        "undelivered",
        "findings",
    }

    assert set(document(ENDED)) == set(document(STOPPED)) == keys


def test_an_end_and_a_stop_exclude_each_other():
    ended, stopped = document(ENDED), document(STOPPED)

    assert (ended["ended"], ended["stop"]) == (True, None)
    assert ended["end"] == {"element": "End_z", "name": "已办结"}
    assert (stopped["ended"], stopped["end"]) == (False, None)
    assert set(stopped["stop"]) == {"reason", "sentence", "element", "cause", "messages"}


def test_the_document_is_json_with_local_moments():
    shown = json.loads(json.dumps(document(STOPPED)))

    assert shown["started_at"] == "2026-03-02T09:00:00+08:00"
    assert shown["trace"][1] == {
        "at": "2026-03-02T09:00:00+08:00",
        "process": "p",
        "element": "Task_b",
        "name": "审批",
        "event": "userTask",
        "by": "li",
        "flow": "Flow_1",
    }
    assert shown["waiting"][0]["whom"] == ["交通局联络员"]
    assert shown["findings"][0]["code"] == "card"


def test_a_person_reads_who_did_what_and_how_it_ended():
    shown = list(lines(ENDED))

    assert shown[0] == "申请（p）"
    assert shown[2] == "  2026-03-02 09:00  办理  审批  li"
    assert shown[3] == "  2026-03-02 09:00  执行  登记"  # nobody did that
    assert "已办结" in shown[-1]


def test_a_person_reads_why_it_stopped_and_what_is_waited_for():
    report = "\n".join(lines(STOPPED))

    for part in ("流程停在这里。", "请填写“原因”。", "任务“审批”（交通局联络员）", "消息“撤回”"):
        assert part in report
    assert "没有送到的消息：补正" in report


def test_what_never_started_is_told_in_its_sentence_alone():
    nothing = Outcome("", "", MORNING, MORNING, stop=Stop("invalid", "请改正 --process。"))

    assert list(lines(nothing)) == ["请改正 --process。"]


def test_running_out_without_an_end_event_is_an_end():
    assert "各条路都走完了" in list(lines(replace(ENDED, end="", end_name="")))[-1]
