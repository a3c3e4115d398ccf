"""Everything that would not run as drawn is refused by file, element and a sentence that says what to draw instead."""

import pytest

from service.engine import source
from service.engine.faults import faults
from service.engine.source import Finding
from tests.service.engine.diagrams import (
    boundary,
    call,
    catch,
    document,
    each,
    element,
    end,
    error,
    extensions,
    failing,
    flow,
    fork,
    inputs,
    message,
    path,
    process,
    properties,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

CYCLE = timer("R3/P1D", "timeCycle")
LINK = '<bpmn:linkEventDefinition name="x"/>'
COMPENSATE = "<bpmn:compensateEventDefinition/>"
TERMINATE = "<bpmn:terminateEventDefinition/>"
M = '<bpmn:message id="M" name="已下发"/>'
ROAD = (start(), user("a"), end(), path("s", "a", "e"))


def aside(*inside: str) -> str:
    """An event subprocess with this start event, called x."""
    return element("subProcess", "b", *inside, end("e1"), path("x", "e1"), triggeredByEvent="true")


def found(*parts: str, known: frozenset[str] = frozenset()) -> list[Finding]:
    files = {"p.bpmn": document(M, *parts)}
    return faults([source.read(name, content) for name, content in files.items()], known)


def codes(*parts: str, severity: str = "error") -> set[tuple[str, str]]:
    return {(f.code, f.element) for f in found(process("p", *parts)) if f.severity == severity}


def test_a_diagram_without_faults_has_none() -> None:
    assert found(process("p", *ROAD)) == []


REFUSED = {
    # what is not executed at all
    "complex gateway": (
        (start(), element("complexGateway", "x"), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "script of another language": (
        (start(), element("scriptTask", "x", "<bpmn:script>a = 1</bpmn:script>", scriptFormat="groovy"), end(), path("s", "x", "e")),
        ("script-language", "x"),
    ),
    "script that does more than compute": (
        (start(), element("scriptTask", "x", "<bpmn:script>print(a)</bpmn:script>"), end(), path("s", "x", "e")),
        ("script", "x"),
    ),
    "script without a line": (
        (start(), element("scriptTask", "x"), end(), path("s", "x", "e")),
        ("script", "x"),
    ),
    "ad-hoc subprocess": (
        (start(), element("adHocSubProcess", "x", user("u")), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "event subprocess that nothing starts": (
        (*ROAD, aside(start("x"))),
        ("event-subprocess", "x"),
    ),
    "event subprocess with a condition": (
        (*ROAD, aside(start("x", "<bpmn:conditionalEventDefinition/>"))),
        ("event-subprocess", "x"),
    ),
    "event subprocess by an error that goes on": (
        (*ROAD, aside(start("x", "<bpmn:errorEventDefinition/>", isInterrupting="false"))),
        ("event-subprocess", "x"),
    ),
    "event subprocess in the flow": (
        (start(), element("subProcess", "x", start("s1", message("M")), end("e1"), path("s1", "e1"), triggeredByEvent="true"), end(), path("s", "x", "e")),
        ("event-subprocess", "x"),
    ),
    "event subprocess by a cycle that interrupts": (
        (*ROAD, aside(start("x", CYCLE))),
        ("timer-cycle", "x"),
    ),
    "typed start of an ordinary subprocess": (
        (start(), sub("b", start("x", message("M")), end("e1"), path("x", "e1")), end(), path("s", "b", "e")),
        ("start-typed", "x"),
    ),
    "unknown element": ((*ROAD, element("choreographyTask", "x")), ("unsupported", "x")),
    "compensation boundary": (
        (*ROAD, boundary("x", "a", COMPENSATE), end("e2"), path("x", "e2")),
        ("unsupported-event", "x"),
    ),
    "compensation throw": (
        (start(), throw("x", COMPENSATE), end(), path("s", "x", "e")),
        ("unsupported-event", "x"),
    ),
    "compensation task": (
        (start(), user("x", isForCompensation="true"), end(), path("s", "x", "e")),
        ("unsupported", "x"),
    ),
    "link without its other end": ((start(), throw("x", LINK), path("s", "x")), ("link-alone", "x")),
    "link at the border of a task": (
        (*ROAD, boundary("x", "a", LINK), end("e2"), path("x", "e2")),
        ("unsupported-event", "x"),
    ),
    "conditional event": (
        (start(), catch("x", "<bpmn:conditionalEventDefinition/>"), end(), path("s", "x", "e")),
        ("unsupported-event", "x"),
    ),
    "cancel end": (
        (start(), user("a"), end("x", "<bpmn:cancelEventDefinition/>"), path("s", "a", "x")),
        ("unsupported-event", "x"),
    ),
    "loop without an end": (
        (start(), user("x", "<bpmn:standardLoopCharacteristics/>"), end(), path("s", "x", "e")),
        ("standard-loop", "x"),
    ),
    "loop a few times": (
        (start(), user("x", '<bpmn:standardLoopCharacteristics loopMaximum="some"/>'), end(), path("s", "x", "e")),
        ("standard-loop", "x"),
    ),
    "input that is a list": (
        (start(), user("x", extensions('<camunda:inputOutput><camunda:inputParameter name="a"><camunda:list/></camunda:inputParameter></camunda:inputOutput>')), end(), path("s", "x", "e")),
        ("parameter-kind", "x"),
    ),
    "data object with another value": (
        ('<bpmn:dataObject id="d" itemSubjectRef="xsd:int"><bpmn:extensionElements><flowable:value>三</flowable:value></bpmn:extensionElements></bpmn:dataObject>', *ROAD),
        ("data-object", "p"),
    ),
    # events
    "several events on one": (
        (start(), catch("x", timer("P1D"), message("M")), end(), path("s", "x", "e")),
        ("several-events", "x"),
    ),
    "catch of nothing": ((start(), catch("x"), end(), path("s", "x", "e")), ("event-empty", "x")),
    "timer without a time": (
        (start(), catch("x", "<bpmn:timerEventDefinition/>"), end(), path("s", "x", "e")),
        ("timer-empty", "x"),
    ),
    "timer with an empty time": (
        (start(), catch("x", timer("")), end(), path("s", "x", "e")),
        ("timer-empty", "x"),
    ),
    "timer with nonsense": (
        (start(), catch("x", timer("three days")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
    "timer that fires at once": (
        (start(), catch("x", timer("PT0S")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
    "date without a zone": (
        (start(), catch("x", timer("2026-03-01T09:00:00", "timeDate")), end(), path("s", "x", "e")),
        ("timer-invalid", "x"),
    ),
    "cycle in the flow": (
        (start(), catch("x", CYCLE), end(), path("s", "x", "e")),
        ("timer-cycle", "x"),
    ),
    "cycle that interrupts": (
        (*ROAD, boundary("x", "a", CYCLE), end("e2"), path("x", "e2")),
        ("timer-cycle", "x"),
    ),
    "undeclared message": (
        (start(), catch("x", message("nowhere")), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "signal without a name": (
        (start(), throw("x", "<bpmn:signalEventDefinition/>"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "receive task without a message": (
        (start(), element("receiveTask", "x"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "send task that sends nothing": (
        (start(), element("sendTask", "x"), end(), path("s", "x", "e")),
        ("reference", "x"),
    ),
    "boundary on nothing": (
        (*ROAD, boundary("x", "gone", timer("P1D")), end("e2"), path("x", "e2")),
        ("boundary-host", "x"),
    ),
    "boundary on a gateway": (
        (start(), fork("g"), end(), path("s", "g", "e"), boundary("x", "g", timer("P1D")), end("e2"), path("x", "e2")),
        ("boundary-host", "x"),
    ),
    "error boundary on a task": (
        (*ROAD, boundary("x", "a", "<bpmn:errorEventDefinition/>"), end("e2"), path("x", "e2")),
        ("boundary-error", "x"),
    ),
    # flows and gateways
    "two start events": (
        (*ROAD, start("x"), path("x", "a")),
        ("several-starts", "x"),
    ),
    "no start at all": ((user("a"), user("b"), path("a", "b", "a")), ("no-start", "p")),
    "nothing inside": ((start(), sub("x"), end(), path("s", "x", "e")), ("empty", "x")),
    "flow to nowhere": ((*ROAD, flow("a", "gone", id="x")), ("flow-end", "x")),
    "flow over the border": (
        (start(), sub("c", start("s1"), user("u"), end("e1"), path("s1", "u", "e1")), end(), path("s", "c", "e"), flow("s", "u", id="x")),
        ("flow-crosses", "x"),
    ),
    "flow out of an end": ((*ROAD, flow("e", "a", id="x")), ("flow-direction", "x")),
    "flow into a start": ((*ROAD, flow("a", "s", id="x")), ("flow-direction", "x")),
    "flow drawn twice": ((*ROAD, flow("s", "a", id="x")), ("flow-twice", "x")),
    "gateway flow without a condition": (
        (start(), xor("g", default="g-e"), user("a"), end(), path("s", "g"), flow("g", "e"), flow("g", "a", id="x"), path("a", "e")),
        ("condition-missing", "x"),
    ),
    "condition on a parallel flow": (
        (start(), fork("g"), user("a"), user("b"), fork("j"), end(), path("s", "g"), flow("g", "a", "n", id="x"), path("g", "b", "j", "e"), path("a", "j")),
        ("condition-ignored", "x"),
    ),
    "event gateway before a task": (
        (start(), element("eventBasedGateway", "g"), user("a"), end(), path("s", "g"), flow("g", "a", id="x"), path("a", "e")),
        ("event-gateway", "x"),
    ),
    "join that waits for itself": (
        (start(), fork("j"), user("a"), xor("g", default="g-e"), end(), path("s", "j", "a", "g"), flow("g", "e"), flow("g", "j", "again", id="x")),
        ("join-waits-for-itself", "x"),
    ),
    "island": ((*ROAD, user("x"), path("x", "e")), ("unreachable", "x")),
    "dead end without an exit": (
        (*ROAD[:1], xor("m"), user("x"), end(), xor("g", default="g-e"), user("b"), path("s", "g"), flow("g", "e"), flow("g", "m", "n"), path("m", "x", "b", "m")),
        ("no-way-out", "x"),
    ),
    "loop that never rests": (
        (start(), xor("m"), service("x", "op"), xor("g", default="g-e"), end(), path("s", "m", "x", "g"), flow("g", "e"), flow("g", "m", "again")),
        ("restless-loop", "m"),
    ),
    "loop through a subprocess that never rests": (
        (start(), xor("m"), sub("c", start("s1"), service("o", "op"), end("e1"), path("s1", "o", "e1")), xor("g", default="g-e"), end(), path("s", "m", "c", "g"), flow("g", "e"), flow("g", "m", "again")),
        ("restless-loop", "m"),
    ),
    # activities
    "service without an operation": (
        (start(), element("serviceTask", "x", camunda__class="org.example.Delegate"), end(), path("s", "x", "e")),
        ("operation-missing", "x"),
    ),
    "decision that is not named": (
        (start(), element("businessRuleTask", "x"), end(), path("s", "x", "e")),
        ("operation-missing", "x"),
    ),
    "several instances of nothing": (
        (start(), user("x", "<bpmn:multiInstanceLoopCharacteristics/>"), end(), path("s", "x", "e")),
        ("collection-missing", "x"),
    ),
    "call of an unknown process": ((start(), call("x", "gone"), end(), path("s", "x", "e")), ("called-process", "x")),
    "call of nothing": ((start(), call("x", ""), end(), path("s", "x", "e")), ("called-process", "x")),
    "call of itself": (
        (start(), user("a"), call("x", "p"), end(), path("s", "a", "x", "e")),
        ("call-recursion", "x"),
    ),
    # expressions, wherever they stand
    "condition": (
        (start(), xor("g", default="g-e"), user("a"), end(), path("s", "g"), flow("g", "e"), flow("g", "a", "__import__('os')", id="x"), path("a", "e")),
        ("expression", "x"),
    ),
    "condition in a script language": (
        (start(), xor("g", default="g-e"), user("a"), end(), path("s", "g"), flow("g", "e"), flow("g", "a", "n", id="x").replace("<bpmn:conditionExpression", '<bpmn:conditionExpression language="groovy"'), path("a", "e")),
        ("condition-language", "x"),
    ),
    "candidates": (
        (start(), user("x", camunda__candidateGroups="${unit.getGroups()}"), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "collection": ((start(), user("x", each("${a b}", "u")), end(), path("s", "x", "e")), ("expression", "x")),
    "completion condition": (
        (start(), user("x", each("us", "u", until="n >")), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "parameter": ((start(), service("x", "op", inputs(a="${b")), end(), path("s", "x", "e")), ("expression", "x")),
    "passing": (
        (start(), call("x", "q", extensions('<camunda:in sourceExpression="${a.b()}" target="c"/>')), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "message parameter": (
        (start(), throw("x", message("M", inputs(a="${1 +}"))), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "field": (
        (start(), user("x", extensions('<camunda:formData><camunda:formField id="f" defaultValue="${a"/></camunda:formData>')), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "shown field": (
        (
            start(),
            user(
                "x",
                extensions(
                    '<camunda:formData><camunda:formField id="f"><camunda:properties>'
                    '<camunda:property id="showIf" value="a ="/></camunda:properties>'
                    "</camunda:formField></camunda:formData>"
                ),
            ),
            end(),
            path("s", "x", "e"),
        ),
        ("expression", "x"),
    ),
    "cron": (
        (*ROAD, boundary("x", "a", timer("0 0/5 * * * ?", "timeCycle"), interrupting=False), end("e2"), path("x", "e2")),
        ("timer-invalid", "x"),
    ),
    "start by a moment that a variable says": (
        (start("x", timer("${when}", "timeDate")), user("a"), end(), path("x", "a", "e")),
        ("timer-invalid", "x"),
    ),
    "start by a moment without a time": (
        (start("x", "<bpmn:timerEventDefinition/>"), user("a"), end(), path("x", "a", "e")),
        ("timer-empty", "x"),
    ),
    "start by an error": (
        (start("x", '<bpmn:errorEventDefinition errorRef="M"/>'), user("a"), end(), path("x", "a", "e")),
        ("unsupported-event", "x"),
    ),
    "start by a condition": (
        (start("x", "<bpmn:conditionalEventDefinition/>"), user("a"), end(), path("x", "a", "e")),
        ("unsupported-event", "x"),
    ),
    # services and terms
    "mail": (
        (start(), element("serviceTask", "x", flowable__type="mail"), end(), path("s", "x", "e")),
        ("service-type", "x"),
    ),
    "java class": (
        (start(), element("serviceTask", "x", camunda__class="org.example.X"), end(), path("s", "x", "e")),
        ("operation-missing", "x"),
    ),
    "bean that sends": (
        (start(), element("sendTask", "x", activiti__delegateExpression="${x}"), end(), path("s", "x", "e")),
        ("operation-missing", "x"),
    ),
    "due date in words": (
        (start(), user("x", flowable__dueDate="下 周"), end(), path("s", "x", "e")),
        ("due-invalid", "x"),
    ),
    "follow-up without a zone": (
        (start(), user("x", camunda__followUpDate="2026-03-05T18:00:00"), end(), path("s", "x", "e")),
        ("due-invalid", "x"),
    ),
    "priority in words": (
        (start(), user("x", camunda__priority="高"), end(), path("s", "x", "e")),
        ("priority-invalid", "x"),
    ),
    # ids
    "missing id": ((*ROAD, '<bpmn:userTask name="无名"/>'), ("id-missing", "")),
    "repeated id": ((*ROAD, user("a")), ("id-duplicate", "a")),
    "endless name": ((*ROAD[:1], user("a", name="长" * 201), end(), path("s", "a", "e")), ("text-too-long", "a")),
    "endless candidates": (
        (start(), user("x", camunda__candidateGroups="," * 5001), end(), path("s", "x", "e")),
        ("expression", "x"),
    ),
    "id with odd characters": ((*ROAD, user("a b")), ("id-invalid", "a b")),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    parts, expected = REFUSED[what]
    findings = found(process("p", *parts))

    assert expected in {(f.code, f.element) for f in findings if f.severity == "error"}
    for finding in findings:
        assert finding.file == "p.bpmn"
        assert finding.message.endswith("。")


ALLOWED = {
    "gateway whose every answer has a condition": (
        *(start(), xor("x"), user("a"), end(), path("s", "x"), flow("x", "e", "${!ok}")),
        *(flow("x", "a", "${ok}"), path("a", "e")),
    ),
    "terminate end": (start(), user("a"), end("e", TERMINATE), path("s", "a", "e")),
    "reminder by cycle": (
        *(*ROAD, boundary("t", "a", CYCLE, interrupting=False), end("e2"), path("t", "e2")),
    ),
    "two answers to one target": (
        *(start(), xor("g", default="no"), user("a"), end(), path("s", "g")),
        *(flow("g", "a", "n", id="yes"), flow("g", "a", id="no"), path("a", "e")),
    ),
    "loop with a person in it": (
        *(start(), xor("m"), user("a"), xor("g", default="g-e"), end(), path("s", "m", "a", "g")),
        *(flow("g", "e"), flow("g", "m", "again")),
    ),
    "error boundary on a subprocess, any error": (
        *(start(), sub("c", start("s1"), user("u"), end("e1"), path("s1", "u", "e1")), end()),
        *(path("s", "c", "e"), boundary("b", "c", "<bpmn:errorEventDefinition/>"), path("b", "e")),
    ),
    "notes and lanes": (
        *(*ROAD, '<bpmn:laneSet id="L"><bpmn:lane id="l" name="代表"/></bpmn:laneSet>'),
        *("<bpmn:textAnnotation id='n'/>", "<bpmn:association id='q'/>"),
    ),
    "no start or end event": (user("a"), user("b"), path("a", "b")),
    "named limit": (
        start(),
        catch("t", timer('deadline("sign")', "timeDate")),
        end(),
        path("s", "t", "e"),
    ),
}


@pytest.mark.parametrize("what", ALLOWED)
def test_it_is_not_refused(what: str) -> None:
    assert codes(*ALLOWED[what]) == set()


def test_some_things_are_worth_a_word() -> None:
    warned = codes(
        *(start("s"), element("task", "a")),
        user("b", each("us", ""), camunda__formKey="embedded:x"),
        *(xor("g", default="g-e"), end(), path("s", "a", "b", "g"), flow("g", "e", "n")),
        *(flow("g", "b", "m"), xor("x"), end("e2"), end("e3"), boundary("t", "b", timer("P1D"))),
        *(path("t", "x"), flow("x", "e2", "n"), flow("x", "e3", "m")),
        severity="warning",
    )

    assert warned == {
        ("task-passes", "a"),
        ("element-variable", "b"),
        ("form-elsewhere", "b"),
        ("default-condition", "g-e"),
        ("default-missing", "x"),
    }


@pytest.mark.parametrize(
    "event",
    [
        *(timer("P1D"), timer("R/P7D", "timeCycle"), timer('deadline("sign")', "timeDate")),
        *(message("M"), '<bpmn:signalEventDefinition signalRef="M"/>'),
    ],
)
def test_a_start_event_may_wait_for_a_moment_a_message_or_a_signal(event: str) -> None:
    assert found(process("p", start("s", event), user("a"), end(), path("s", "a", "e"))) == []


def test_a_process_that_says_what_it_begins_with_is_worth_a_word() -> None:
    parts = (start("s", message("M")), user("a"), throw("t", message("M")), end())

    warned = codes(*parts, path("s", "a", "t", "e"), severity="warning")

    assert warned == {("start-itself", "s")}


def test_a_program_is_named_where_an_operation_replaces_it() -> None:
    drawn = element("serviceTask", "x", flowable__delegateExpression="${registerDelegate}")
    [finding] = found(process("p", start(), drawn, end(), path("s", "x", "e")))

    assert "${registerDelegate}" in finding.message


def test_what_is_said_twice_or_elsewhere_is_worth_a_word() -> None:
    both = user("a", properties(deadline="sign"), camunda__dueDate="P3D")
    program = element("serviceTask", "x", camunda__topic="op", camunda__class="org.example.X")
    drawn = user("b", extensions(FORM), camunda__formKey="embedded:x")

    warned = codes(
        *(start(), both, program, drawn, end(), path("s", "a", "x", "b", "e")), severity="warning"
    )

    assert warned == {("due-twice", "a"), ("ignored", "x")}


FORM = '<camunda:formData><camunda:formField id="n" type="string"/></camunda:formData>'


def test_processes_that_call_one_another_in_a_circle_are_refused() -> None:
    parts = [
        process(key, start(f"s{key}"), user(f"u{key}"), call(f"c{key}", other), end(f"e{key}"), path(f"s{key}", f"u{key}", f"c{key}", f"e{key}"))
        for key, other in (("p", "q"), ("q", "r"), ("r", "p"))
    ]  # fmt: skip

    [finding] = found(*parts)

    assert finding.code == "call-recursion"
    assert "→" in finding.message


def test_a_called_process_may_be_deployed_already() -> None:
    parts = process("p", start(), call("x", "gone"), end(), path("s", "x", "e"))

    assert found(parts, known=frozenset({"gone"})) == []


def test_files_and_processes_that_cannot_be_told_apart_are_refused() -> None:
    one = document(process("p", *ROAD))
    two = document(process("p", *ROAD), process("bad id", *ROAD))
    idle = document(element("process", "q", *ROAD, isExecutable="false"))

    files = {"one.bpmn": one, "two.bpmn": two, "idle.bpmn": idle}
    findings = faults([source.read(name, content) for name, content in files.items()])

    assert {(f.file, f.code, f.element) for f in findings} == {
        ("one.bpmn", "process-duplicate", "p"),
        ("two.bpmn", "process-duplicate", "p"),
        ("two.bpmn", "process-id", "bad id"),
        ("idle.bpmn", "not-executable", ""),
    }


def test_a_diagram_may_be_long_but_not_endless() -> None:
    keys = [f"a{n}" for n in range(300)]
    assert codes(start(), *map(user, keys), end(), path("s", *keys, "e")) == set()

    keys = [f"a{n}" for n in range(1001)]
    assert ("too-large", "p") in codes(start(), *map(user, keys), end(), path("s", *keys, "e"))


def test_subprocesses_may_be_nested_but_not_endlessly() -> None:
    inside = user("a")
    for n in range(22):
        inside = sub(
            f"c{n}",
            start(f"s{n}"),
            inside,
            end(f"e{n}"),
            path(f"s{n}", f"c{n - 1}" if n else "a", f"e{n}"),
        )

    found_codes = {code for code, _ in codes(start(), inside, end(), path("s", "c21", "e"))}

    assert found_codes == {"nesting"}


def test_a_call_that_passes_nothing_is_told_so() -> None:
    bare = element("callActivity", "x", calledElement="q")
    road = (start(), bare, call("y", "q"), end(), path("s", "x", "y", "e"))

    told = found(process("p", *road), process("q", *ROAD))

    assert [f.element for f in told if f.code == "call-apart"] == ["x"]


def test_an_error_nobody_catches_is_told_unless_something_outward_does() -> None:
    late = failing("late")
    body = sub("b", start("s1"), end("x", late), path("s1", "x"))
    beside = (boundary("o", "b", late), end("oe"), path("o", "oe"))
    road = (start(), body, end(), path("s", "b", "e"))
    aside = element(
        "subProcess",
        "a",
        start("s2", late),
        end("y", late),
        path("s2", "y"),
        triggeredByEvent="true",
    )

    def uncaught(*parts: str) -> list[str]:
        told = found(error("late"), process("p", *parts))
        return [f.element for f in told if f.code == "error-uncaught"]

    assert uncaught(*road) == ["x"]
    assert uncaught(*road, *beside) == []
    assert uncaught(*road, aside) == ["y"]
