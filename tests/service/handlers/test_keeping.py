"""Whose task a keeper may do: that of nobody, and that of whoever tries a diagram of their own."""

import pytest

from service import history
from service.database import Database
from service.errors import NotAllowed, NotFound, TaskNotOpen
from service.handlers import keeping
from service.register.casefile import sealing
from service.register.people import directory as people
from service.runtime import deployments, names, timers
from service.tables.people import Person
from service.tables.runtime import ProcessInstance
from tests.drawing import diagram, extensions, service, timer, user
from tests.processes.test_handling import ANSWERS
from tests.replied_case import NOT_SATISFIED, SATISFIED
from tests.world import World

DRAWN = diagram(
    "visit_plan",
    "走访安排",
    '<startEvent id="Start_a" name="已提出"/>'
    + user("Task_lost", "找不到人", candidateGroups="financeDept")
    + user("Task_held", "有人办", candidateGroups="deputy_office")
    + user("Task_sealed", "评价", extensions(["a:string:甲"], sealed="true"), assignee="demo")
    + timer("Timer_sealed", "封口", "Task_sealed", "timeDuration", "P3D", False)
    + timer("Timer_held", "提醒", "Task_held", "timeDuration", "P3D", False)
    + '<parallelGateway id="Gateway_all"/><parallelGateway id="Gateway_join"/>'
    + '<endEvent id="End_told" name="已提醒"/><endEvent id="End_z" name="已安排"/>',
    [
        ("Start_a", "Gateway_all"),
        ("Gateway_all", "Task_lost"),
        ("Gateway_all", "Task_held"),
        ("Gateway_all", "Task_sealed"),
        ("Task_lost", "Gateway_join"),
        ("Task_held", "Gateway_join"),
        ("Task_sealed", "Gateway_join"),
        ("Timer_sealed", "End_told"),
        ("Timer_held", "End_told"),
        ("Gateway_join", "End_z"),
    ],
)


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


def seen(world, login, instance_id):
    with world.reading() as session:
        actor = people.actor(session, login)
        found = session.get_one(ProcessInstance, instance_id)
        return {one.row.name: one for one in keeping.desks(session, actor, found)}


def started(world, by, business_key=None):
    with world.database.transaction() as session:
        known = names.known(session)
        deployments.deploy(session, {"visit_plan.bpmn": DRAWN}, None, world.at, known)
    return world.start("visit_plan", business_key, by)


ACTING = diagram(
    "issuing_try",
    "试签发",
    '<startEvent id="Start_a" name="已提出"/>'
    + user("Task_issue", "签发", candidateGroups="unit_head:XX")
    + service("Task_deliver", "送达", "deliver_assignment")
    + '<endEvent id="End_z" name="已送达"/>',
    [("Start_a", "Task_issue"), ("Task_issue", "Task_deliver"), ("Task_deliver", "End_z")],
)


def test_a_keeper_does_what_nobody_can_be_reached_for(world):
    found = seen(world, "运维", started(world, by="代表甲"))

    assert {name: one.may_stand_in for name, one in found.items()} == {
        "找不到人": True,
        "有人办": False,
    }


def test_who_tries_a_diagram_does_all_of_it_but_what_is_sealed(world):
    found = seen(world, "设计员", started(world, by="设计员"))

    assert {name: one.may_do for name, one in found.items()} == {"找不到人": True, "有人办": True}


def test_who_looks_after_nothing_does_nothing_for_others(world):
    found = seen(world, "代表甲", started(world, by="代表甲"))

    assert not any(one.may_do for one in found.values())


def test_a_key_of_the_register_makes_it_a_case_where_only_operators_stand_in(world):
    case = world.submit(by="代表甲")
    instance = started(world, by="设计员", business_key=case.business_key)

    assert not any(one.may_do for one in seen(world, "设计员", instance).values())
    operators = seen(world, "运维", instance)
    assert operators["找不到人"].may_do
    assert not operators["找不到人"].shows_variables


