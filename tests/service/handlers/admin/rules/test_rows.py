"""One rule is a form: what it shows, what it takes, and what it says of a wrong field."""

from pathlib import Path

from service.engine.checking.lint import Finding
from service.engine.deciding import sheets
from service.handlers.admin.rules import rows

DRAWN = (Path(__file__).parents[5] / "processes" / "control_color.dmn").read_bytes()
SHEET = sheets.sheet("x", DRAWN, "control_color")
LABELS = {"color": {"red": "红牌", "yellow": "黄牌", "white": "白牌"}}
YELLOW = "Rule_reply_overdue_yellow"


def test_a_rule_is_shown_with_its_choices_and_words() -> None:
    row = rows.of(SHEET, YELLOW, LABELS)
    color, reason = row.results

    assert [one.column.label for one in row.conditions if one.is_asked] == ["答复逾期的工作日数"]
    assert color.choices == {'"red"': "红牌", '"yellow"': "黄牌", '"white"': "白牌"}
    assert reason.is_words
    assert reason.value.startswith("答复逾期 {答复逾期的工作日数}")
    assert rows.of(SHEET, "", LABELS).note == ""


def test_what_was_typed_becomes_the_texts_of_the_cells() -> None:
    sent = {f"sign-{n}": "any" for n in range(14)}
    sent |= {
        "sign-0": "least",
        "first-0": "15",
        "result-0": '"red"',
        "result-1": "逾期 {答复逾期的工作日数} 日",
    }

    row = rows.typed(SHEET, YELLOW, LABELS, sent)

    assert row.faults == []
    assert row.texts == (">= 15", *[""] * 13, '"red"', '"逾期 {reply_overdue} 日"')


def test_a_wrong_field_is_named_and_a_finding_stands_at_its_cell() -> None:
    row = rows.typed(SHEET, YELLOW, LABELS, {"sign-0": "least", "result-0": '"red"'})
    assert [anchor for anchor, _ in row.faults][:2] == ["sign-0", "sign-1"]

    line = SHEET.line(YELLOW)
    found = [
        Finding("x", line.conditions[0].id, "cell", "error", "决策第 6 条规则的“天”列：写错了。"),
        Finding("x", "control_color", "table", "error", "整张表有错。"),
    ]
    told = rows.of(SHEET, YELLOW, LABELS).told(line, found)
    assert told.faults == [("sign-0", "答复逾期的工作日数：写错了。"), ("", "整张表有错。")]


def test_a_rule_is_said_in_words() -> None:
    said = rows.spoken_of(SHEET.line(YELLOW), SHEET, LABELS)

    assert (said.number, said.conditions) == (6, (("答复逾期的工作日数", "从 11 到 30"),))
    assert said.results[0] == "黄牌"
