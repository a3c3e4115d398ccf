"""Conditions, times and people as somebody from the office would say them."""

import pytest

from service.engine.drawn.source import Element, EventSource, FieldSource
from service.engine.telling import phrases
from service.engine.telling.phrases import Names

NAMES = Names(
    limits={"review": "审查"},
    roles={"deputy_office": "人大代表工委", "unit_head": "单位主要负责人"},
    fields={
        "conclusion": FieldSource(
            "conclusion", "审查结论", "enum", options=(("register", "立案登记"), ("letter", ""))
        ),
        "amount": FieldSource("amount", "金额", "long"),
        "ok": FieldSource("ok", "是否同意", "boolean"),
        "unit": FieldSource("unit", "主办单位", "string"),
    },
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('conclusion == "register"', "审查结论是“立案登记”"),
        ("${conclusion != 'register'}", "审查结论不是“立案登记”"),
        ("conclusion == 'letter'", "审查结论是“letter”"),
        ("conclusion in ['register', 'other']", "审查结论是“立案登记”或“other”"),
        ("conclusion not in ['register']", "审查结论不是“立案登记”"),
        ("amount > 100", "金额大于 100"),
        ("amount >= 0.5", "金额不小于 0.5"),
        ("${amount <= 3 && ok}", "金额不大于 3，且是否同意为是"),
        ("!ok", "是否同意为否"),
        ("ok == true", "是否同意为是"),
        ("ok != true", "是否同意为否"),
        ("ok == false || amount < 5", "是否同意为否，或金额小于 5"),
        ("(ok or amount < 5) and unit != null", "（是否同意为是，或金额小于 5），且主办单位已填写"),
        ("empty unit", "主办单位没有填写"),
        ("!empty unit", "主办单位已填写"),
        ("not (conclusion == 'register')", "审查结论不是“立案登记”"),
        ("not (amount > 3)", "不满足（金额大于 3）"),
        ("len(units) > 1", "“units”的个数大于 1"),
        ("merged == 'yes'", "“merged”是“yes”"),
        ("amount > limit", "金额大于“limit”"),
        ("case.kind == 'x'", "“kind”是“x”"),
        ("true", "任何时候"),
        ("amount * 2 > 3", "“amount * 2 > 3”成立"),
        ("no ${ expression", "“no ${ expression”成立"),
        ("1 == 2", "“1 == 2”成立"),
    ],
)
def test_a_simple_comparison_is_said_with_the_labels_of_the_form(text: str, said: str) -> None:
    assert phrases.condition(text, NAMES) == said


@pytest.mark.parametrize(
    ("timer", "text", "said"),
    [
        ("timeDuration", "P15D", "15 天后"),
        ("timeDuration", "P3M", "3 个月后"),
        ("timeDuration", "P1Y2MT4H5M6S", "1 年 2 个月 4 小时 5 分钟 6 秒后"),
        ("timeDuration", "P2W", "14 天后"),
        ("timeCycle", "R3/PT10M", "每 10 分钟一次，共 3 次"),
        ("timeCycle", "R/P1D", "每天一次，不限次数"),
        (
            "timeCycle",
            "R5/2026-03-01T09:00:00+08:00/P7D",
            "从 2026年3月1日 09:00 起每周一次，共 5 次",
        ),
        ("timeDate", "2026-03-01T09:00:00+08:00", "2026年3月1日 09:00"),
        ("timeDate", "2026-03-01T01:00:00Z", "2026年3月1日 09:00"),
        ("timeDate", 'deadline("review")', "期限“审查”"),
        ("timeDate", '${deadline("unnamed")}', "期限“unnamed”"),
        ("timeDate", "${unit}", "由“主办单位”算出的时间"),
        ("timeDate", "9999-12-31T23:00:00+00:00", "“9999-12-31T23:00:00+00:00”"),
        ("timeDate", "", "没有写时间"),
        ("timeDuration", "P0D", "“P0D”"),
        ("timeCycle", "three times", "“three times”"),
    ],
)
def test_a_time_is_said_in_words(timer: str, text: str, said: str) -> None:
    assert phrases.time(EventSource("timer", timer=timer, text=text), NAMES) == said


@pytest.mark.parametrize(
    ("lane", "attributes", "said"),
    [
        ("督查室", {"assignee": "x"}, "督查室"),
        ("", {"assignee": "${unit}"}, "“主办单位”所指的人"),
        ("", {"assignee": "wang_fang"}, "wang_fang"),
        ("", {"candidateGroups": "deputy_office"}, "人大代表工委"),
        (
            "",
            {"candidateGroups": "deputy_office, unit_head:${unit}"},
            "人大代表工委或单位主要负责人（“主办单位”所指的单位）",
        ),
        (
            "",
            {"candidateGroups": "${unit}", "candidateUsers": "li_ming"},
            "“主办单位”所指的岗位或li_ming",
        ),
        ("", {}, "办理人"),
    ],
)
def test_who_does_a_task_is_its_lane_or_whom_it_names(
    lane: str, attributes: dict[str, str], said: str
) -> None:
    assert phrases.people(Element("a", "userTask", lane=lane, attributes=attributes), NAMES) == said


def test_of_several_fields_with_one_id_the_one_with_options_is_kept() -> None:
    plain, chosen = (
        FieldSource("a", "甲", "string"),
        FieldSource("a", "甲", "enum", options=(("1", "一"),)),
    )
    elements = [
        Element("x", "userTask", fields=(plain,)),
        Element("y", "userTask", fields=(chosen,)),
    ]

    assert phrases.fields_of(elements) == {"a": chosen}
