"""What a person hands in: which values become variables, and which are stored; of a sealed task, none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from service import history
from service.engine.definitions import Element
from service.forms import Field, FormSpec
from service.tables import Base
from service.tables.runtime import Submission


def routed(element: Element, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of a form becomes variables: what its fields say, everything where it has none, nothing sealed."""
    if is_sealed(element):
        return {}
    if not element.fields:
        return dict(values)
    return FormSpec.of(element.fields).variables(values)


def fields(element: Element | None) -> Sequence[Field]:
    """Return the fields of a form whose values become variables."""
    if element is None or is_sealed(element):
        return ()
    return [field for field in FormSpec.of(element.fields).fields if field.is_variable]


def is_sealed(element: Element) -> bool:
    """Tell whether what is handed in at this element is for its operation alone."""
    return element.properties.get("sealed") == "true"


def keep(
    session: Session,
    instance_id: int,
    task_id: str,
    element: Element,
    by: str | None,
    at: datetime,
    values: Mapping[str, Any],
) -> dict[str, Any]:
    """Store what was handed in, and return what the history says about it; the values of a sealed task are not stored."""
    sealed = is_sealed(element)
    row = {
        "task_id": task_id,
        "instance_id": instance_id,
        "element_id": element.id,
        "name": element.name,
        "by": by,
        "at": at,
        "values": {} if sealed else values,
        "sealed": sealed,
    }
    session.connection().execute(_SUBMIT, row)
    if sealed:
        return {"sealed": True}
    return {"submitted": history.submission_digest(task_id, by, at, values)}


_SUBMIT = insert(Base.metadata.tables[Submission.__tablename__])
