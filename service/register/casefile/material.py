"""What somebody has to read before doing a task of a case: what was asked, and the reply at hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from service.register.casefile import contents
from service.register.common import keys
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import identity
from service.tables.handling import Reply
from service.tables.suggestions import Suggestion


@dataclass(frozen=True)
class Material:
    """What somebody has to read before doing a task of a case: what was asked, and the reply at hand."""

    suggestion: Suggestion
    items: Sequence[tuple[int, str]]
    replies: Sequence[Reply]
    units: Mapping[str, str]
    identity_notice: str


def of(
    session: Session, viewer: Actor, business_key: str | None, assignment_id: int | None
) -> Material | None:
    """Return what a task of a suggestion is about: with the reply of its own assignment, even a draft, or else those issued."""
    kind, number = keys.parse(business_key)
    suggestion = session.get(Suggestion, number) if kind == "suggestion" else None
    if suggestion is None:
        return None
    items, _signers = contents.parts(session, suggestion.id)
    replies = contents.replies(session, suggestion.id, assignment_id)
    hidden = identity.hidden_from(session, viewer, suggestion.id)
    return Material(
        suggestion,
        items,
        replies,
        people.unit_names(session, {r.unit for r in replies}),
        identity.notice(session, suggestion, hidden),
    )
