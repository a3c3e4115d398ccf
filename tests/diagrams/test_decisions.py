"""Decision tables as the modellers write them: what they say for these values, or why they are refused."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from service.engine import bundle, definitions
from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.errors import ExpressionFailed, ProcessFailed
from tests.service.engine.diagrams import Recorder, Walk

FOLDER = Path(__file__).parent / "dmn"
KNOWN = Known(roles=frozenset({"deputy_office"}))


def files(folder: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((FOLDER / folder).iterdir())}


def decided(folder: str, process: str, values: Mapping[str, Any]) -> Walk:
    """Walk through the decision of a process to the task after it, saved and loaded there."""
    given = files(folder)
    parsed = definitions.parse(given)
    host = Recorder()
    host.decisions = bundle.read(given).decisions
    return Walk(parsed[process].bind(parsed), values, host)


# (folder, process, values, what the decision writes)
ANSWERS: list[tuple[str, str, dict[str, Any], dict[str, Any]]] = [
    (
        "unique",
        "unique",
        {"source": "议案转建议", "signers": 1, "amount": 0},
        {"level": {"level": "重点", "reason": "由议案转来"}},
    ),
    (
        "unique",
        "unique",
        {"source": "代表", "signers": "12", "amount": 0},
        {"level": {"level": "重点", "reason": "联名十人以上"}},
    ),
    (
        "unique",
        "unique",
        {"source": "代表", "signers": 9, "amount": 500.5},
        {"level": {"level": "关注", "reason": "资金超过 500 万元"}},
    ),
    (
        "unique",
        "unique",
        {"source": "代表", "signers": 9, "amount": 500},
        {"level": {"level": "一般", "reason": None}},
    ),
    ("unique", "unique", {"source": "代表", "signers": 9, "amount": -1}, {"level": None}),
    ("first", "first", {"in_session": True, "needs_budget": True}, {"days": 30}),
    ("first", "first", {"in_session": False, "needs_budget": "true"}, {"days": 180}),
    ("first", "first", {"in_session": False, "needs_budget": False}, {"days": 90}),
    ("any", "any", {"agreed": False, "secret": True}, {"open": False}),
    ("any", "any", {"agreed": True, "secret": False}, {"open": True}),
    ("priority", "priority", {"kind": "安全", "days_left": 2}, {"urgency_level": "特急"}),
    ("priority", "priority", {"kind": "安全", "days_left": 5}, {"urgency_level": "加急"}),
    ("priority", "priority", {"kind": "教育", "days_left": 3}, {"urgency_level": "平常"}),
    (
        "rule_order",
        "rule_order",
        {"kind": "城建", "amount": 101},
        {"points": ["现场踏勘", "财政会签", "格式审查"]},
    ),
    ("rule_order", "rule_order", {"kind": "文化", "amount": 1}, {"points": ["格式审查"]}),
    (
        "output_order",
        "output_order",
        {"color": "red"},
        {
            "notices": [
                {"who": "分管领导", "how": "电话"},
                {"who": "督查室", "how": "短信"},
                {"who": "主办单位", "how": "短信"},
            ]
        },
    ),
    ("output_order", "output_order", {"color": "green"}, {"notices": []}),
    ("collect_numbers", "collect_sum", {"kind": "交通", "amount": 600}, {"score": 11.5}),
    ("collect_numbers", "collect_min", {"kind": "交通", "amount": 600}, {"score": 2.5}),
    ("collect_numbers", "collect_max", {"kind": "交通", "amount": 600}, {"score": 5}),
    ("collect_numbers", "collect_count", {"kind": "交通", "amount": 600}, {"score": 3}),
    ("collect_numbers", "collect_sum", {"kind": "文化", "amount": 1}, {"score": None}),
    ("collect_numbers", "collect_count", {"kind": "文化", "amount": 1}, {"score": 0}),
    ("collect_numbers", "collect_count", {"kind": "农业", "amount": 1}, {"score": 0}),
    (
        "required",
        "required",
        {"amount": 101},
        {"assignment": {"unit": "ZF", "note": "难度难，2 个要点"}},
    ),
    ("required", "required", {"amount": 20}, {"assignment": {"unit": "JT", "note": "50 天"}}),
    ("literal", "literal", {"kind": "free", "amount": 3, "rate": 2}, {"result": 0}),
    ("literal", "literal", {"kind": "paid", "amount": 3, "rate": 2}, {"result": 6.5}),
    ("no_ids", "no_ids", {"days": 11}, {"color": "green"}),
    ("no_ids", "no_ids", {"days": 10}, {"color": "yellow"}),
    ("no_ids", "no_ids", {"days": 3}, {"color": "yellow"}),
    ("no_ids", "no_ids", {"days": -1}, {"color": "red"}),
    (
        "dates",
        "dates",
        {"proposed_on": "2026-01-31", "reopened_on": None},
        {"session": [{"term": "会议期间", "until": "2026-06-30"}]},
    ),
    (
        "dates",
        "dates",
        {"proposed_on": "2025-12-31", "reopened_on": "2026-05-01"},
        {"session": [{"term": "上年", "until": None}]},
    ),
    (
        "dates",
        "dates",
        {"proposed_on": "2026-05-01", "reopened_on": "2026-05-01"},
        {"session": [{"term": "重开", "until": "2026-05-01"}]},
    ),
    (
        "dates",
        "dates",
        {"proposed_on": "2026-05-01", "reopened_on": None},
        {"session": [{"term": "闭会期间", "until": "2026-12-31T18:00:00"}]},
    ),
    (
        "juel",
        "juel",
        {"people": 300, "share": 0.5, "area": "西"},
        {"rank": {"band": 1, "remark": None}},
    ),
    (
        "juel",
        "juel",
        {"people": 100, "share": 0.5, "area": "西"},
        {"rank": {"band": 3, "remark": "西区"}},
    ),
    (
        "flowable",
        "flowable",
        {"years": 31, "type": "危房", "since": "1990-01-01"},
        {"risk": "高", "points": 90},
    ),
    (
        "flowable",
        "flowable",
        {"years": 2, "type": "危房", "since": "2025-01-02"},
        {"risk": "低", "points": 10},
    ),
    (
        "flowable",
        "flowable",
        {"years": 30, "type": "平房", "since": "2024-12-31"},
        {"risk": "中", "points": 50},
    ),
    ("bound", "bound", {"score": 60}, {"grade": "合格"}),
    ("encodings", "encodings", {"镇街": "城西"}, {"area": "中心"}),
    ("encodings", "encodings", {"镇街": "北乡"}, {"area": "外围"}),
]


@pytest.mark.parametrize(
    ("folder", "process", "values", "written"),
    ANSWERS,
    ids=[f"{process}-{number}" for number, (_, process, _, _) in enumerate(ANSWERS)],
)
def test_a_table_says_for_these_values(
    folder: str, process: str, values: dict[str, Any], written: dict[str, Any]
) -> None:
    walk = decided(folder, process, values)

    assert walk.task("Task_review").variables == {**values, **written}
    assert walk.do("Task_review").ended


def test_a_decision_gives_the_list_for_several_instances() -> None:
    walk = decided("collect", "collect", {"topics": ["路灯", "积水"]})

    assert [task.variables["unit"] for task in walk.execution.user_tasks] == ["ZJ", "SW"]


def test_where_no_rule_holds_there_is_nothing_to_do_for_several_instances() -> None:
    assert decided("collect", "collect", {"topics": []}).ended


@pytest.mark.parametrize(
    ("folder", "values", "error", "says"),
    [
        (
            "any",
            {"agreed": True, "secret": True},
            ExpressionFailed,
            "“是否公开”：第 2、4 条规则同时满足.*ANY",
        ),
        (
            "unique",
            {"source": "代表", "signers": 9},
            ExpressionFailed,
            "“办理等级”的输入列“涉及资金（万元）”.*变量“amount”还没有值",
        ),
        (
            "unique",
            {"source": "代表", "signers": "许多", "amount": 1},
            ExpressionFailed,
            "“联名人数”.*“许多”不是整数",
        ),
        (
            "juel",
            {"people": 1, "share": 1, "area": "北"},
            ExpressionFailed,
            "“分档”的输入列“片区”.*“北”不在允许的值里.*东.*西",
        ),
        (
            "dates",
            {"proposed_on": "2026-05-01", "reopened_on": "后天"},
            ExpressionFailed,
            "“届次”第 3 条规则的“提出日期”列.*“后天”不是日期",
        ),
        (
            "flowable",
            {"years": 40, "type": "平房", "since": "2024-01-01"},
            ProcessFailed,
            "“risk”没有一条规则满足",
        ),
    ],
)
def test_what_cannot_be_decided_names_table_rule_and_column(
    folder: str, values: dict[str, Any], error: type[ProcessFailed], says: str
) -> None:
    with pytest.raises(error, match=says) as failed:
        decided(folder, folder, values)

    assert failed.value.element == "Task_decide"


@pytest.mark.parametrize(
    "folder", sorted(path.name for path in FOLDER.iterdir() if path.name != "refused")
)
def test_what_runs_is_accepted(folder: str) -> None:
    findings = lint.check(files(folder), KNOWN)

    assert [finding for finding in findings if finding.severity == "error"] == []


# folder → (code, file's ending, element)
REFUSED: dict[str, tuple[str, str, str]] = {
    "aggregation": ("aggregation-columns", ".dmn", "x"),
    "bound_elsewhere": ("called-decision", ".bpmn", "Task_decide"),
    "camunda_8": ("dmn-version", ".dmn", ""),
    "chinese_comma": ("cell", ".dmn", "UnaryTests_"),
    "circle": ("decision-circle", ".dmn", "x"),
    "context": ("unsupported-decision", ".dmn", "x"),
    "empty_input": ("input-empty", ".dmn", "Input_"),
    "feel_context": ("cell", ".dmn", "LiteralExpression_"),
    "feel_filter": ("cell", ".dmn", "LiteralExpression_"),
    "feel_for": ("cell", ".dmn", "LiteralExpression_"),
    "feel_function": ("cell", ".dmn", "UnaryTests_"),
    "flowable_service": ("decision-missing", ".bpmn", "Task_decide"),
    "groovy": ("cell-language", ".dmn", "UnaryTests_"),
    "hit_policy": ("hit-policy", ".dmn", "x"),
    "item_type": ("unknown-type", ".dmn", "Input_"),
    "knowledge_model": ("unsupported-decision", ".dmn", "x"),
    "machine": ("cell", ".dmn", "LiteralExpression_"),
    "number_as_text": ("cell", ".dmn", "UnaryTests_"),
    "out_of_list": ("value-not-allowed", ".dmn", "LiteralExpression_"),
    "output_names": ("output-name", ".dmn", "Output_"),
    "priority_without_values": ("priority-values", ".dmn", "x"),
    "required_elsewhere": ("required-decision", ".dmn", "x"),
    "reversed_range": ("cell", ".dmn", "UnaryTests_"),
    "too_many_columns": ("decision-mapping", ".bpmn", "Task_decide"),
    "unknown_decision": ("called-decision", ".bpmn", "Task_decide"),
    "version_binding": ("decision-binding", ".bpmn", "Task_decide"),
}


@pytest.mark.parametrize("folder", sorted(path.name for path in (FOLDER / "refused").iterdir()))
def test_what_does_not_run_as_drawn_is_refused_and_named(folder: str) -> None:
    code, ending, element = REFUSED[folder]

    errors = [f for f in lint.check(files(f"refused/{folder}"), KNOWN) if f.severity == "error"]

    [first, *_] = [finding for finding in errors if finding.code == code]
    assert first.file == folder + ending
    assert first.element == element or (element.endswith("_") and first.element.startswith(element))
    assert first.message.endswith(("。", "）"))
