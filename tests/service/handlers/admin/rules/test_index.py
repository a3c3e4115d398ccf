"""Every rule there is, for those who own or keep one."""

import pytest
from flask import Flask

from service.database import Database
from tests.service.handlers.conftest import Browser, _signed_in
from tests.supervised import deploy_rules


@pytest.fixture
def root(app: Flask) -> Browser:
    return _signed_in(app, "root")


def test_the_tables_are_listed_with_their_version(root: Browser, office: Database) -> None:
    assert "还没有部署决策表" in root.get("/m/rules").get_data(as_text=True)

    with office.transaction() as session:
        deploy_rules(session)

    page = root.get("/m/rules").get_data(as_text=True)
    assert "三色规则" in page
    assert "第 1 版" in page
    assert "颜色、理由" in page


def test_nobody_else_opens_it(clerk: Browser, deputy: Browser, browser: Browser) -> None:
    assert deputy.get("/m/rules").status_code == 403
    assert browser.get("/m/rules").status_code == 302
