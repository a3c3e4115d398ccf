"""Named lists that a form's `source` may name: options to choose from, and first rows of tables."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.proposal import suggestions

Variables = Mapping[str, Any]


@source
def negative_list(session: Session, variables: Variables) -> list[Option]:
    """负面清单各条"""
    return [Option(code, text) for code, text in suggestions.NEGATIVE_LIST.items()]


@source
def suggestion_items(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """本件建议的具体建议，逐条"""
    rows = suggestions.items(session, variables["suggestion"])
    return [{"number": row.number, "text": row.text} for row in rows]


@source
def suggestion_text(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """本件建议的标题和正文，供代表修改（一行，用于预填）"""
    own = suggestions.get(session, variables["suggestion"])
    return [{"title": own.title, "situation": own.situation, "analysis": own.analysis}]


@source
def negative_hints(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """系统提示：文字可能涉及负面清单的哪几条"""
    own = suggestions.get(session, variables["suggestion"])
    texts = [row.text for row in suggestions.items(session, own.id)]
    found = suggestions.suspicions(own.title, own.situation, own.analysis, *texts)
    return [
        {"code": code, "words": words, "rule": suggestions.NEGATIVE_LIST[code]}
        for code, words in found.items()
    ]


@source
def similar_cases(session: Session, variables: Variables) -> list[dict[str, Any]]:
    """查重结果：已立案的相似建议，最相似的在前"""
    return [
        {
            "case_no": each.suggestion.case_no,
            "title": each.suggestion.title,
            "likeness": each.likeness,
            "status": suggestions.STATUSES[each.suggestion.status],
            "relation": "none",
        }
        for each in suggestions.similar(session, variables["suggestion"])
    ]
