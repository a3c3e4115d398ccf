"""A message leads to a page of this service."""

import pytest

from service.register.common import links


@pytest.mark.parametrize(
    ("business_key", "address"),
    [
        ("suggestion:17", "/suggestions/17"),
        ("supervision:3", "/s/3"),
        ("evaluation:3", ""),
        ("lamp:3", ""),
        ("suggestion:x", ""),
        (None, ""),
    ],
)
def test_a_case_of_the_register_has_a_page(business_key: str | None, address: str) -> None:
    assert links.case(business_key) == address


def test_a_task_has_its_form() -> None:
    assert links.task("0123abcd") == "/tasks/0123abcd"
