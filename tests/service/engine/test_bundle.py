"""Files are told apart by what is in them, and what is wrong with one does not hide the others."""

from service.engine import bundle
from tests.service.engine import tables
from tests.service.engine.diagrams import document, end, path, process, start
from tests.service.engine.tables import rule, table

DIAGRAM = document(process("p", start(), end(), path("s", "e")))
TABLE = tables.file(tables.decision("d", table(rule("-", "1"))))


def test_the_root_element_says_what_a_file_is_and_its_name_does_not() -> None:
    found = bundle.read({"table.bpmn": TABLE, "diagram.dmn": DIAGRAM, "other.xml": b"<x/>"})

    assert [diagram.file for diagram in found.diagrams] == ["diagram.dmn"]
    assert [one.file for one in found.decisions.values()] == ["table.bpmn"]
    assert [(f.file, f.code) for f in found.findings] == [("other.xml", "not-bpmn")]


def test_a_broken_table_is_known_by_its_id_but_cannot_be_asked() -> None:
    broken = tables.file(tables.decision("b", table(rule("，", "1"))))

    found = bundle.read({"d.dmn": TABLE, "b.dmn": broken})

    assert set(found.decisions) == {"d"}
    assert found.decision_ids == {"b", "d"}
    assert [(f.file, f.code) for f in found.findings] == [("b.dmn", "cell")]


def test_one_id_in_two_files_is_refused() -> None:
    found = bundle.read({"a.dmn": TABLE, "b.dmn": TABLE})

    assert [(f.file, f.element, f.code) for f in found.findings] == [
        ("b.dmn", "d", "decision-duplicate")
    ]
