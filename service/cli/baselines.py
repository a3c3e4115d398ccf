"""`tibanping baseline`: what a release brought along and the town has drawn otherwise, listed, taken, declined."""

import json

import click

from service.cli.deploying import designer, say
from service.cli.stores import opened
from service.cli.wording import refusing
from service.runtime import baseline, offers, publishing


@refusing
def listed(as_json: bool) -> None:
    """Write each offer with its difference from what is in force."""
    with opened() as (database, _), database.reading() as session:
        found = offers.every(session)
    if as_json:
        click.echo(
            json.dumps([offers.document(one) for one in found], ensure_ascii=False, indent=1)
        )
        return
    for one in found:
        click.echo(f"{one.file.name}  现在用的：{'、'.join(one.titles)}")
        for each in one.differences:
            click.echo(f"  {each.element}  {each.what}：{each.before} → {each.after}")
    click.echo(f"共 {len(found)} 个等待决定。" if found else "没有等待决定的自带流程图。")


@refusing
def take(names: tuple[str, ...], reason: str, by: str, as_json: bool) -> None:
    """Deploy what was offered, with those who call it."""
    with opened() as (database, at):
        with database.reading() as session:
            person = designer(session, by)
        done = publishing.take(database, names, person, at, reason)
    say(done, as_json)


@refusing
def decline(names: tuple[str, ...], reason: str, by: str) -> None:
    """Leave what the town has deployed as it is."""
    with opened() as (database, at), database.transaction() as session:
        person = designer(session, by)
        baseline.decline(session, names, person, at, reason)
    click.echo(f"已记录：不采用 {'、'.join(names)}，继续用本地的。")
