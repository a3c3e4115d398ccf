"""The tutorial can be finished: from an empty folder to the archive, as it stands, in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import ROOT
from tests.docs.reader import Reader


@pytest.fixture
def newcomer(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Reader]:
    reader = Reader(tmp_path, lambda: request.getfixturevalue("chromium"), None)
    yield reader
    reader.leave()


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.timeout(900)  # a whole demo is loaded, on a machine that may be busy
def test_a_newcomer_takes_a_suggestion_from_the_deputy_s_form_to_the_archive(
    newcomer: Reader,
) -> None:
    newcomer.follow(ROOT / "docs" / "tutorial.md")
