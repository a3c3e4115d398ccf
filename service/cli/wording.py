"""What a command writes about diagrams, and how one ends that cannot go on."""

import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

import click

from service.engine.checking import lint
from service.engine.drawn.findings import Finding
from service.errors import FormInvalid, ServiceError


def refusing(command: Callable[..., None]) -> Callable[..., None]:
    """End a command that cannot go on with its sentence and status 1, never with a traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except ServiceError as error:
            for finding in getattr(error, "findings", ()):
                click.echo(line(finding), err=True)
            for sentence in error.messages.values() if isinstance(error, FormInvalid) else ():
                click.echo(sentence, err=True)
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


def line(finding: Finding) -> str:
    """Return a finding as one line: how grave it is, where, what, and its code."""
    word = "建议" if finding.code in lint.ADVICE else "提醒"
    word = "错误" if finding.severity == "error" else word
    where = f"{finding.file} {finding.element}".strip()
    return f"{word}  {where}  {finding.message}（{finding.code}）"


def verdict(findings: Iterable[Finding]) -> str:
    """Return whether what was checked can be deployed, with how many findings of each kind there are."""
    found = Counter(line(one)[:2] for one in findings)
    others = f"{found['提醒']} 个提醒，{found['建议']} 条画法建议"
    if found["错误"]:
        return f"不能部署：{found['错误']} 个错误，{others}。请先改正错误。"
    return f"可以部署：没有错误，{others}。"
