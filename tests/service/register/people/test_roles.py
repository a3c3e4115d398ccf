"""The posts a person can hold."""

import pytest

from service.register.people.roles import UNIT_ROLES, Role, group


def test_a_post_in_a_unit_is_a_group_of_its_own() -> None:
    assert Role.UNIT_LIAISON.of("JT") == "unit_liaison:JT"


def test_the_posts_of_a_unit_read_like_offices() -> None:
    assert [role.label for role in UNIT_ROLES] == [
        "承办单位联络员",
        "承办人",
        "核稿人",
        "单位分管领导",
        "单位主要负责人",
    ]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("承办人", "unit_handler"),
        ("承办单位联络员:JT", "unit_liaison:JT"),
        ("unit_handler", "unit_handler"),
        ("unit_liaison:JT", "unit_liaison:JT"),
        ("综合科", "综合科"),
        ("user:li", "user:li"),
    ],
)
def test_a_post_may_be_written_by_its_title(written: str, meant: str) -> None:
    assert group(written) == meant
