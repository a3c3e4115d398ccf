"""The second page of a case: how deputies and units spoke with each other, and how the deputies rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.evaluation import sight
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.tables.handling import ContactRecord
from service.tables.suggestions import Suggestion


@dataclass(frozen=True)
class Exchange:
    """The second page: how deputies and units spoke with each other, and how the deputies rate."""

    suggestion: Suggestion
    contacts: Sequence[ContactRecord]
    evaluations: Sequence[sight.Seen]
    units: Mapping[str, str]


def of(session: Session, viewer: Actor, suggestion: Suggestion) -> Exchange:
    """Gather the second page for a reader who may open the case."""
    return Exchange(
        suggestion=suggestion,
        contacts=_contacts(session, suggestion.id),
        evaluations=sight.visible(session, viewer, suggestion.id),
        units=people.unit_names(session),
    )


def _contacts(session: Session, suggestion_id: int) -> list[ContactRecord]:
    return list(
        session.scalars(
            select(ContactRecord)
            .where(ContactRecord.suggestion_id == suggestion_id)
            .order_by(ContactRecord.held_on, ContactRecord.id)
        )
    )
