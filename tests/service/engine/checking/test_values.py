"""A condition on a value that nobody can choose never holds; the code that was meant is said, with its label."""

import pytest

from service.engine.checking import lint
from service.engine.checking.contract import Contract, Variable
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding
from tests.service.engine import tables
from tests.service.engine.checking.review import field
from tests.service.engine.checking.review import form as fields
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    call,
    catch,
    document,
    each,
    element,
    end,
    extensions,
    flow,
    inputs,
    message,
    path,
    process,
    service,
    start,
    sub,
    user,
    xor,
)

GIVES = Contract("note", gives=(Variable("result", "结论"),))
KNOWN = Known(
    operations=frozenset({"note", "tell"}),
    contracts={"note": GIVES},
    field_types=frozenset({"string", "enum", "boolean", "long", "choices"}),
)


def choice(id: str, kind: str = "enum", shown: str = "", **options: str) -> str:
    values = "".join(f'<camunda:value id="{k}" name="{v}"/>' for k, v in options.items())
    properties = f'<camunda:properties><camunda:property id="showIf" value="{shown}"/></camunda:properties>' if shown else ""  # fmt: skip
    return field(id, kind, values, properties)


RESULT = choice("result", Value_1="同意", Value_2="不同意")
STATE = choice("state", ready="具备条件", go="继续")
FORM = extensions(fields(RESULT, STATE, choice("ok", "boolean"), choice("level", one="1", two="2")))
ASKED = user("b", FORM)


def never(*parts: str) -> list[Finding]:
    files = {"p.bpmn": document('<bpmn:message id="M" name="已下发"/>', *parts)}
    return [f for f in lint.check(files, KNOWN) if f.code == "value-never"]


def decided(condition: str, before: str = ASKED, opening: str = "", *after: str) -> list[Finding]:
    road = ("s", "b", *(f"n{number}" for number in range(len(after))), "x", "e")
    parts = (start("s", opening), before, *after, xor("x", default="x-e"), user("d"), end())
    return never(process("p", *parts, path(*road), flow("x", "d", condition, id="way"), path("d", "e")))  # fmt: skip


@pytest.mark.parametrize(
    ("condition", "advice"),
    [
        ('${result == "同意"}', "“同意”是选项的名称，条件里请写它的代码“Value_1”。"),
        ("result != '不同意'", "请写它的代码“Value_2”"),
        ("'同意' == result", "请写它的代码“Value_1”"),
        ("${result.equals('同意')}", "请写它的代码“Value_1”"),
        ('state == "redy"', "是不是“ready”？"),
        ("state in ['go', 'readdy']", "是不是“ready”？"),
        ("state not in ['done']", "请改成其中一个"),
        ('state == "Ready"', "是不是“ready”？"),
        ("state == true", "请改成其中一个"),
        ("ok == 'yes'", "请写 true 或 false"),
        ("ok == '是'", "请写 true 或 false"),
        ("ok == 1", "请写 true 或 false"),
        ("ok and state == 'redy'", "是不是“ready”？"),
        ("level == 1", "“1”是选项的名称"),
    ],
)
def test_a_value_nobody_can_choose_is_refused_with_those_there_are(
    condition: str, advice: str
) -> None:
    [finding] = decided(condition)

    assert (finding.severity, finding.element) == ("error", "way")
    assert advice in finding.message
    assert "Value_1（同意）、Value_2（不同意）" in finding.message or "result" not in condition


@pytest.mark.parametrize(
    "condition",
    [
        "result == 'Value_1'",
        "state in ['go', 'ready'] and ok == true",
        "ok == 'true' or ok == 'FALSE'",
        "result == null or state == ''",
        "${empty result}",
        "title == '同意'",
        "result == title",
    ],
)
def test_codes_nothing_and_free_texts_are_fine(condition: str) -> None:
    assert decided(condition, opening=form("title")) == []


def test_codes_that_are_numbers_are_compared_as_numbers_too() -> None:
    grade = choice("grade").replace("/>", "/>", 1).replace("</camunda:formField>", '<camunda:value id="1" name="甲"/><camunda:value id="2" name="乙"/></camunda:formField>')  # fmt: skip
    asked = user("b", extensions(fields(grade)))

    assert decided("grade == 1 or grade == '2' or grade == 2.0", asked) == []
    assert [f.severity for f in decided("grade == 3", asked)] == ["error"]


SCRIPT = '<bpmn:script>result = "done"</bpmn:script>'
CHOSEN = '<bpmn:script>result = ok ? "done" : "Value_1"</bpmn:script>'


@pytest.mark.parametrize(
    "more",
    [
        element("scriptTask", "n0", SCRIPT, scriptFormat="python"),
        element("scriptTask", "n0", CHOSEN, scriptFormat="python"),
        service("n0", "note"),
        user("n0", form("result")),
        user("n0", inputs(result="done")),
        catch("n0", message("M", extensions('<camunda:out source="x" target="result"/>'))),
    ],
)
def test_what_something_else_sets_can_be_that(more: str) -> None:
    assert decided("result == 'done'", ASKED, "", more) == []


def test_a_constant_of_a_script_is_all_it_can_be() -> None:
    computed = element("scriptTask", "b", SCRIPT, scriptFormat="python")

    [finding] = decided("result == 'dome'", computed)

    assert "是不是“done”？" in finding.message


