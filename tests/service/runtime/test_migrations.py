"""A case goes on by a corrected version where all its tokens have a place; else it stays as it is, and is told why."""

from threading import Barrier, Thread

import pytest

from scheduler.jobs import fire_due_timers
from service import audit, history
from service.errors import (
    FormInvalid,
    InstanceNotRunning,
    NotAllowed,
    NotFound,
    RepairImpossible,
    StaleVersion,
)
from service.runtime import instances, migrations, retries, tasks, timers
from service.tables.runtime import ProcessInstance, UserTask
from tests.conftest import MORNING
from tests.drawing import diagram, service, timer, user
from tests.service.runtime import mended
from tests.service.runtime.lamps import HANDLER, TOWN, deployed, registered, to_do
from tests.service.runtime.mended import (
    ADMIN,
    DESIGNER,
    OPERATOR,
    begun,
    hand_in,
    moved,
    planned,
    row,
    stuck,
)


def again(database, incident):
    retries.run_again(database, incident.id, OPERATOR, MORNING)


def road(*inside, flows, name="road", before=""):
    start = '<startEvent id="Start_a" name="已开始"/>'
    return diagram(
        name, "修路", start + "".join(inside) + '<endEvent id="End_z" name="完"/>', flows
    )


def register_fails(context):
    """登记开始。"""
    raise RuntimeError("no case to register")


def test_a_case_nobody_could_repair_goes_on_without_the_step_that_fails(database):
    """The one of the measured failures: a service task that cannot succeed, reached by a person and by a timer."""
    task = user("Task_u", "先填一下", **mended.DESK)
    end = timer("Timer_b", "到点了", "Task_u", "timeDuration", "PT40S", True)
    failing = service("Task_s", "登记开始", "register_fails")
    flows = [("Start_a", "Task_u"), ("Task_u", "Task_s"), ("Timer_b", "Task_s")]
    corrected = [("Start_a", "Task_u"), ("Task_u", "End_z"), ("Timer_b", "End_z")]
    with registered(register_fails):
        drawn = road(task, end, failing, flows=[*flows, ("Task_s", "End_z")])
        instance_id = begun(database, {"r.bpmn": drawn}, "road")
        incident = stuck(database, instance_id)
        deployed(database, {"r.bpmn": road(task, end, flows=corrected)})

        plan = moved(database, instance_id)
        again(database, incident)

    assert (plan.before.version, plan.after.version) == (1, 2)
    assert plan.migration.kept == ("Timer_b",)
    assert row(database, instance_id).status == "ended"
    with database.reading() as session:
        events = history.of(session, instance_id)
        assert history.verify(session, instance_id).intact
        [entry] = [e for e in audit.latest(session, 5) if "换到第 2 版" in e.sentence]
    [event] = [event for event in events if event.kind == "migrated"]
    assert (event.name, event.by) == ("换到第 2 版流程图（流程图已改正）", "yun")
    assert (entry.reason, entry.by) == ("流程图已改正", "yun")
    assert (entry.data["before"], entry.data["after"]) == ({"road": 1}, {"road": 2})


def test_a_gateway_drawn_wrong_is_mended_by_the_next_version(database):
    instance_id = begun(database, {"q.bpmn": mended.question("m > 3")}, "question", n=5)
    incident = stuck(database, instance_id)
    deployed(database, {"q.bpmn": mended.question("n > 3")})

    moved(database, instance_id)
    again(database, incident)

    assert row(database, instance_id).end_event == "End_high"


