"""A form as it lies before a person who is about to fill it in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.book import Due
from service.forms import FormSpec
from service.operations import SOURCES
from service.runtime.formulas import Formulas
from service.tables.suggestions import Attachment


@dataclass(frozen=True)
class OpenForm:
    """What a form asks, the lists it offers, and the variables it knows."""

    spec: FormSpec
    options: Mapping[str, Any]
    variables: Mapping[str, Any]

    @cached_property
    def proposed(self) -> Mapping[str, Any]:
        """What it shows before anybody typed."""
        return self.spec.initial(self.variables, self.options)

    def check(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Return what is handed in, or raise `FormInvalid` as a page would."""
        return self.spec.check(values, self.variables, self.options)


def open_form(
    session: Session,
    fields: Sequence[Any],
    variables: Mapping[str, Any],
    business_key: str | None,
    at: datetime,
) -> OpenForm:
    """Return the form of an element with the lists its fields name, in the case of its instance."""

    def deadline(names: Mapping[str, Any], key: str) -> Due:
        return policies.for_variables(session, key, names, at, business_key)

    spec = FormSpec.of(fields, Formulas(deadline, at))
    options: dict[str, Any] = {
        name: SOURCES[name].rows(session, variables, business_key) for name in spec.sources
    }
    options["attachments"] = _files(session) if spec.has_files else []
    return OpenForm(spec, options, variables)


def _files(session: Session) -> list[tuple[str, str]]:
    """Return every file in the store; whose it is does not matter to a player."""
    rows = session.execute(select(Attachment.id, Attachment.name).order_by(Attachment.id))
    return [(str(id_), name) for id_, name in rows]
