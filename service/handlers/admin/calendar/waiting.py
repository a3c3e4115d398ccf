"""A change of the calendar that waits to be confirmed: shown, confirmed or given up, whatever it changes."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines.effects import Effect
from service.errors import StaleVersion
from service.handlers import web
from service.handlers.admin import effects
from service.handlers.admin.effects import Asked
from service.tables.deadlines import DeadlineChange

Document = Mapping[str, Any]

_NONE_WAITS = "没有等待确认的修改，可能已经生效或已经放弃。请重新填写。"
_IS_DONE = "这项修改已经生效或已经放弃，没有再改一次。请查看修改记录。"
_GIVEN_UP = "已放弃刚才的修改，日历没有变。"


@dataclass(frozen=True)
class Waiting:
    """Where a change waits, and what is asked and done of it."""

    page: str  # the address of its effect
    back: str  # where a reader goes when nothing waits there any more
    ask: Callable[[Session, Document], Asked]
    foresee: Callable[[Session, Document], Effect]
    make: Callable[[Session, Document, str], DeadlineChange]  # with the stamp of the page


def shown(waiting: Waiting) -> AnyResponse:
    """Show what the change would move."""
    with web.database().reading() as session:
        document = effects.kept(session, waiting.page)
        if document is None:
            flash(_NONE_WAITS)
            return redirect(waiting.back, 303)
        asked, foreseen = waiting.ask(session, document), waiting.foresee(session, document)
        return effects.shown(session, asked, foreseen)


def confirmed(waiting: Waiting) -> AnyResponse:
    """Make the change, exactly as its effect was shown."""
    with web.database().reading() as session:
        document = effects.kept(session, waiting.page)
        if document is None:
            raise effects.done(_IS_DONE)
        asked = waiting.ask(session, document)
    try:
        stamp = effects.confirmed(asked)
        with web.database().transaction() as session:
            change = waiting.make(session, document, stamp)
            effects.forget(session, waiting.page)
            number, sentence = change.id, change.sentence
    except StaleVersion as error:
        return effects.stale(asked, error)
    effects.catch_up(number)
    flash(f"已生效：{sentence}需要时可以在修改记录里撤销。")
    return redirect(waiting.back, 303)


def given_up(page: str, back: str) -> AnyResponse:
    """Drop the change."""
    with web.database().transaction() as session:
        effects.forget(session, page)
    flash(_GIVEN_UP)
    return redirect(back, 303)
