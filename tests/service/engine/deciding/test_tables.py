"""A table is read as its author meant it, however large."""

from tests.ending import ends
from tests.service.engine.deciding.written import ONE, errors, read
from tests.service.engine.tables import decision, rule, table


def test_too_large_a_table_is_refused() -> None:
    with ends():
        assert errors(decision("d", table(*(ONE,) * 1_001))) == [("too-large", "d")]
        assert errors(*(decision(f"d{n}", table(ONE)) for n in range(101))) == [("too-large", "")]


def test_the_largest_table_is_read_and_asked() -> None:
    rules = [rule(f"[{n}..{n + 1}), x > {n}", f"{n} + x") for n in range(1_000)]

    with ends():
        found = read(decision("d", table(*rules, hitPolicy="FIRST")))
        answer = found.decisions["d"].answer({"size": 999, "x": 5})

    assert answer.rows == ({"result": 5},)


def test_what_explains_a_table_changes_nothing() -> None:
    notes = (
        "<description>说明</description><textAnnotation id='a'><text>注</text></textAnnotation>"
        "<knowledgeSource id='k'/><businessKnowledgeModel id='b'/>"
    )
    noted = table(
        "<rule><!-- 甲 --><description>注</description><inputEntry><!-- 乙 --><text>> 0</text></inputEntry>"
        '<outputEntry><text>"a"<!-- 丙 --></text></outputEntry></rule>'
    )

    found = read(decision("d", noted), more=notes)

    assert found.decisions["d"].answer({"size": 1}).rows == ({"result": "a"},)
