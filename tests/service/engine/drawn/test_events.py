"""Events are read with the names they refer to."""

import pytest

from service.engine.drawn import reading
from tests.service.engine.diagrams import boundary, document, element, end, process, timer, user


def test_events_are_read_with_the_names_they_refer_to() -> None:
    content = document(
        '<bpmn:message id="M" name="整改通知已下发"/><bpmn:error id="E" name="出错" errorCode="secret"/>',
        process(
            "p",
            user("a"),
            boundary("t", "a", timer(" P15D\n"), interrupting=False),
            boundary("m", "a", '<bpmn:messageEventDefinition messageRef="M"/>'),
            end("e", '<bpmn:errorEventDefinition errorRef="E"/>'),
            end("u", '<bpmn:signalEventDefinition signalRef="missing"/>'),
        ),
    )
    _, t, m, e, u = reading.read("p.bpmn", content).processes[0].elements

    assert (t.attached_to, t.interrupting, t.events[0].timer, t.events[0].text) == (
        "a",
        False,
        "timeDuration",
        "P15D",
    )
    assert (m.interrupting, m.events[0].kind, m.events[0].name) == (
        True,
        "message",
        "整改通知已下发",
    )
    assert (e.events[0].kind, e.events[0].name) == ("error", "secret")
    assert (u.events[0].name, u.events[0].reference) == ("", "missing")


def test_every_reference_may_have_the_prefix_of_the_files_namespace() -> None:
    content = document(
        '<bpmn:message id="M" name="回函已到"/><bpmn:signal id="S" name="停水"/>'
        '<bpmn:error id="E" errorCode="short"/><bpmn:escalation id="U" escalationCode="late"/>',
        process(
            "p",
            *(user("a"), boundary("m", "t:a", '<bpmn:messageEventDefinition messageRef="t:M"/>')),
            *(end("s", '<bpmn:signalEventDefinition signalRef="t:S"/>'),),
            *(end("e", '<bpmn:errorEventDefinition errorRef="t:E"/>'),),
            *(end("u", '<bpmn:escalationEventDefinition escalationRef="t:U"/>'),),
            element("receiveTask", "r", messageRef="t:M"),
            element("callActivity", "c", calledElement="t:q"),
        ),
    ).replace(b"<bpmn:definitions ", b'<bpmn:definitions xmlns:t="http://example.org/bpmn" ')

    _, m, *others, call = reading.read("p.bpmn", content).processes[0].elements

    assert (m.attached_to, call.called) == ("a", "q")
    names = [one.events[0].name for one in (m, *others)]
    assert names == ["回函已到", "停水", "short", "late", "回函已到"]


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"name": "等 回函"}, "等 回函"),
        ({"name": None}, "r"),
        ({"name": "等", "messageRef": "gone"}, ""),
    ],
)
def test_a_receive_task_without_a_message_waits_for_one_of_its_own_name(
    attributes: dict[str, str], name: str
) -> None:
    content = document(process("p", element("receiveTask", "r", **attributes)))

    [task] = reading.read("p.bpmn", content).processes[0].elements

    assert [(one.kind, one.name) for one in task.events] == [("message", name)]
