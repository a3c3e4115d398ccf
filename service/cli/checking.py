"""`tibanping check`: what keeps files from being deployed, without touching a store."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path

import click

from service.cli import files as given
from service.cli import released
from service.cli.wording import line, refusing, verdict
from service.engine.checking import guarded
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding
from service.engine.drawn.graph import Graph
from service.engine.telling import twin
from service.engine.telling.twin import Names


@refusing
def check(files: tuple[Path, ...], as_json: bool, strict: bool, tell: bool) -> None:
    """List what is wrong with files; the status is 1 when something keeps them from being deployed."""
    found, unread = given.gathered(files)
    known = released.names()
    findings = [*unread, *guarded.check(found, known)]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(line(finding))
        for sentence in _in_words(found, findings, known) if tell else ():
            click.echo(sentence)
        click.echo(verdict(findings))
    sys.exit(any(strict or one.severity == "error" for one in findings))


def _in_words(
    files: Mapping[str, bytes], findings: Iterable[Finding], known: Known
) -> Iterator[str]:
    """Yield every process of the files that can be read, step by step."""
    names = Names(limits=known.titled(known.deadlines), roles=known.titled(known.roles))
    for diagram in guarded.readable(files, findings):
        for process in diagram.processes:
            yield f"\n{process.name or process.process_id}（{diagram.file}）"
            for step in twin.lines(Graph(process), names):
                yield f"{'  ' * step.depth}{step.number}. {step.text} {step.then}"
    yield ""
