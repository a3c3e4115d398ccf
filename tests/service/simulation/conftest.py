"""One scratch store for all stories: it is as new for each."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from service.simulation import Outcome, Scenario, Scratch, rehearse
from tests.conftest import MORNING
from tests.world import drawn


@pytest.fixture(scope="session")
def scratch() -> Iterator[Scratch]:
    with Scratch() as scratch:
        yield scratch


@pytest.fixture
def run(scratch: Scratch) -> Callable[..., Outcome]:
    """Run what is drawn: one file's content, or files by name."""

    def rehearsed(content: Any, **given: Any) -> Outcome:
        files = content if isinstance(content, dict) else {"drawn.bpmn": content}
        return rehearse(scratch, files, Scenario(**{"start": MORNING, **given}))

    return rehearsed


@pytest.fixture(scope="session")
def own_files() -> dict[str, bytes]:
    return drawn()
