"""Whom a rung reminds is one of a closed list, each with the words an administrator reads."""

import pytest

from service.deadlines import ladder
from service.deadlines.ladder import Recipient


def test_a_rung_that_names_nobody_reminds_the_holder() -> None:
    assert ladder.recipients(()) == (Recipient.HOLDER,)
    assert ladder.recipients(["unit_head", "congress"]) == (
        Recipient.UNIT_HEAD,
        Recipient.CONGRESS,
    )


def test_nobody_outside_the_list_can_be_named() -> None:
    with pytest.raises(ValueError, match="mayor"):
        ladder.recipients(["mayor"])


def test_every_kind_of_recipient_is_named_in_words_of_its_own() -> None:
    labels = [each.label for each in Recipient]

    assert len(set(labels)) == len(labels)
    assert all(label and not label.isascii() for label in labels)
