"""The list of limits: by stage, in words, searchable, with what runs and where diagrams use it, for few statements."""

import re
from typing import Any

from sqlalchemy import event

from service.database import Database
from tests.service.handlers.admin.test_limit import text
from tests.service.handlers.conftest import Browser
from tests.world import World

MOST = 12
"""Statements a page may cost, signing in included."""


def asked_by(database: Database, browser: Browser, path: str) -> list[str]:
    """Return the statements that a page costs."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    for engine in {database.engine, database.reader}:
        event.listen(engine, "before_cursor_execute", note)
    try:
        assert browser.get(path).status_code == 200
    finally:
        for engine in {database.engine, database.reader}:
            event.remove(engine, "before_cursor_execute", note)
    return asked


def test_limits_stand_by_stage_in_words(city: World, keeper: Browser) -> None:
    keeper.get("/m/limits")
    words = text(keeper)

    assert words.index("审查登记") < words.index("签收与调整") < words.index("小微急受理")
    assert "答复（一般件）" in words
    assert "从“交办”起算" in words
    assert "法律法规" in words
    assert "代表法第五十一条" in words
    assert not re.search(r"\b(WD|CM|CD|WH|TIMES)\b", words)
    assert "项任务" in words


def test_a_limit_is_found_by_words_and_by_stage(keeper: Browser) -> None:
    keeper.get("/m/limits?q=难件")
    assert "找到 1 项期限" in text(keeper)
    keeper.get("/m/limits?stage=publish")
    assert "找到 3 项期限" in text(keeper)
    keeper.get("/m/limits?q=沟通+签收")
    assert "办前沟通" in text(keeper)
    keeper.get("/m/limits?q=没有这样的词&stage=strange")
    assert "没有这样的期限" in text(keeper)


def test_where_diagrams_use_a_limit_is_linked_and_readable(keeper: Browser) -> None:
    keeper.get("/m/limits?q=return.request")
    [address] = set(re.findall(r'href="(/x/processes/[^"]+)"', keeper.page))

    assert address == "/x/processes/assignment_signing/1"
    assert keeper.get(address).status_code == 200


def test_the_pages_cost_few_statements(city: World, keeper: Browser) -> None:
    keeper.get("/m/limits")

    for path in ("/m/limits", "/m/limits/reply.normal", "/m/changes"):
        assert len(asked_by(city.database, keeper, path)) <= MOST, path
