"""Every test of a diagram starts in the same small city, once on each store."""

from collections.abc import Iterator

import pytest

from service.database import Database
from tests.world import World, forget_flows


@pytest.fixture(autouse=True, scope="module")
def _only_this_module_s_stories() -> None:
    forget_flows()


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    world = World(database)
    yield world
    world.remember_flows()
