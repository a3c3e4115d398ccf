"""Named lists about a suggestion: what it says now, what may be wrong with it, which cases are like it."""

from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.proposal import admission, likeness, suggestions
from service.register.proposal.forms import Relation
from service.register.proposal.status import CaseStatus
from service.register.proposal.suggestions import SuggestionId


@source()
def negative_list(session: Session) -> list[Option]:
    """负面清单各条"""
    return [Option(*pair) for pair in admission.Excluded.labels().items()]


@source("suggestion")
def suggestion_items(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """本件建议的具体建议，逐条"""
    rows = suggestions.items(session, suggestion)
    return [{"number": row.number, "text": row.text} for row in rows]


@source("suggestion")
def suggestion_text(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """本件建议的标题和正文，供代表修改（一行，用于预填）"""
    own = suggestions.get(session, suggestion)
    return [{"title": own.title, "situation": own.situation, "analysis": own.analysis}]


@source("suggestion")
def negative_hints(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """系统提示：文字可能涉及负面清单的哪几条"""
    own = suggestions.get(session, suggestion)
    texts = [row.text for row in suggestions.items(session, own.id)]
    found = admission.suspicions(own.title, own.situation, own.analysis, *texts)
    return [
        {"code": excluded.value, "words": words, "rule": excluded.label}
        for excluded, words in found.items()
    ]


@source("suggestion")
def similar_cases(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """查重结果：已立案的相似建议，最相似的在前"""
    return [
        {
            "case_no": each.suggestion.case_no,
            "title": each.suggestion.title,
            "likeness": each.likeness,
            "status": CaseStatus(each.suggestion.status).label,
            "relation": Relation.NONE.value,
        }
        for each in likeness.similar(session, suggestion)
    ]