def test_a_called_process_is_corrected_with_its_caller(database):
    files = {"q.bpmn": mended.question("m > 3"), "o.bpmn": mended.calling()}
    instance_id = begun(database, files, "outer", n=5)
    incident = stuck(database, instance_id)
    deployed(database, {"q.bpmn": mended.question("n > 3")})  # alone: the caller keeps the old one

    plan = planned(database, instance_id)
    assert not plan.possible
    assert plan.problems == (
        "这件事项已经在第 1 版上，不用换。",
        "它调用的“量水位”已有第 2 版，而这里仍用第 1 版：请流程设计员把“防汛”一起重新部署，再来换版。",
    )
    both = {"q.bpmn": mended.question("n > 3"), "o.bpmn": mended.calling("改了。")}
    deployed(database, both)
    plan = moved(database, instance_id)
    again(database, incident)

    assert [(one.process_id, one.before, one.after) for one in plan.bound] == [
        ("outer", 1, 2),
        ("question", 1, plan.bound[1].after),
    ]
    assert plan.bound[1].after > 1
    assert row(database, instance_id).status == "ended"


def test_a_timer_that_is_poisoned_by_its_drawing_is_fired_by_the_corrected_one(database):
    instance_id = begun(database, {"a.bpmn": mended.alarm()}, "alarm")
    with database.reading() as session:
        [job] = timers.of(session, instance_id)
    fire_due_timers(database, job.due_at)
    [incident] = mended.open_(database, instance_id)
    deployed(database, {"a.bpmn": mended.alarm().replace(b"loud</", b"true</")})

    plan = moved(database, instance_id)
    retries.run_again(database, incident.id, OPERATOR, job.due_at)

    assert plan.migration.kept == ("Timer_alarm",)
    assert (mended.open_(database, instance_id), row(database, instance_id).status) == (
        [],
        "running",
    )


def test_the_tasks_are_named_and_offered_as_the_new_version_draws_them(database):
    flows = [("Start_a", "Task_u"), ("Task_u", "End_z")]
    wrong = user("Task_u", "填表", candidateGroups="nobody_here")
    instance_id = begun(database, {"r.bpmn": road(wrong, flows=flows)}, "road")
    assert to_do(database, HANDLER) == []
    deployed(
        database,
        {"r.bpmn": road(user("Task_u", "填写登记表", candidateGroups="unit_handler"), flows=flows)},
    )

    moved(database, instance_id)

    assert to_do(database, HANDLER) == ["填写登记表"]
    with database.reading() as session:
        [task] = session.query(UserTask).all()
    assert (task.candidates, task.version) == (["unit_handler"], 2)


def test_who_has_claimed_a_task_keeps_it(database):
    flows = [("Start_a", "Task_u"), ("Task_u", "End_z")]
    files = {"r.bpmn": road(user("Task_u", "填表", **mended.DESK), flows=flows)}
    instance_id = begun(database, files, "road")
    with database.transaction() as session:
        [task] = session.query(UserTask).all()
        tasks.claim(session, task.id, HANDLER, MORNING)
    later = user("Task_u", "填表", candidateGroups="town_presidium")
    deployed(database, {"r.bpmn": road(later, flows=flows)})

    moved(database, instance_id)

    assert (to_do(database, HANDLER), to_do(database, TOWN)) == (["填表"], [])


def test_timers_come_and_go_with_the_version_and_the_plan_says_so(database):
    flows = [("Start_a", "Task_u"), ("Task_u", "End_z")]
    task = user("Task_u", "填表", **mended.DESK)
    old = road(
        task,
        timer("Timer_old", "提醒", "Task_u", "timeDuration", "P1D", False),
        flows=[*flows, ("Timer_old", "End_z")],
    )
    new = road(
        task,
        timer("Timer_new", "提醒", "Task_u", "timeDuration", "P2D", False),
        flows=[*flows, ("Timer_new", "End_z")],
    )
    instance_id = begun(database, {"r.bpmn": old}, "road")
    deployed(database, {"r.bpmn": new})

    plan = planned(database, instance_id)
    moved(database, instance_id)

    assert (plan.migration.kept, plan.migration.gone, plan.migration.new) == (
        (),
        ("Timer_old",),
        ("Timer_new",),
    )
    with database.reading() as session:
        assert [job.element_id for job in timers.of(session, instance_id)] == ["Timer_new"]


