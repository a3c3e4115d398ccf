"""Limits, defaults and conditions name what is answered on the same form, the moment, and what the case knows."""

from typing import Any

import pytest

from service.errors import FormInvalid
from service.forms import FormSpec
from tests.service.forms.samples import Source, form, sent


def date(id_: str, label: str, **constraints: str) -> Source:
    return Source(id_, "date", label, constraints=constraints)


def number(id_: str, label: str, default: str = "", **constraints: str) -> Source:
    return Source(id_, "long", label, default, constraints=constraints)


VISIT = form(date("begins_on", "开始日"), date("ends_on", "结束日", min="${begins_on}"))
BACKWARDS = form(date("begins_on", "开始日", max="${ends_on}"), date("ends_on", "结束日"))
SHARES = form(number("whole", "总数"), number("part", "其中", max="${whole}", min="${whole / 4}"))
UNITS = form(
    number("most", "至多几家"),
    Source("ways", "choices", "方式", options=[("a", "走访"), ("b", "座谈"), ("c", "问卷")],
           constraints={"max": "${most}"}),
)  # fmt: skip


def refused(spec: FormSpec, names: dict[str, Any] | None = None, **typed: str) -> dict[str, str]:
    with pytest.raises(FormInvalid) as invalid:
        spec.read(sent(**typed), names or {}, {})
    return invalid.value.messages


@pytest.mark.parametrize(
    ("spec", "typed", "messages"),
    [
        (
            VISIT,
            {"begins_on": "2026-12-03", "ends_on": "2026-12-01"},
            {"ends_on": "“结束日”不能早于“开始日”（2026年12月3日），请改正。"},
        ),
        (
            BACKWARDS,
            {"begins_on": "2026-12-03", "ends_on": "2026-12-01"},
            {"begins_on": "“开始日”不能晚于“结束日”（2026年12月1日），请改正。"},
        ),
        (SHARES, {"whole": "8", "part": "9"}, {"part": "“其中”不能大于“总数”（8），请改正。"}),
        (
            SHARES,
            {"whole": "8", "part": "1"},
            {"part": "“其中”不能小于 2（按“总数”计算），请改正。"},
        ),
    ],
)
def test_a_limit_that_names_another_field_says_so_by_its_label(
    spec: FormSpec, typed: dict[str, str], messages: dict[str, str]
) -> None:
    assert refused(spec, **typed) == messages


def test_a_count_may_be_bounded_by_a_number_of_the_same_form() -> None:
    with pytest.raises(FormInvalid) as invalid:
        UNITS.check({"most": 1, "ways": ["a", "b"]}, {}, {})

    assert invalid.value.messages == {"ways": "“方式”最多“至多几家”（1 项），现在有 2 项，请删减。"}
    assert UNITS.check({"most": 2, "ways": ["a", "b"]}, {}, {})["ways"] == ["a", "b"]


@pytest.mark.parametrize(
    ("spec", "typed"),
    [
        (VISIT, {"begins_on": "2026-12-03", "ends_on": "2026-12-03"}),
        (VISIT, {"begins_on": "", "ends_on": "2026-12-03"}),
        (VISIT, {"begins_on": "2026-12-03", "ends_on": ""}),
        (VISIT, {"begins_on": "", "ends_on": ""}),
        (BACKWARDS, {"begins_on": "2026-12-03", "ends_on": ""}),
        (SHARES, {"whole": "", "part": "9"}),
        (SHARES, {"whole": "8", "part": "8"}),
        (UNITS, {"most": "", "ways": "a"}),
    ],
)
def test_what_fits_is_taken_and_an_empty_field_limits_nothing(
    spec: FormSpec, typed: dict[str, str]
) -> None:
    spec.read(sent(**typed), {}, {})


def test_a_limit_computed_from_an_empty_field_is_none_even_where_a_sum_has_a_value() -> None:
    spec = form(number("a", "甲"), number("b", "乙", max="${2 * a}"))

    assert spec.read(sent(a="", b="5"), {}, {})["b"] == 5
    assert refused(spec, a="2", b="5") == {"b": "“乙”不能大于 4（按“甲”计算），请改正。"}


