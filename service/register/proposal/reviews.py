"""Examinations of a suggestion: each is kept with its conclusion, a later one replaces none."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.labels import Labelled
from service.tables.suggestions import Review


class Step(Labelled):
    """Who examined."""

    DELEGATION = "delegation", "代表团初核"
    OFFICE = "office", "代表工委审查"
    CONTACT = "contact", "联系代表"


@dataclass(frozen=True)
class Examined:
    """What an examination came to, and what it went by."""

    step: Step
    conclusion: str
    reason: str = ""
    findings: Mapping[str, Any] = field(default_factory=dict)


def record(
    session: Session, suggestion_id: int, examined: Examined, by: str, at: datetime
) -> Review:
    """Keep one examination and its conclusion; a later one does not replace it."""
    row = Review(
        suggestion_id=suggestion_id,
        step=examined.step,
        conclusion=examined.conclusion,
        reason=examined.reason,
        checklist=dict(examined.findings),
        by=by,
        at=at,
    )
    session.add(row)
    session.flush()
    return row


def latest(session: Session, suggestion_id: int, *steps: Step) -> Review | None:
    """Return the last examination, of these steps if any are given."""
    question = select(Review).where(Review.suggestion_id == suggestion_id)
    if steps:
        question = question.where(Review.step.in_(steps))
    return session.scalar(question.order_by(Review.id.desc()).limit(1))
