"""What administrators' pages call a case: its number, and its title wherever the register lets this reader know it."""

from collections.abc import Iterable, Sequence

from sqlalchemy import not_, select
from sqlalchemy.orm import Session

from service.authority import reading
from service.handlers import web
from service.register.casefile import cases
from service.register.casefile.cases import Case
from service.register.common import keys
from service.tables.deadlines import DeadlineChange
from service.tables.suggestions import Suggestion

_SUBJECT = "case:"


def described(session: Session, business_keys: Iterable[str | None]) -> dict[str, Case]:
    """Return what a page says of each case, with one query; a title that is withheld is empty."""
    return cases.describe(session, business_keys, reading.titled(web.actor()))


def matching(session: Session, words: str) -> set[str]:
    """Return the cases with these words in their number, or in a title this reader may know."""
    return cases.matching(session, words, reading.titled(web.actor()))


def sentences(session: Session, changes: Sequence[DeadlineChange]) -> dict[int, str]:
    """Return what each change did, by its id; a title that is withheld is left out."""
    numbers = {one.id: _suggestion(one) for one in changes}
    withheld: dict[int, str] = {}
    if wanted := set(numbers.values()) - {None}:
        rows = select(Suggestion.id, Suggestion.title).where(
            Suggestion.id.in_(wanted), not_(reading.titled(web.actor()))
        )
        withheld = {id_: title for id_, title in session.execute(rows)}  # noqa: C416
    return {
        one.id: one.sentence.replace(f"“{withheld[number]}”", "")
        if (number := numbers[one.id]) in withheld
        else one.sentence
        for one in changes
    }


def _suggestion(change: DeadlineChange) -> int | None:
    kind, number = keys.parse(change.subject.removeprefix(_SUBJECT))
    return number if change.subject.startswith(_SUBJECT) and kind == "suggestion" else None
