"""`tibanping case`: look at a case that stands still, set a variable, run it again, take it to a corrected version."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click

from service.authority import repairing
from service.cli.stores import opened
from service.cli.wording import refusing
from service.errors import FormInvalid
from service.register.people import directory as people
from service.runtime import incidents, migrations, retries, variables
from service.runtime.migrations import Plan
from service.runtime.variables import Value


@refusing
def show(instance_id: int, by: str, as_json: bool) -> None:
    """Write where an instance stands, what failed in it, and the variables this operator may see."""
    with opened() as (database, at), database.reading() as session:
        person = people.actor(session, by)
        seen = variables.of(session, person, instance_id, at)
        failed = [
            {
                "id": one.id,
                "element": one.element_id,
                "sentence": one.sentence,
                "attempts": one.attempts,
            }
            for one in incidents.unresolved(session, instance_id=instance_id)
            if not incidents.is_concealed(session, person, one)
        ]
        if as_json:
            document = {"incidents": failed, **asdict(seen)}
            click.echo(json.dumps(document, ensure_ascii=False, indent=1))
            return
        for one in failed:
            click.echo("异常 {id}  {element}：{sentence}（试过 {attempts} 次）".format(**one))
        for place in seen.places:
            where = f"{place.id}  {place.name}".strip()
            click.echo(f"{where}，停在{'、'.join(place.elements) or '等候'}：")
            for name, value in place.variables.items():
                click.echo(f"  {name} = {json.dumps(value, ensure_ascii=False)}")
        if seen.needed:
            click.echo(f"失败的环节要用：{'、'.join(seen.needed)}")


@refusing
def set_variable(instance_id: int, name: str, value: str, place: str, reason: str, by: str) -> None:
    """Set one variable on the instance as it is now."""
    with opened() as (database, at), database.transaction() as session:
        person = people.actor(session, by)
        version = variables.of(session, person, instance_id, at).version
        given = Value(name, _read(value), reason, version, place)
        is_on = variables.set_one(session, person, instance_id, given, at)
    stands = "事项还停在原处，请用 tibanping case retry 重试。"
    rest = "等候它的环节已经往前走，请用 tibanping case show 查看。" if is_on else stands
    click.echo(f"已设置“{name}”。{rest}")


@refusing
def retry(incident_id: int, reason: str, by: str) -> None:
    """Run an incident again; where it fails again, its sentence is written and the status is 1."""
    with opened() as (database, at):
        with database.reading() as session:
            person = people.actor(session, by)
            repairing.refuse_others(person)
        retries.run_again(database, incident_id, person, at, reason)
    click.echo("重试成功，事项已经往前走。")


@refusing
def migrate(instance_id: int, number: int | None, is_looking: bool, reason: str, by: str) -> None:
    """Take an instance to a version, or only say what that would mean."""
    with opened() as (database, at):
        with database.reading() as session:
            person = people.actor(session, by)
            plan = migrations.plan(session, person, instance_id, number, at)
        click.echo("\n".join(_lines(plan)))
        if is_looking or not plan.possible:
            return
        with database.transaction() as session:
            version = plan.instance_version
            migrations.migrate(
                session, person, instance_id, plan.after.version, reason, version, at
            )
    click.echo(f"已换到第 {plan.after.version} 版。请用 tibanping case retry 重试失败的步骤。")


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        sentence = "值不是 JSON。文字要带引号，如 '\"已核实\"'；数字直接写，如 5。"
        raise FormInvalid({"value": sentence}, {}) from error


def _lines(plan: Plan) -> Iterator[str]:
    yield f"{plan.before.name}：从第 {plan.before.version} 版换到第 {plan.after.version} 版。"
    yield from (f"  不能换：{sentence}" for sentence in plan.problems)
    for one in plan.migration.standing:
        if not one.problem:
            yield f"  停在“{one.name or one.element_id}”，换了还在。"
    moved = plan.migration
    for words, ids in (("照旧等候", moved.kept), ("不再等候", moved.gone), ("新等候", moved.new)):
        yield from (f"  {words}：{plan.names[id_]}" for id_ in ids)
    for bound in plan.bound:
        if bound.before != bound.after:
            yield f"  {bound.name}：第 {bound.before or '—'} 版改为第 {bound.after or '—'} 版。"
