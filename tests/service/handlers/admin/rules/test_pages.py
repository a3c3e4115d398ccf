"""What the pages of rules have in common: their place in the menu, and reasons."""

import pytest
from flask import Flask

from service.handlers import web
from service.handlers.admin.rules import pages
from service.register.people.directory import Actor


@pytest.mark.parametrize(
    ("group", "there"), [("admin", False), ("gov_supervision_head", True), ("deputy", False)]
)
def test_an_owner_has_the_rules_in_the_menu_and_an_administrator_behind_theirs(
    app: Flask, group: str, there: bool
) -> None:
    actor = Actor("somebody", "某人", frozenset({group}))

    with app.app_context():
        labels = [item.label for item in web.menu_of(actor)]

    assert ("规则" in labels) is there


def test_a_reason_is_asked_for_and_has_an_end() -> None:
    assert "请写明为什么修改" in pages.reason_fault("")
    assert "最多 500 个字" in pages.reason_fault("长" * 501)
    assert pages.reason_fault("会议纪要") == ""
