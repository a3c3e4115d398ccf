"""A form keeps everything that was typed, takes only what fits, and says the rest in sentences."""

from collections.abc import Mapping
from typing import Any

import pytest

from service.errors import ExpressionFailed, FormInvalid
from service.forms import FormSpec, Option
from service.forms.visibility import Unknown
from tests.service.forms.samples import Source, form, sent

REVIEW = form(
    Source("title", "string", "标题", constraints={"required": "", "maxlength": "10"}),
    Source("conclusion", "enum", "审查结论", options=[("yes", "立案"), ("no", "不予立案")],
           constraints={"required": ""}),
    Source("reason", "longtext", "理由", constraints={"required": "", "minlength": "5"},
           properties={"showIf": 'conclusion == "no"'}),
    Source("due", "date", "完成日期", constraints={"min": "2026-01-01", "max": "${latest}"}),
    Source("count", "long", "件数", constraints={"min": "1", "max": "9"}),
)  # fmt: skip
RESPONSES = form(
    Source(
        "items",
        "table",
        "逐条回应",
        constraints={"required": ""},
        properties={
            "columns": "number:long:第几条!;text:longtext:回应!;state:enum:状态:done=已解决|later=以后"
        },
    )
)
NAMES = {"latest": "2026-12-31"}


def test_a_good_form_gives_typed_values() -> None:
    values = REVIEW.read(
        sent(title="修路", conclusion="yes", due="2026-05-01", count="3"), NAMES, {}
    )

    assert values == {
        "title": "修路",
        "conclusion": "yes",
        "reason": None,
        "due": "2026-05-01",
        "count": 3,
    }


def test_every_wrong_field_gets_its_own_sentence_and_everything_typed_is_kept() -> None:
    typed = sent(
        title="一二三四五六七八九十十一",
        conclusion="no",
        reason="短",
        due="2027-01-01",
        count="many",
    )

    with pytest.raises(FormInvalid) as invalid:
        REVIEW.read(typed, NAMES, {})

    assert invalid.value.messages == {
        "title": "“标题”最多 10 个字，现在有 12 个字，请删减 2 个字。",
        "reason": "“理由”至少写 5 个字，现在只有 1 个字，请补充。",
        "due": "“完成日期”不能晚于 2026年12月31日，请改正。",
        "count": "“件数”要填整数，例如 12，不要带单位。",
    }
    assert invalid.value.values == dict(typed)


def test_what_is_missing_is_asked_for() -> None:
    with pytest.raises(FormInvalid) as invalid:
        REVIEW.read(sent(title="  "), NAMES, {})

    assert invalid.value.messages == {
        "title": "请填写“标题”。",
        "conclusion": "请选择“审查结论”。",
    }


def test_a_hidden_field_is_neither_required_nor_kept() -> None:
    values = REVIEW.read(sent(title="修路", conclusion="yes", reason="x"), NAMES, {})

    assert values["reason"] is None


@pytest.mark.parametrize(("count", "words"), [("0", "不能小于 1"), ("10", "不能大于 9")])
def test_numbers_stay_in_range(count: str, words: str) -> None:
    with pytest.raises(FormInvalid) as invalid:
        REVIEW.read(sent(title="修路", conclusion="yes", count=count), NAMES, {})

    assert words in invalid.value.messages["count"]


def test_a_name_the_form_does_not_have_is_refused() -> None:
    typed = sent(title="修路", conclusion="yes", csrf_token="t", _version="3", approved="true")

    with pytest.raises(FormInvalid) as invalid:
        REVIEW.read(typed, NAMES, {})

    assert list(invalid.value.messages) == ["approved"]
    assert "没有“approved”这一项" in invalid.value.messages["approved"]


def test_rows_are_typed_and_empty_rows_fall_away() -> None:
    typed = sent(**{
        "items-0-number": "1", "items-0-text": "已修好", "items-0-state": "done",
        "items-1-number": "", "items-1-text": " ", "items-1-state": "",
        "items-4-number": "2", "items-4-text": "列入计划", "items-4-state": "",
    })  # fmt: skip

    values = RESPONSES.read(typed, {}, {})

    assert values["items"] == [
        {"number": 1, "text": "已修好", "state": "done"},
        {"number": 2, "text": "列入计划", "state": None},
    ]


def test_each_cell_has_its_own_message() -> None:
    typed = sent(**{
        "items-3-number": "一", "items-3-text": "已修好", "items-3-state": "done",
        "items-5-number": "2", "items-5-text": "", "items-5-state": "never",
    })  # fmt: skip

    with pytest.raises(FormInvalid) as invalid:
        RESPONSES.read(typed, {}, {})

    assert invalid.value.messages == {
        "items-0-number": "第 1 行：“第几条”要填整数，例如 12，不要带单位。",
        "items-1-text": "第 2 行：请填写“回应”。",
        "items-1-state": "第 2 行：“状态”选的内容不在可选范围内，请重新选择。",
    }
    assert invalid.value.values["items"][1]["number"] == "2"


