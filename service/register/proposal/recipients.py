"""Whom the reply to a suggestion must reach, and what it must answer: merged suggestions count in."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.labels import Labelled
from service.register.proposal import signatures, suggestions
from service.register.proposal.signatures import Decision
from service.register.proposal.status import CaseStatus
from service.tables.suggestions import Suggestion, SuggestionItem


class Signing(Labelled):
    """As what a deputy signed."""

    LEAD = "lead", "领衔"
    CO_SIGNER = "co_signer", "联名"


@dataclass(frozen=True)
class Recipient:
    """One deputy who must get the reply, and the suggestion by which."""

    deputy: str
    suggestion_id: int
    role: Signing


def of(session: Session, suggestion_id: int) -> list[Recipient]:
    """Return everybody who must get the reply: lead deputies and co-signers, of merged suggestions too."""
    found = []
    for suggestion in suggestions.cluster(session, suggestion_id):
        if suggestion.status == CaseStatus.WITHDRAWN:
            continue
        found.append(Recipient(suggestion.lead_deputy, suggestion.id, Signing.LEAD))
        found += [
            Recipient(each.login, suggestion.id, Signing.CO_SIGNER)
            for each in signatures.of(session, suggestion.id, Decision.AGREED)
        ]
    return found


def cases(session: Session, suggestion_id: int) -> dict[str, str]:
    """Return the business key of the suggestion that each of them signed: not everybody may read the main one."""
    return {
        each.deputy: suggestions.business_key(each.suggestion_id)
        for each in reversed(of(session, suggestion_id))
    }


def asked_items(session: Session, suggestion_id: int) -> list[str]:
    """Return what the reply must answer: the items of the suggestion and of those merged into it."""
    return [
        _item_text(suggestion, item, suggestion_id)
        for suggestion, item in session.execute(
            select(Suggestion, SuggestionItem)
            .join(SuggestionItem, SuggestionItem.suggestion_id == Suggestion.id)
            .where((Suggestion.id == suggestion_id) | (Suggestion.merged_into_id == suggestion_id))
            .order_by(
                Suggestion.id != suggestion_id, SuggestionItem.suggestion_id, SuggestionItem.number
            )
        )
    ]


def _item_text(suggestion: Suggestion, item: SuggestionItem, asked: int) -> str:
    if suggestion.id == asked:
        return item.text
    return f"（并案{suggestion.case_no or suggestion.title}第{item.number}条）{item.text}"
