"""What a case is called wherever it is listed."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.register.common import keys
from service.register.people.directory import unit_names
from service.register.proposal.status import CaseStatus
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase


@dataclass(frozen=True)
class Case:
    """A case in a list or at the head of a page. `status` is in words."""

    key: str
    title: str
    number: str = ""
    status: str = ""
    level: str = ""
    is_key: bool = False


def describe(session: Session, business_keys: Iterable[str | None]) -> dict[str, Case]:
    """Return what a page says of each case, with one query for each kind of case."""
    wanted = {key for key in business_keys if key}
    return _suggestions(session, _numbers(wanted, "suggestion")) | _supervisions(
        session, _numbers(wanted, "supervision")
    )


def matching(session: Session, words: str) -> set[str]:
    """Return the keys of the cases with these words in their number or title, with one query for each kind of case."""
    suggestions = select(Suggestion.id).where(
        or_(
            Suggestion.title.contains(words, autoescape=True),
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


def _suggestions(session: Session, ids: set[int]) -> dict[str, Case]:
    if not ids:
        return {}
    question = select(
        Suggestion.id,
        Suggestion.title,
        Suggestion.case_no,
        Suggestion.status,
        Suggestion.level,
        Suggestion.is_key,
    ).where(Suggestion.id.in_(ids))
    return {
        f"suggestion:{row.id}": Case(
            f"suggestion:{row.id}",
            row.title,
            row.case_no or "",
            CaseStatus.label_of(row.status, row.status),
            row.level,
            row.is_key,
        )
        for row in session.execute(question)
    }


def _supervisions(session: Session, ids: set[int]) -> dict[str, Case]:
    if not ids:
        return {}
    question = select(SupervisionCase.id, SupervisionCase.number, SupervisionCase.unit)
    rows = session.execute(question.where(SupervisionCase.id.in_(ids))).all()
    units = unit_names(session, [row.unit for row in rows])
    return {
        f"supervision:{row.id}": Case(
            f"supervision:{row.id}", f"督查{units.get(row.unit, row.unit)}", row.number
        )
        for row in rows
    }
