"""The whole verdict: everything there is to say, in order, on diagrams of our own and from elsewhere."""

from pathlib import Path

from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.definitions import parse
from tests.service.engine.checking.review import DOC, KNOWN, check, good, said
from tests.service.engine.diagrams import (
    element,
    end,
    flow,
    laid_out,
    path,
    process,
    start,
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
