"""The whole verdict: everything there is to say, in order, on diagrams of our own and from elsewhere."""

from pathlib import Path

from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.definitions import parse
from tests.service.engine.checking.review import DOC, KNOWN, check, good, said
from tests.service.engine.diagrams import (
    call,
    document,
    element,
    end,
    flow,
    laid_out,
    path,
    process,
    start,
    timer,
    user,
)


def test_a_diagram_that_follows_the_card_has_no_findings() -> None:
    assert check(good()) == []


def test_a_join_that_waits_for_ever_is_an_error() -> None:
    found = said(
        process(
            "review",
            *(start(), element("exclusiveGateway", "Gateway_a", default="Flow_a"), user("Task_a")),
            *(
                user("Task_b"),
                element("parallelGateway", "Gateway_b"),
                end(),
                path("s", "Gateway_a"),
            ),
            *(flow("Gateway_a", "Task_a", id="Flow_a"), flow("Gateway_a", "Task_b", "n")),
            *(path("Task_a", "Gateway_b"), path("Task_b", "Gateway_b", "e")),
        )
    )

    assert ("error", "join-never", "Gateway_b") in found


def test_errors_come_first_and_unreadable_files_are_findings_too() -> None:
    findings = lint.check(
        {"a.bpmn": b"<a", "review.bpmn": laid_out(good().replace(DOC, ""))}, KNOWN
    )

    assert [f.severity for f in findings] == ["error", "warning", "warning"]
    assert (findings[0].file, findings[0].code) == ("a.bpmn", "not-xml")


def test_an_id_that_now_means_another_kind_of_element_is_reported() -> None:
    before = parse({"review.bpmn": laid_out(good())})["review"]
    changed = good(task=element("task", "Task_review", name="审查建议"))
    after = parse({"review.bpmn": laid_out(changed)})["review"]

    [finding] = lint.reused(before, after)

    assert (finding.element, finding.code, finding.severity) == (
        "Task_review",
        "id-reused",
        "error",
    )
    assert lint.reused(before, before) == []


def test_the_diagrams_of_this_repository_have_not_one_fault_of_the_card() -> None:
    folder = Path(__file__).parents[4] / "processes"
    files = {file.name: file.read_bytes() for file in folder.glob("*.bpmn")}

    findings = lint.check(files, Known())

    assert [f for f in findings if not f.code.startswith("unknown-")] == []
    assert files


def test_a_diagram_drawn_elsewhere_is_deployable_with_advice() -> None:
    foreign = process(
        "leave",
        *(start("startEvent", name=""), user("approve", flowable__candidateGroups="managers")),
        *(
            element("exclusiveGateway", "decision", name=""),
            user("archive", flowable__assignee="${who}"),
        ),
        *(end("done"), path("startEvent", "approve", "decision"), path("archive", "done")),
        *(flow("decision", "archive", "${approved}"), flow("decision", "done", "${!approved}")),
    )

    findings = lint.check({"holiday-request.bpmn20.xml": laid_out(foreign)}, KNOWN)

    assert findings
    assert {finding.severity for finding in findings} == {"warning"}


def errors(**files: bytes) -> set[tuple[str, str]]:
    given = {f"{name}.bpmn": content for name, content in files.items()}
    return {(f.code, f.element) for f in lint.check(given, KNOWN) if f.severity == "error"}


def test_a_missing_condition_does_not_hide_that_the_join_waits_for_ever() -> None:
    split = (start(), element("exclusiveGateway", "g"), user("a"), user("b"), path("s", "g", "a"))
    join = (element("parallelGateway", "j"), end(), path("g", "b", "j", "e"), path("a", "j"))

    assert errors(p=laid_out(process("p", *split, *join))) == {
        *(("condition-missing", "g-a"), ("condition-missing", "g-b")),
        ("join-never", "j"),
    }


def test_an_element_without_an_id_is_one_error_and_hides_no_other() -> None:
    lost = user("a", name="推进办理").replace('id="a" ', "")
    wrong = user("b", name="签收", camunda__candidateGroups="deputy_ofice", camunda__dueDate="p1d")
    parts = (start(), lost, wrong, end(), path("s", "a", "b", "e"))

    found = lint.check({"p.bpmn": document(process("p", *parts))}, KNOWN)

    told = {(f.code, f.element) for f in found if f.severity == "error"}
    assert told == {("id-missing", ""), ("unknown-role", "b")}
    assert not any("（）" in f.message or "“”" in f.message for f in found)


def test_a_flow_to_nowhere_does_not_hide_a_wrong_form() -> None:
    task = user("a", camunda__priority="urgent")
    parts = (start(), task, end(), path("s", "a", "e"), flow("a", "nowhere"))

    assert errors(p=document(process("p", *parts))) == {
        *(("flow-end", "a-nowhere"), ("priority-invalid", "a")),
    }


def test_an_unknown_operation_does_not_hide_what_another_needs() -> None:
    unknown = element("serviceTask", "b", camunda__type="external", camunda__topic="nothing")
    waits = element("intermediateCatchEvent", "w", timer("p1d"))
    parts = (start(), unknown, waits, end(), path("s", "b", "w", "e"))

    assert errors(p=laid_out(process("p", *parts))) == {
        *(("unknown-operation", "b"), ("timer-invalid", "w")),
    }


CALLER = laid_out(process("p", start(), call("c", "q"), end(), path("s", "c", "e")))


def test_a_process_in_a_file_that_cannot_be_read_is_there() -> None:
    elsewhere = process("q", start("qs"), user("qa"), end("qe"), path("qs", "qa", "qe"))
    eight = laid_out(elsewhere).replace(
        b"<bpmn:definitions ", b'<bpmn:definitions xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    ).replace(b'<bpmn:userTask id="qa"', b'<bpmn:userTask zeebe:x="1" id="qa"')  # fmt: skip

    assert errors(p=CALLER, other=eight) == {("camunda-8", "qa")}
    assert errors(p=CALLER, other=laid_out(elsewhere)[:-40]) == {("not-xml", "")}
    assert errors(p=CALLER, other=laid_out(elsewhere)[:-40].decode().encode("utf-16")) == {
        ("encoding", "")
    }
    assert errors(p=CALLER, q=b"") == {("file-empty", "")}
    assert ("called-process", "c") in errors(p=CALLER, other=b"<x/>")
