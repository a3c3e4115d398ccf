"""What a case is called wherever it is listed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, literal, or_, select, union_all
from sqlalchemy import case as when
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.proposal.status import CaseStatus
from service.tables.people import Unit
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase

Question = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class Case:
    """A case in a list or at the head of a page. `status` is in words."""

    key: str
    title: str
    number: str = ""
    status: str = ""
    level: str = ""
    is_key: bool = False


def describe(
    session: Session,
    business_keys: Iterable[str | None],
    titled: ColumnElement[bool] | None = None,
) -> dict[str, Case]:
    """Return what a page says of each case, with one query; `titled` are the suggestions whose title it may tell."""
    wanted = {key for key in business_keys if key}
    suggestions, supervisions = (_numbers(wanted, kind) for kind in ("suggestion", "supervision"))
    questions = [
        *([_suggestions(suggestions, titled)] if suggestions else []),
        *([_supervisions(supervisions)] if supervisions else []),
    ]
    if not questions:
        return {}
    found = (_case(*row) for row in session.execute(union_all(*questions)))
    return {case.key: case for case in found}


def of(suggestion: Suggestion) -> Case:
    """Return what a page says of a suggestion that was read already."""
    return _case(
        "suggestion",
        suggestion.id,
        suggestion.title,
        suggestion.case_no,
        suggestion.status,
        suggestion.level,
        suggestion.is_key,
    )


def matching(session: Session, words: str, titled: ColumnElement[bool] | None = None) -> set[str]:
    """Return the keys of the cases with these words in their number or title, with one query for each kind of case.

    Where `titled` is given, only the titles of these suggestions are looked at.
    """
    in_title = Suggestion.title.contains(words, autoescape=True)
    suggestions = select(Suggestion.id).where(
        or_(
            in_title if titled is None else and_(titled, in_title),
            Suggestion.case_no.contains(words, autoescape=True),
        )
    )
    supervisions = select(SupervisionCase.id).where(
        SupervisionCase.number.contains(words, autoescape=True)
    )
    return {f"suggestion:{one}" for one in session.scalars(suggestions)} | {
        f"supervision:{one}" for one in session.scalars(supervisions)
    }


def key_of(session: Session, number: str) -> str | None:
    """Return the business key of the suggestion or supervision that people know by this number, if there is one."""
    suggestion = session.scalar(select(Suggestion.id).where(Suggestion.case_no == number))
    if suggestion is not None:
        return f"suggestion:{suggestion}"
    supervision = session.scalar(select(SupervisionCase.id).where(SupervisionCase.number == number))
    return None if supervision is None else f"supervision:{supervision}"


def _numbers(business_keys: Iterable[str], kind: str) -> set[int]:
    parsed = map(keys.parse, business_keys)
    return {number for found, number in parsed if found == kind}


def _suggestions(ids: set[int], titled: ColumnElement[bool] | None) -> Question:
    shown = Suggestion.title if titled is None else when((titled, Suggestion.title), else_="")
    return select(
        literal("suggestion"),
        Suggestion.id,
        shown,
        Suggestion.case_no,
        Suggestion.status,
        Suggestion.level,
        Suggestion.is_key,
    ).where(Suggestion.id.in_(ids))


def _supervisions(ids: set[int]) -> Question:
    """A supervision is called after the unit that is supervised."""
    return (
        select(
            literal("supervision"),
            SupervisionCase.id,
            literal("督查") + func.coalesce(Unit.short_name, SupervisionCase.unit),
            SupervisionCase.number,
            literal(""),
            literal(""),
            false(),
        )
        .outerjoin(Unit, Unit.code == SupervisionCase.unit)
        .where(SupervisionCase.id.in_(ids))
    )


def _case(
    kind: str, id_: int, title: str, number: str | None, status: str, level: str, is_key: bool
) -> Case:
    words = CaseStatus.label_of(status, status) if status else ""
    return Case(f"{kind}:{id_}", title, number or "", words, level, bool(is_key))
