"""A newcomer who follows a page of the documentation, block by block.

A block in a shell's language is run in a folder that looks like the project; what a page shows as output must come
out (`…` stands for anything). A `desk` block is done in a browser. A comment above a block says what else to do with
it: `<!-- file: NAME -->` saves it for the commands that follow, `<!-- not run: REASON -->` leaves it out.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.docs.blocks import ROOT, Block, blocks, commands, same
from tests.docs.desk import Desks
from tests.docs.terminal import Terminal


def named(page: Path) -> str:
    """Return what a page is called in the project."""
    return str(page.relative_to(ROOT))


class Reader:
    """Follows pages in one folder; `browser` is asked for when somebody has to sit down at a desk."""

    def __init__(self, folder: Path, browser: Callable[[], Browser], data: Path | None) -> None:
        self.terminal = Terminal(folder, data)
        self._browser = browser
        self._desks: Desks | None = None
        self._written = ""  # by what was run last

    def follow(self, page: Path) -> None:
        """Do everything a page says."""
        does = {
            "sh": self._type,
            "console": self._type,
            "python": self._run_python,
            "json": self._read_json,
            "text": self._compare,
            "desk": self._sit_down,
        }
        for block in blocks(page.read_text("utf-8")):
            if block.reason:
                continue
            assert block.language in does, f"{named(page)}:{block.line} has no known language"
            if block.file:
                (self.terminal.folder / block.file).write_text(block.text, encoding="utf-8")
            try:
                does[block.language](block)
            except BaseException as error:
                error.add_note(f"{named(page)}:{block.line}")
                raise

    def leave(self) -> None:
        """Close every browser and stop whatever runs."""
        if self._desks is not None:
            self._desks.leave()
        self.terminal.close()

    def _type(self, block: Block) -> None:
        for command, shown in commands(block):
            if command.startswith("#"):
                if "Ctrl-C" in command:
                    self._stop()
                continue
            _needed(command, self.terminal)
            self._written = self.terminal.run(command)
            assert shown is None or same(shown, self._written), f"$ {command}\n{self._written}"

    def _stop(self) -> None:
        """Stop the service; the next one may have another address."""
        self.terminal.interrupt()
        if self._desks is not None:
            self._desks.leave()

    def _run_python(self, block: Block) -> None:
        done = subprocess.run(
            [sys.executable, "-c", block.text],
            cwd=self.terminal.folder,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        self._written = done.stdout

    def _read_json(self, block: Block) -> None:
        json.loads(block.text)

    def _compare(self, block: Block) -> None:
        assert same(block.text, self._written), self._written

    def _sit_down(self, block: Block) -> None:
        if self._desks is None:
            self._desks = Desks(self._browser(), self.terminal.folder)
        self._desks.do(block.text, self.terminal.address)


def _needed(command: str, terminal: Terminal) -> None:
    """Skip the page, aloud, where this machine lacks what a command needs."""
    if command.startswith("make") and not terminal.has_what_make_needs():
        pytest.skip(
            "NOT TESTED: .venv is older than pyproject.toml; `make test` brings it up to date"
        )
    if command.startswith("curl") and shutil.which("curl") is None:
        pytest.skip("NOT TESTED: curl is not installed on this machine")
