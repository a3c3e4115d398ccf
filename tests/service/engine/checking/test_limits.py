"""A limit that cannot be read is refused before a case gets there, and the right way to write it is said."""

import pytest

from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.drawn.findings import Finding
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    boundary,
    call,
    catch,
    document,
    each,
    element,
    end,
    extensions,
    message,
    path,
    process,
    service,
    start,
    timer,
    user,
)

KNOWN = Known(
    operations=frozenset({"note"}),
    deadlines=frozenset({"sign"}),
    field_types=frozenset({"string", "date"}),
)


def waiting(
    text: str, kind: str = "timeDuration", before: str = "", opening: str = "", *others: str
) -> list[Finding]:
    """The errors of a process that waits so long, after something."""
    road = ("s", "b", "x", "a", "e") if before else ("s", "x", "a", "e")
    drawn = process("p", start("s", opening), before, catch("x", timer(text, kind)), user("a"), end(), path(*road))  # fmt: skip
    files = {"p.bpmn": document('<bpmn:message id="M" name="已下发"/>', drawn, *others)}
    return [f for f in lint.check(files, KNOWN) if f.severity == "error"]


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ('"P15"', "请写成 P15D"),
        ('${"P15"}', "请写成 P15D"),
        ("P30", "请写成 P30D"),
        ('"three days"', "请写成 P15D"),
        ("p15d", "请写成 P15D"),
        ("p3m", "请写成 P3M"),
        ("pt4h", "请写成 PT4H"),
        ("banana", "请写成时长，例如 P15D"),
        ("P", "请写成时长，例如 P15D"),
        ("-P1D", "时长不能是负的，请写成 P1D"),
        ("P1D后", "请写成 P1D"),
        ("P１５D", "请用半角写成 P15D"),
        ("Ｐ15Ｄ", "请用半角写成 P15D"),
        ('"P１D"', "请用半角"),
        ("${p15d}", "请写成 P15D"),
        ("${}", "P15D"),
        ("three days", "P15D"),
        ("1 / 0", "P15D"),
        ("deadline(sign)", 'deadline("sign")'),
    ],
)
def test_it_is_refused_with_what_stands_there_and_what_to_write(text: str, advice: str) -> None:
    [finding] = waiting(text)

    assert (finding.code, finding.element) == ("timer-invalid", "x")
    assert advice in finding.message
    assert text.strip('"${}') in finding.message
    assert "amount" not in finding.message
    assert "conclusion" not in finding.message


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("p5y", "timeDate"),
        ('"2026-13-01T09:00:00+08:00"', "timeDate"),
        ("tomorrow", "timeDate"),
        ('"R3"', "timeCycle"),
        ("daily", "timeCycle"),
    ],
)
def test_a_date_and_a_repetition_are_read_likewise(text: str, kind: str) -> None:
    assert "timer-invalid" in {f.code for f in waiting(text, kind)}


def test_a_limit_that_names_what_does_not_exist_offers_what_is_near() -> None:
    [finding] = waiting('deadline("signs")')

    assert finding.code == "unknown-deadline"
    assert "sign" in finding.message


@pytest.mark.parametrize("text", ['"PT1H"', "P15D", '${"P" + "3D"}', "${meeting_on}", "now()"])
def test_what_can_be_read_or_may_come_is_fine(text: str) -> None:
    assert waiting(text) == []


@pytest.mark.parametrize(
    "before",
    [
        user("b", form("p15d", "banana")),
        service("b", "note"),
        catch("b", message("M")),
        element("scriptTask", "b", "<bpmn:script>p15d = 'P1D'; banana = 'P2D'</bpmn:script>".replace("; ", "\n")),
    ],
)  # fmt: skip
def test_a_variable_that_is_produced_or_may_be_told_is_one(before: str) -> None:
    assert waiting("banana", before=before) == []


def test_a_variable_is_handed_down_by_the_process_that_calls() -> None:
    handed = extensions('<camunda:in source="limit" target="banana"/>')

    def called(passing: str) -> str:
        return process("q", start("qs", form("limit")), service("qn", "note"), call("qc", "p", passing), end("qe"), path("qs", "qn", "qc", "qe"))  # fmt: skip

    everything = extensions('<camunda:in variables="all"/>')
    assert waiting("banana", "timeDuration", "", form("t"), called(handed)) == []
    assert waiting("banana", "timeDuration", "", form("t"), called(everything)) == []


@pytest.mark.parametrize("text", ["p3d", '"P3"', "soon", "２026-03-01"])
def test_the_due_date_of_a_task_is_read_in_the_same_way(text: str) -> None:
    task = user("a", camunda__dueDate=text)
    files = {"p.bpmn": document(process("p", start(), task, end(), path("s", "a", "e")))}

    [finding] = [f for f in lint.check(files, KNOWN) if f.severity == "error"]

    assert (finding.code, finding.element) == ("due-invalid", "a")
    assert "到期日" in finding.message
    assert "amount" not in finding.message


def test_a_reminder_beside_a_task_is_read_in_the_same_way() -> None:
    event = boundary("t", "a", timer("p1d"), interrupting=False)
    drawn = process("p", start(), user("a"), event, end(), end("e2"), path("s", "a", "e"), path("t", "e2"))  # fmt: skip

    [finding] = [f for f in lint.check({"p.bpmn": document(drawn)}, KNOWN) if f.severity == "error"]

    assert (finding.code, finding.element) == ("timer-invalid", "t")


@pytest.mark.parametrize("count", ["'three'", "'3'", "-1", "1.5", "true", "1001"])
def test_a_number_of_instances_that_is_none_is_refused(count: str) -> None:
    several = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    drawn = process("p", start("s", form("t")), user("a", several), end(), path("s", "a", "e"))

    found = lint.check({"p.bpmn": document(drawn)}, KNOWN)

    assert ("cardinality", "error") in {(f.code, f.severity) for f in found if f.element == "a"}


def test_a_number_of_instances_that_is_one_is_fine() -> None:
    for count in ("3", "${units.size()}", "0"):
        several = each("us", "u").replace("</bpmn:multi", f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:multi")  # fmt: skip
        drawn = process("p", start(), user("a", several), end(), path("s", "a", "e"))
        assert [f for f in lint.check({"p.bpmn": document(drawn)}, KNOWN) if f.severity == "error"] == []  # fmt: skip


@pytest.mark.parametrize("count", ["０", "３", "3.0", "三", "0"])
def test_a_number_of_rounds_that_is_none_is_refused(count: str) -> None:
    loop = f'<bpmn:standardLoopCharacteristics loopMaximum="{count}"/>'
    drawn = process("p", start(), user("a", loop), end(), path("s", "a", "e"))

    [finding] = [f for f in lint.check({"p.bpmn": document(drawn)}, KNOWN) if f.severity == "error"]

    assert (finding.code, finding.element) == ("standard-loop", "a")
