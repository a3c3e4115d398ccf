"""Whoever acts for a group holds it, and people are named as the city knows them."""

import pytest

from service.demo import cast


def test_a_group_is_represented_by_somebody_who_holds_it() -> None:
    assert cast.first("deputy_office") == "dgw_ganshi"
    assert cast.first("unit_liaison:JT") == "jt_lianluo"
    assert cast.first("town_presidium:YX") == "yx_renda"
    with pytest.raises(KeyError):
        cast.first("nobody")


def test_people_are_named_with_their_posts() -> None:
    assert cast.titled("jt_lianluo") == f"{cast.name('jt_lianluo')}（交通局联络员）"
    assert cast.unit_of("jt_chengban") == "JT"
    assert cast.unit_of("dgw_ganshi") == ""
    assert cast.unit_of("nobody") == ""
    assert cast.is_deputy("d001")
    assert not cast.is_deputy("jt_lianluo")
