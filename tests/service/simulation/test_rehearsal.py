"""Whatever is asked and whatever is in the files, what comes of it is an outcome."""

import pytest

from service.operations import OPERATIONS
from service.simulation import Scenario, simulate
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, service
from tests.service.simulation.drawings import END, START, events, looped


def test_what_this_release_cannot_do_is_refused_unless_answers_stand_in_for_it(run):
    elements = (
        START
        + service("Task_score", "评分", "score_service")
        + '<exclusiveGateway id="Gateway_ok" name="够高吗?"/><endEvent id="End_low" name="太低"/>'
        + END
    )
    flows = [
        ("Start_a", "Task_score"),
        ("Task_score", "Gateway_ok"),
        ("Gateway_ok", "End_z", "高", "score > 60"),
        ("Gateway_ok", "End_low", "低"),
    ]
    drawn = diagram("scored", "评分", elements, flows)

    refused = run(drawn)
    bare = run(drawn, stub_operations=True)
    scored = run(drawn, stub_operations=True, answers={"评分": {"score": 80}})

    assert refused.stop.reason == "refused"
    assert "score_service" in refused.findings[0].message
    assert "--stub-operations" in refused.stop.sentence
    assert '{"评分": {"score": 61}}' in bare.stop.sentence
    assert scored.end == "End_z"
    assert "score_service" not in OPERATIONS


def test_a_refused_file_gives_the_findings_of_the_check(run):
    outcome = run({"note.bpmn": b"<x/>", "empty.bpmn": b""})

    assert outcome.stop.reason == "refused"
    assert {one.file for one in outcome.findings} == {"note.bpmn", "empty.bpmn"}
    assert "--stub-operations" not in outcome.stop.sentence


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"process_id": "nothing"}, "nothing"),
        ({"answers": {"审稿": {}}}, "审核"),
        ({"answers": {"审核": {"approve": True}}}, "approve"),
        ({"answers": {"审核": {"wait": "五天"}}}, "五天"),
    ],
)
def test_a_slip_of_the_pen_is_named_and_nothing_runs(run, given, named):
    outcome = run(looped(), **given)

    assert outcome.stop.reason == "invalid"
    assert named in outcome.stop.sentence
    assert outcome.trace == ()


def test_an_answer_the_form_does_not_take_is_named_with_its_field(run):
    outcome = run(looped(), answers={"审核": {"approved": "也许"}})

    assert (outcome.stop.reason, outcome.stop.element) == ("form", "Task_c")
    assert "同意" in outcome.stop.messages["approved"]
    assert events(outcome, "userTask") == ["起草"]


def test_a_start_form_takes_what_it_asks_for(run):
    start = (
        '<startEvent id="Start_a" name="已申请">' + extensions(["days:long:天数"]) + "</startEvent>"
    )
    drawn = diagram("leave", "请假", start + END, [("Start_a", "End_z")])

    assert run(drawn, variables={"days": 3}).ended
    assert "days" in run(drawn, variables={"day": 3}).stop.sentence


def test_one_of_several_processes_is_chosen_by_name_or_by_being_called_by_none(run):
    inner = diagram("inner", "里面", START + END, [("Start_a", "End_z")])
    call = '<callActivity id="Call_b" name="里面" calledElement="inner"/>'
    outer = diagram(
        "outer", "外面", START + call + END, [("Start_a", "Call_b"), ("Call_b", "End_z")]
    )
    other = diagram("other", "别的", START + END, [("Start_a", "End_z")])

    assert run({"a.bpmn": inner, "b.bpmn": outer}).process == "outer"
    assert run({"a.bpmn": inner, "b.bpmn": outer}, process_id="inner").process == "inner"
    assert "--process" in run({"b.bpmn": inner, "c.bpmn": other}).stop.sentence


def test_what_nobody_foresaw_is_an_outcome_too(run, monkeypatch):
    def surprised(*_):
        raise RuntimeError("surprise")

    monkeypatch.setattr("service.runtime.deployments.deploy", surprised)

    outcome = run(looped())

    assert outcome.stop.reason == "failed"
    assert "surprise" in outcome.stop.cause


def test_a_store_of_its_own_is_enough_for_one_run():
    assert simulate({"a.bpmn": looped()}, Scenario(MORNING)).ended


@pytest.mark.parametrize("process_id", ["suggestion_main", "supervision_closed_loop"])
def test_our_own_processes_reach_their_end_with_plausible_answers(run, own_files, process_id):
    outcome = run(own_files, process_id=process_id)

    assert outcome.stop is None
    assert outcome.end == "End_closed"
