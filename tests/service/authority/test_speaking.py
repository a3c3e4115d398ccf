"""A case of the register hears its own processes; nobody else speaks to it."""

import pytest

from service.authority import speaking


@pytest.mark.parametrize(
    ("sender", "receiver", "does"),
    [
        (None, None, True),
        ("order:1", "order:2", True),
        ("suggestion:1", "order:2", True),
        ("suggestion:1", "suggestion:1", True),
        ("suggestion:1", "supervision:2", True),
        (None, "suggestion:1", False),
        ("order:1", "supervision:2", False),
        ("order:1", "Evaluation:2", False),
    ],
)
def test_what_is_no_case_reaches_none(sender: str | None, receiver: str | None, does: bool) -> None:
    assert speaking.reaches(sender, receiver) is does


@pytest.mark.parametrize(
    ("sender", "named", "may"),
    [
        ("order:1", "order:2", True),
        ("order:1", None, True),
        ("suggestion:1", "suggestion:1", True),
        ("suggestion:1", "order:2", True),
        ("suggestion:1", "suggestion:2", False),
        ("order:1", "supervision:2", False),
        (None, "evaluation:2", False),
    ],
)
def test_only_its_own_case_is_addressed(sender: str | None, named: str | None, may: bool) -> None:
    assert speaking.may_name(sender, named) is may
