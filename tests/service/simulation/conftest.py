"""One scratch store for all stories: it is as new for each."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.simulation import Outcome, Scenario, Scratch, rehearse
from tests.conftest import MORNING


@pytest.fixture(scope="session")
def scratch() -> Iterator[Scratch]:
    with Scratch() as scratch:
        yield scratch


@pytest.fixture
def run(scratch: Scratch) -> Callable[..., Outcome]:
    """Run what is drawn: one file's content, or files by name."""

    def rehearsed(drawn: Any, **given: Any) -> Outcome:
        files = drawn if isinstance(drawn, dict) else {"drawn.bpmn": drawn}
        return rehearse(scratch, files, Scenario(**{"start": MORNING, **given}))

    return rehearsed


@pytest.fixture(scope="session")
def own_files() -> dict[str, bytes]:
    folder = Path(__file__).parents[3] / "processes"
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.bpmn"))}
