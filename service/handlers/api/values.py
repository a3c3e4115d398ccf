"""Values a program sends, checked by the form of the task or start event they are for."""

from collections.abc import Mapping
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from service.engine.definitions import Element
from service.handlers import filling, keeping, web
from service.runtime import instances


def checked(
    session: Session,
    subject: str,
    element: Element | None,
    variables: Mapping[str, Any],
    values: Mapping[str, Any],
    business_key: str | None = None,
) -> Mapping[str, Any]:
    """Check values by the element's form; an element without a form takes whatever is sent."""
    if element is None or not element.fields:
        return values
    form = filling.of(session, subject, element, variables, web.actor(), business_key, g.at)
    return form.check(values)


def completed(session: Session, desk: keeping.Desk, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """Check what is handed in by the task's form."""
    row, element = desk.row, desk.element
    names = variables(session, desk) if element.fields else {}
    return checked(session, row.id, element, names, values, row.business_key)


def variables(session: Session, desk: keeping.Desk) -> dict[str, Any]:
    """Return the variables a task sees."""
    return instances.variables(session, desk.row.instance_id, desk.row.id, g.at)
