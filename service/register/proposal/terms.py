"""Sessions of the congress: which one a suggestion belongs to, and what it is called."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.workdays import local_day
from service.tables.people import Term

_DIGITS = "零一二三四五六七八九"


def current(session: Session, level: str, at: datetime) -> Term | None:
    """Return the congress session that has opened last."""
    question = select(Term).where(Term.level == level, Term.opens_on <= local_day(at))
    return session.scalar(question.order_by(Term.opens_on.desc(), Term.id.desc()).limit(1))


def is_sitting(term: Term | None, at: datetime) -> bool:
    """Say whether the session is held on this day."""
    return term is not None and term.opens_on <= local_day(at) <= term.closes_on


def name(term: Term) -> str:
    """七届五次."""
    return f"{in_words(term.term)}届{in_words(term.session)}次"


def in_words(number: int) -> str:
    """Return a number below 100 as it is spoken: 十, 十二, 二十一."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")