GONE = [("Start_a", "Task_other"), ("Task_other", "End_z")]


@pytest.mark.parametrize(
    ("inside", "flows", "sentence"),
    [
        (user("Task_other", "别的"), GONE, "换到第 2 版就没有这个环节了"),
        (
            user(
                "Task_u",
                "填表",
                '<multiInstanceLoopCharacteristics isSequential="true" '
                'camunda:collection="${us}" camunda:elementVariable="u"/>',
            ),
            [("Start_a", "Task_u"), ("Task_u", "End_z")],
            "已换成别的种类",
        ),
        (
            '<parallelGateway id="Gateway_f"/><parallelGateway id="Gateway_j"/>'
            + user("Task_u", "填表")
            + user("Task_v", "会签"),
            [
                ("Start_a", "Gateway_f"),
                ("Gateway_f", "Task_u"),
                ("Gateway_f", "Task_v"),
                ("Task_u", "Gateway_j"),
                ("Task_v", "Gateway_j"),
                ("Gateway_j", "End_z"),
            ],
            "永远等下去",
        ),
    ],
    ids=["gone", "kind", "stuck"],
)
def test_a_version_in_which_a_token_would_be_lost_is_refused_and_nothing_changed(
    database, inside, flows, sentence
):
    first = road(user("Task_u", "填表"), flows=[("Start_a", "Task_u"), ("Task_u", "End_z")])
    instance_id = begun(database, {"r.bpmn": first}, "road")
    deployed(database, {"r.bpmn": road(inside, flows=flows)})
    before = row(database, instance_id)

    assert not planned(database, instance_id).possible
    with pytest.raises(RepairImpossible, match=sentence) as refused:
        moved(database, instance_id)

    assert refused.value.status == 409
    after = row(database, instance_id)
    assert (after.version, after.state, after.history_hash, after.deployed_process_id) == (
        before.version,
        before.state,
        before.history_hash,
        before.deployed_process_id,
    )


def two_versions(database):
    instance_id = begun(database, {"q.bpmn": mended.question("m > 3")}, "question", n=5)
    deployed(database, {"q.bpmn": mended.question("n > 3")})
    return instance_id


