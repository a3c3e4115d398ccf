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
