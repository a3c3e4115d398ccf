"""Every page of the documentation does what it says, on the demo's data; the tutorial has a test of its own."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.cli.commands import main
from tests.docs.blocks import PAGES, ROOT, blocks, spans
from tests.docs.reader import Reader, named

TUTORIAL = ROOT / "docs" / "tutorial.md"
WITH_BLOCKS = [page for page in PAGES if page != TUTORIAL and blocks(page.read_text("utf-8"))]
NOT_RUN = {
    "README.md": ["make test"],
    "README.zh-CN.md": ["make test"],
}
"""What may be left out: the page says why, and this says that it was looked at."""

_SETTING = re.compile(r"^[A-Z_]+=")
_FILE = re.compile(r"^(service|scheduler|processes|frontend|tests|docs|benchmarks)/[\w./-]+$")
_COMMAND = re.compile(r"^(?:\w+=\S+ )?(?:\S*/)?(tibanping|make) ")


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city, loaded once; each page begins on a copy."""
    reader = Reader(tmp_path_factory.mktemp("demo"), _no_browser, None)
    try:
        reader.terminal.run("tibanping demo")
    finally:
        reader.leave()
    return reader.terminal.folder / "var"


@pytest.fixture
def reader(tmp_path: Path, demo_data: Path) -> Iterator[Reader]:
    reader = Reader(tmp_path, _no_browser, demo_data)
    yield reader
    reader.leave()


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_BLOCKS, ids=named)
def test_every_block_of_a_page_is_run(page: Path, reader: Reader) -> None:
    reader.follow(page)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_what_is_left_out_is_agreed_upon(page: Path) -> None:
    left_out = [block for block in blocks(page.read_text("utf-8")) if block.reason]

    assert [block.text.split("#")[0].strip() for block in left_out] == NOT_RUN.get(named(page), [])


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_commands_in_sentences_exist_with_their_options(page: Path) -> None:
    for span in spans(page.read_text("utf-8")):
        if not _COMMAND.match(span):
            continue
        words = [one for one in shlex.split(span.replace("…", "x")) if not _SETTING.match(one)]
        if words[0].endswith("make"):
            assert f"\n{words[1]}:" in (ROOT / "Makefile").read_text("utf-8"), span
            continue
        _parse(main, words[1:], span)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_files_named_in_sentences_are_there(page: Path) -> None:
    for span in spans(page.read_text("utf-8")):
        if _FILE.match(span):
            assert (ROOT / span).exists(), span


def _parse(command: click.Command, words: list[str], span: str) -> None:
    """Follow the words down to a command and read its options; nothing is run."""
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        assert words[0] in command.commands, f"{span}: there is no command {words[0]}"
        command, words = command.commands[words[0]], words[1:]
    try:
        command.make_parser(click.Context(command)).parse_args(list(words))
    except click.UsageError as error:
        raise AssertionError(f"{span}: {error.message}") from error


def _no_browser() -> None:
    raise AssertionError("only the tutorial sits down at a desk")
