"""What kinds of suggestion there are."""

from service.register.proposal.kinds import OVERSIGHT, Category


def test_every_category_is_followed_by_a_committee() -> None:
    assert set(OVERSIGHT) == set(Category)
