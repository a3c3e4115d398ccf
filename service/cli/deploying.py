"""`tibanping deploy`: check files as `tibanping check` does, and publish them together."""

import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from service.cli import files as given
from service.cli.stores import opened
from service.cli.wording import line, refusing
from service.errors import DiagramInvalid, NotAllowed
from service.register.people import directory as people
from service.register.people import posts
from service.runtime import outcomes, publishing
from service.runtime.deployments import Deployed
from service.runtime.proposals import Proposed


@refusing
def deploy(files: tuple[Path, ...], as_json: bool, note: str, with_callers: bool) -> None:
    """Publish files, or list what keeps them from being deployed."""
    found, unread = given.gathered(files)
    try:
        with opened() as (database, at):
            done = publishing.publish(
                database, found, None, at, note, unread, with_callers=with_callers
            )
    except DiagramInvalid as error:
        if not as_json:
            raise
        _write({"findings": [asdict(one) for one in error.findings]})
        sys.exit(1)
    say(done, as_json)


@refusing
def restore(
    process_id: str, version: int, reason: str, by: str, with_callers: bool, as_json: bool
) -> None:
    """Put an earlier version in force again."""
    with opened() as (database, at):
        with database.reading() as session:
            person = designer(session, by)
        done = publishing.restore(database, process_id, version, person, at, reason, with_callers)
    say(done, as_json)


def designer(session: Session, login: str) -> str:
    """Return who this is, or refuse who may not deploy."""
    person = people.actor(session, login)
    if not person.groups & posts.DEPLOYERS:
        raise NotAllowed(
            f"“{login}”不是流程设计员，也不是系统管理员。请在 --by 后面写他们的登录名。"
        )
    return person.login


def say(done: Deployed | Proposed, as_json: bool) -> None:
    """Write what came of a deployment."""
    if isinstance(done, Proposed):
        _say_that_it_waits(done, as_json)
    elif as_json:
        _write(outcomes.document(done))
    else:
        click.echo("\n".join([*map(line, done.findings), *outcomes.sentences(done)]))
        if done.behind:
            click.echo("在命令里加上 --with-callers，就一起换。")


def _say_that_it_waits(proposed: Proposed, as_json: bool) -> None:
    if as_json:
        _write({"proposal_id": proposed.proposal_id, "waits_for": list(proposed.processes)})
    else:
        names = "、".join(proposed.processes)
        click.echo(f"{names} 涉及代表评价，已提交代表工委决定，同意以后才上线。")


def _write(document: Mapping[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
