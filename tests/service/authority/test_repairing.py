"""Operators mend what runs; nothing sealed, nothing of a case while it is evaluated, and no decision of somebody else's."""

from dataclasses import replace

import pytest

from service.authority import repairing
from service.authority.repairing import Wanted
from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.runtime import migrations, variables, versions
from service.runtime.variables import Value
from service.tables.runtime import ProcessInstance
from tests.processes.test_handling import ANSWERS
from tests.replied_case import NOT_SATISFIED, SATISFIED
from tests.service.runtime import mended
from tests.world import World

OPERATOR = Actor("yw", "运维", frozenset({"operator"}))
DESIGNER = Actor("sj", "设计员", frozenset({"designer"}))
ADMIN = Actor("gl", "管理员", frozenset({"admin"}))
FREE = Wanted("n", 1, False, False, False, "", False)
OF_A_CASE = replace(FREE, is_guarded=True)


@pytest.fixture
def world(sqlite: Database) -> World:
    return World(sqlite)


def evaluating(world: World) -> int:
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    return world.case.instance


@pytest.mark.parametrize("answers", [None, SATISFIED, NOT_SATISFIED])
def test_while_deputies_evaluate_nobody_looks_into_the_case(world, answers):
    """What an operator is shown and refused is the same, whatever was rated."""
    instance_id = evaluating(world)
    if answers:
        world.do("填写评价", by="代表甲", **answers)
        world.until(world.due("统一封口时刻"))
    with world.reading() as session:
        version = session.get_one(ProcessInstance, instance_id).version

    for login in ("运维", "管理员"):
        with world.reading() as session:
            person = people.actor(session, login)
            with pytest.raises(NotAllowed, match="代表正在评价这件建议"):
                variables.of(session, person, instance_id, world.at)
            with pytest.raises(NotAllowed, match="代表正在评价这件建议"):
                migrations.plan(session, person, instance_id, None, world.at)
        for wanted in (version, 0):
            value = Value("evaluation_outcome", "satisfied", "试试", wanted)
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                variables.set_one(session, person, instance_id, value, world.at)
            with pytest.raises(NotAllowed), world.database.transaction() as session:
                migrations.migrate(session, person, instance_id, 1, "试试", wanted, world.at)


def test_what_an_evaluation_came_to_is_never_an_operator_s(world):
    evaluating(world)
    with world.reading() as session:
        row = session.get_one(ProcessInstance, world.case.instance)
        definition = versions.definition(session, row.deployed_process_id)

    assert {"evaluation_outcome", "evaluation_sealed_at"} <= repairing.sealed(definition)


def test_the_answers_of_sealed_tasks_are_sealed(world):
    definition = versions.parsed({"r.bpmn": mended.rated()})["rated"].bind({})

    assert repairing.sealed(definition) == {"stars"}


def test_of_a_case_nobody_sees_more_than_the_failed_step_reads(world):
    plain = versions.parsed({"r.bpmn": mended.rated()})["rated"].bind({})

    for person in (OPERATOR, ADMIN):
        assert repairing.is_guarded(person, "suggestion:1", plain)
        assert not repairing.is_guarded(person, "leave:1", plain)
    with world.reading() as session:
        acting = versions.definition(session, versions.latest(session, "unit_handling"))
    assert repairing.is_guarded(OPERATOR, None, acting)
    assert not repairing.is_guarded(ADMIN, None, acting)


@pytest.mark.parametrize(
    ("wanted", "refused"),
    [
        (FREE, ""),
        (replace(FREE, answered="答复"), ""),
        (replace(FREE, is_sealed=True), "密封"),
        (OF_A_CASE, "只能设置失败的环节要用的变量"),
        (replace(OF_A_CASE, is_read=True), ""),
        (replace(OF_A_CASE, is_read=True, answered="答复"), "不能由运维人员代为决定"),
        (replace(OF_A_CASE, is_read=True, is_sealed=True), "密封"),
        (replace(FREE, assigns=True, value="operator"), "交给自己"),
        (replace(FREE, assigns=True, value={"who": ["yw"]}), "交给自己"),
        (replace(FREE, assigns=True, value="unit_handler:JT, 运维人员"), "交给自己"),
        (replace(FREE, assigns=True, value="unit_handler:JT"), ""),
        (replace(FREE, assigns=True, value=17), ""),
        (replace(FREE, value="operator"), ""),
    ],
)
def test_a_value_is_refused_where_it_is_not_theirs(wanted, refused):
    if not refused:
        repairing.refuse_value(OPERATOR, wanted)
        return
    with pytest.raises(NotAllowed, match=refused):
        repairing.refuse_value(OPERATOR, wanted)


def test_a_designer_mends_no_case(world):
    row = ProcessInstance(process_id="p", business_key=None)

    with world.reading() as session:
        repairing.refuse(session, OPERATOR, row)
        with pytest.raises(NotAllowed):
            repairing.refuse(session, DESIGNER, row)


@pytest.mark.parametrize("process_id", sorted(repairing.CLOSED))
def test_the_processes_of_ratings_are_not_there(world, process_id):
    row = ProcessInstance(process_id=process_id, business_key=None)

    with world.reading() as session:
        with pytest.raises(NotFound):
            repairing.refuse(session, ADMIN, row)
        assert repairing.conceals(session, ADMIN, row, "")
        assert repairing.conceals(session, ADMIN, None, process_id)
        assert not repairing.conceals(session, ADMIN, None, "lamp")
