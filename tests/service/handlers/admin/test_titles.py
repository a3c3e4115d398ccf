"""All pages of administrators call a case alike: with its title from the registration on, without it before."""

import pytest
from flask import Flask

from service.tables.suggestions import Suggestion
from tests.service.handlers.admin.test_onecase import held
from tests.service.handlers.city import signed_in
from tests.service.handlers.conftest import Browser
from tests.world import SUGGESTION, World

PAGES = ("/m/cases", "/m/cases/1", "/m/cases?q=护栏", "/m/changes", "/m/changes/1")


@pytest.fixture
def office(desk: Flask) -> Browser:
    return signed_in(desk, "代工委甲")


def test_every_page_tells_an_administrator_the_title(keeper: Browser, office: Browser) -> None:
    held(office)

    for page in PAGES:
        keeper.get(page)
        assert SUGGESTION["title"] in keeper.page, page


def test_before_its_registration_no_page_tells_an_administrator_the_title(
    city: World, keeper: Browser, office: Browser
) -> None:
    """The congress office reads it, and the same function keeps it from the other pages."""
    held(office)
    with city.database.transaction() as session:
        session.get_one(Suggestion, 1).registered_at = None
        session.get_one(Suggestion, 2).title = "别的标题"

    for page in PAGES:
        keeper.get(page)
        assert SUGGESTION["title"] not in keeper.page, page
    office.get("/m/cases")
    assert SUGGESTION["title"] in office.page
    keeper.get("/m/changes/1")
    assert "还没有立案，标题不在这里显示" in keeper.page
