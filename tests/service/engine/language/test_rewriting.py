"""An expression says what it reads before it is run."""

from service.engine.language import expressions


def test_an_expression_tells_which_variables_it_reads() -> None:
    assert expressions.compile("assist.unit == x and len(units) > n").names == {
        "assist",
        "x",
        "units",
        "n",
    }


def test_an_idiom_tells_which_variables_it_reads() -> None:
    text = "execution.getVariable('amount') > 1 && var:equals(result, 'x') && units.contains(unit)"

    assert expressions.compile(text).names == {"amount", "result", "units", "unit"}


def test_an_idiom_that_needs_no_variables_costs_no_more_than_what_it_stands_for() -> None:
    assert not expressions.compile("${result.equals('agree') ? units.get(0) : 'x'}").calls