def test_where_operations_may_bring_anything_only_a_slip_is_noted() -> None:
    told = service("n0", "tell")

    assert decided("state == 'waiting'", ASKED, "", told) == []
    assert [f.severity for f in decided("state == 'redy'", ASKED, "", told)] == ["warning"]


def test_where_the_form_may_be_passed_by_it_is_noted() -> None:
    around = (xor("g", default="g-b"), ASKED, xor("x", default="x-e"), user("d"), end())
    ways = path("s", "g", "b", "x", "e") + flow("g", "x", "n > 1") + flow("x", "d", "state == 'waiting'", id="way") + path("d", "e")  # fmt: skip

    assert [f.severity for f in never(process("p", start(), *around, ways))] == ["warning"]


def test_a_loop_back_to_the_form_changes_nothing() -> None:
    parts = (start(), ASKED, xor("x", default="x-b"), end(), path("s", "b", "x"))

    [finding] = never(process("p", *parts, flow("x", "e", "state == 'redy'", id="way"), flow("x", "b")))  # fmt: skip

    assert (finding.severity, finding.element) == ("error", "way")


def test_the_end_of_a_countersign_is_looked_at_too() -> None:
    several = each("us", "u", until="${result == '不同意'}")

    [finding] = never(process("p", start("s", form("us")), user("b", FORM, several), end(), path("s", "b", "e")))  # fmt: skip

    assert (finding.severity, finding.element) == ("error", "b")
    assert "完成条件" in finding.message


@pytest.mark.parametrize(
    ("shown", "severity"),
    [("result == '同意'", "error"), ("ok == 'yes'", "error"), ("earlier == 'redy'", "error"), ("result == 'Value_2'", "")],
)  # fmt: skip
def test_a_condition_in_a_form_is_looked_at_too(shown: str, severity: str) -> None:
    earlier = user("b", extensions(fields(choice("earlier", ready="好", go="继续"))))
    asked = user("c", extensions(fields(RESULT, choice("ok", "boolean"), choice("why", "string", shown))))  # fmt: skip
    parts = (start(), earlier, asked, end(), path("s", "b", "c", "e"))

    assert [f.severity for f in never(process("p", *parts))] == ([severity] if severity else [])


def test_a_choice_is_followed_through_calls() -> None:
    called = process("q", start("qs"), user("qb", FORM), end("qe"), path("qs", "qb", "qe"))

    def drawn(mapping: str, condition: str) -> list[Finding]:
        given = extensions(mapping)
        parts = (start(), call("c", "q", given), xor("x", default="x-e"), user("d"), end())
        ways = path("s", "c", "x", "e") + flow("x", "d", condition, id="way") + path("d", "e")
        return never(process("p", *parts, ways), called)

    mapped = '<camunda:out source="result" target="verdict"/>'
    assert [f.severity for f in drawn(mapped, "verdict == '同意'")] == ["error"]
    assert drawn(mapped, "verdict == 'Value_1'") == []
    assert [f.severity for f in drawn('<camunda:out variables="all"/>', "state == 'redy'")]
    assert drawn('<camunda:out sourceExpression="${result}" target="verdict"/>', "verdict == '同意'") == []  # fmt: skip


def test_a_form_inside_a_subprocess_counts_behind_it() -> None:
    inside = sub("u", start("us"), ASKED, end("ue"), path("us", "b", "ue"))
    parts = (start(), inside, xor("x", default="x-e"), user("d"), end(), path("s", "u", "x", "e"))

    [finding] = never(process("p", *parts, flow("x", "d", "state == 'redy'", id="way"), path("d", "e")))  # fmt: skip

    assert finding.severity == "error"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ('"同意"', "请写它的代码“Value_1”"),
        ('"Value_1","不同意"', "请写它的代码“Value_2”"),
        ('not("同意")', "请写它的代码“Value_1”"),
        ('"value_2"', "是不是“Value_2”？"),
    ],
)
def test_a_cell_of_a_table_that_names_a_label_or_a_slip_is_noted(cell: str, words: str) -> None:
    [finding] = ruled(tables.table(tables.rule(cell, '"x"'), looks_at="result"))

    assert (finding.severity, finding.element) == ("warning", "r")
    assert "第 1 条规则" in finding.message
    assert words in finding.message


@pytest.mark.parametrize(
    "logic",
    [
        tables.table(tables.rule('"Value_1"', '"x"'), looks_at="result"),
        tables.table(tables.rule('"elsewhere"', '"x"'), looks_at="result"),
        tables.table(tables.rule("-", '"x"'), looks_at="result"),
        tables.table(tables.rule('"同意"', '"x"'), looks_at="title"),
        tables.table(tables.rule('"同意"', '"x"'), looks_at='result + ""'),
    ],
)
def test_a_table_may_have_rules_for_others_that_ask_it(logic: str) -> None:
    assert ruled(logic) == []


def ruled(logic: str) -> list[Finding]:
    """A form, and a task that is decided by a table."""
    task = element("businessRuleTask", "r", camunda__decisionRef="level", camunda__resultVariable="l")  # fmt: skip
    drawn = process("p", start("s", form("title")), ASKED, task, end(), path("s", "b", "r", "e"))
    files = {"p.bpmn": document(drawn), "t.dmn": tables.file(tables.decision("level", logic))}
    return [f for f in lint.check(files, KNOWN) if f.code == "value-never"]
