import pytest

from service.database import Database
from tests.processes.test_handling import ANSWERS
from tests.world import World


@pytest.fixture
def world(database: Database) -> World:
    return World(database)


@pytest.fixture
def replied(world: World) -> World:
    """A world whose case was answered by one unit, and waits for its deputy to rate."""
    world.register(by="代表甲")
    world.dispatch("JT")
    world.sign()
    world.carry_on("收悉审核", ANSWERS)
    world.do("收悉审核", by="代工委甲", reply_check="qualified")
    return world
