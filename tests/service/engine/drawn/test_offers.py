"""A name that does not exist is answered with those that are near, by letters or by title, the nearest first."""

import pytest

from service.engine.drawn import offers

ROLES = {"deputy_office": "人大代表工委", "unit_liaison": "承办单位联络员", "mayor": ""}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("deputy_ofice", "deputy_office（人大代表工委）"),
        ("代表工委", "deputy_office（人大代表工委）"),
        ("承办单位联络人", "unit_liaison（承办单位联络员）"),
        ("mayer", "mayor"),
    ],
)
def test_near_names_are_offered_each_with_its_title(name: str, found: str) -> None:
    assert offers.offered(name, ROLES, ROLES) == f"可用的有：{found}。"


@pytest.mark.parametrize("name", ["true", "x", "send_mail", "财务室", ""])
def test_nothing_near_is_offered_as_nothing(name: str) -> None:
    assert offers.offered(name, ROLES, ROLES) == ""


def test_many_names_are_cut_short() -> None:
    assert offers.offered("x", {f"x{number}" for number in range(9)}).count("、") == 4
