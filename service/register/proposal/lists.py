"""Named lists about a suggestion: what it says now, what may be wrong with it, which cases are like it."""

from typing import Any

from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import source
from service.register.people import directory as people
from service.register.proposal import admission, categories, guide, likeness, suggestions
from service.register.proposal.forms import Relation
from service.register.proposal.status import CaseStatus
from service.register.proposal.suggestions import SuggestionId


@source()
def negative_list(session: Session) -> list[Option]:
    """负面清单各条"""
    return [Option(one.code, one.text) for one in admission.excluded(session)]


@source()
def positive_list(session: Session) -> list[dict[str, Any]]:
    """正面清单：鼓励围绕哪些方面提建议"""
    return [{"topic": one.name, "text": one.text} for one in admission.encouraged(session)]


@source()
def categories_offered(session: Session) -> list[Option]:
    """可选的建议类别"""
    return [Option(one.code, one.name) for one in categories.offered(session)]


@source()
def prep_steps(session: Session) -> list[Option]:
    """写前指南的六步：学、听、思、查、研、写"""
    return [Option(one.code, one.name) for one in guide.steps(session)]


@source()
def writing_guide(session: Session) -> list[dict[str, Any]]:
    """写前指南：每一步怎么做"""
    return [{"step": one.name, "text": one.text} for one in guide.steps(session)]


@source()
def proposal_presets(session: Session) -> list[dict[str, Any]]:
    """新建议的默认选项（一行，用于预填）"""
    return [{"publicity": guide.preset(session, "proposal")}]


@source("suggestion")
def usual_units(session: Session, *, suggestion: SuggestionId) -> list[dict[str, Any]]:
    """本类建议的常办单位，供拟定承办方案时参考"""
    own = suggestions.get(session, suggestion)
    codes = categories.usual_units(session, own.category)
    names = people.unit_names(session, codes)
    return [{"unit": names[code]} for code in codes if code in names]


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
    found = admission.suspicions(session, own.title, own.situation, own.analysis, *texts)
    return [
        {"code": excluded.code, "words": words, "rule": excluded.text}
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
