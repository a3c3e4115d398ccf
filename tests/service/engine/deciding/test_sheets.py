"""A table is changed cell by cell; whatever is not changed stays as it was drawn."""

from pathlib import Path

import pytest
from lxml import etree

from service.engine.deciding import dmn, sheets
from service.errors import NotFound
from tests.service.engine.tables import decision, file, literal, rule, table

DRAWN = (Path(__file__).parents[4] / "processes" / "control_color.dmn").read_bytes()
COLORS = ("control_color.dmn", DRAWN, "control_color")
FIRST, SECOND = "Rule_reply_overdue_red", "Rule_past_legal_limit_red"


def canonical(content: bytes) -> bytes:
    """A file without comments and what XML may write in several ways."""
    return etree.canonicalize(content.decode().partition("\n")[2]).encode()


def rules(content: bytes) -> list[str]:
    return [line.key for line in sheets.sheet("x.dmn", content, "control_color").lines]


def test_a_table_is_read_as_it_is_written() -> None:
    found = sheets.sheet(*COLORS)
    line = found.line("Rule_reply_overdue_yellow")

    assert (found.name, found.hit_policy, len(found.lines)) == ("三色规则", "RULE ORDER", 19)
    assert (found.inputs[0].label, found.inputs[0].kind) == ("答复逾期的工作日数", "integer")
    assert found.outputs[0].values == ('"red"', '"yellow"', '"white"')
    assert (line.conditions[0].text, line.results[0].text) == ("[11..30]", '"yellow"')
    assert (line.note, found.number(line.key)) == ("内部规定，可以调整", 6)
    assert sheets.names(found.inputs[0]) == "reply_overdue"


def test_an_expression_is_no_table_and_an_unknown_one_is_not_found() -> None:
    content = file(
        decision("sum", literal("1 + 1", "sum")), decision("level", table(rule("1", "2")))
    )

    assert [one.decision for one in sheets.sheets("x.dmn", content)] == ["level"]
    with pytest.raises(NotFound):
        sheets.sheet("x.dmn", content, "sum")
    with pytest.raises(NotFound):
        sheets.sheet(*COLORS).line("nobody")


def test_one_cell_is_written_and_nothing_else() -> None:
    line = sheets.sheet(*COLORS).line(FIRST)
    same = sheets.written(*COLORS, FIRST, line.texts, line.note)
    changed = sheets.written(*COLORS, FIRST, ("> 40", *line.texts[1:]), "试行")

    assert canonical(same) == canonical(DRAWN)
    before, after = (canonical(one).decode() for one in (DRAWN, changed))
    assert before.replace("&gt;= 31", "&gt; 40").replace("内部规定，可以调整", "试行", 1) == after


def test_a_rule_moves_among_its_neighbours_and_back() -> None:
    lower = sheets.moved(*COLORS, FIRST, 1)

    assert rules(lower)[:2] == [SECOND, FIRST]
    assert canonical(sheets.moved("x", lower, "control_color", FIRST, -1)) == canonical(DRAWN)
    assert canonical(sheets.moved(*COLORS, FIRST, -1)) == canonical(DRAWN)


def test_a_rule_is_added_with_ids_nobody_has_and_taken_out_again() -> None:
    texts = ["> 3", *[""] * 13, '"red"', '"逾期"']
    longer = sheets.added(*COLORS, texts, "试行")
    twice = sheets.added("x", longer, "control_color", texts, "")

    assert rules(twice)[-2:] == ["Rule_added_1", "Rule_added_2"]
    assert dmn.read("x", twice).findings == ()
    ids = [node.get("id") for node in etree.fromstring(twice).iter() if node.get("id")]
    assert len(ids) == len(set(ids))
    shorter = sheets.removed("x", longer, "control_color", "Rule_added_1")
    assert canonical(shorter) == canonical(DRAWN)


def test_an_empty_table_gets_its_first_rule() -> None:
    content = file(decision("level", table()))

    found = sheets.added("x.dmn", content, "level", ["> 5", '"high"'], "")

    assert dmn.read("x.dmn", found).decisions["level"].answer({"size": 6}).rows == (
        {"result": "high"},
    )


def test_rules_without_ids_go_by_their_place() -> None:
    content = file(decision("level", table(rule("> 5", '"high"'), rule("<= 5", '"low"'))))

    found = sheets.written("x.dmn", content, "level", "#2", ("<= 4", '"low"'), "")

    assert [line.texts for line in sheets.sheet("x.dmn", found, "level").lines] == [
        ("> 5", '"high"'),
        ("<= 4", '"low"'),
    ]


def test_a_stamp_makes_the_same_rules_another_file_and_replaces_the_last() -> None:
    once = sheets.stamped("x", DRAWN, "第 2 版--")
    twice = sheets.stamped("x", once, "第 3 版")

    assert canonical(once) == canonical(twice) == canonical(DRAWN)
    assert once.decode().rstrip().endswith("<!-- tibanping: 第 2 版— -->")
    assert twice.decode().count("<!--") == DRAWN.decode().count("<!--") + 1
    assert dmn.read("x", twice).findings == ()
