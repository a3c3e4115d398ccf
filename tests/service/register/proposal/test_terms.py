"""Sessions are called as they are spoken of."""

import pytest

from service.register.proposal import terms


@pytest.mark.parametrize(
    ("number", "words"), [(5, "五"), (10, "十"), (12, "十二"), (20, "二十"), (21, "二十一")]
)
def test_terms_are_spoken_in_chinese(number: int, words: str) -> None:
    assert terms.in_words(number) == words
