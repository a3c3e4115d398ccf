"""Before a table is changed it is said which numbers would be left without a rule, or have several."""

from pathlib import Path

import pytest

from service.engine.deciding import coverage, dmn, sheets
from service.engine.deciding.coverage import Version

DRAWN = (Path(__file__).parents[4] / "processes" / "control_color.dmn").read_bytes()
TABLES = Path(__file__).parents[3] / "diagrams" / "dmn"
NAME = "control_color"
RED, YELLOW, WHITE = (f"Rule_reply_overdue_{color}" for color in ("red", "yellow", "white"))


def version(content: bytes) -> Version:
    return Version(sheets.sheet("x", content, NAME), dmn.read("x", content).decisions[NAME])


def changed(*cells: tuple[str, str]) -> list[str]:
    """Return what is said when the first cell of these rules is written otherwise."""
    content = DRAWN
    for key, text in cells:
        line = sheets.sheet("x", content, NAME).line(key)
        content = sheets.written("x", content, NAME, key, (text, *line.texts[1:]), line.note)
    return coverage.warnings(version(DRAWN), version(content))


def test_an_unchanged_table_says_nothing() -> None:
    assert changed() == []


def test_numbers_left_without_a_rule_are_named() -> None:
    [sentence] = changed((YELLOW, "[15..30]"))

    assert sentence.startswith(
        "答复逾期的工作日数从 11 到 14：现在有第 6 条规则，改了以后没有规则满足"
    )


def test_neighbours_changed_together_leave_nothing_out() -> None:
    assert changed((YELLOW, "[15..30]"), (WHITE, "[1..14]")) == []


def test_numbers_with_several_rules_are_named() -> None:
    [sentence] = changed((WHITE, "[1..14]"))

    assert sentence.startswith("答复逾期的工作日数从 11 到 14：改了以后第 6、14 条规则同时满足")
    assert "满足的规则全部给出" in sentence


@pytest.mark.parametrize(
    ("cell", "where"),
    [
        ("[31..40]", "答复逾期的工作日数 41 及以上："),
        (">= 32", "答复逾期的工作日数为 31："),
    ],
)
def test_one_number_and_an_open_end_are_named(cell: str, where: str) -> None:
    [sentence] = changed((RED, cell))

    assert sentence.startswith(where)


def test_a_rule_that_is_taken_out_leaves_its_numbers() -> None:
    shorter = sheets.removed("x", DRAWN, NAME, "Rule_assist_overdue_yellow")

    [sentence] = coverage.warnings(version(DRAWN), version(shorter))

    assert sentence.startswith("协办意见逾期的工作日数 11 及以上：现在有第 7 条规则")


def test_a_gap_there_was_already_is_no_news() -> None:
    gap = sheets.removed("x", DRAWN, NAME, YELLOW)

    assert coverage.warnings(version(gap), version(gap)) == []


def test_rules_that_look_at_several_columns_are_left_to_a_person() -> None:
    line = sheets.sheet("x", DRAWN, NAME).line(YELLOW)
    both = ("[11..30]", "true", *line.texts[2:])
    narrowed = sheets.written("x", DRAWN, NAME, YELLOW, both, line.note)

    [sentence] = coverage.warnings(version(DRAWN), version(narrowed))

    assert "从 11 到 30" in sentence


@pytest.mark.parametrize("path", sorted(TABLES.glob("*/*.dmn")), ids=lambda path: path.stem)
def test_no_table_of_anybody_s_breaks_it(path: Path) -> None:
    content = path.read_bytes()
    read = dmn.read(path.name, content).decisions

    for sheet in sheets.sheets(path.name, content):
        if sheet.decision in read:
            same = Version(sheet, read[sheet.decision])
            assert coverage.warnings(same, same) == []
