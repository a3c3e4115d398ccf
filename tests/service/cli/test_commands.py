import inspect
import json
import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from service.cli.commands import Lazy, main

HEAVY = ("flask", "SpiffWorkflow", "sqlalchemy", "alembic", "apscheduler", "holidays", "waitress")
LOADED = """
import json, sys
from service.cli import main
try:
    main({words!r}, prog_name="tibanping")
finally:
    print(json.dumps(sorted({heavy!r} & sys.modules.keys())))
"""


def commands(
    group: click.Group, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield " ".join((*words, name)), command


EVERY = dict(commands(main))


@pytest.mark.parametrize("name", EVERY)
def test_every_command_is_done_by_a_function_that_takes_its_options(name):
    command = EVERY[name]

    assert isinstance(command, Lazy)
    assert command.help
    taken = inspect.signature(command.load()).parameters.values()
    named = {one.name for one in taken if one.kind is not one.VAR_KEYWORD}
    options = {one.name for one in command.params}
    assert named == options or (named < options and len(named) < len(taken))


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["user", "--help"], *([*name.split(), "--help"] for name in EVERY)],
    ids=" ".join,
)
def test_help_loads_nothing_of_the_service(words):
    script = LOADED.format(words=words, heavy=set(HEAVY))

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert json.loads(done.stdout.splitlines()[-1]) == []


def test_the_modules_named_as_heavy_are_those_a_command_loads():
    script = "import sys, service.cli.serving; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert set(HEAVY) <= set(done.stdout.decode().split())


def test_an_unknown_command_is_refused_without_loading_anything():
    script = LOADED.format(words=["nothing"], heavy=set(HEAVY))

    done = subprocess.run([sys.executable, "-c", script], capture_output=True)

    assert done.returncode == 2
    assert json.loads(done.stdout.splitlines()[-1]) == []
