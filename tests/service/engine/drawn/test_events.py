"""Events are read with the names they refer to."""

from service.engine.drawn import reading
from tests.service.engine.diagrams import boundary, document, end, process, timer, user


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
