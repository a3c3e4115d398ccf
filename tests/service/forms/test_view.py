"""What a page is told to draw."""

from werkzeug.datastructures import MultiDict

from service.forms import Option
from tests.service.forms.samples import Source, form

SPEC = form(
    Source("title", "string", "标题", constraints={"required": ""}, properties={"help": "一事一议。"}),
    Source("agreed", "boolean", "是否同意", constraints={"required": ""}),
    Source("unit", "unit", "单位"),
    Source("reason", "longtext", "理由", constraints={"maxlength": "300", "required": ""},
           properties={"showIf": "agreed == False"}),
    Source("files", "file", "附件"),
    Source("rows", "table", "任务", properties={"columns": "what:string:内容!;ok:boolean:完成"}),
)  # fmt: skip
OPTIONS = {
    "units": [Option(str(n), f"第 {n} 局") for n in range(20)],
    "attachments": [Option("7", "现场.jpg（120 KB）"), Option("8", "别处.pdf")],
}


def test_each_field_knows_its_control_its_hints_and_what_describes_it() -> None:
    view = SPEC.view({}, {}, OPTIONS, {})
    title, agreed, unit, reason, files, rows = view.fields

    assert [f.control for f in view.fields] == [
        "text", "radios", "select", "textarea", "file", "table",
    ]  # fmt: skip
    assert title.hints == ("一事一议。",)
    assert title.described_by == "title-hint"
    assert [c.label for c in agreed.choices] == ["是", "否"]
    assert len(unit.choices) == 20
    assert reason.hints == ("只在“是否同意”选“否”时填写。", "最多 300 个字。")
    assert reason.show_when == '["==", ["field", "agreed", "truth"], ["value", false]]'
    assert "支持图片" in files.hints[0]
    assert len(rows.rows) == 3
    assert rows.rows[1].cells[0].name == "rows-1-what"
    assert rows.rows[1].cells[1].control == "select"
    assert view.has_files


def test_errors_are_listed_in_the_order_of_the_page_and_lead_to_the_right_place() -> None:
    messages = {
        "rows-0-what": "第 1 行：请填写“内容”。",
        "agreed": "请选择“是否同意”。",
        "gone": "表单里没有“gone”这一项。",
    }

    view = SPEC.view({"rows": [{"ok": "true"}]}, messages, OPTIONS, {})

    assert view.errors == (
        ("agreed-0", "请选择“是否同意”。"),
        ("rows-0-what", "第 1 行：请填写“内容”。"),
        ("", "表单里没有“gone”这一项。"),
    )
    assert view.fields[1].described_by == "agreed-error"
    assert view.fields[5].rows[0].cells[0].error == "第 1 行：请填写“内容”。"


def test_what_was_typed_is_shown_again_right_or_wrong() -> None:
    typed = {
        "title": "x" * 300,
        "agreed": "true",
        "unit": "3",
        "reason": "旧",
        "files": ["7"],
        "rows": [{"what": "修路", "ok": "false"}],
    }

    title, agreed, unit, reason, files, rows = SPEC.view(typed, {}, OPTIONS, {}).fields

    assert title.text == "x" * 300
    assert [c.checked for c in agreed.choices] == [True, False]
    assert [c.value for c in unit.choices if c.checked] == ["3"]
    assert reason.text == "旧"
    assert [(c.value, c.label) for c in files.choices] == [("7", "现场.jpg（120 KB）")]
    assert rows.rows[0].cells[0].text == "修路"
    assert [c.checked for c in rows.rows[0].cells[1].choices] == [False, True]


def test_asking_for_a_row_gives_one_more() -> None:
    four = {"rows": [{"what": str(n)} for n in range(4)]}

    assert len(SPEC.view(four, {}, OPTIONS, {}).fields[5].rows) == 4
    assert len(SPEC.view(four, {}, OPTIONS, {}, more_rows="rows").fields[5].rows) == 5
    assert len(SPEC.view({}, {}, OPTIONS, {}, more_rows="rows").fields[5].rows) == 4


def test_what_is_still_missing_is_named() -> None:
    assert SPEC.view({}, {}, OPTIONS, {}).missing == ("标题", "是否同意")
    assert SPEC.view({"title": "修路", "agreed": False}, {}, OPTIONS, {}).missing == ()


def test_a_read_only_field_is_shown_in_words() -> None:
    spec = form(
        Source("unit", "unit", "主办单位", default="${unit}", constraints={"readonly": ""}),
        Source("on", "date", "交办日期", default="2026-03-18", constraints={"readonly": ""}),
    )

    unit, on = spec.view({}, {}, OPTIONS, {"unit": "5"}).fields

    assert (unit.control, unit.text) == ("readonly", "第 5 局")
    assert on.text == "2026年3月18日"


def test_answers_are_told_in_words() -> None:
    values = {
        "title": "修路",
        "agreed": False,
        "unit": "3",
        "reason": None,
        "files": [7],
        "rows": [{"what": "修路", "ok": True}, {"what": "验收", "ok": None}],
    }

    title, agreed, unit, files, rows = SPEC.answers(values, OPTIONS)

    assert (title.label, title.text) == ("标题", "修路")
    assert (agreed.text, unit.text) == ("否", "第 3 局")
    assert files.files == (7,)
    assert rows.columns == ("内容", "完成")
    assert rows.rows == (("修路", "是"), ("验收", ""))


def test_files_that_are_only_shown_say_nothing_of_uploading() -> None:
    spec = form(Source("files", "file", "申请附件", constraints={"readonly": ""}))

    [files] = spec.view({}, {}, OPTIONS, {}).fields

    assert files.hints == ()


def test_a_choice_that_may_be_left_out_can_be_taken_back() -> None:
    """A radio button cannot be released; what must be chosen has no such choice, and a cell of a table has a list."""
    spec = form(
        Source("agreed", "boolean", "是否同意", constraints={"required": ""}),
        Source("talk", "boolean", "是否沟通"),
        Source("rows", "table", "任务", properties={"columns": "ok:boolean:完成"}),
    )

    asked, optional, rows = spec.view({}, {}, {}, {}).fields
    _, chosen, _ = spec.view({"talk": True}, {}, {}, {}).fields

    assert [one.label for one in asked.choices] == ["是", "否"]
    assert [(one.label, one.value, one.checked) for one in optional.choices] == [
        ("是", "true", False),
        ("否", "false", False),
        ("不填", "", True),
    ]
    assert [one.checked for one in chosen.choices] == [True, False, False]
    assert [one.label for one in rows.rows[0].cells[0].choices] == ["是", "否"]


def test_a_choice_taken_back_is_read_as_none() -> None:
    spec = form(Source("talk", "boolean", "是否沟通"))

    assert spec.read(MultiDict({"talk": ""}), {}, {})["talk"] is None


def test_where_there_is_nothing_to_choose_nothing_can_be_taken_back() -> None:
    spec = form(Source("talk", "enum", "沟通记录", properties={"source": "units"}))

    [talk] = spec.view({}, {}, {"units": []}, {}).fields

    assert talk.choices == ()
