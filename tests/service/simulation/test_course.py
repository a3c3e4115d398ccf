"""A process runs to its end on a virtual clock, as the scenario says, and never for ever."""

from datetime import timedelta

from service.simulation import Message
from service.simulation.course import MOST_COMMANDS, MOST_TICKS
from tests.conftest import MORNING
from tests.drawing import diagram, extensions, timer, user
from tests.service.simulation.drawings import END, SAID, START, events, looped


def reminded(cycle: str) -> bytes:
    """A task nobody has to hurry with: only a reminder comes round."""
    elements = (
        START
        + user("Task_b", "答复")
        + timer("Timer_remind", "提醒", "Task_b", "timeCycle", cycle, False)
        + '<endEvent id="End_told" name="已提醒"/>'
        + END
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "End_z"), ("Timer_remind", "End_told")]
    return diagram("reminded", "答复", elements, flows)


def hurried(cycle: str) -> bytes:
    """The same with a last moment, three days and an hour on, after which the town takes over."""
    elements = (
        START
        + user("Task_b", "答复")
        + timer("Timer_remind", "提醒", "Task_b", "timeCycle", cycle, False)
        + timer("Timer_late", "届满", "Task_b", "timeDuration", "P3DT1H", True)
        + user("Task_town", "镇里代答")
        + '<endEvent id="End_told" name="已提醒"/>'
        + END
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "End_z"), ("Timer_remind", "End_told")]
    flows += [("Timer_late", "Task_town"), ("Task_town", "End_z")]
    return diagram("hurried", "答复", elements, flows)


def test_people_answer_at_once_unless_told_otherwise(run):
    outcome = run(reminded("R/P1D"))

    assert (outcome.ended, outcome.end, outcome.at) == (True, "End_z", MORNING)
    assert events(outcome, "userTask", "endEvent") == ["答复", "已办结"]


def test_timers_fire_in_due_order_while_nobody_acts(run):
    outcome = run(hurried("R/P1D"), answers={"答复": {"skip": True}})

    assert events(outcome, "boundaryEvent") == ["提醒", "提醒", "提醒", "届满"]
    assert events(outcome)[-2:] == ["镇里代答", "已办结"]
    assert outcome.at == MORNING + timedelta(days=3, hours=1)


def test_who_waits_lets_the_timers_before_that_fire(run):
    outcome = run(hurried("R/P1D"), answers={"Task_b": {"wait": "P2DT12H"}})

    assert events(outcome, "boundaryEvent") == ["提醒", "提醒"]
    assert outcome.at == MORNING + timedelta(days=2, hours=12)


def test_a_reminder_for_ever_beside_a_task_nobody_does_is_let_go(run):
    outcome = run(reminded("R/PT1H"), answers={"答复": {"skip": True}})

    assert not outcome.ended
    assert outcome.stop.reason == "waiting"
    assert "“提醒”" in outcome.stop.sentence
    assert "“答复”没有人办理" in outcome.stop.sentence
    assert len(events(outcome, "boundaryEvent")) == MOST_TICKS
    assert [one.name for one in outcome.waiting if one.kind == "task"] == ["答复"]


def test_a_reminder_for_ever_does_not_keep_a_later_timer_from_firing(run):
    outcome = run(hurried("R/PT1M"), answers={"答复": {"skip": True}})

    assert outcome.end == "End_z"
    assert outcome.at == MORNING + timedelta(days=3, hours=1)


def test_a_reminder_with_a_number_comes_that_often(run):
    many = MOST_TICKS + 5

    outcome = run(reminded(f"R{many}/PT1H"), answers={"答复": {"skip": True}})

    assert len(events(outcome, "boundaryEvent")) == many
    assert outcome.stop.reason == "waiting"


def test_it_goes_no_further_than_it_is_told(run):
    until = MORNING + timedelta(days=2, hours=6)

    outcome = run(hurried("R/P1D"), answers={"答复": {"skip": True}}, until=until)

    assert (outcome.stop.reason, outcome.at) == ("until", until)
    assert len(events(outcome, "boundaryEvent")) == 2


