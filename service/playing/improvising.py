"""What people without a part written for them hand in: the given values, and others made up until the form accepts them."""

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
from service.errors import ExpressionFailed, FormInvalid, NotAllowed, ProcessFailed, ServiceError
from service.forms import FieldFaulty
from service.forms.plausible import Occasion, values
from service.playing import company
from service.playing.company import SOMEBODY
from service.playing.filling import OpenForm, open_form
from service.playing.stage import Stage
from service.register.people.directory import Actor
from service.runtime import instances, tasks
from service.tables.runtime import UserTask
from service.tables.suggestions import Attachment

MOST_MENDED = 8
"""How often what was made up is made up anew when it is refused."""

# What a designer's form may come to when it meets values nobody expected.
_UNSOLVED = (ArithmeticError, AttributeError, LookupError, NameError, TypeError, ValueError)

HandIn = Callable[[Session, Actor, dict[str, Any]], None]


@dataclass(frozen=True)
class Asked:
    """A form somebody has to fill in: who may, what is known, what is given.

    `visit` counts how often it was filled in before, `words` are what conditions compare variables with.
    """

    element: Element
    groups: Sequence[str]
    names: Mapping[str, Any]
    given: Mapping[str, Any]
    visit: int
    at: datetime
    words: Mapping[str, Sequence[Any]]
    business_key: str | None = None


def do(
    stage: Stage,
    task: UserTask,
    element: Element,
    given: Mapping[str, Any],
    visit: int,
    words: Mapping[str, Sequence[Any]],
) -> None:
    """Let somebody do an open task, whoever the register knows for it; one drawn for nobody is done by somebody."""
    with stage.database.reading() as session:
        variables = instances.variables(session, task.instance_id, task.id, stage.at)
    groups = company.groups(task)

    def complete(session: Session, person: Actor, filled: dict[str, Any]) -> None:
        if not groups:
            session.get_one(UserTask, task.id).assignee = person.login
            session.flush()
        tasks.complete(session, task.id, filled, person, stage.at)

    key = task.business_key
    asked = Asked(element, groups, variables, given, visit, stage.at, words, key)
    hand_in(stage.database, asked, complete)


def hand_in(database: Database, asked: Asked, take: HandIn) -> None:
    """Fill in a form and hand it in, each attempt in its own transaction.

    What was made up and is refused is made up anew; a person who turns out not to be allowed leaves it to a colleague.
    """
    made_up = {each.id for each in asked.element.fields} - asked.given.keys()
    refused: Counter[str] = Counter()
    with database.reading() as session:
        doers = company.doers(session, asked.groups)
    while True:
        try:
            with database.transaction() as session:
                take(session, doers[0], _filled(session, asked, refused))
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


def _filled(session: Session, asked: Asked, refused: Mapping[str, int]) -> dict[str, Any]:
    """Return what is handed in, checked by the form itself; a form that cannot work fails as a step does."""
    element = asked.element
    if not element.fields:
        return dict(asked.given)
    today = local_day(asked.at)
    occasion = Occasion(today, asked.visit, asked.names, refused, element.id, asked.words)
    try:
        if any(each.type == "file" for each in element.fields):
            _leave_a_file(session, asked.at)
        form = open_form(session, element.fields, asked.names, asked.business_key, asked.at)
        return _checked(form, values(form.spec, form.options, asked.given, occasion))
    except FormInvalid as invalid:
        if (broken := invalid.broken) is None:
            raise
        raise ExpressionFailed(str(broken), element=element.id, cause=broken.cause) from broken
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


def _checked(form: OpenForm, made_up: Mapping[str, Any]) -> dict[str, Any]:
    """Let the form check what was made up; where it offers nothing to choose from, that is the fault."""
    try:
        return form.check(made_up)
    except FormInvalid as invalid:
        empty = {
            each.id: f"“{each.label}”没有可选的内容：名单“{each.source}”是空的。"
            for each in form.spec.fields
            if each.id in invalid.messages and each.source and not form.options[each.source]
        }
        raise FormInvalid(invalid.messages | empty, invalid.values, invalid.broken) from invalid


def _leave_a_file(session: Session, at: datetime) -> None:
    """Have something to attach; nobody opens it, so its row is enough."""
    if session.execute(select(Attachment.id).limit(1)).first() is not None:
        return
    session.add(
        Attachment(
            sha256="0" * 64,
            name="模拟附件.txt",
            media_type="text/plain",
            size=0,
            uploaded_by=SOMEBODY,
            uploaded_at=datetime.combine(local_day(at), time(), LOCAL),
        )
    )
    session.flush()
