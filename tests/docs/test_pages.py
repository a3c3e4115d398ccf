"""Every page of the documentation does what it says: its blocks are run in order, as a newcomer would run them.

A block in a shell's language is run in a folder that looks like the project, on the demo's data; what a page shows
as output must come out (`…` stands for anything). A comment above a block says what else to do with it:
`<!-- file: NAME -->` saves it for the commands that follow, `<!-- not run: REASON -->` leaves it out.
"""

import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from service.cli.commands import main
from tests.browser.conftest import chromium
from tests.docs.blocks import PAGES, ROOT, Block, blocks, commands, same, spans
from tests.docs.desk import Desks
from tests.docs.terminal import Terminal

__all__ = ["chromium"]

SHELLS = {"sh", "bash", "console"}
KNOWN = SHELLS | {"python", "json", "text", "desk"}
WITH_BLOCKS = [
    pytest.param(page, marks=[pytest.mark.browser] if "```desk" in text else [])
    for page in PAGES
    if blocks(text := page.read_text("utf-8"))
]
NOT_RUN = {
    "README.md": ["make test"],
    "README.zh-CN.md": ["make test"],
}
"""What may be left out: the page says why, and this says that it was looked at."""

_SETTING = re.compile(r"^[A-Z_]+=")
_FILE = re.compile(r"^(service|scheduler|processes|frontend|tests|docs|benchmarks)/[\w./-]+$")
_COMMAND = re.compile(r"^(?:\w+=\S+ )?(?:\S*/)?(tibanping|make) ")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo city, loaded once; each page begins on a copy."""
    terminal = Terminal(tmp_path_factory.mktemp("demo"))
    try:
        terminal.run("tibanping demo")
    finally:
        terminal.close()
    return terminal.folder / "var"


@pytest.fixture
def terminal(tmp_path: Path, demo_data: Path) -> Iterator[Terminal]:
    terminal = Terminal(tmp_path, demo_data)
    yield terminal
    terminal.close()


@pytest.mark.slow
@pytest.mark.parametrize("page", WITH_BLOCKS, ids=named)
def test_every_block_of_a_page_is_run(page: Path, terminal: Terminal, request) -> None:
    desks = None
    written = ""
    for block in blocks(page.read_text("utf-8")):
        if block.reason:
            continue
        assert block.language in KNOWN, f"{named(page)}:{block.line} has no known language"
        if block.file:
            (terminal.folder / block.file).write_text(block.text, encoding="utf-8")
        if block.language in SHELLS:
            for command, shown in commands(block):
                if command.startswith("#"):
                    if "Ctrl-C" in command:
                        terminal.interrupt()
                        if desks:
                            desks.leave()
                    continue
                _needed(command, terminal)
                written = terminal.run(command)
                assert shown is None or same(shown, written), f"$ {command}\n{written}"
        elif block.language == "python":
            written = _python(block, terminal.folder)
        elif block.language == "json":
            json.loads(block.text)
        elif block.language == "text":
            assert same(block.text, written), f"{named(page)}:{block.line}\n{written}"
        elif block.language == "desk":
            desks = desks or Desks(request.getfixturevalue("chromium"), terminal.folder)
            try:
                desks.do(block.text, terminal.address)
            except Exception as error:
                error.add_note(f"{named(page)}:{block.line}")
                raise
    if desks:
        desks.leave()


def _needed(command: str, terminal: Terminal) -> None:
    """Skip the page, aloud, where this machine lacks what a command needs."""
    if command.startswith("make") and not terminal.has_what_make_needs():
        pytest.skip(
            "NOT TESTED: .venv is older than pyproject.toml; `make test` brings it up to date"
        )
    if command.startswith("curl") and shutil.which("curl") is None:
        pytest.skip("NOT TESTED: curl is not installed on this machine")


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


def _python(block: Block, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", block.text], cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