def test_a_message_after_the_last_moment_is_not_delivered(run):
    late = Message("已撤回", at=MORNING + timedelta(days=2))
    until = MORNING + timedelta(days=1)

    outcome = run(heard(), messages=[late], answers={"办理": {"skip": True}}, until=until)

    assert (outcome.stop.reason, outcome.at) == ("until", until)
    assert outcome.undelivered == ("已撤回",)


def heard() -> bytes:
    elements = (
        START
        + user("Task_b", "办理")
        + '<boundaryEvent id="Event_back" name="撤回" attachedToRef="Task_b">'
        + '<messageEventDefinition messageRef="Message_back"/></boundaryEvent>'
        + '<endEvent id="End_back" name="已撤回归档"/>'
        + END
    )
    flows = [("Start_a", "Task_b"), ("Task_b", "End_z"), ("Event_back", "End_back")]
    return diagram("heard", "可撤回", elements, flows, SAID)


def test_a_message_is_delivered_when_it_is_waited_for(run):
    outcome = run(heard(), messages=[Message("已撤回")])

    assert outcome.end == "End_back"
    assert outcome.undelivered == ()


def test_a_message_for_later_waits_for_its_moment(run):
    at = MORNING + timedelta(days=1)

    late = run(heard(), messages=[Message("已撤回", at=at)], answers={"办理": {"wait": "P2D"}})
    too_late = run(heard(), messages=[Message("已撤回", at=at)])

    assert (late.end, late.at) == ("End_back", at)
    assert (too_late.end, too_late.undelivered) == ("End_z", ("已撤回",))


def begun(*blank: str) -> bytes:
    typed = (
        '<startEvent id="Start_told" name="收到撤回"><messageEventDefinition messageRef="Message_back"/>'
        '</startEvent><startEvent id="Start_daily" name="每日"><timerEventDefinition><timeCycle>R/P1D'
        "</timeCycle></timerEventDefinition></startEvent>"
    )
    ends = '<endEvent id="End_told" name="已按消息办"/><endEvent id="End_daily" name="已按时办"/>'
    flows = [("Start_told", "End_told"), ("Start_daily", "End_daily")]
    if blank:
        typed, ends, flows = START + typed, END + ends, [("Start_a", "End_z"), *flows]
    return diagram("begun", "几个开始", typed + ends, flows, SAID)


def test_of_several_start_events_the_message_that_is_sent_names_one(run):
    assert run(begun()).end == "End_told"
    assert run(begun(), messages=[Message("已撤回", {"by": "代表"})]).end == "End_told"


def test_where_people_may_start_they_do(run):
    assert run(begun("blank")).end == "End_z"


def test_a_loop_finds_its_way_out(run):
    outcome = run(looped("approved == false"))

    assert outcome.ended
    assert events(outcome, "userTask") == ["起草", "审核"] * 2


def test_a_loop_that_hangs_on_two_choices_finds_its_way_out_and_always_the_same(run):
    drawn = looped(
        "result == 'pass' and urgent and amount > 5000",
        extensions(["result:enum:结果:back:hold:pass", "urgent:boolean:急", "amount:long:金额"]),
    )

    first, again = run(drawn), run(drawn)

    assert first.ended
    assert first.trace == again.trace


def test_a_loop_between_two_people_who_must_agree_finds_its_way_out(run):
    drawn = diagram(
        "agreed",
        "会商",
        START
        + user("Task_b", "甲表态", extensions(["first:enum:甲:no:yes"]))
        + user("Task_c", "乙表态", extensions(["second:enum:乙:yes:no"]))
        + '<exclusiveGateway id="Gateway_ok" name="都同意吗?"/>'
        + END,
        [
            ("Start_a", "Task_b"),
            ("Task_b", "Task_c"),
            ("Task_c", "Gateway_ok"),
            ("Gateway_ok", "End_z", "都同意", "first == 'yes' and second == 'yes'"),
            ("Gateway_ok", "Task_b", "再商量"),
        ],
    )

    assert run(drawn).ended


def test_a_loop_that_is_told_to_go_on_for_ever_stops_in_words(run):
    outcome = run(looped(), answers={"审核": {"approved": False}})

    assert outcome.stop.reason == "steps"
    assert all(name in outcome.stop.sentence for name in ("“起草”", "“审核”", "“通过吗?”"))
    assert len(events(outcome, "userTask")) < MOST_COMMANDS