def test_an_expression_that_chooses_says_itself_what_counts_where_a_field_is_empty() -> None:
    spec = form(number("a", "甲"), number("b", "乙", max="${empty a ? 3 : a}"))

    assert refused(spec, a="", b="5") == {"b": "“乙”不能大于 3（按“甲”计算），请改正。"}
    assert spec.read(sent(a="6", b="5"), {}, {})["b"] == 5


def test_a_field_with_a_mistake_of_its_own_limits_nothing_else() -> None:
    assert refused(VISIT, begins_on="后天", ends_on="2026-12-01").keys() == {"begins_on"}


def test_a_field_that_is_not_asked_limits_nothing() -> None:
    spec = form(
        Source("has_start", "boolean", "有开始日"),
        Source("begins_on", "date", "开始日", properties={"showIf": "has_start"}),
        date("ends_on", "结束日", min="${begins_on}"),
    )

    typed = {"begins_on": "2026-12-03", "ends_on": "2026-12-01"}

    assert spec.read(sent(has_start="false", **typed), {}, {})["ends_on"] == "2026-12-01"
    assert refused(spec, has_start="true", **typed).keys() == {"ends_on"}


def test_by_its_own_name_a_field_means_what_the_case_knew_before() -> None:
    spec = form(date("until", "延至", min="${until}"))

    assert spec.read(sent(until="2026-12-05"), {"until": "2026-12-03"}, {})
    assert refused(spec, {"until": "2026-12-03"}, until="2026-12-01") == {
        "until": "“延至”不能早于 2026年12月3日，请改正。"
    }
    assert spec.read(sent(until="2026-12-01"), {}, {})


@pytest.mark.parametrize("begun", [None, ""])
def test_a_field_of_another_task_that_was_left_empty_limits_nothing(begun: str | None) -> None:
    spec = form(date("ends_on", "结束日", min="${begun_on.plusDays(3)}"))

    assert spec.read(sent(ends_on="2026-12-01"), {"begun_on": begun}, {})
    assert refused(spec, {"begun_on": "2026-12-01"}, ends_on="2026-12-01") == {
        "ends_on": "“结束日”不能早于 2026年12月4日，请改正。"
    }


def test_the_letters_of_a_text_may_be_bounded_by_a_number_of_the_same_form() -> None:
    spec = form(
        number("most", "字数"),
        Source("note", "longtext", "摘要", constraints={"maxlength": "${most}"}),
        Source("title", "string", "标题", constraints={"minlength": "${most}"}),
    )

    assert refused(spec, most="3", note="一二三四", title="一二") == {
        "note": "“摘要”最多“字数”（3 个字），现在有 4 个字，请删减 1 个字。",
        "title": "“标题”至少写“字数”（3 个字），现在只有 2 个字，请补充。",
    }
    assert spec.read(sent(most="", note="一二三四", title="一"), {}, {})


# --- the moment and named limits -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraints", "refused_day", "sentence", "good_day"),
    [
        ({"min": "${now()}"}, "2026-03-01", "不能早于今天（2026年3月2日）", "2026-03-02"),
        ({"max": "${dateTime()}"}, "2026-03-03", "不能晚于今天（2026年3月2日）", "2026-03-02"),
        ({"max": '${deadline("sign")}'}, "2026-03-06", "不能晚于 2026年3月5日", "2026-03-05"),
        ({"min": "#{now().plusDays(2)}"}, "2026-03-03", "不能早于 2026年3月4日", "2026-03-04"),
    ],
)
def test_a_date_may_be_bounded_by_the_moment_and_by_named_limits(
    constraints: dict[str, str], refused_day: str, sentence: str, good_day: str
) -> None:
    spec = form(Source("done_on", "date", "办结日", constraints=constraints))

    assert refused(spec, done_on=refused_day) == {"done_on": f"“办结日”{sentence}，请改正。"}
    assert spec.read(sent(done_on=good_day), {}, {})


