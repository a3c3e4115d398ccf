"""Who does a task in a simulation, and what they hand in: what is given, the rest made up until the form accepts it."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.database import Database
from service.deadlines.workdays import LOCAL, local_day
from service.engine.definitions import Element
from service.engine.language import expressions
from service.errors import ExpressionFailed, FormInvalid, NotAllowed, ProcessFailed, ServiceError
from service.forms import FieldFaulty, FormSpec
from service.forms.plausible import Occasion, values
from service.operations import SOURCES
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.simulation.outcome import SOMEBODY
from service.tables.suggestions import Attachment

MOST_MENDED = 8
"""How often what was made up is made up anew when it is refused."""

# What a designer's form may come to when it meets values nobody expected.
_UNSOLVED = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)

HandIn = Callable[[Session, Actor, dict[str, Any]], None]


@dataclass(frozen=True)
class Asked:
    """A form somebody has to fill in: who may, what is known, what is given, for the how-manieth time.

    `words` are what conditions compare variables with.
    """

    element: Element
    groups: Sequence[str]
    names: Mapping[str, Any]
    given: Mapping[str, Any]
    visit: int
    at: datetime
    words: Mapping[str, Sequence[Any]]
    business_key: str | None = None


def hand_in(database: Database, asked: Asked, do: HandIn) -> None:
    """Fill in a form and hand it in, each attempt in its own transaction.

    What was made up and is refused is made up anew; who turns out not to be allowed leaves it to a colleague.
    """
    made_up = {each.id for each in asked.element.fields} - asked.given.keys()
    refused: Counter[str] = Counter()
    with database.reading() as session:
        doers = _doers(session, asked.groups)
    while True:
        try:
            with database.transaction() as session:
                do(session, doers[0], _filled(session, asked, refused))
            return
        except FormInvalid as invalid:
            mendable = made_up & {name.partition("-")[0] for name in invalid.messages}
            if not mendable or refused.total() >= MOST_MENDED:
                raise
            refused.update(mendable)
        except NotAllowed:
            if len(doers) == 1:
                raise
            doers = doers[1:]


def _doers(session: Session, groups: Sequence[str]) -> list[Actor]:
    """Return who may do it by the register, each once; where that is nobody, somebody who may do everything."""
    found = {each.login: each for group in groups for each in people.holders(session, group)}
    return list(found.values()) or [_anybody(groups)]


def _anybody(groups: Sequence[str]) -> Actor:
    logins = [group.removeprefix("user:") for group in groups if group.startswith("user:")]
    login = logins[0] if logins else SOMEBODY
    return Actor(login, login, frozenset(groups))


def _filled(session: Session, asked: Asked, refused: Mapping[str, int]) -> dict[str, Any]:
    """Return what is handed in, checked by the form itself; a form that cannot work fails as a step does."""
    element = asked.element
    if not element.fields:
        return dict(asked.given)
    today = local_day(asked.at)
    occasion = Occasion(today, asked.visit, asked.names, refused, element.id, asked.words)
    try:
        spec = FormSpec.of(element.fields, expressions.evaluate)
        options = {
            name: SOURCES[name].rows(session, asked.names, asked.business_key)
            for name in spec.sources
        }
        options["attachments"] = _files(session, asked.at) if spec.has_files else []
        return _checked(spec, options, asked, values(spec, options, asked.given, occasion))
    except ServiceError:
        raise
    except FieldFaulty as error:
        raise ProcessFailed(str(error), element=element.id, cause=repr(error)) from error
    except _UNSOLVED as error:
        raise ExpressionFailed(
            f"“{element.name or element.id}”的表单填不出来：它的名单或表达式要用的数据还没有。",
            element=element.id,
            cause=repr(error),
        ) from error


def _checked(
    spec: FormSpec, options: Mapping[str, Any], asked: Asked, made_up: Mapping[str, Any]
) -> dict[str, Any]:
    """Let the form check what was made up; where it offers nothing to choose from, that is the fault."""
    try:
        return spec.check(made_up, asked.names, options)
    except FormInvalid as invalid:
        empty = {
            each.id: f"“{each.label}”没有可选的内容：名单“{each.source}”是空的。"
            for each in spec.fields
            if each.id in invalid.messages and each.source and not options[each.source]
        }
        raise FormInvalid(invalid.messages | empty, invalid.values) from invalid


def _files(session: Session, at: datetime) -> list[tuple[str, str]]:
    """Offer one file; nobody opens it, so its row is enough."""
    found = session.scalars(select(Attachment).order_by(Attachment.id).limit(1)).first()
    if found is None:
        found = Attachment(
            sha256="0" * 64,
            name="模拟附件.txt",
            media_type="text/plain",
            size=0,
            uploaded_by=SOMEBODY,
            uploaded_at=datetime.combine(local_day(at), time(), LOCAL),
        )
        session.add(found)
        session.flush()
    return [(str(found.id), found.name)]
