"""What has no id of its own, or shares it, is refused."""

import pytest

from service.engine.drawn import reading
from service.engine.faults.diagrams import faults
from tests.service.engine.diagrams import document, element, end, path, process, start, user
from tests.service.engine.faults.checked import ROAD, Refused, assert_refused, codes

REFUSED: Refused = {
    "missing id": ((*ROAD, '<bpmn:userTask name="无名"/>'), ("id-missing", "")),
    "repeated id": ((*ROAD, user("a")), ("id-duplicate", "a")),
    "endless name": (
        (*ROAD[:1], user("a", name="长" * 201), end(), path("s", "a", "e")),
        ("text-too-long", "a"),
    ),
    "id with odd characters": ((*ROAD, user("a b")), ("id-invalid", "a b")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_named(what: str) -> None:
    assert_refused(*REFUSED[what])


def test_files_and_processes_that_cannot_be_told_apart_are_refused() -> None:
    one = document(process("p", *ROAD))
    two = document(process("p", *ROAD), process("bad id", *ROAD))
    idle = document(element("process", "q", *ROAD, isExecutable="false"))

    files = {"one.bpmn": one, "two.bpmn": two, "idle.bpmn": idle}
    findings = faults([reading.read(name, content) for name, content in files.items()])

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