def test_a_question_may_be_asked_only_before_today() -> None:
    spec = form(
        date("done_on", "办结日"),
        Source("why", "string", "提前的原因", constraints={"required": ""},
               properties={"showIf": "done_on < now()"}),
    )  # fmt: skip

    assert refused(spec, done_on="2026-03-01") == {"why": "请填写“提前的原因”。"}
    assert spec.read(sent(done_on="2026-03-03", why="x"), {}, {})["why"] is None
    assert spec.read(sent(done_on="", why="x"), {}, {})["why"] is None
    assert [field.id for field in spec.view({}, {}, {}, {}).fields] == ["done_on", "why"]


def test_the_page_knows_the_days_that_depend_on_nothing_that_is_asked() -> None:
    spec = form(
        date("a", "甲", min="${now()}", max='${deadline("sign")}'),
        date("b", "乙", min="${a}", max="2026-12-31"),
        date("c", "丙", min="${begun_on}"),
        date("d", "丁", min="${nobody}"),
    )

    fields = spec.view({}, {}, {}, {"begun_on": "2026-02-01"}).fields

    assert [field.days for field in fields] == [
        ("2026-03-02", "2026-03-05"),
        ("", "2026-12-31"),
        ("2026-02-01", ""),
        ("", ""),
    ]


# --- defaults ------------------------------------------------------------------------------------


def test_defaults_are_computed_in_order_over_the_case_and_what_stands_before() -> None:
    spec = form(
        Source("a", "date", "甲", "${now()}"),
        Source("b", "date", "乙", "${a.plusDays(3)}"),
        Source("c", "date", "丙", '${deadline("sign")}'),
        number("d", "丁", "${d + 1}"),
    )

    assert spec.initial({"d": 4}, {}) == {
        "a": "2026-03-02",
        "b": "2026-03-05",
        "c": "2026-03-05",
        "d": 5,
    }


def test_what_is_only_shown_is_computed_from_what_was_answered() -> None:
    spec = form(
        Source("total", "long", "合计", "${price * count}", constraints={"readonly": ""}),
        number("price", "单价"),
        number("count", "数量"),
    )

    assert spec.read(sent(price="3", count="4"), {}, {})["total"] == 12
    assert spec.view({"price": "3", "count": "5"}, {}, {}, {}).fields[0].text == "15"
    assert spec.check({"price": None, "count": 4}, {}, {})["total"] == 0


# --- limits that cannot be computed --------------------------------------------------------------


@pytest.mark.parametrize(
    ("constraints", "typed", "sentence"),
    [
        ({"max": "${word}"}, "3", "“件数”要按“说明”核对，按现在填的算不出来，请改正“说明”。"),
        ({"max": "${word * 2}"}, "3", "“件数”要按“说明”核对，按现在填的算不出来，请改正“说明”。"),
        ({"min": "${word.plusDays(1)}"}, "3", "“件数”要按“说明”核对"),
    ],
)
def test_a_limit_that_another_answer_spoils_is_a_sentence_at_the_field(
    constraints: dict[str, str], typed: str, sentence: str
) -> None:
    spec = form(Source("word", "string", "说明"), number("count", "件数", **constraints))

    with pytest.raises(FormInvalid) as invalid:
        spec.read(sent(word="很多", count=typed), {}, {})

    assert sentence in invalid.value.messages["count"]
    assert invalid.value.values == {"word": "很多", "count": typed}
    assert invalid.value.broken is None
    assert spec.read(sent(word="", count=typed), {}, {})


@pytest.mark.parametrize(
    "field",
    [
        number("count", "件数", max="${nobody}"),
        number("count", "件数", max="${now()}"),
        number("count", "件数", min="${flag}"),
        number("count", "件数", min="${1 +}"),
        Source("count", "long", "件数", properties={"showIf": "nobody > 3"}),
        Source("count", "long", "件数", properties={"showIf": "title.plusDays(1) > 3"}),
    ],
)
def test_a_limit_that_no_answer_can_mend_is_a_sentence_and_says_that_the_diagram_is_broken(
    field: Source,
) -> None:
    names = {"flag": True, "title": "修路"}

    with pytest.raises(FormInvalid) as invalid:
        form(field).read(sent(count="3"), names, {})

    assert "算不出来，暂时不能提交" in invalid.value.messages["count"]
    assert invalid.value.broken is not None
    assert form(field).view({}, {}, {}, names).fields[0].id == "count"