def test_a_required_table_needs_a_row() -> None:
    with pytest.raises(FormInvalid) as invalid:
        RESPONSES.read(sent(**{"items-0-text": " "}), {}, {})

    assert invalid.value.messages == {"items": "请在“逐条回应”中至少填写一行。"}


def test_a_table_has_an_end() -> None:
    typed = sent(*((f"items-{n}-text", "x") for n in range(201)))

    with pytest.raises(FormInvalid) as invalid:
        RESPONSES.read(typed, {}, {})

    assert "最多 200 行" in invalid.value.messages["items"]


def test_a_cell_of_an_unknown_column_is_an_unknown_name() -> None:
    with pytest.raises(FormInvalid) as invalid:
        RESPONSES.read(sent(**{"items-0-text": "x", "items-0-price": "1"}), {}, {})

    assert "items-0-price" in invalid.value.messages


def test_values_that_are_typed_already_obey_the_same_rules() -> None:
    good = {"items": [{"number": 1, "text": "已修好", "state": "done"}]}
    assert RESPONSES.check(good, {}, {}) == good

    with pytest.raises(FormInvalid) as invalid:
        RESPONSES.check({"items": [{"number": 1, "price": 3}], "x": 1}, {}, {})
    assert set(invalid.value.messages) == {"items", "x"}

    with pytest.raises(FormInvalid):
        RESPONSES.check({"items": "text"}, {}, {})


def test_a_read_only_field_keeps_its_value_whatever_is_sent() -> None:
    spec = form(
        Source("unit", "string", "主办单位", default="${unit}", constraints={"readonly": ""}),
        Source("note", "string", "备注"),
    )

    assert spec.read(sent(unit="别的单位", note="好"), {"unit": "交通局"}, {}) == {
        "unit": "交通局",
        "note": "好",
    }


def test_choices_come_from_the_named_list() -> None:
    spec = form(
        Source("unit", "unit", "主办单位", constraints={"required": ""}),
        Source("helpers", "units", "协办单位", constraints={"max": "1"}),
        Source("files", "file", "附件"),
    )
    options = {
        "units": [Option("JT", "交通运输局"), Option("GA", "公安局")],
        "attachments": [Option("7", "现场.jpg")],
    }
    assert spec.sources == {"units"}
    assert spec.has_files

    values = spec.read(sent(("unit", "JT"), ("helpers", "GA"), ("files", "7")), {}, options)
    assert values == {"unit": "JT", "helpers": ["GA"], "files": [7]}

    with pytest.raises(FormInvalid) as invalid:
        spec.read(
            sent(("unit", "XX"), ("helpers", "GA"), ("helpers", "JT"), ("files", "8")), {}, options
        )
    assert "不在可选范围内" in invalid.value.messages["unit"]
    assert "最多 1 项" in invalid.value.messages["helpers"]
    assert "已经不在了" in invalid.value.messages["files"]


def test_a_later_condition_sees_that_an_earlier_field_was_dropped() -> None:
    spec = form(
        Source("a", "boolean", "甲"),
        Source("b", "enum", "乙", options=[("x", "某")], properties={"showIf": "a"}),
        Source("c", "string", "丙", properties={"showIf": 'b == "x"'}),
    )

    assert spec.read(sent(a="false", b="x", c="文字"), {}, {}) == {"a": False, "b": None, "c": None}


def test_defaults_and_source_rows_fill_a_new_form() -> None:
    spec = form(
        Source("who", "string", "姓名", default="${name}"),
        Source("kinds", "choices", "类别", default="a,b", options=[("a", "甲"), ("b", "乙")]),
        Source(
            "rows", "table", "条目", properties={"columns": "text:string:内容", "source": "lines"}
        ),
    )

    assert spec.initial({"name": "李明"}, {"lines": [{"text": "第一条"}]}) == {
        "who": "李明",
        "kinds": ["a", "b"],
        "rows": [{"text": "第一条"}],
    }


def test_a_form_that_comes_back_starts_with_what_was_written_before() -> None:
    before = {"prefill": "last_reply"}
    spec = form(
        Source("title", "string", "标题", default="无题", properties=before),
        Source("publicity", "enum", "公开", options=[("full", "全文")], properties=before),
        Source("reason", "longtext", "理由", default="不填", properties=before),
    )

    assert spec.sources == {"last_reply"}
    assert spec.initial({}, {"last_reply": []}) == {
        "title": "无题",
        "publicity": "",
        "reason": "不填",
    }
    row = {"title": "答复函", "publicity": "full", "reason": ""}
    assert spec.initial({}, {"last_reply": [row, {"title": "旧稿"}]}) == {
        "title": "答复函",
        "publicity": "full",
        "reason": "不填",
    }


