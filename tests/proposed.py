"""A suggestion as a deputy hands it in, and as the register then has it."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from service.register.proposal import suggestions
from service.register.proposal.forms import Origin, Proposal
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING

CONTENT = Proposal.model_validate(
    {
        "title": "关于在云溪至白崖县道急弯路段增设会车警示与防护栏的建议",
        "level": "city",
        "category": "transport",
        "kind": "ordinary",
        "motion_no": None,
        "lead_deputy": None,
        "co_signers": [],
        "situation": "十二处急弯视线受阻。",
        "analysis": None,
        "items": [{"text": "增设会车警示。"}, {"text": "加装防护栏。"}],
        "prep_steps": ["listen", "research"],
        "research_methods": [],
        "preferred_units": [],
        "preferred_contact": None,
        "publicity": "full",
        "publicity_reason": None,
        "identity_protected": None,
        "repeat_of": None,
        "attachments": [],
        "is_secret": False,
        "self_check": [],
        "signed": True,
    }
)


def content(**changes: Any) -> Proposal:
    """Return the suggestion with other words; `items` are given as plain texts."""
    if "items" in changes:
        changes["items"] = [{"text": text} for text in changes["items"]]
    return Proposal.model_validate({**CONTENT.model_dump(), **changes})


def submit(
    session: Session,
    lead: str = "代表甲",
    signers: tuple[str, ...] = (),
    at: datetime = MORNING,
    converted: bool = False,
    **changes: Any,
) -> Suggestion:
    """Enter it in the register."""
    if converted:
        changes["kind"] = Origin.MOTION_CONVERTED
    return suggestions.submit(session, content(**changes), lead, signers, 1, at)


def registered(session: Session, **changes: Any) -> Suggestion:
    """Enter it and give it its number."""
    return suggestions.register(session, submit(session, **changes).id, MORNING)
