"""Every test of a diagram starts in the same small city, once on each store."""

from collections.abc import Iterator

import pytest

from service.database import Database
from tests.world import World


@pytest.fixture
def world(database: Database) -> Iterator[World]:
    world = World(database)
    yield world
    world.remember_flows()
