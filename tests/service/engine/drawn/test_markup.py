"""Hostile bytes become a tree of XML or a refusal with a reason, whatever they are."""

import tracemalloc

import pytest

from service.engine.drawn import markup, reading
from service.engine.drawn.findings import FileUnreadable
from tests.service.engine.diagrams import document, end, extensions, path, process, start, user

HEAD = b'<?xml version="1.0"?>'
BPMN = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'


def refusal(content: bytes) -> str:
    with pytest.raises(FileUnreadable) as caught:
        reading.read("x.bpmn", content)
    assert caught.value.finding.file == "x.bpmn"
    assert caught.value.finding.message.endswith("。")
    return caught.value.finding.code


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"   \n", "file-empty"),
        (b"\x00\xff\xfe\x01", "not-xml"),
        (b"plain text", "not-xml"),
        (b"<a><b></a>", "not-xml"),
        (b'<?xml version="1.0" encoding="no-such"?><a/>', "encoding"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-xml"),
        ("通知：请各单位".encode("gbk"), "not-xml"),
        (b"<svg/>", "not-bpmn"),
        (f"<definitions {BPMN}/>".encode() + b" " * markup.LIMIT, "file-too-large"),
        (HEAD + b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "doctype"),
        (HEAD + b"<!doctype html><html/>", "doctype"),
        (HEAD + b"<!-- x --><! ENTITY>", "doctype"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'.encode(
                "utf-16"
            ),
            "doctype",
        ),
        (b"<a>" * 10_000, "not-xml"),
    ],
)
def test_bytes_that_are_no_diagram_are_refused_with_a_reason(content: bytes, code: str) -> None:
    assert refusal(content) == code


def test_entities_are_not_expanded_before_they_are_refused() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a>&l9;</a>'
    tracemalloc.start()

    assert refusal(bomb.encode("utf-16")) in {"doctype", "not-xml"}

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def nested(depth: int) -> str:
    return "<x>" * depth + "</x>" * depth


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        (extensions(nested(markup.MOST_DEPTH)), "too-deep"),
        (
            extensions("<x " + " ".join(f'a{n}="1"' for n in range(101)) + "/>"),
            "too-many-attributes",
        ),
        (extensions("<x/>" * markup.MOST_ENTRIES), "too-many-entries"),
    ],
)
def test_what_no_modeller_writes_is_refused_at_its_element(inside: str, code: str) -> None:
    diagram = document(process("p", start(), user("a", inside), end(), path("s", "a", "e")))

    with pytest.raises(FileUnreadable) as refused:
        reading.read("p.bpmn", diagram)

    assert (refused.value.finding.code, refused.value.finding.element) == (code, "a")


def test_a_diagram_for_camunda_8_is_named_as_such() -> None:
    task = extensions('<z:taskDefinition xmlns:z="http://camunda.org/schema/zeebe/1.0" type="x"/>')
    diagram = document(process("p", start(), user("a", task), end(), path("s", "a", "e")))

    with pytest.raises(FileUnreadable, match="Camunda 8") as refused:
        reading.read("p.bpmn", diagram)

    assert (refused.value.finding.code, refused.value.finding.element) == ("camunda-8", "a")


def test_broken_xml_is_told_by_its_line_and_without_the_parsers_english() -> None:
    with pytest.raises(FileUnreadable) as refused:
        reading.read("p.bpmn", b"<a>\n<b>\n</a>")

    assert refused.value.finding.message.startswith("第 3 行附近不是完好的 XML")
