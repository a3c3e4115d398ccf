"""A value fits where the form that asks for it would take it, and a list where something is done for each of it."""

import pytest

from service.errors import FormInvalid
from service.runtime import fitting, versions
from tests.service.runtime import mended


@pytest.fixture(scope="module")
def rated():
    return versions.parsed({"r.bpmn": mended.rated()})["rated"]


@pytest.fixture(scope="module")
def rounds():
    return versions.parsed({"r.bpmn": mended.rounds()})["rounds"]


@pytest.mark.parametrize(
    ("name", "value", "fitted"),
    [
        ("kind", "A", "A"),
        ("count", 3, 3),
        ("count", None, None),
        ("unknown", {"any": ["thing"]}, {"any": ["thing"]}),
        ("stars", "not asked of anybody but its author", "not asked of anybody but its author"),
    ],
)
def test_what_a_form_takes_fits(rated, name, value, fitted):
    assert fitting.fit(rated, name, value) == fitted


@pytest.mark.parametrize(("name", "value"), [("kind", "C"), ("kind", 7), ("count", "三")])
def test_what_a_form_does_not_take_is_refused_with_its_sentence(rated, name, value):
    with pytest.raises(FormInvalid) as refused:
        fitting.fit(rated, name, value)

    assert set(refused.value.messages) == {"value"}


@pytest.mark.parametrize(("value", "fits"), [(["JT"], True), ({}, True), ("JT", False), (3, False), (None, False)])  # fmt: skip
def test_what_is_gone_through_one_by_one_is_a_list(rounds, value, fits):
    if fits:
        assert fitting.fit(rounds, "units", value) == value
        return
    with pytest.raises(FormInvalid):
        fitting.fit(rounds, "units", value)


def test_an_answer_is_somebody_s_where_the_form_would_take_it(rated):
    assert fitting.answered([rated], "kind", "A") == "答复"
    assert fitting.answered([rated], "kind", "redy") == ""
    assert fitting.answered([rated], "kind", None) == ""
    assert fitting.answered([rated], "stars", 5) == ""  # sealed: it is refused elsewhere


@pytest.mark.parametrize(
    ("name", "value", "reason", "fields"),
    [
        ("水位", 1, "核实", set()),
        ("a.b", 1, "核实", {"name"}),
        ("", 1, "核实", {"name"}),
        ("n", float("nan"), "核实", {"value"}),  # JSON would keep it as null
        ("n", {"of": [1.5, float("-inf")]}, "核实", {"value"}),
        ("n", {"of": [1.5, -2]}, "核实", set()),
        ("n", "x" * 20_000, "核实", {"value"}),
        ("n", 2**65, "", {"value", "reason"}),
        ("nrOfInstances", 1, "核实", {"name"}),
    ],
)
def test_a_variable_has_a_name_a_size_and_a_reason(name, value, reason, fields):
    if not fields:
        fitting.check(name, value, reason)
        return
    with pytest.raises(FormInvalid) as refused:
        fitting.check(name, value, reason)
    assert set(refused.value.messages) == fields
