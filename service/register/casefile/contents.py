"""What a suggestion asks, who signed it, and what was answered: the parts several pages show."""

from collections.abc import Sequence

from sqlalchemy import literal, select, union_all
from sqlalchemy.orm import Session, joinedload

from service.tables.handling import Reply
from service.tables.suggestions import CoSigner, SuggestionItem


def parts(
    session: Session, suggestion_id: int
) -> tuple[list[tuple[int, str]], list[tuple[str, str]]]:
    """Return the numbered items and the co-signers with what they decided, by one question."""
    items = select(
        literal("item").label("part"),
        SuggestionItem.number.label("number"),
        SuggestionItem.text.label("text"),
        literal("").label("decision"),
    ).where(SuggestionItem.suggestion_id == suggestion_id)
    signers = select(literal("signer"), CoSigner.id, CoSigner.login, CoSigner.decision).where(
        CoSigner.suggestion_id == suggestion_id
    )
    rows = session.execute(union_all(items, signers).order_by("number")).all()
    return (
        [(row.number, row.text) for row in rows if row.part == "item"],
        [(row.text, row.decision) for row in rows if row.part == "signer"],
    )


def replies(
    session: Session, suggestion_id: int, assignment_id: int | None = None
) -> Sequence[Reply]:
    """The replies that were issued, drafts belong to the unit; or that of one assignment, whatever its state."""
    wanted = (
        Reply.issued_at.is_not(None)
        if assignment_id is None
        else Reply.assignment_id == assignment_id
    )
    return (
        session.scalars(
            select(Reply)
            .where(Reply.suggestion_id == suggestion_id, wanted)
            .order_by(Reply.id)
            .options(joinedload(Reply.items))
        )
        .unique()
        .all()
    )
