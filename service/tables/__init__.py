"""Rows, one module per aggregate; importing this package registers every table."""

from service.tables import (
    assignments,
    audit,
    deadlines,
    evaluation,
    handling,
    messages,
    people,
    publishing,
    rules,
    runtime,
    suggestions,
    supervision,
)
from service.tables.base import Base, UTCDateTime

__all__ = [
    "Base",
    "UTCDateTime",
    "assignments",
    "audit",
    "deadlines",
    "evaluation",
    "handling",
    "messages",
    "people",
    "publishing",
    "rules",
    "runtime",
    "suggestions",
    "supervision",
]
