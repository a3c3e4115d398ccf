"""Whatever a table looks at is asked for, and the rules that hit are said."""

from service.handlers.admin.rules import asked
from service.runtime import amending
from service.runtime.amending import Draft
from tests.service.engine.tables import decision, file, rule, table

WEIGHED = file(
    decision("weight", table(rule("size > 5", "2"), looks_at="size", name="weight")),
    decision(
        "level",
        table(
            rule("> 1", '"high"'), rule("<= 1", '"low"'), looks_at="weight * count", name="result"
        ),
        "weight",
    ),
)
DRAFT = Draft(1, "level.dmn", WEIGHED)


def form(**sent: str) -> asked.Form:
    return asked.form(
        amending.decision(DRAFT, "level"),
        {f"value-{k}": v for k, v in sent.items()} | {"tried": "1"},
    )


def test_the_names_of_required_tables_are_asked_too_and_what_they_give_is_not() -> None:
    assert [one.name for one in form().fields] == ["count", "size"]
    assert not asked.form(amending.decision(DRAFT, "level"), {}).is_filled


def test_the_rules_that_hit_are_numbered() -> None:
    found = asked.outcome(DRAFT, "level", form(size="6", count="3"), {})

    assert [number for number, _ in found.rules] == [1]
    assert found.fault == ""


def test_what_cannot_be_computed_is_said_in_words() -> None:
    found = asked.outcome(DRAFT, "level", form(size="6", count="x"), {})

    assert found.rules == ()
    assert "level" in found.fault


def test_a_number_is_asked_as_a_number() -> None:
    content = file(decision("level", table(rule("> 5", '"high"'), type="integer")))
    decided = amending.decision(Draft(1, "level.dmn", content), "level")

    wrong = asked.form(decided, {"tried": "1", "value-size": "很多"})

    assert wrong.errors == [("value-size", "大小：请只写数字，例如 11。")]
    assert asked.form(decided, {"tried": "1"}).values == {"size": 0}
