"""Two versions of a table are compared rule by rule, in words."""

from pathlib import Path

from service.engine.deciding import compared, sheets

DRAWN = (Path(__file__).parents[4] / "processes" / "control_color.dmn").read_bytes()
NAME = "control_color"
LABELS = {"color": {"red": "红牌", "yellow": "黄牌"}}
FIRST, YELLOW = "Rule_reply_overdue_red", "Rule_reply_overdue_yellow"


def told(after: bytes, before: bytes = DRAWN) -> list[tuple[str, str, str, str]]:
    one, other = (sheets.sheet("x", content, NAME) for content in (before, after))
    found = compared.differences(one, other, LABELS)
    return [(each.rule, each.what, each.before, each.after) for each in found]


def test_the_same_rules_are_no_difference() -> None:
    assert told(sheets.stamped("x", DRAWN, "第 2 版")) == []


def test_a_cell_and_a_note_are_named_by_their_column() -> None:
    line = sheets.sheet("x", DRAWN, NAME).line(YELLOW)
    texts = (">= 15", *line.texts[1:14], '"red"', line.texts[15])

    assert told(sheets.written("x", DRAWN, NAME, YELLOW, texts, "")) == [
        ("第 6 条", "答复逾期的工作日数", "从 11 到 30", "大于等于 15"),
        ("第 6 条", "颜色", "黄牌", "红牌"),
        ("第 6 条", "依据", "内部规定，可以调整", "（没有）"),
    ]


def test_rules_come_go_and_move() -> None:
    texts = [">= 60", *[""] * 13, '"red"', '"太久"']
    longer = sheets.added("x", DRAWN, NAME, texts, "")
    shorter = sheets.removed("x", longer, NAME, "Rule_past_legal_limit_red")
    moved = sheets.moved("x", DRAWN, NAME, FIRST, 1)

    assert told(shorter) == [
        ("第 19 条", "新增", "（没有）", "答复逾期的工作日数 大于等于 60 → 红牌；太久"),
        (
            "原第 2 条",
            "删除",
            "突破六个月法定上限 是 → 红牌；超过自交办之日起六个月的法定上限仍未答复。",
            "（没有）",
        ),
    ]
    assert len(told(moved)) == 1
    assert told(moved)[0][1] == "次序"


def test_what_a_designer_changed_of_the_table_itself_is_said_too() -> None:
    other = DRAWN.replace(b'hitPolicy="RULE ORDER"', b'hitPolicy="FIRST"')

    [(rule, what, before, after)] = told(other)

    assert (rule, what) == ("整张表", "几条规则同时满足时")
    assert before.startswith("全部")
    assert after.startswith("首条")
