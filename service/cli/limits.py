"""`tibanping limits`: see the limits, what a change would move, make it, take it back."""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from service.authority import timing
from service.cli.stores import opened
from service.cli.wording import refusing
from service.database import Database
from service.deadlines import changes, limits, plain, policies, record, revision, words
from service.deadlines.effects import Effect, Move
from service.deadlines.explain import format_moment
from service.deadlines.limits import Limit, Running
from service.deadlines.revision import Scope
from service.deadlines.seed import Policy
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, NotAllowed
from service.register.casefile import cases
from service.register.casefile.cases import Case
from service.register.people import directory as people
from service.register.people.roles import Role

_MOVES_SHOWN = 20
_REMINDER = re.compile(r"([+-]?)(\d{1,4})([A-Z]{2})")


@refusing
def listed(words_sought: tuple[str, ...], stage: str, as_json: bool) -> None:
    """Write the limits by stage, those in whose name, key or basis the words occur."""
    with opened() as (database, at), database.reading() as session:
        running = limits.running(session)
        found = [
            one
            for one in limits.listed(policies.in_force(session), local_day(at))
            if stage in {"", one.stage} and _has(one, words_sought)
        ]
    if as_json:
        _write([plain.limit(one, running.get(one.key, Running())) for one in found])
        return
    heading = ""
    for one in found:
        if one.stage != heading:
            heading = one.stage
            click.echo(f"{heading}：")
        click.echo(f"  {one.key}  {one.policy.name}：{'；'.join(_told(one))}")
    click.echo(f"共 {len(found)} 项期限。")


@refusing
def effect(key: str, as_json: bool, **given: Any) -> None:
    """Write what a change of a limit would move, and change nothing."""
    with opened() as (database, at), database.reading() as session:
        policy, ground = _wanted(session, key, {**given, "reason": "只看影响"}, at)
        found = changes.preview(session, policy, at, confirmed_basis=ground)
        named = cases.describe(session, {move.business_key for move in found.moves[:_MOVES_SHOWN]})
    if as_json:
        _write(plain.effect(found, len(found.moves)))
    else:
        click.echo("\n".join(_lines(found, named)))


@refusing
def set_limit(key: str, by: str, as_json: bool, **given: Any) -> None:
    """Change a limit and move what runs under it, in the name of an administrator."""
    with opened() as (database, at):
        with database.transaction() as session:
            _admit(session, by)
            policy, ground = _wanted(session, key, given, at)
            change = changes.apply(session, policy, given["reason"], by, at, confirmed_basis=ground)
            document = plain.change(change)
        _settle(database, document, at, as_json)


@refusing
def undo(change_id: int, by: str, reason: str, as_json: bool) -> None:
    """Undo a change, in the name of an administrator."""
    with opened() as (database, at):
        with database.transaction() as session:
            _admit(session, by)
            timing.refuse_undoing(record.one(session, change_id))
            change = changes.undo(session, change_id, by, at, reason=reason)
            document = plain.change(change)
        _settle(database, document, at, as_json)


def _settle(database: Database, change: Mapping[str, Any], at: datetime, as_json: bool) -> None:
    """Move what was written by the old rule while the change was made, and say what was done."""
    with database.transaction() as session:
        changes.catch_up(session, change["id"], at)
    if as_json:
        _write(change)
    else:
        click.echo(f"第 {change['id']} 号修改：{change['sentence']}")


def _admit(session: Session, login: str) -> None:
    if not people.actor(session, login).holds(Role.ADMIN):
        raise NotAllowed(f"{login} 不是系统管理员，不能修改期限。请用系统管理员的账号。")


def _wanted(
    session: Session, key: str, given: Mapping[str, Any], at: datetime
) -> tuple[Policy, str]:
    """Return the limit that options ask for, and the ground on which a legal one is longer."""
    book, today = policies.in_force(session), local_day(at)
    asked = {name: value for name, value in given.items() if value is not None}
    if (rungs := asked.pop("reminders", ())) or asked.pop("silent", False):
        asked["warnings"] = [_rung(text) for text in rungs]
    asked.pop("silent", None)
    running = asked.pop("running", False)
    asked["scope"] = Scope.RUNNING if running else Scope.LATER
    values = revision.completed(asked, book, key, today)
    return revision.policy_of(values, book, key, today), values["confirmed_basis"] or ""


def _rung(text: str) -> dict[str, Any]:
    """Read 10WD, 0CD or -5WD."""
    parts = _REMINDER.fullmatch(text)
    if parts is None:
        sentence = f"提醒“{text}”看不懂，请写成 10WD（到期前 10 个工作日）或 -5WD（过期后）。"
        raise FormInvalid({"warnings": sentence}, {})
    sign, amount, unit = parts.groups()
    return {"side": "after" if sign == "-" else "before", "amount": amount, "unit": unit}


def _has(limit: Limit, sought: tuple[str, ...]) -> bool:
    text = f"{limit.key} {limit.policy.name} {limit.policy.basis}"
    return all(word in text for word in sought)


def _told(limit: Limit) -> Iterator[str]:
    yield words.whole(limit.policy)
    for row in limit.overrides:
        yield f"{words.level(row)}{words.length(row)}"
    for row in limit.later:
        whose = words.level(row) if row.level else ""
        yield f"自 {row.effective_from.isoformat()} 起{whose}改为 {words.length(row)}"


def _lines(found: Effect, named: Mapping[str, Case]) -> Iterator[str]:
    yield words.headline(found)
    for move in found.moves[:_MOVES_SHOWN]:
        yield f"  {_line(move, named.get(move.business_key or ''))}"
    if len(found.moves) > _MOVES_SHOWN:
        yield f"  还有 {len(found.moves) - _MOVES_SHOWN} 处，用 --json 可以看到全部。"


def _line(move: Move, case: Case | None) -> str:
    before, after = (format_moment(at) if at else "没有" for at in (move.before, move.after))
    late = f"，{move.lateness.label}" if move.lateness else ""
    whose = f"{case.number}《{case.title}》" if case else ""
    return f"{move.kind.label}  {whose}{move.name}：{before} 改为 {after}{late}"


def _write(document: Any) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1))
