"""A set of files becomes process definitions: immutable values, shared by threads, bound to what they call."""

import threading
from dataclasses import FrozenInstanceError
from pathlib import Path

import pytest

from service.engine.definitions import ProcessDefinition, parse
from service.errors import DiagramInvalid
from tests.service.engine.diagrams import (
    Recorder,
    Walk,
    boundary,
    call,
    catch,
    definitions,
    document,
    each,
    end,
    extensions,
    flow,
    fork,
    path,
    process,
    properties,
    start,
    sub,
    timer,
    user,
    xor,
)

REVIEW = process(
    "review",
    "<bpmn:documentation>第一段</bpmn:documentation><bpmn:documentation>第二段</bpmn:documentation>",
    '<bpmn:laneSet id="L"><bpmn:lane id="l" name="代工委"><bpmn:flowNodeRef>a</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>',
    *(start(), user("a", properties(deadline="sign"), camunda__candidateGroups="deputy_office")),
    *(
        boundary("t", "a", timer('deadline("reply")', "timeDate")),
        end(),
        path("s", "a", "e"),
        path("t", "e"),
    ),
    name="建议审查",
)


def parsed(*parts: str) -> dict[str, ProcessDefinition]:
    return parse({"x.bpmn": document(*parts)})


def test_a_definition_says_what_the_diagram_draws() -> None:
    review = parsed(REVIEW)["review"]

    assert (review.process_id, review.name, review.file) == ("review", "建议审查", "x.bpmn")
    assert review.documentation == "第一段\n第二段"
    assert review.lanes == ("代工委",)
    assert list(review.elements) == ["s", "a", "t", "e"]
    assert review.elements["a"].lane == "代工委"
    assert review.elements["a"].deadline_keys == ("sign",)
    assert review.elements["t"].deadline_keys == ("reply",)
    assert [(f.id, f.source, f.target) for f in review.flows] == [
        ("s-a", "s", "a"),
        ("a-e", "a", "e"),
        ("t-e", "t", "e"),
    ]
    assert review.start is not None
    assert review.start.id == "s"


def test_a_start_event_inside_a_subprocess_is_not_where_the_process_starts() -> None:
    inside = sub("c", start("inner"), user("u"), end("e1"), path("inner", "u", "e1"))
    found = parsed(process("p", inside, start("outer"), end(), path("outer", "c", "e")))["p"]

    assert found.start is not None
    assert found.start.id == "outer"


def test_a_definition_does_not_change() -> None:
    review = parsed(REVIEW)["review"]

    with pytest.raises(FrozenInstanceError):
        review.name = "别的"  # type: ignore[misc]
    with pytest.raises(TypeError):
        review.elements["b"] = review.elements["a"]  # type: ignore[index]


def test_what_cannot_run_is_refused_with_every_reason_at_once() -> None:
    with pytest.raises(DiagramInvalid) as refusal:
        parse(
            {
                "a.bpmn": document(process("a", start(), xor("x", default="gone"), user("u"), end(), path("s", "x"), flow("x", "u", "1 +"), flow("x", "e"), path("u", "e"))),
                "b.bpmn": document(process("b", start(), catch("t", timer("in three days")), end(), path("s", "t", "e"))),
            }
        )  # fmt: skip

    assert {(f.file, f.element, f.code) for f in refusal.value.findings} == {
        ("a.bpmn", "x", "default-unknown"),
        ("a.bpmn", "x-u", "expression"),
        ("b.bpmn", "t", "timer-invalid"),
    }


def test_unreadable_files_are_refused_together() -> None:
    with pytest.raises(DiagramInvalid) as refusal:
        parse({"a.bpmn": b"", "b.bpmn": b"<x"})

    assert [(f.file, f.code) for f in refusal.value.findings] == [
        ("a.bpmn", "file-empty"),
        ("b.bpmn", "not-xml"),
    ]


def test_warnings_do_not_keep_a_diagram_from_running() -> None:
    assert "p" in parsed(
        process("p", start("s", timer("P1D")), user("a"), end(), path("s", "a", "e"))
    )


def test_a_definition_is_bound_to_everything_it_calls() -> None:
    found = parsed(
        process("p", start(), call("c", "q"), call("d", "q"), end(), path("s", "c", "d", "e")),
        process("q", start("s2"), call("c2", "r"), end("e2"), path("s2", "c2", "e2")),
        process("r", start("s3"), user("a"), end("e3"), path("s3", "a", "e3")),
        process("other", start("s4"), user("b"), end("e4"), path("s4", "b", "e4")),
    )

    bound = found["p"].bind(found)

    assert found["p"].calls == ("q",)
    assert set(bound.processes) == {"p", "q", "r"}
    assert bound.element("r", "a").kind == "userTask"


def test_a_missing_called_process_is_named_when_binding() -> None:
    found = parsed(process("p", start(), call("c", "gone"), end(), path("s", "c", "e")))

    with pytest.raises(DiagramInvalid) as refusal:
        found["p"].bind({})

    [finding] = refusal.value.findings
    assert (finding.element, finding.code) == ("p", "called-process")
    assert "gone" in finding.message


def test_a_bound_process_runs_the_version_it_was_bound_to() -> None:
    caller = parsed(process("p", start(), call("c", "q"), end(), path("s", "c", "e")))["p"]
    versions = [
        parsed(process("q", start("s2"), user(task), end("e2"), path("s2", task, "e2")))["q"]
        for task in ("old", "new")
    ]

    assert [Walk(caller.bind({"q": version})).waiting for version in versions] == [["old"], ["new"]]


def test_threads_share_one_definition() -> None:
    inside = process("q", start("s2"), fork("g"), user("a"), user("b"), fork("j"), end("e2"), path("s2", "g"), path("g", "a", "j"), path("g", "b", "j", "e2"))  # fmt: skip
    shared = definitions(
        process("p", start(), call("c", "q", each("units", "unit")), end(), path("s", "c", "e")),
        inside,
    )
    failures: list[BaseException] = []

    def run() -> None:
        try:
            for _ in range(15):
                walk = Walk(shared, {"units": ["甲", "乙"]}, Recorder())
                while not walk.ended:
                    walk.do(walk.waiting[0])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []


def test_every_diagram_of_this_repository_is_executable() -> None:
    folder = Path(__file__).parents[3] / "processes"
    files = {file.name: file.read_bytes() for file in folder.glob("*.bpmn")}

    found = parse(files)

    assert {file.removesuffix(".bpmn") for file in files} == set(found)
    for definition in found.values():
        assert definition.bind(found).process is definition


def test_forms_and_parameters_come_through() -> None:
    form = extensions(
        '<camunda:formData><camunda:formField id="reply" label="答复" type="longtext"/></camunda:formData>'
    )
    task = parsed(process("p", start(), user("a", form), end(), path("s", "a", "e")))["p"].elements[
        "a"
    ]

    assert [(f.id, f.label, f.type) for f in task.fields] == [("reply", "答复", "longtext")]