def test_a_version_that_cannot_say_who_does_a_task_is_refused_before(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    old = b'candidateGroups="unit_handler"'
    drawn = mended.question().replace(old, b'assignee="${whoever}"')
    deployed(database, {"q.bpmn": drawn})

    plan = planned(database, instance_id)

    assert not plan.possible
    assert "变量“whoever”还没有值" in "".join(plan.problems)
    with pytest.raises(RepairImpossible, match="whoever"):
        moved(database, instance_id)
    assert row(database, instance_id).version == plan.instance_version
    assert to_do(database, HANDLER) == ["测量水位"]


def test_a_version_that_would_open_what_is_sealed_is_refused(database):
    instance_id = begun(database, {"g.bpmn": mended.graded()}, "graded")
    hand_in(database, instance_id, stars=1)
    opened = mended.graded("more", is_sealed=False).replace(b"grade == 2", b"less")
    deployed(database, {"g.bpmn": opened})

    with pytest.raises(RepairImpossible, match="变量“grade”来自密封的环节"):
        moved(database, instance_id)
    assert mended.seen(database, instance_id).places[0].variables == {}

    deployed(database, {"g.bpmn": mended.graded("grade == 3")})
    moved(database, instance_id)


def test_a_plan_names_the_conditions_that_are_waited_for(database):
    instance_id = begun(database, {"q.bpmn": mended.question()}, "question")
    high = (
        '<boundaryEvent id="Event_flood" name="漫堤" attachedToRef="Task_measure">'
        '<conditionalEventDefinition id="Condition_flood"><condition>${n &gt; 9}</condition>'
        '</conditionalEventDefinition></boundaryEvent><endEvent id="End_flood" name="已撤离"/>'
        '<sequenceFlow id="Flow_flood" sourceRef="Event_flood" targetRef="End_flood"/>'
    )
    deployed(database, {"q.bpmn": mended.question(before=high)})

    assert moved(database, instance_id).migration.new == ("Event_flood",)

    mended.put(database, instance_id, "n", 10)
    assert row(database, instance_id).end_event == "End_flood"


def test_a_version_that_is_not_there_is_no_version(database):
    instance_id = two_versions(database)
    before = row(database, instance_id)
    deployed(database, {"o.bpmn": mended.calling("再改。"), "q.bpmn": mended.question("n > 3")})

    with pytest.raises(NotFound, match="没有部署过这个流程的这一版"):
        moved(database, instance_id, 99)
    with pytest.raises(NotFound, match="没有这个流程实例"):
        moved(database, 404, 2, version=1)
    assert row(database, instance_id).deployed_process_id == before.deployed_process_id


@pytest.mark.parametrize("person", [HANDLER, DESIGNER])
def test_who_draws_does_not_move_cases(database, person):
    instance_id = two_versions(database)

    with pytest.raises(NotAllowed):
        planned(database, instance_id, person=person)
    with pytest.raises(NotAllowed):
        moved(database, instance_id, person=person)

    assert moved(database, instance_id, person=ADMIN).possible


def test_a_case_is_not_moved_that_went_on_since_it_was_looked_at(database):
    instance_id = two_versions(database)
    plan = planned(database, instance_id)
    mended.put(database, instance_id, "m", 1)

    with pytest.raises(StaleVersion, match="又往前走了"):
        moved(database, instance_id, version=plan.instance_version)

    assert row(database, instance_id).deployed_process_id == plan.before.id


def test_without_a_reason_nothing_moves(database):
    instance_id = two_versions(database)

    with pytest.raises(FormInvalid):
        moved(database, instance_id, reason="  ")


def test_a_case_that_is_over_is_not_moved(database):
    instance_id = two_versions(database)
    with database.transaction() as session:
        instances.terminate(session, instance_id, "重复", "yun", MORNING)

    with pytest.raises(InstanceNotRunning):
        moved(database, instance_id)


def test_it_may_go_back_to_the_version_it_came_from(database):
    instance_id = two_versions(database)
    first = row(database, instance_id).deployed_process_id
    moved(database, instance_id)
    with database.reading() as session:
        choices = migrations.choices(session, OPERATOR, instance_id)

    moved(database, instance_id, 1)

    assert [one.version for one in choices] == [1]
    assert row(database, instance_id).deployed_process_id == first


def test_a_process_of_ratings_is_not_there_for_an_operator(database):
    instance_id = begun(
        database, {"p.bpmn": mended.question(name="deliberation_meeting")}, "deliberation_meeting"
    )

    for person in (OPERATOR, ADMIN):
        with pytest.raises(NotFound, match="没有这个流程实例"):
            planned(database, instance_id, person=person)
        with pytest.raises(NotFound, match="没有这个流程实例"):
            mended.put(database, instance_id, "n", 1, person)


def test_of_two_who_move_at_once_one_is_refused(database):
    instance_id = two_versions(database)
    version, barrier, outcomes = row(database, instance_id).version, Barrier(2), []

    def go():
        barrier.wait()
        try:
            moved(database, instance_id, version=version)
            outcomes.append("moved")
        except (StaleVersion, RepairImpossible) as error:
            outcomes.append(type(error).__name__)

    threads = [Thread(target=go) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["StaleVersion", "moved"]
    with database.reading() as session:
        kinds = [event.kind for event in history.of(session, instance_id)]
        assert session.get_one(ProcessInstance, instance_id).version == version + 1
    assert kinds.count("migrated") == 1


def test_a_moved_case_is_loaded_on_its_new_version_by_another_process(database):
    instance_id = two_versions(database)
    moved(database, instance_id)
    database.memory.clear()

    hand_in(database, instance_id)

    assert row(database, instance_id).end_event == "End_high"