def test_only_short_values_become_variables() -> None:
    values = {"title": "修路", "conclusion": "no", "reason": "很长", "due": None, "count": 1}

    assert REVIEW.variables(values) == {
        "title": "修路",
        "conclusion": "no",
        "due": None,
        "count": 1,
    }


def test_a_default_nobody_can_work_out_is_left_blank() -> None:
    class Lost(Unknown):
        def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
            raise ExpressionFailed

    spec = FormSpec.of([Source("unit", "string", "单位", default="${nobody}")], Lost())

    assert spec.initial({}, {}) == {"unit": ""}


def test_what_the_case_rules_out_is_not_even_shown() -> None:
    spec = form(
        Source("note", "string", "备注"),
        Source("opinion", "string", "协办意见", constraints={"required": ""},
               properties={"showIf": 'mode == "lead_assist"'}),
    )  # fmt: skip

    assert [f.id for f in spec.view({}, {}, {}, {"mode": "sole"}).fields] == ["note"]
    shown = spec.view({}, {}, {}, {"mode": "lead_assist"}).fields
    assert [(f.id, f.hints) for f in shown] == [("note", ()), ("opinion", ())]
    assert spec.read(sent(note="x"), {"mode": "sole"}, {})["opinion"] is None
    with pytest.raises(FormInvalid):
        spec.read(sent(note="x"), {"mode": "lead_assist"}, {})


ANSWERS = form(
    Source("items", "table", "逐条回应", properties={
        "source": "asked",
        "columns": "number:long:序号=;item:longtext:代表建议=;response:longtext:回应!;"
        "state:enum:状态:done=已解决|later=以后",
    }),
)  # fmt: skip
ASKED = {"asked": [{"number": 1, "item": "修路"}, {"number": 2, "item": "装灯", "state": "later"}]}


def test_a_given_column_is_what_the_list_says_whatever_is_sent() -> None:
    typed = sent(**{
        "items-0-response": "已修", "items-0-state": "done", "items-0-item": "不修",
        "items-1-response": "列入计划", "items-1-state": "later",
        "items-2-response": "多出来的一行",
    })  # fmt: skip

    assert ANSWERS.read(typed, {}, ASKED)["items"] == [
        {"number": 1, "item": "修路", "response": "已修", "state": "done"},
        {"number": 2, "item": "装灯", "response": "列入计划", "state": "later"},
    ]


def test_each_given_row_is_answered_in_its_place() -> None:
    with pytest.raises(FormInvalid) as invalid:
        ANSWERS.read(sent(**{"items-1-response": "列入计划"}), {}, ASKED)

    assert invalid.value.messages == {"items-0-response": "第 1 行：请填写“回应”。"}
    [table] = ANSWERS.view(invalid.value.values, invalid.value.messages, ASKED, {}).fields
    assert [[cell.text for cell in row.cells[:3]] for row in table.rows] == [
        ["1", "修路", ""],
        ["2", "装灯", "列入计划"],
    ]
    assert [cell.control for cell in table.rows[0].cells] == [
        "readonly", "readonly", "textarea", "select",
    ]  # fmt: skip
    assert table.has_given_rows


def test_given_rows_hold_for_typed_values_too() -> None:
    values = {"items": [{"number": 9, "item": "别的", "response": "好"}, {"response": "行"}]}

    assert [row["item"] for row in ANSWERS.check(values, {}, ASKED)["items"]] == ["修路", "装灯"]
    with pytest.raises(FormInvalid) as invalid:
        ANSWERS.check({}, {}, ASKED)
    assert set(invalid.value.messages) == {"items-0-response", "items-1-response"}


def test_a_new_form_shows_the_given_rows() -> None:
    assert ANSWERS.initial({}, ASKED)["items"][1] == {
        "number": 2, "item": "装灯", "response": None, "state": "later",
    }  # fmt: skip
    assert ANSWERS.initial({}, {"asked": []})["items"] == []


def test_a_field_that_is_only_shown_keeps_the_variable_of_its_name() -> None:
    shown = form(
        Source("amount", "long", "金额", constraints={"readonly": ""}),
        Source("unit", "string", "单位", default="${lead}", constraints={"readonly": ""}),
        Source("approved", "boolean", "同意"),
    )
    names = {"amount": 5, "unit": "GA", "lead": "JT"}

    values = shown.read(sent(approved="true"), names, {})

    assert values == {"amount": 5, "unit": "JT", "approved": True}
