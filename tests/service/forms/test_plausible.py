"""Whatever a form asks, what is made up for it is what the form itself accepts."""

from datetime import date

import pytest

from service.engine.definitions import FieldSource
from service.forms import FormSpec, Option
from service.forms.plausible import Occasion, values, way
from tests.service.forms.samples import LANGUAGE

TODAY = date(2026, 3, 2)
REQUIRED = {"required": "true"}
OPTIONS = {
    "units": [Option("GA", "公安局"), Option("JT", "交通运输局")],
    "people": [Option("li_ming", "李明")],
    "attachments": [("7", "照片.jpg")],
    "items": [{"number": 1, "text": "增设警示。"}, {"number": 2, "text": "加装护栏。"}],
}


def source(id_, type_, constraints=None, default=None, options=(), **properties):
    return FieldSource(id_, id_, type_, default, tuple(options), constraints or {}, properties)


def form(*fields):
    return FormSpec.of(fields, LANGUAGE)


def handed_in(spec, given=None, visit=0, names=None, **refused):
    names = names or {}
    made = values(spec, OPTIONS, given or {}, Occasion(TODAY, visit, names, refused))
    return spec.check(made, names, OPTIONS)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (source("x", "string", {**REQUIRED, "maxlength": "4"}), "模拟填写"),
        (source("x", "long", {"min": "3"}), 3),
        (source("x", "long", {"max": "0"}), 0),
        (source("x", "number", {}), 1.0),
        (source("x", "date", REQUIRED), "2026-03-02"),
        (source("x", "date", {**REQUIRED, "min": "2026-05-01"}), "2026-05-01"),
        (source("x", "date", {**REQUIRED, "max": "${limit}"}), "2026-01-31"),
        (source("x", "boolean"), True),
        (source("x", "boolean", default="false"), False),
        (source("x", "enum", options=[("a", "甲"), ("b", "乙")]), "a"),
        (source("x", "enum", options=[("a", "甲"), ("b", "乙")], default="b"), "b"),
        (source("x", "choices", REQUIRED, options=[("a", "甲"), ("b", "乙")]), ["a", "b"]),
        (source("x", "person", REQUIRED), "li_ming"),
        (source("x", "unit", REQUIRED), "GA"),
        (source("x", "units", REQUIRED), ["GA"]),
        (source("x", "units", {**REQUIRED, "min": "2"}), ["GA", "JT"]),
        (source("x", "file", REQUIRED), [7]),
        (source("x", "longtext"), None),
        (source("x", "units"), []),
        (source("x", "date"), "2026-03-02"),
        (source("x", "date", variable="false"), None),
        (source("x", "person"), "li_ming"),
    ],
    ids=lambda value: getattr(value, "type", None),
)
def test_each_type_is_answered_within_its_limits(field, expected):
    assert handed_in(form(field), names={"limit": "2026-01-31"})["x"] == expected


def test_a_long_text_is_as_long_as_asked():
    spec = form(source("x", "longtext", {**REQUIRED, "minlength": "120", "maxlength": "125"}))

    assert 120 <= len(handed_in(spec)["x"]) <= 125


def test_an_empty_table_gets_as_many_rows_as_it_needs():
    columns = "text:longtext:内容!;state:enum:状态!:done=已办|open=未办;note:string:备注"
    spec = form(source("rows", "table", {**REQUIRED, "min": "2"}, columns=columns))

    rows = handed_in(spec)["rows"]

    assert [(row["state"], row["note"]) for row in rows] == [("done", None)] * 2
    assert all(row["text"] for row in rows)


def test_the_rows_of_a_list_are_answered_one_by_one():
    columns = "number:long:第几条=;text:longtext:建议=;response:longtext:回应!"
    spec = form(source("rows", "table", REQUIRED, columns=columns, source="items"))

    rows = handed_in(spec)["rows"]

    assert [row["text"] for row in rows] == ["增设警示。", "加装护栏。"]
    assert all(row["response"] for row in rows)


def test_what_is_given_wins_and_what_is_hidden_is_dropped():
    spec = form(
        source("ok", "boolean"),
        source("why", "string", REQUIRED, showIf="ok == False"),
    )

    assert handed_in(spec) == {"ok": True, "why": None}
    assert handed_in(spec, {"ok": False, "why": "缺附件"}) == {"ok": False, "why": "缺附件"}


def test_each_visit_chooses_what_was_not_tried():
    spec = form(source("x", "enum", default="b", options=[("a", "甲"), ("b", "乙"), ("c", "丙")]))

    assert [handed_in(spec, visit=visit)["x"] for visit in range(3)] == ["b", "a", "c"]


def test_two_choices_meet_in_every_pair():
    spec = form(source("x", "boolean"), source("y", "boolean"))

    pairs = [tuple(handed_in(spec, visit=visit).values()) for visit in range(4)]

    assert set(pairs) == {(True, True), (True, False), (False, True), (False, False)}


def test_the_first_answers_of_all_are_followed_by_those_that_differ_in_one():
    ways = [way([2, 3, 2], number) for number in range(12)]

    assert ways[0] == (0, 0, 0)
    assert set(ways[1:4]) == {(1, 0, 0), (0, 1, 0), (0, 0, 1)}
    assert len(set(ways)) == 12


def test_two_forms_that_must_agree_meet_in_the_end_and_always_at_the_same_visit():
    def agree(visit):
        return way([2], visit, "Task_a") == (1,) and way([2], visit, "Task_b") == (0,)

    first = next(visit for visit in range(50) if agree(visit))

    assert first > 1  # the systematic visits go in step
    assert first == next(visit for visit in range(50) if agree(visit))


def test_a_number_is_tried_in_every_size_within_its_limits():
    spec = form(source("x", "long", {"min": "2", "max": "5000"}))

    numbers = [handed_in(spec, visit=visit)["x"] for visit in range(5)]

    assert numbers == [2, 10, 100, 1000, 5000]


def test_a_text_may_be_what_the_diagram_compares_it_with():
    spec = form(source("x", "string", {**REQUIRED, "maxlength": "4"}))
    words = {"x": ["同意", "退回", "写不下的很长的一个词"]}
    occasions = [Occasion(TODAY, visit, words=words) for visit in range(3)]

    made = [values(spec, OPTIONS, {}, occasion)["x"] for occasion in occasions]

    assert made == ["同意", "退回", "模拟填写"]


def test_an_empty_table_gets_a_row_though_it_need_not():
    spec = form(source("rows", "table", columns="text:longtext:内容!"))

    assert len(handed_in(spec)["rows"]) == 1


def test_a_form_with_a_great_many_questions_is_filled_in_at_once():
    options = [(str(code), str(code)) for code in range(9)]
    spec = form(*(source(f"x{number}", "enum", options=options) for number in range(60)))

    assert handed_in(spec, visit=900)["x59"]


def test_a_complaint_is_met_with_another_answer():
    spec = form(
        source("ok", "boolean"),
        source("note", "string"),
        source("list", "choices", options=[("a", "甲"), ("b", "乙")]),
        source("day", "date", REQUIRED),
        source("unit", "unit", REQUIRED),
        source("units", "units"),
        source("rows", "table", columns="text:string:内容"),
    )

    mended = handed_in(spec, **{field.id: 1 for field in spec.fields})

    assert mended["ok"] is False
    assert mended["note"]
    assert mended["list"] == ["a", "b"]
    assert mended["day"] == "2026-03-09"
    assert mended["unit"] == "JT"
    assert mended["units"] == ["GA", "JT"]
    assert mended["rows"][0]["text"]
