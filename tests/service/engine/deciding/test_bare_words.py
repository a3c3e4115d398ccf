"""A word without quotes is a variable; where there is none of that name, its author is asked."""

from tests.service.engine.deciding.written import ONE, read, warnings
from tests.service.engine.tables import decision, rule, table


def test_a_word_that_is_a_variable_somewhere_is_taken_as_one() -> None:
    data = '<inputData id="x" name="limit"/>'
    made = table(rule("limit", "size"), rule("base", "result"))

    found = read(decision("d", made, "base"), decision("base", table(ONE)), more=data)

    assert warnings(found) == []
