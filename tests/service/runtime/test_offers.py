"""Whoever decides on an offer reads what it would change."""

from service.runtime import offers, publishing
from tests.conftest import MORNING
from tests.service.engine import tables
from tests.service.engine.tables import rule, table
from tests.service.runtime.errands import plain
from tests.service.runtime.test_baseline import brought


def level(high="high"):
    return tables.file(tables.decision("level", table(rule("-", f'"{high}"'))))


def every(database):
    with database.reading() as session:
        return offers.every(session)


def test_a_diagram_is_compared_with_the_towns_own(database):
    brought(database, {"a.bpmn": plain("a")})
    publishing.publish(database, {"mine.bpmn": plain("a", task="送信")}, "sheji", MORNING)
    assert every(database) == []

    brought(database, {"a.bpmn": plain("a", task="取件")})

    [offer] = every(database)
    assert (offer.file.name, offer.titles) == ("a.bpmn", ("“跑腿”第 2 版",))
    assert [(one.what, one.before, one.after) for one in offer.differences] == [
        ("名称", "送信", "取件")
    ]
    document = offers.document(offer)
    assert (document["name"], document["differences"][0]["after"]) == ("a.bpmn", "取件")


def test_a_table_is_compared_rule_by_rule(database):
    brought(database, {"level.dmn": level()})
    publishing.publish(database, {"level.dmn": level("higher")}, "sheji", MORNING)

    brought(database, {"level.dmn": level("highest")})

    [offer] = every(database)
    assert offer.titles == ("“表 level”第 2 版",)
    assert any("higher" in one.before and "highest" in one.after for one in offer.differences)
