"""`tibanping deploy`: check files as `tibanping check` does, and publish them together."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from service import clock
from service.cli import files as given
from service.cli.stores import configured, prepared
from service.cli.wording import line, refusing
from service.errors import DiagramInvalid
from service.runtime import publishing
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed


@refusing
def deploy(files: tuple[Path, ...], as_json: bool, note: str) -> None:
    """Publish files, or list what keeps them from being deployed."""
    found, unread = given.gathered(files)
    database = prepared(configured())
    try:
        deployed = publishing.publish(database, found, None, clock.now(), note, unread)
    except DiagramInvalid as error:
        if not as_json:
            raise
        _write({"findings": [asdict(one) for one in error.findings]})
        sys.exit(1)
    finally:
        database.close()
    if isinstance(deployed, Proposed):
        _say_that_it_waits(deployed, as_json)
    elif as_json:
        _write(_document(deployed))
    else:
        click.echo("\n".join(_lines(deployed)))


def _say_that_it_waits(proposed: Proposed, as_json: bool) -> None:
    if as_json:
        _write({"proposal_id": proposed.proposal_id, "waits_for": list(proposed.processes)})
    else:
        names = "、".join(proposed.processes)
        click.echo(f"{names} 涉及代表评价，已提交代表工委决定，同意以后才上线。")


def _document(deployed: Deployed) -> dict[str, Any]:
    return {
        "deployment_id": deployed.deployment_id,
        "is_new": deployed.is_new,
        "definitions": [one._asdict() for one in deployed.processes],
        "decisions": [one._asdict() for one in deployed.decisions],
        "findings": [asdict(one) for one in deployed.findings],
    }


def _lines(deployed: Deployed) -> list[str]:
    published = [f"{one.name} 第 {one.version} 版" for one in deployed.processes]
    published += [f"{one.name} 第 {one.version} 版" for one in deployed.decisions]
    versions = "、".join(published)
    summary = f"{'已部署' if deployed.is_new else '内容没有变化，仍是'}：{versions}。"
    return [*map(line, deployed.findings), summary]


def _write(document: Mapping[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
