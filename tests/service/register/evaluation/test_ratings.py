"""A rating is kept whole and found again as it was given; basically satisfied is not satisfied."""

from datetime import timedelta

import pytest

from service.register.evaluation import ratings
from service.register.evaluation.ratings import ContactCheck, Mark, Rating
from service.tables.evaluation import Evaluation
from tests.conftest import MORNING

FULL = Rating(
    Mark.BASICALLY_SATISFIED,
    Mark.DISSATISFIED,
    contact_check=ContactCheck.REMOTE,
    text="护栏还没有装",
    text_may_be_shared=True,
    text_may_be_published=True,
    reply_class_agreed=False,
    wants_meeting=True,
    meeting_wish="周三上午",
)


@pytest.mark.parametrize(
    ("attitude", "result", "satisfied"),
    [
        (Mark.SATISFIED, Mark.SATISFIED, True),
        (Mark.SATISFIED, Mark.BASICALLY_SATISFIED, False),
        (Mark.BASICALLY_SATISFIED, Mark.SATISFIED, False),
        (Mark.DISSATISFIED, Mark.SATISFIED, False),
    ],
)
def test_only_satisfied_in_both_dimensions_is_satisfied(
    attitude: Mark, result: Mark, satisfied: bool
) -> None:
    assert Rating(attitude, result).is_satisfied is satisfied


def test_a_rating_is_found_as_it_was_given(row: Evaluation) -> None:
    assert ratings.of(row) is None

    ratings.write(row, FULL, MORNING)

    assert ratings.of(row) == FULL
    assert (row.rated_at, row.proxy_entered) == (MORNING, False)


def test_nothing_is_left_of_a_cleared_rating(row: Evaluation) -> None:
    before = dict(ratings.columns(row))
    ratings.write(row, FULL, MORNING)
    row.amended_at = MORNING + timedelta(hours=1)
    assert not ratings.is_blank(row)

    ratings.clear(row)

    assert ratings.of(row) is None
    assert ratings.is_blank(row)
    assert dict(ratings.columns(row)) == before
