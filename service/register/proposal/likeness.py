"""How alike two suggestions are, told from the pairs of characters they share."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from service.register.proposal import suggestions
from service.tables.suggestions import Suggestion, SuggestionItem

_ALIKE = 35  # below this many per cent two texts merely share the language of suggestions
_COMPARED = 40


@dataclass(frozen=True)
class Similar:
    """A registered suggestion and how alike it is."""

    suggestion: Suggestion
    likeness: int  # per cent


def similar(session: Session, suggestion_id: int, limit: int = 5) -> list[Similar]:
    """Return the registered suggestions most like this one, the most alike first.

    Titles are compared first, all of them; the nearest are then compared by their whole text.
    """
    own = suggestions.get(session, suggestion_id)
    rows = session.execute(
        select(Suggestion.id, Suggestion.title).where(
            Suggestion.case_no.is_not(None), Suggestion.id != own.id, _same_place(own)
        )
    )
    title = _pairs(own.title)
    ranked = sorted(rows, key=lambda row: -_likeness(title, _pairs(row[1])))
    near = [row[0] for row in ranked[:_COMPARED]]
    texts = _texts(session, [own.id, *near])
    own_text = _pairs(texts[own.id])
    scored = {
        each: max(
            _likeness(own_text, _pairs(texts[each])),
            _likeness(title, _pairs(texts[each].partition("\n")[0])),
        )
        for each in near
    }
    best = sorted((each for each in near if scored[each] >= _ALIKE), key=lambda e: (-scored[e], e))
    found = {
        each.id: each
        for each in session.scalars(select(Suggestion).where(Suggestion.id.in_(best[:limit])))
    }
    return [Similar(found[each], scored[each]) for each in best[:limit]]


def _same_place(own: Suggestion) -> ColumnElement[bool]:
    if own.town is None:
        return Suggestion.level == own.level
    return or_(Suggestion.town == own.town, Suggestion.level == "city")


def _texts(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Return title, situation and proposals of each, the title on the first line."""
    rows = session.execute(
        select(Suggestion.id, Suggestion.title, Suggestion.situation).where(Suggestion.id.in_(ids))
    )
    texts = {row[0]: [row[1], row[2]] for row in rows}
    proposals = session.execute(
        select(SuggestionItem.suggestion_id, SuggestionItem.text).where(
            SuggestionItem.suggestion_id.in_(ids)
        )
    )
    for suggestion_id, text in proposals:
        texts[suggestion_id].append(text)
    return {suggestion_id: "\n".join(parts) for suggestion_id, parts in texts.items()}


def _pairs(text: str) -> Counter[str]:
    """Return the pairs of neighbouring characters, without the words every title has."""
    bare = re.sub(r"[\W_]|关于|进一步|建议|的", "", text)
    return Counter(bare[i : i + 2] for i in range(len(bare) - 1))


def _likeness(one: Counter[str], other: Counter[str]) -> int:
    """Dice's coefficient, in per cent."""
    total = one.total() + other.total()
    return round(200 * (one & other).total() / total) if total else 0
