"""A page shows so many rows and knows whether there is another."""

import pytest

from service.handlers import paging
from service.handlers.paging import Page


@pytest.mark.parametrize(
    ("there", "shown", "last"),
    [
        ([], [], None),
        ([1, 2], [1, 2], None),
        ([1, 2, 3], [1, 2, 3], None),
        ([1, 2, 3, 4], [1, 2, 3], 3),
    ],
)
def test_one_more_row_than_a_page_means_there_is_a_next_one(there, shown, last):
    assert paging.page(lambda limit: there[:limit], 3) == Page(shown, last)


def test_no_more_is_asked_for_than_that():
    asked = []

    paging.page(lambda limit: asked.append(limit) or [], 30)

    assert asked == [31]


def test_a_list_at_hand_is_shown_a_page_at_a_time():
    rows = list(range(5))

    first, last = paging.part(rows, None, 2), paging.part(rows, 3, 2)

    assert (first.rows, first.first, first.previous, first.next) == ([0, 1], 1, None, 2)
    assert (last.rows, last.first, last.previous, last.next, last.count) == ([4], 5, 2, None, 5)
    assert paging.part(rows, 99, 2).rows == []
