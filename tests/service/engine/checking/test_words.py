"""What a process may read: the words of its expressions, its fields, and what its operations and lists say."""

from service.engine.checking import words
from service.engine.checking.contract import Contract, Variable
from service.engine.checking.known import Known
from service.engine.drawn import reading
from service.engine.drawn.source import ProcessSource
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import call, document, end, path, process, service, start, user

KNOWN = Known(contracts={"note": Contract("note", reads=(Variable("subject", ""),))})


def drawn(step: str) -> ProcessSource:
    parts = (start(), step, end(), path("s", "a", "e"))
    [read] = reading.read("p.bpmn", document(process("p", *parts))).processes
    return read


def test_expressions_and_operations_are_read_and_fields_are_shown() -> None:
    assert "who" in words.of(drawn(user("a", camunda__assignee="${who}")), KNOWN)
    assert "subject" in words.of(drawn(service("a", "note")), KNOWN)
    assert words.read(drawn(user("a", form("title"))), KNOWN) == {"title"}


def test_what_may_read_anything_is_not_known() -> None:
    assert words.read(drawn(service("a", "elsewhere")), KNOWN) is None
    assert words.read(drawn(call("a", "q")), KNOWN) is None
