"""The table in force is read, tried and compared with what it was, by everybody who may read rules."""

import pytest
from flask import Flask

from service.database import Database
from service.handlers.admin.rules.tables import Shown
from service.runtime import amending
from tests.service.handlers.conftest import Browser, _signed_in
from tests.supervised import deploy_rules
from tests.world import PROCESSES

TABLE = "/m/rules/tables/control_color"


@pytest.fixture
def root(app: Flask, office: Database) -> Browser:
    with office.transaction() as session:
        deploy_rules(session)
        deploy_rules(session, ("[11..30]", "[12..30]"))
    return _signed_in(app, "root")


def test_the_hit_policy_is_said_in_words(root: Browser, office: Database) -> None:
    with office.reading() as session:
        shown = Shown.of(amending.in_force(session, "control_color")[1])

    assert shown.policy.startswith("全部：满足的规则全部给出")
    assert shown.rules[0].results[0] == "红牌"


def test_a_version_says_what_it_changed_and_what_is_otherwise_now(root: Browser) -> None:
    second = root.get(f"{TABLE}/versions/2").get_data(as_text=True)
    assert "这一版比第 1 版改了什么" in second
    assert "从 12 到 30" in second

    first = root.get(f"{TABLE}/versions/1").get_data(as_text=True)
    assert "从这一版到现行的第 2 版" in first
    assert "改回这一版" in first
    assert root.get(f"{TABLE}/versions/3").status_code == 404


def test_a_version_is_downloaded_as_it_was_deployed(root: Browser) -> None:
    answer = root.get(f"{TABLE}/versions/1/file")

    assert answer.get_data() == (PROCESSES / "control_color.dmn").read_bytes()
    assert "attachment" in answer.headers["Content-Disposition"]


def test_values_are_tried_without_changing_anything(root: Browser, queries: list[str]) -> None:
    queries.clear()
    page = root.get(f"{TABLE}/try?tried=1&value-unsigned=true").get_data(as_text=True)

    assert "满足 1 条规则" in page
    assert "逾期未签收" in page
    assert not [one for one in queries if one.startswith(("INSERT", "UPDATE", "DELETE"))]
