"""`tibanping simulate`: a process run to its end on a virtual clock, in a store that is thrown away."""

import json
import sys
from pathlib import Path

import click

from service import clock, log
from service.cli import files as given
from service.cli.wording import line, refusing
from service.engine.checking import lint
from service.errors import ServiceError
from service.simulation import Scenario, outcome, scenario, simulate


@refusing
def rehearse(
    files: tuple[Path, ...],
    as_json: bool,
    process_id: str,
    variables: str,
    answers: Path | None,
    messages: tuple[str, ...],
    start: str,
    until: str,
    stub_operations: bool,
) -> None:
    """Run a process and write what happened; the status is 1 when it did not reach an end."""
    log.configure("CRITICAL")  # what fails is in the outcome
    at = clock.now()
    try:
        answered, later = scenario.answers(given.content(answers)) if answers else ({}, [])
        wanted = Scenario(
            scenario.starting(start) if start else at,
            process_id,
            scenario.variables(variables),
            answered,
            [*map(scenario.message, messages), *later],
            scenario.ending(until) if until else None,
            stub_operations,
        )
        found = simulate(given.read(files), wanted)
    except ServiceError as error:
        found = outcome.nothing(at, outcome.Stop("invalid", str(error)))
    if as_json:
        click.echo(json.dumps(outcome.document(found), ensure_ascii=False, indent=1))
    else:
        findings = [one for one in found.findings if one.code not in lint.ADVICE]
        for sentence in (*map(line, findings), *outcome.lines(found)):
            click.echo(sentence)
    sys.exit(not found.ended)
