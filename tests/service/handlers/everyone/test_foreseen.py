"""The list of a unit's own people leads back to their page, that of the supervisors to theirs."""

from flask import Flask

from service.handlers.everyone import foreseen
from service.handlers.web import Policy
from service.register.supervision.forecast import COUNTS, OWN
from tests.service.handlers.conftest import Browser


def test_the_lists_of_a_unit_are_some_of_those_of_the_supervisors() -> None:
    assert set(OWN) < set(COUNTS)
    assert not {"white", "yellow", "red", "letter"} & set(OWN)


def test_an_unknown_list_and_a_day_that_is_none_are_not_found(
    app: Flask, stranger: Browser
) -> None:
    assert foreseen.PAGE == 50
    assert isinstance(app.view_functions["days.listed"].policy, Policy)

    assert stranger.get("/u/days/white").status_code == 404
    assert stranger.get("/u/days/month?day=x").status_code == 404
    assert stranger.get("/u/days/month?page=7").status_code == 200
    assert 'href="/u/days?unit=JT"' in stranger.page
