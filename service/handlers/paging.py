"""A list a page at a time: one row more than a page shows says whether there is a next one, without counting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of a page, and the one after which the next page goes on, if there is one."""

    rows: list[Row]
    last: Row | None


def page(ask: Callable[[int], Sequence[Row]], size: int) -> Page[Row]:
    """Ask for so many rows and one more, and keep the page; `ask(limit)` returns the first `limit` rows."""
    found = ask(size + 1)
    return Page(list(found[:size]), found[size - 1] if len(found) > size else None)


@dataclass(frozen=True)
class Part(Generic[Row]):
    """The rows of one page of a list that is at hand as a whole, and the numbers of the pages beside it."""

    rows: Sequence[Row]
    first: int  # the place of its first row in the list, from 1
    count: int  # of the whole list
    previous: int | None
    next: int | None


def part(rows: Sequence[Row], number: int | None, size: int) -> Part[Row]:
    """Return the page of this number, the first where none is asked for."""
    number = max(number or 1, 1)
    start, end = (number - 1) * size, number * size
    return Part(
        rows[start:end],
        start + 1,
        len(rows),
        number - 1 if number > 1 else None,
        number + 1 if end < len(rows) else None,
    )
