"""A file of decisions is read from whatever bytes come, and everything wrong with it is found and placed."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.engine import bundle
from service.engine.deciding import dmn
from service.engine.drawn.findings import FileUnreadable
from service.errors import ExpressionFailed
from tests.service.engine.deciding.written import ONE, errors, read, warnings
from tests.service.engine.feel.test_cells import TEXTS, VALUES
from tests.service.engine.tables import NAMESPACE, decision, file, literal, rule, table


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20151101",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        NAMESPACE,
    ],
)
def test_every_version_the_modellers_write_is_read(namespace: str) -> None:
    found = dmn.read("d.dmn", file(decision("d", table(ONE)), namespace=namespace))

    assert found.decisions["d"].answer({"size": 1}).rows == ({"result": "a"},)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"<x", "not-xml"),
        (b"<x/>", "dmn-version"),
        (b'<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>', "doctype"),
        (b" " * 2_000_001, "file-too-large"),
        (file(namespace="https://www.omg.org/spec/DMN/20991231/MODEL/"), "dmn-version"),
    ],
)
def test_hostile_or_foreign_bytes_are_refused(content: bytes, code: str) -> None:
    with pytest.raises(FileUnreadable) as refused:
        dmn.read("d.dmn", content)

    assert (refused.value.finding.file, refused.value.finding.code) == ("d.dmn", code)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "gb18030"])
def test_a_file_says_the_same_in_any_encoding(encoding: str) -> None:
    name = {"utf-8-sig": "UTF-8"}.get(encoding, encoding)
    text = file(decision("d", table(ONE))).decode().replace("UTF-8", name)

    assert dmn.read("d.dmn", text.encode(encoding)).decisions["d"].name == "表 d"


REFUSED: dict[str, tuple[tuple[str, ...], tuple[str, str]]] = {
    "no decision": ((), ("no-decision", "")),
    "a decision without id": ((decision("", table(ONE)),), ("decision-id", "")),
    "two decisions of one id": ((decision("d", table(ONE)),) * 2, ("decision-duplicate", "d")),
    "a long id": ((decision("d" * 201, table(ONE)),), ("decision-id", "d" * 200)),
    "no table": ((decision("d", ""),), ("decision-empty", "d")),
    "two tables": ((decision("d", table(ONE) * 2),), ("decision-empty", "d")),
    "a relation": ((decision("d", "<relation/>"),), ("unsupported-decision", "d")),
    "an empty expression": ((decision("d", literal("", "x")),), ("expression-empty", "l")),
    "an expression of nothing known": ((decision("d", literal("f(1)", "x")),), ("cell", "l")),
    "an unknown policy": ((decision("d", table(ONE, hitPolicy="BEST")),), ("hit-policy", "d")),
    "a sum of one": ((decision("d", table(ONE, aggregation="SUM")),), ("aggregation", "d")),
    "an unknown sum": (
        (decision("d", table(ONE, hitPolicy="COLLECT", aggregation="MEAN")),),
        ("aggregation", "d"),
    ),
    "a default of a count": (
        (decision("d", table(ONE, hitPolicy="COLLECT", aggregation="COUNT", default="1")),),
        ("aggregation-default", "d"),
    ),
    "an order of nothing": (
        (decision("d", table(ONE, hitPolicy="OUTPUT ORDER")),),
        ("priority-values", "d"),
    ),
    "a result that is not allowed": (
        (decision("d", table(ONE, values='"b"')),),
        ("value-not-allowed", "d"),
    ),
    "a default that is not allowed": (
        (decision("d", table(values='"b"', default='"a"')),),
        ("value-not-allowed", "o"),
    ),
    "a range of allowed values": ((decision("d", table(values="[1..5]")),), ("cell", "o")),
    "an unknown type": ((decision("d", table(ONE, type="tSize")),), ("unknown-type", "i")),
    "nothing to look at": ((decision("d", table(ONE, looks_at="")),), ("input-empty", "i")),
    "a rule without result": (
        (decision("d", table("<rule><inputEntry><text>1</text></inputEntry></rule>")),),
        ("rule-cells", "d"),
    ),
    "no output": ((decision("d", "<decisionTable id='t'/>"),), ("output-missing", "d")),
    "a circle of itself": ((decision("d", table(ONE), "d"),), ("decision-circle", "d")),
    "a decision of elsewhere": ((decision("d", table(ONE), "e"),), ("required-decision", "d")),
}


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_and_placed(what: str) -> None:
    decisions, expected = REFUSED[what]

    assert expected in errors(*decisions)


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (table(), "no-rules"),
        (table(ONE, ONE), "rule-twice"),
        (table(rule("市级", "1")), "bare-word"),
        (table(rule("-", "市级")), "bare-word"),
    ],
)
def test_what_is_hardly_meant_is_advised_against(made: str, code: str) -> None:
    assert warnings(read(decision("d", made))) == [code]


_TAGS = st.sampled_from(
    [
        *("decision", "decisionTable", "literalExpression", "input", "inputExpression", "output"),
        *("rule", "inputEntry", "outputEntry", "text", "variable", "informationRequirement"),
        *("requiredDecision", "inputValues", "outputValues", "defaultOutputEntry", "context"),
    ]
)
_ATTRIBUTES = st.dictionaries(
    st.sampled_from(["id", "name", "typeRef", "href", "hitPolicy", "aggregation", "label"]),
    st.sampled_from(
        ["a", "b", "#a", "#b", "", "string", "number", "FIRST", "COLLECT", "SUM", "x y"]
    ),
    max_size=3,
)
_WORDS = TEXTS.map(lambda text: "".join(c for c in text if c.isprintable() and c not in "<>&"))


def _element(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(
        lambda tag, given, parts: (
            f"<{tag}{''.join(f' {k}={chr(34)}{v}{chr(34)}' for k, v in given.items())}>"
            f"{''.join(parts)}</{tag}>"
        ),
        _TAGS,
        _ATTRIBUTES,
        st.lists(inner, max_size=5),
    )


_XML = st.recursive(_WORDS, _element, max_leaves=25)
_TABLES = st.builds(
    lambda cells, policy, looks_at, type: decision(
        "a", table(*(rule(*pair) for pair in cells), looks_at=looks_at, type=type, hitPolicy=policy)
    ),
    st.lists(st.tuples(_WORDS, _WORDS), max_size=4),
    st.sampled_from(["UNIQUE", "FIRST", "ANY", "RULE ORDER", "COLLECT", "PRIORITY"]),
    st.sampled_from(["size", "size + 1", "?", ""]),
    st.sampled_from(["", "string", "number", "boolean", "date"]),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_element(_XML), _TABLES), max_size=4), VALUES)
def test_whatever_looks_like_a_decision_gets_a_verdict(parts: list[str], value: object) -> None:
    found = bundle.read({"d.dmn": file(*parts)})

    assert all(finding.message and finding.file == "d.dmn" for finding in found.findings)
    for one in found.decisions.values():
        with suppress(ExpressionFailed):
            answer = one.answer({"size": value})
            assert all(set(row) == set(answer.outputs) for row in answer.rows)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200))
def test_whatever_bytes_come_get_a_verdict(content: bytes) -> None:
    found = bundle.read({"d.dmn": content})

    assert [finding.file for finding in found.findings] == ["d.dmn"]
