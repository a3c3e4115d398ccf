"""Whatever is handed in as a diagram gets a verdict in Chinese, and what the verdict lets pass can be started.

`HOSTILE_EXAMPLES=20000 pytest tests/service/engine/test_hostile.py` looks longer than the usual minute allows.
"""

import copy
import os
import random
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from service.engine import definitions
from service.engine.checking import lint
from service.engine.checking.lint import Finding
from service.engine.drawn.findings import FileUnreadable
from service.engine.drawn.graph import Graph
from service.engine.drawn.nodes import BPMN
from service.engine.drawn.reading import read
from service.engine.execution import Execution
from service.engine.language import expressions, timing
from service.engine.language.grammar import ExpressionInvalid
from service.engine.language.timing import TimeInvalid
from service.engine.telling import twin
from service.errors import DiagramInvalid, ProcessFailed
from service.runtime import names
from tests.service.engine.diagrams import (
    MORNING,
    boundary,
    call,
    catch,
    document,
    each,
    element,
    end,
    extensions,
    flow,
    fork,
    inputs,
    message,
    path,
    process,
    service,
    some,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)

EXAMPLES = int(os.environ.get("HOSTILE_EXAMPLES", "150"))
often = settings(
    max_examples=EXAMPLES,
    deadline=20_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

PROCESSES = Path(__file__).parents[3] / "processes"
DIAGRAMS = Path(__file__).parents[2] / "diagrams"
ERROR = '<bpmn:errorEventDefinition errorRef="E"/>'
LOOP = (
    '<bpmn:standardLoopCharacteristics loopMaximum="3"><bpmn:loopCondition>n &lt; 5</bpmn:loopCondition>'
    "</bpmn:standardLoopCharacteristics>"
)
EVERY_KIND = document(
    '<bpmn:message id="M" name="已下发"/><bpmn:error id="E" name="x" errorCode="x"/>',
    process(
        "p",
        start(),
        user("a", camunda__assignee="${who}"),
        boundary("b", "a", timer("R3/P1D", "timeCycle"), interrupting=False),
        xor("x", default="x-f"),
        fork("f"),
        service("t", "note"),
        catch("c", timer("PT1H")),
        fork("g"),
        sub("u", start("us"), user("um", each("units", "unit")), end("ue"), path("us", "um", "ue")),
        some("i", default="i-j"),
        some("j"),
        call("k", "q"),
        throw("m", message("M")),
        end(),
        path("s", "a", "x"),
        flow("x", "f"),
        flow("x", "e", when="conclusion == 'reject'"),
        path("f", "t", "g"),
        path("f", "c", "g"),
        path("g", "u", "i", "j", "k", "m", "e"),
        flow("i", "k", when="${amount > 100 && !done}"),
        flow("b", "e"),
    ),
    process("q", start("qs"), user("qa"), end("qe"), path("qs", "qa", "qe")),
)
LATER_KINDS = document(
    '<bpmn:message id="M" name="已下发"/><bpmn:error id="E" name="x" errorCode="x"/>',
    process(
        "r",
        start(),
        element("scriptTask", "k", "<bpmn:script>n = 1</bpmn:script>", scriptFormat="python"),
        user("a", LOOP),
        throw("l", '<bpmn:linkEventDefinition name="甲"/>'),
        catch("m", '<bpmn:linkEventDefinition name="甲"/>'),
        sub(
            "u", user("ua", inputs(x="${n}")), user("ub"), end("ue", ERROR), path("ua", "ub", "ue")
        ),
        boundary("b", "u", ERROR),
        user(
            "d",
            extensions(
                '<camunda:inputOutput><camunda:outputParameter name="o">${n + 1}</camunda:outputParameter>'
                "</camunda:inputOutput>"
            ),
        ),
        user("e1"),
        end(),
        element(
            "subProcess",
            "v",
            element("startEvent", "vs", message("M"), isInterrupting="false"),
            user("va"),
            end("ve"),
            path("vs", "va", "ve"),
            triggeredByEvent="true",
        ),
        path("s", "k", "a", "l"),
        path("m", "u", "d"),
        flow("d", "e", when="o > 1"),
        flow("d", "e1"),
        path("e1", "e"),
        path("b", "e"),
    ),
)
ORIGINALS = [
    EVERY_KIND,
    LATER_KINDS,
    *(file.read_bytes() for file in sorted(PROCESSES.glob("*.bpmn"))),
]
NAMES_OF_THE_RELEASE = names.released()
DMN = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
TABLES = [file.read_bytes() for file in sorted((DIAGRAMS / "dmn").rglob("*.dmn"))]
KNOWN = replace(
    NAMES_OF_THE_RELEASE,
    operations=frozenset({"note", *NAMES_OF_THE_RELEASE.operations}),
    processes=frozenset(file.stem for file in PROCESSES.glob("*.bpmn")),
)

HOSTILE_TEXTS = st.one_of(
    st.text(max_size=40),
    st.sampled_from(
        [
            *("", " ", "${", "${}", "#{a", "x" * 300, "天" * 300, "__import__('os')", "a.b.c[0]"),
            *("PT1H", "P-1D", "R/P1D", "R0/P1D", "R9999999999/PT1S", "P99999999999Y", "2026-02-30"),
            *("R3/2026-03-01T09:00:00+08:00/P1M", "9999-12-31T23:59:59+00:00", "0001-01-01"),
            *("a" * 100 + "(" * 200, "not " * 120, "[" * 90, "1" * 400, "1e999", "0x" + "f" * 99),
            *("x == 'y'", "x in [1,", "${x == 1}${y}", "len(x) > 2", "deadline('sign')", "a if b"),
            *(
                "a\u2028b",
                "\u202e",
                "'\\ud800'",
                "a\u0301",
                "𝔞",
                "ﬁ",
                "_",
                "None",
                "true and false",
            ),
            *("unit_liaison:${unit}", "${a:'b'}", "a?b:c", "lambda: 0", "f'{x}'", "*a", "a:=1"),
        ]
    ),
)


@st.composite
def mutated(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """A real file to which a few things were done that no modeller does."""
    root = etree.fromstring(draw(st.sampled_from(originals)))
    rng = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(draw(st.sampled_from([1, 1, 1, 2, 3, 8]))):
        _mutate(draw, rng, root)
    content: bytes = etree.tostring(
        root, encoding=draw(st.sampled_from(["UTF-8", "UTF-16", "GB18030"]))
    )
    if draw(st.integers(0, 9)) == 0:
        place = rng.randrange(len(content))
        content = (
            content[:place] + draw(st.binary(max_size=8)) + content[place + rng.randrange(9) :]
        )
    return content


def _mutate(draw: st.DrawFn, rng: random.Random, root: Any) -> None:
    nodes = [node for node in root.iter() if isinstance(node.tag, str) and node is not root]
    inner = [node for node in nodes if node.tag.startswith((BPMN, DMN))]
    if not inner:
        return
    node, other = rng.choice(inner), rng.choice(inner)
    what = draw(st.integers(0, 9))
    if what == 0:
        node.getparent().remove(node)
    elif what == 1:
        node.addnext(copy.deepcopy(node))
    elif what == 2 and other not in (node, *node.iterancestors()):
        node.append(other)
    elif what == 3:
        node.tag = other.tag
    elif what == 4 and node.attrib:
        del node.attrib[rng.choice(sorted(node.attrib))]
    elif what == 5 and node.attrib and other.attrib:
        node.attrib[rng.choice(sorted(node.attrib))] = rng.choice(sorted(other.attrib.values()))
    elif what == 6 and node.attrib:
        node.attrib[rng.choice(sorted(node.attrib))] = _sendable(draw(HOSTILE_TEXTS))
    elif what == 7:
        texts = [one for one in nodes if one.text and one.text.strip()]
        if texts:
            rng.choice(texts).text = _sendable(draw(HOSTILE_TEXTS))
    elif what == 8:
        garbage = etree.SubElement(node, rng.choice(nodes).tag)
        garbage.set("id", rng.choice(inner).get("id") or "x")
    else:
        order = list(node)
        rng.shuffle(order)
        node[:] = order


def _sendable(text: str) -> str:
    """Without what XML itself cannot carry; the raw bytes are mutated elsewhere."""
    return re.sub("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", "", text)


class Nobody:
    functions: dict[str, Any] = {}

    def call(self, operation: str, call: Any) -> dict[str, Any]:
        return {}

    def decision(self, key: str) -> None:
        return None


def verdict(content: bytes) -> list[Finding]:
    """Check, and hold whatever passes to its promise."""
    findings = lint.check({"x.bpmn": content}, KNOWN)
    for finding in findings:
        assert finding.file == "x.bpmn"
        assert re.search("[\u4e00-\u9fff]", finding.message), finding
    if not any(finding.severity == "error" for finding in findings):
        processes = definitions.parse({"x.bpmn": content})
        for one in processes.values():
            twin.lines(one)
            try:
                execution = Execution.start(one.bind(processes), {}, Nobody(), MORNING)
            except (DiagramInvalid, ProcessFailed):
                continue
            Execution.load(execution.definitions, execution.dump(), Nobody(), MORNING)
    return findings


@often
@given(mutated(ORIGINALS))
def test_a_mutated_diagram_gets_a_verdict_and_what_passes_can_be_started(content: bytes) -> None:
    verdict(content)


@often
@given(mutated(ORIGINALS))
def test_whatever_can_be_read_can_be_told(content: bytes) -> None:
    try:
        diagram = read("x.bpmn", content)
    except FileUnreadable:
        return

    for one in diagram.processes:
        lines = twin.lines(Graph(one))

        assert {line.element_id for line in lines} == {element.id for element in one.elements}


@often
@given(mutated(TABLES))
def test_a_mutated_decision_table_gets_a_verdict(content: bytes) -> None:
    verdict(content)


@often
@given(st.binary(max_size=400))
@example(b"\xff\xfe")
@example(b"\x00\x00\xfe\xff\x00")
@example(b"\xef\xbb\xbf")
def test_any_bytes_get_a_verdict(content: bytes) -> None:
    assert any(finding.severity == "error" for finding in verdict(content))


def test_the_original_of_every_kind_passes_and_starts() -> None:
    findings = [*verdict(EVERY_KIND), *verdict(LATER_KINDS)]

    assert not [finding for finding in findings if finding.severity == "error"]


def is_chinese(error: Exception) -> bool:
    return re.search("[\u4e00-\u9fff]", str(error)) is not None


NAMES = {"a": 1, "b": "乙", "c": [1, "x"], "d": {"k": None}, "x": True, "y": 2.5, "z": None}
EXPRESSIONS = st.one_of(
    HOSTILE_TEXTS,
    st.lists(
        st.sampled_from(
            [
                *("a", "b", "c", "d", "x", "y", "z", "1", "'t'", "2.5", "(", ")", "[", "]", ","),
                *("==", "!=", "<", "and", "or", "not", "!", "&&", "||", "+", "-", "*", "/", "//"),
                *("%", "in", "is", "if", "else", ".", "k", "len", "sum", "str", "max", "round"),
                *("int", "float", "empty", "deadline", "{", "}", ":", "**", "@", "lambda", "10**9"),
                *("__class__", "div", "mod", "null", "true", "'", '"', "${", "#{", "=", "<<", "~"),
            ]
        ),
        max_size=25,
    ).map(" ".join),
)


@often
@given(EXPRESSIONS)
def test_any_text_is_an_expression_or_told_not_to_be_one(text: str) -> None:
    for compile in (expressions.compile, expressions.interpolate):
        try:
            compiled = compile(text)
        except ExpressionInvalid as error:
            assert is_chinese(error)  # noqa: PT017
            continue
        try:
            value = compiled.evaluate(NAMES)
        except FAILS:
            continue
        assert isinstance(value, str | int | float | bool | list | tuple | dict | type(None))


# What evaluating may come to; `nodes` turns each of them into ExpressionFailed.
FAILS = (
    ArithmeticError,
    LookupError,
    NameError,
    TypeError,
    ValueError,
    RecursionError,
    MemoryError,
)


@pytest.mark.parametrize(
    "text",
    [
        "().__class__.__bases__[0].__subclasses__()",
        "str.__subclasses__",
        "open('/etc/passwd')",
        "__import__('os').system('id')",
        "getattr(a, 'b')",
        "[x for x in c]",
        "str(len)",
        "max(c, key=len)",
        "'%s' % a",
        "'{0.__class__}'.format(a)",
        "a ** a",
        "exec('1')",
        "globals()",
        "deadline.__globals__",
        "print(a)",
    ],
)
def test_nothing_outside_the_variables_can_be_reached(text: str) -> None:
    try:
        value = expressions.compile(text).evaluate(NAMES)
    except (ExpressionInvalid, *FAILS):
        return

    assert value in list(NAMES.values())


@often
@given(st.one_of(HOSTILE_TEXTS, st.text("PRTYMWDHS/0123456789-:+.Zz ", max_size=30)))
def test_any_text_is_a_time_or_told_not_to_be_one(text: str) -> None:
    timing.is_literal(text)
    for reads in (timing.moment, timing.duration, timing.cycle):
        try:
            value = reads(text)
        except TimeInvalid as error:
            assert is_chinese(error)  # noqa: PT017
            continue
        if isinstance(value, timing.Cycle):
            try:
                value.tick(3, MORNING)
            except (OverflowError, ValueError):
                continue
