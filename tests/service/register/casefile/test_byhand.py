"""A moment that somebody set by hand names who it was; one that was taken back names nobody."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines import changes, explain
from service.deadlines.explain import Explanation
from service.register.casefile import byhand
from service.tables.runtime import UserTask
from tests.world import World


@pytest.fixture
def world(sqlite: Database) -> World:
    world = World(sqlite)
    world.submit()
    return world


def explained(session: Session, world: World) -> Mapping[str, Explanation | None]:
    [task] = [session.get_one(UserTask, row.id) for row in world.waiting()]
    assert task.policy_key is not None
    assert task.base_at is not None
    how = explain.explain(
        session, task.policy_key, task.base_at, task.level or "", task.cap_on, task.due_at
    )
    assert world.case is not None
    return byhand.named(session, world.case.business_key, {task.id: how})


def test_who_set_a_moment_is_named_until_it_is_taken_back(world: World) -> None:
    [task] = world.waiting()
    assert task.due_at is not None
    later = task.due_at + timedelta(days=1)
    with world.database.transaction() as session:
        change = changes.redate(session, task.id, later, "代表出差。", "管理员", world.at)
        number = change.id

    with world.reading() as session:
        [how] = explained(session, world).values()
        assert how is not None
        assert any("已由管理员于2026年3月2日（周一）另定。" in line for line in how.lines)
    with world.database.transaction() as session:
        changes.undo(session, number, "管理员", world.at)
    with world.reading() as session:
        [how] = explained(session, world).values()
        assert how is not None
        assert not how.is_by_hand
