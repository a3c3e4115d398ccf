"""What Python's grammar lacks is written in what it has, outside quotes and at every depth."""

import pytest

from service.engine.language import spelling


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("amount > 5", "amount > 5"),
        ("= amount = 5", "amount == 5"),
        ("a >= 1 and b != 2", "a >= 1 and b != 2"),
        ("round(a, digits=2)", "round(a, digits=2)"),
        ("'a=b' = c", "'a=b' == c"),
        ("a ? 1 : 2", "((1 ) if (a ) else ( 2))"),
        ("(a ? 1 : 2) + 3", "(((1 ) if (a ) else ( 2))) + 3"),
        ("var:lt(amount, 5)", "variables.lessThan(amount, 5)"),
        ("'var:lt('", "'var:lt('"),
    ],
)
def test_a_text_becomes_familiar(text: str, familiar: str) -> None:
    assert spelling.familiar(text).replace(" ", "") == familiar.replace(" ", "")
