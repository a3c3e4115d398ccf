"""What a call maps must be there on both sides: a name the called process never sets would come back empty."""

import pytest

from service.engine.checking import passed
from service.engine.checking.contract import Contract, Variable
from service.engine.checking.known import Known
from service.engine.drawn import reading
from service.engine.drawn.findings import Finding
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    call,
    document,
    element,
    end,
    extensions,
    path,
    process,
    service,
    start,
    user,
)

GIVES = Contract("note", gives=(Variable("noted", "记下的"),), reads=(Variable("subject", "题目"),))
KNOWN = Known(operations=frozenset({"note"}), contracts={"note": GIVES})
SCRIPT = element("scriptTask", "h", "<bpmn:script>verdict = 1</bpmn:script>", scriptFormat="python")


def found(mapping: str, inside: str = "", known: Known = KNOWN) -> list[Finding]:
    """A caller with a mapping, and what it calls, which has one step."""
    step = inside or user("h", form("verdict"))
    caller = process("p", start("s", form("title")), call("c", "q", extensions(mapping)), end(), path("s", "c", "e"))  # fmt: skip
    called = process("q", start("qs"), step, end("qe"), path("qs", "h", "qe"), name="会签")
    files = document(caller, called)
    return list(passed.findings(reading.read("p.bpmn", files).processes, known))


@pytest.mark.parametrize(
    ("mapping", "inside", "words"),
    [
        ('<camunda:out source="verdikt" target="v"/>', "", "是不是“verdict”？"),
        ('<camunda:out source="conclusion" target="v"/>', "", "加上这个字段"),
        ('<camunda:out source="verdicts_all" target="v"/>', "", "可用的有：verdict。"),
        ('<camunda:out source="total" target="v"/>', SCRIPT, "带回来的是空的"),
        ('<camunda:out source="notes" target="v"/>', service("h", "note"), "是不是“noted”？"),
    ],
)  # fmt: skip
def test_a_name_the_called_process_never_sets_is_refused(
    mapping: str, inside: str, words: str
) -> None:
    [finding] = [f for f in found(mapping, inside) if f.code == "out-unknown"]

    assert (finding.severity, finding.element) == ("error", "c")
    assert "流程“会签”" in finding.message
    assert words in finding.message


def test_where_people_without_a_form_may_bring_it_it_is_noted() -> None:
    mapping = '<camunda:out source="conclusion" target="v"/>'

    assert [f.severity for f in found(mapping, user("h"))] == ["warning"]


def test_a_near_name_that_people_without_a_form_may_bring_is_noted_with_what_may_be_meant() -> None:
    mapping = '<camunda:out source="verdic" target="v"/>'

    [finding] = found(mapping, user("h", form("verdict")) + user("i"))

    assert finding.severity == "warning"
    assert "是不是“verdict”？" in finding.message


@pytest.mark.parametrize(
    ("mapping", "inside"),
    [
        ('<camunda:out source="verdict" target="v"/>', ""),
        ('<camunda:out variables="all"/>', ""),
        ('<camunda:out sourceExpression="${1 + 1}" target="v"/>', ""),
        ('<camunda:out source="conclusion" target="v"/>', service("h", "elsewhere")),
        ('<camunda:in source="title" target="verdict"/><camunda:out source="verdict" target="v"/>', SCRIPT),
        ('<camunda:in source="title" target="subject"/>', service("h", "note")),
        ('<camunda:in source="title" target="anything"/>', service("h", "elsewhere")),
        ('<camunda:in source="title" target="who"/>', user("h", form("t"), camunda__assignee="${who}")),
    ],
)  # fmt: skip
def test_what_is_set_and_read_or_may_be_is_fine(mapping: str, inside: str) -> None:
    assert found(mapping, inside) == []


@pytest.mark.parametrize("inside", ["", SCRIPT, service("h", "note")])
def test_a_name_the_called_process_never_reads_is_noted(inside: str) -> None:
    [finding] = found('<camunda:in source="title" target="headline"/>', inside)

    assert (finding.severity, finding.code, finding.element) == ("warning", "in-unused", "c")
    assert "“headline”，那里没有地方用到" in finding.message
