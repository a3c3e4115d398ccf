"""A function is called by name and is never a value; what it may not be given fails."""

import pytest

from service.engine.language import expressions
from service.engine.language.timing import TimeInvalid
from tests.service.engine.language.test_expressions import NAMES
from tests.service.engine.language.test_idioms import value


@pytest.mark.parametrize(
    "text", ["blank * 1000000", "units * 3", "'%s' % units", "conclusion.upper", "missing", "1 / 0"]
)
def test_what_slips_through_the_grammar_fails_when_it_is_evaluated(text: str) -> None:
    with pytest.raises((TypeError, NameError, ZeroDivisionError)):
        expressions.compile(text).evaluate({**NAMES, "blank": "x" * 1000})


def test_the_builtin_names_are_out_of_reach_even_for_compiled_code() -> None:
    for name in ("print", "open", "type", "vars"):
        with pytest.raises(NameError):
            expressions.compile(name).evaluate({})


def test_a_variable_may_have_the_name_of_a_function_and_a_function_is_no_value():
    assert expressions.evaluate("sum + len(max)", {"sum": 2, "max": [1]}) == 3
    with pytest.raises(NameError):
        expressions.evaluate("len", {})


@pytest.mark.parametrize("text", ["now().plusYears(10000)", "now().plusDays(999999999999)"])
def test_a_moment_is_not_moved_out_of_the_calendar(text: str) -> None:
    with pytest.raises(TimeInvalid):
        value(text)