def test_who_may_not_deploy_does_nothing_in_a_process_of_their_own_that_acts_on_the_register(world):
    with world.database.transaction() as session:
        known = names.known(session)
        deployments.deploy(session, {"issuing_try.bpmn": ACTING}, None, world.at, known)
    by_operator = world.start("issuing_try", None, "运维")
    by_designer = world.start("issuing_try", None, "设计员")

    assert not seen(world, "运维", by_operator)["签发"].may_do
    assert seen(world, "管理员", by_operator)["签发"].may_do
    assert seen(world, "运维", by_designer)["签发"].may_do
    assert seen(world, "设计员", by_designer)["签发"].may_do


def test_nobody_stands_in_for_a_case_they_began(world):
    case = world.submit(by="代表甲")
    instance = started(world, by="运维", business_key=case.business_key)

    assert not any(one.may_do for one in seen(world, "运维", instance).values())
    assert seen(world, "管理员", instance)["找不到人"].may_do


def test_a_sealed_task_is_seen_by_its_person_alone(world):
    with world.database.transaction() as session:
        session.add(Person(login="demo", name="演示", password_hash=None))
    instance = started(world, by="设计员")

    mine = seen(world, "demo", instance)["评价"]

    assert (mine.is_theirs, mine.may_stand_in) == (True, False)
    assert "评价" not in seen(world, "管理员", instance)


def test_the_clock_of_a_sealed_task_is_nobody_s_business(world):
    instance = started(world, by="设计员")

    with world.reading() as session:
        actor = people.actor(session, "管理员")
        found = session.get_one(ProcessInstance, instance)
        jobs = keeping.timer_jobs(session, actor, found, timers.of(session, instance))

    assert [job.name for job in jobs] == ["提醒"]


def test_the_steps_of_an_evaluation_are_told_to_those_who_follow_it(world):
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    [evaluating] = [one for one in world.waiting() if one.name == "填写评价"]
    inside = evaluating.instance_id

    with world.reading() as session:
        keeper, clerk = people.actor(session, "运维"), people.actor(session, "代工委甲")
        found = session.get_one(ProcessInstance, inside)
        happened = history.of(session, inside)
        for_keeper = keeping.events(session, keeper, found, happened)
        for_clerk = keeping.events(session, clerk, found, happened)

    assert not {one.process_id for one in for_keeper} & sealing.SEALED_PROCESSES
    assert len(for_clerk) == len(happened) > len(for_keeper)
    assert seen(world, "运维", inside) == {}


def evaluated(world, answers):
    """Bring a case to the moment after the ratings are sealed; the deputy rated as told."""
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    world.do("填写评价", by="代表甲", **answers)
    world.until(world.due("统一封口时刻"))
    return world.case.instance


@pytest.mark.parametrize("answers", [SATISFIED, NOT_SATISFIED], ids=["satisfied", "not_satisfied"])
def test_what_comes_next_does_not_tell_a_keeper_how_the_deputy_rated(world, answers):
    instance = evaluated(world, answers)

    with world.reading() as session:
        actor = people.actor(session, "运维")
        found = session.get_one(ProcessInstance, instance)
        jobs = keeping.timer_jobs(session, actor, found, timers.of(session, instance))

        happened = keeping.events(session, actor, found, history.of(session, instance))

    assert happened[-1].element_id == "Call_handling"  # nothing of what the ratings led to
    assert world.waiting(world.case)
    assert seen(world, "运维", instance) == {}
    assert jobs == []
    assert seen(world, "代工委甲", instance)


def test_nothing_is_found_where_nothing_is(world):
    with world.reading() as session:
        actor = people.actor(session, "代表甲")
        with pytest.raises(NotFound):
            keeping.instance(session, actor, 99)
        with pytest.raises(TaskNotOpen):
            keeping.desk(session, actor, "none")


def test_standing_in_is_refused_where_somebody_is_there(world):
    instance = started(world, by="代表甲")
    held = seen(world, "运维", instance)["有人办"]

    with pytest.raises(NotAllowed), world.database.transaction() as session:
        keeping.take_over(session, people.actor(session, "运维"), held.row.id, world.at)
