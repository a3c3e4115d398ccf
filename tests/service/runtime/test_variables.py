"""An operator sets one value of a case that stands still; what is sealed, or decided by others, is not theirs to set."""

import pytest
from sqlalchemy import select

from scheduler.jobs import fire_due_timers
from service import audit, history
from service.errors import FormInvalid, NotAllowed, NotFound, RepairImpossible, StaleVersion
from service.runtime import instances, retries, timers
from service.tables.runtime import ProcessInstance, TimerJob
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, user
from tests.service.runtime import mended
from tests.service.runtime.lamps import HANDLER, to_do
from tests.service.runtime.mended import (
    ADMIN,
    DESIGNER,
    OPERATOR,
    begun,
    hand_in,
    open_,
    put,
    row,
    seen,
    stuck,
)


def again(database, incident):
    retries.run_again(database, incident.id, OPERATOR, MORNING)


def unchanged(database, instance_id, before):
    assert row(database, instance_id).version == before.version
    assert row(database, instance_id).history_hash == before.history_hash


def test_a_case_that_lacks_a_value_goes_on_once_it_has_it(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    incident = stuck(database, instance_id)
    assert row(database, instance_id).status == "failed"
    assert seen(database, instance_id).needed == ("n",)

    put(database, instance_id, "n", 5)
    assert row(database, instance_id).status == "failed"  # nothing has moved yet
    again(database, incident)

    assert (row(database, instance_id).status, row(database, instance_id).end_event) == (
        "ended",
        "End_high",
    )
    assert open_(database, instance_id) == []
    with database.reading() as session:
        kinds = [(event.kind, event.name, event.by) for event in history.of(session, instance_id)]
        intact = history.verify(session, instance_id).intact
        entries = [event for event in audit.latest(session, 9) if event.act == audit.Act.INCIDENT]
    assert ("variable_set", "设置变量：n（现场核实）", "yun") in kinds
    assert ("retried", "重试：水位高吗?", "yun") in kinds
    assert intact
    assert entries[-1].data["after"] == {"n": 5}
    assert (entries[-1].reason, entries[-1].by) == ("现场核实", "yun")


def test_a_list_that_was_written_as_a_text_becomes_one(database):
    instance_id = begun(database, {"r.bpmn": mended.rounds()}, "rounds", units="JT,GA")
    incident = stuck(database, instance_id)
    with pytest.raises(FormInvalid) as refused:
        put(database, instance_id, "units", "JT")
    assert "须是列表" in refused.value.messages["value"]

    put(database, instance_id, "units", ["JT", "GA"])
    again(database, incident)

    assert to_do(database, HANDLER) == ["通知单位"]
    hand_in(database, instance_id)
    hand_in(database, instance_id)
    assert row(database, instance_id).end_event == "End_z"


def test_a_value_of_the_wrong_kind_is_set_right_in_the_called_process(database):
    files = {"q.bpmn": mended.question(), "o.bpmn": mended.calling()}
    instance_id = begun(database, files, "outer", n="很高")
    incident = stuck(database, instance_id)
    outer, inner = seen(database, instance_id).places
    assert (outer.process_id, inner.process_id, inner.elements) == (
        "outer",
        "question",
        ("测量水位",),
    )
    assert inner.variables == {"n": "很高"}

    put(database, instance_id, "n", 1, place=inner.id)
    again(database, incident)

    assert row(database, instance_id).status == "ended"
    with database.reading() as session:
        ended = [e.element_id for e in history.of(session, instance_id) if e.kind == "endEvent"]
        [event] = [e for e in history.of(session, instance_id) if e.kind == "variable_set"]
    assert ended == ["End_low", "End_z"]
    assert event.process_id == "question"


def test_a_timer_that_fails_again_and_again_fires_once_its_value_is_there(database):
    instance_id = begun(database, {"a.bpmn": mended.alarm()}, "alarm")
    with database.reading() as session:
        [job] = [job for job in timers.of(session, instance_id) if job.element_id == "Timer_alarm"]
    at = job.due_at
    for _ in range(5):
        fire_due_timers(database, at)
        with database.reading() as session:
            at = session.scalars(select(TimerJob.not_before)).one()
    [incident] = open_(database, instance_id)
    assert (incident.attempts, incident.element_id) == (5, "Gateway_loud")

    put(database, instance_id, "loud", True)
    retries.run_again(database, incident.id, OPERATOR, at)

    assert (open_(database, instance_id), row(database, instance_id).status) == ([], "running")
    assert fire_due_timers(database, at) == 0
    hand_in(database, instance_id)
    assert row(database, instance_id).end_event == "End_z"


def test_two_operators_do_not_write_over_each_other(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    stuck(database, instance_id)
    version = row(database, instance_id).version
    put(database, instance_id, "n", 5, version=version)
    before = row(database, instance_id)

    with pytest.raises(StaleVersion, match="别人刚修过它"):
        put(database, instance_id, "n", 1, version=version)

    unchanged(database, instance_id, before)


@pytest.mark.parametrize("person", [HANDLER, DESIGNER])
def test_only_operators_look_at_values_and_set_them(database, person):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    before = row(database, instance_id)

    with pytest.raises(NotAllowed):
        put(database, instance_id, "n", 5, person)
    with pytest.raises(NotAllowed):
        seen(database, instance_id, person)

    unchanged(database, instance_id, before)


def test_what_is_sealed_is_neither_shown_nor_set(database):
    instance_id = begun(database, {"r.bpmn": mended.rated()}, "rated", stars=1)
    before = row(database, instance_id)

    [place] = seen(database, instance_id).places
    assert (place.variables, place.hidden) == ({}, 0)
    for person in (OPERATOR, ADMIN):
        with pytest.raises(NotAllowed, match="密封的环节"):
            put(database, instance_id, "stars", 5, person)

    unchanged(database, instance_id, before)


def of_the_register(database, instance_id):
    """Let the instance belong to a case of the register."""
    with database.transaction() as session:
        session.get_one(ProcessInstance, instance_id).business_key = "supervision:1"


def test_no_number_tells_whether_a_sealed_task_was_answered(database):
    instance_id = begun(database, {"g.bpmn": mended.graded()}, "graded", open=1)
    before = seen(database, instance_id).places[0]

    hand_in(database, instance_id, stars=1)

    after = seen(database, instance_id).places[0]
    assert (after.variables, after.hidden) == (before.variables, before.hidden) == ({"open": 1}, 0)


def test_of_a_case_only_what_the_failed_step_reads_is_seen_and_set(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question", other="秘")
    of_the_register(database, instance_id)
    before = row(database, instance_id)
    with pytest.raises(NotAllowed, match="只能设置失败的环节要用的变量"):
        put(database, instance_id, "n", 5)
    unchanged(database, instance_id, before)
    stuck(database, instance_id)

    for person in (OPERATOR, ADMIN):
        [place] = seen(database, instance_id, person).places
        assert (place.variables, place.hidden) == ({}, 1)
        with pytest.raises(NotAllowed, match="只能设置失败的环节要用的变量"):
            put(database, instance_id, "other", "改", person)
    put(database, instance_id, "n", 5)


def test_what_somebody_answered_in_a_form_is_not_decided_otherwise(database):
    instance_id = begun(database, {"r.bpmn": mended.rated()}, "rated")
    of_the_register(database, instance_id)
    hand_in(database, instance_id, kind="A", count=3)
    stuck(database, instance_id, stars=1)
    before = row(database, instance_id)

    with pytest.raises(NotAllowed, match="办理人在“答复”里填写的"):
        put(database, instance_id, "kind", "B")
    unchanged(database, instance_id, before)

    put(database, instance_id, "more", False)


def test_what_a_called_process_was_handed_of_an_answer_is_not_decided_otherwise(database):
    asked = user("Task_answer", "答复", extensions(["kind:enum:类别:A:B"]), **mended.DESK)
    outer = diagram(
        "asking",
        "先问后量",
        '<startEvent id="Start_a" name="已开始"/>' + asked
        + '<callActivity id="Call_question" name="量水位" calledElement="question">'
        '<extensionElements><camunda:in variables="all"/><camunda:out variables="all"/>'
        '</extensionElements></callActivity><endEvent id="End_z" name="已处置"/>',
        [("Start_a", "Task_answer"), ("Task_answer", "Call_question"), ("Call_question", "End_z")],
    )  # fmt: skip
    files = {"a.bpmn": outer, "q.bpmn": mended.question('kind == "A" and n > 3')}
    instance_id = begun(database, files, "asking")
    hand_in(database, instance_id, kind="A")
    stuck(database, instance_id)
    with database.transaction() as session:
        session.get_one(ProcessInstance, instance_id).business_key = "suggestion:7"
    _, called = seen(database, instance_id).places

    with pytest.raises(NotAllowed, match="办理人在“答复”里填写的"):
        put(database, instance_id, "kind", "B", place=called.id)

    put(database, instance_id, "n", 5, place=called.id)


def test_nobody_gives_a_task_to_themselves_by_a_variable(database):
    instance_id = begun(database, {"r.bpmn": mended.rated()}, "rated")

    for value in ("operator", "user:yun", ["designer", "yun"], "designer, operator", "运维人员"):
        with pytest.raises(NotAllowed, match="不能把任务交给自己"):
            put(database, instance_id, "who", value)

    put(database, instance_id, "who", "unit_handler")


@pytest.mark.parametrize(
    ("name", "value", "field"),
    [
        ("kind", "C", "value"),
        ("count", "三", "value"),
        ("count", True, "value"),
        ("n", "长" * 9_000, "value"),
        ("n", 2**70, "value"),
        ("1n", 1, "name"),
        ("a b", 1, "name"),
        ("loopCounter", 1, "name"),
        ("n" * 101, 1, "name"),
    ],
)
def test_a_value_that_could_not_stand_there_is_refused_at_its_field(database, name, value, field):
    instance_id = begun(database, {"r.bpmn": mended.rated()}, "rated")
    before = row(database, instance_id)

    with pytest.raises(FormInvalid) as refused:
        put(database, instance_id, name, value)

    assert set(refused.value.messages) == {field}
    unchanged(database, instance_id, before)


def test_without_a_reason_nothing_is_set(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")

    with pytest.raises(FormInvalid) as refused:
        put(database, instance_id, "n", 5, reason=" ")

    assert set(refused.value.messages) == {"reason"}


def test_what_was_handed_in_with_the_failed_step_is_not_changed_behind_its_author(database):
    """A retry would write it once more."""
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    stuck(database, instance_id, n="高")

    with pytest.raises(RepairImpossible, match="请办理人重新提交"):
        put(database, instance_id, "n", 5)


def flood() -> bytes:
    """A task that is cut once the water is high, with a question behind that."""
    return diagram(
        "flood",
        "防汛值守",
        '<startEvent id="Start_a" name="已接班"/>'
        + user("Task_watch", "值守", **mended.DESK)
        + '<boundaryEvent id="Event_high" name="水位高了" attachedToRef="Task_watch">'
        '<conditionalEventDefinition id="Condition_high"><condition>${n &gt; 3}</condition>'
        "</conditionalEventDefinition></boundaryEvent>"
        '<exclusiveGateway id="Gateway_wide" name="要撤离吗?"/>'
        '<endEvent id="End_gone" name="已撤离"/><endEvent id="End_z" name="已交班"/>',
        [
            ("Start_a", "Task_watch"),
            ("Task_watch", "End_z"),
            ("Event_high", "Gateway_wide"),
            ("Gateway_wide", "End_gone", "要", "wide > 1"),
            ("Gateway_wide", "End_z", "不要"),
        ],
    )


def test_a_condition_that_waits_for_the_value_goes_on_and_the_history_says_by_whom(database):
    instance_id = begun(database, {"f.bpmn": flood()}, "flood")
    put(database, instance_id, "wide", 2)
    assert to_do(database, HANDLER) == ["值守"]

    put(database, instance_id, "n", 5)

    assert row(database, instance_id).end_event == "End_gone"
    assert to_do(database, HANDLER) == []
    with database.reading() as session:
        events = history.of(session, instance_id)
        assert history.verify(session, instance_id).intact
    names = [event.name for event in events]
    assert names.index("设置变量：n（现场核实）") < names.index("水位高了")
    assert {event.by for event in events if event.name in {"水位高了", "已撤离"}} == {"yun"}


def test_a_value_with_which_a_condition_would_go_on_and_fail_is_refused(database):
    instance_id = begun(database, {"f.bpmn": flood()}, "flood")
    before = row(database, instance_id)

    with pytest.raises(RepairImpossible, match="“wide”还没有值"):
        put(database, instance_id, "n", 5)

    unchanged(database, instance_id, before)
    assert open_(database, instance_id) == []
    assert to_do(database, HANDLER) == ["值守"]


def test_a_place_that_is_gone_and_a_case_that_is_over_are_refused(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")

    with pytest.raises(RepairImpossible, match="现在不在您选的那个流程里"):
        put(database, instance_id, "n", 5, place="elsewhere")
    with pytest.raises(NotFound):
        put(database, 404, "n", 5, version=1)
    with database.transaction() as session:
        instances.terminate(session, instance_id, "重复", "yun", MORNING)
    with pytest.raises(Exception, match="已经办结"):
        put(database, instance_id, "n", 5)
    assert seen(database, instance_id).places == ()
