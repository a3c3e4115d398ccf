"""A newcomer's terminal: bash in a folder that looks like the project, and what was started there and stays."""

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from tests.docs.blocks import ROOT

PATIENCE = 120.0
"""Seconds to wait for a service to say that it has started."""

STAYS = re.compile(r"^(PORT=\d+ )?(make run|tibanping (run|serve|scheduler))\b")
_DONE = "--- done with "
_ADDRESS = "127.0.0.1:8000"
_LEFT_OUT = {".git", "var", "processes", ".pytest_cache", ".mypy_cache", ".ruff_cache"}


class Terminal:
    """Runs commands one after the other, keeping folder and variables; the demo's data may be there already."""

    def __init__(self, folder: Path, data: Path | None = None) -> None:
        self.folder = folder
        self.address = ""
        for entry in ROOT.iterdir():
            if entry.name not in _LEFT_OUT:
                (folder / entry.name).symlink_to(entry)
        shutil.copytree(ROOT / "processes", folder / "processes")
        if data is not None:
            shutil.copytree(data, folder / "var")
        self._environment = os.environ | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PORT": "0",
            "TIBANPING_PORT": "0",
            "TIBANPING_PASSWORD_PASSES": "1",
            "TIBANPING_PASSWORD_MEMORY_KIB": "32",
        }
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            **self._where(),
        )
        self._staying: list[int] = []

    def run(self, command: str) -> str:
        """Run a command and return what it writes; one that stays is waited for until it has started."""
        if STAYS.match(command):
            return self._start(command)
        if self.address:
            command = command.replace(_ADDRESS, self.address)
        assert self._bash.stdin is not None
        assert self._bash.stdout is not None
        self._bash.stdin.write(f"{{ {command}\n}} </dev/null\nprintf '\\n{_DONE}%s\\n' $?\n")
        self._bash.stdin.flush()
        written = ""
        for line in self._bash.stdout:
            if line.startswith(_DONE):
                assert line.removeprefix(_DONE).strip() == "0", f"$ {command}\n{written}"
                return written
            written += line
        raise AssertionError(f"the terminal ended at: $ {command}\n{written}")

    def has_what_make_needs(self) -> bool:
        """Say whether `make` would find everything installed; it must not install from this folder."""
        asked = subprocess.run(["make", "-q", ".venv/.run"], cwd=ROOT, capture_output=True)
        return asked.returncode == 0

    def interrupt(self) -> None:
        """Stop what stays, as Ctrl-C does, and wait until all of it has ended: make ends before what it runs."""
        for pid in self._staying:
            os.killpg(pid, signal.SIGTERM)
            self.run(f"wait {pid} || true")
        end = time.monotonic() + PATIENCE
        while any(_is_alive(pid) for pid in self._staying):
            assert time.monotonic() < end, "something does not end"
            time.sleep(0.05)
        self._staying.clear()
        self.address = ""

    def close(self) -> None:
        """Leave nothing running."""
        self.interrupt()
        self._bash.communicate(timeout=30)

    def _start(self, command: str) -> str:
        log = self.folder / f"terminal-{len(self._staying)}"
        log.unlink(missing_ok=True)
        started = self.run(f"setsid bash -c {shlex.quote(command)} >{log} 2>&1 & echo $!")
        self._staying.append(int(started))
        end = time.monotonic() + PATIENCE
        awaited = "clock started" if "scheduler" in command else "提办评已启动"
        while awaited not in (written := _read(log)):
            assert Path(f"/proc/{started.strip()}").exists(), f"$ {command}\n{written}"
            assert time.monotonic() < end, f"$ {command}\nhas not started:\n{written}"
            time.sleep(0.05)
        found = re.search(r"http://(\S+)", written)
        self.address = found.group(1) if found else self.address
        return written

    def _where(self) -> dict:
        return {"cwd": self.folder, "env": self._environment, "text": True}


def _read(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def _is_alive(group: int) -> bool:
    """Say whether a process of this group still runs."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
