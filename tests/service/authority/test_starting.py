"""A process is begun by its starters with its form, and by keepers where it touches no register."""

from typing import Any

import pytest

from service.authority import starting
from service.engine.definitions import DefinitionSet
from service.errors import NotAllowed
from service.register.people.directory import Actor
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    definitions,
    end,
    path,
    process,
    properties,
    service,
    start,
    user,
)

DEPUTY = Actor("dai", "代表", frozenset({"deputy"}))
OPERATOR = Actor("yw", "运维", frozenset({"operator"}))


def drawn(opening: str = "", acts: bool = False) -> DefinitionSet:
    middle = service("t", "note") if acts else user("t")
    return definitions(process("p", start("s", opening), middle, end(), path("s", "t", "e")))


FORM = form("title").replace(
    "</bpmn:extensionElements>",
    '<camunda:properties><camunda:property name="starters" value="deputy, gov_office"/>'
    "</camunda:properties></bpmn:extensionElements>",
)


def refused(
    person: Actor, definition: DefinitionSet, key: str | None = None, **variables: Any
) -> bool:
    try:
        starting.refuse_start(person, definition, key, variables)
    except NotAllowed:
        return True
    return False


def test_starters_begin_it_with_its_form() -> None:
    assert not refused(DEPUTY, drawn(FORM, acts=True), title="x")
    assert refused(OPERATOR, drawn(FORM, acts=True), title="x")


def test_what_names_no_starter_is_begun_by_calls_and_by_keepers_where_it_touches_nothing() -> None:
    assert not refused(OPERATOR, drawn(), "order:1", anything=1)
    assert refused(DEPUTY, drawn())
    assert refused(OPERATOR, drawn(acts=True))


@pytest.mark.parametrize("key", ["suggestion:1", "supervision:1", "evaluation:1", "Evaluation:1"])
def test_nobody_names_a_case_of_the_register(key: str) -> None:
    assert refused(OPERATOR, drawn(), key)
    assert refused(DEPUTY, drawn(FORM, acts=True), key, title="x")


def test_without_a_form_there_are_no_variables_for_what_acts() -> None:
    opening = properties(starters="deputy")

    assert refused(DEPUTY, drawn(opening, acts=True), office="operator")
    assert not refused(DEPUTY, drawn(opening, acts=True))
    assert not refused(DEPUTY, drawn(opening), office="operator")


def test_messages_reach_no_case_and_begin_nothing_that_acts() -> None:
    starting.refuse_message("已下发", [None, "order:1"], [drawn()])
    for receivers, begun in (
        (["supervision:3"], []),
        ([None, "suggestion:1"], []),
        ([], [drawn(acts=True)]),
    ):
        with pytest.raises(NotAllowed):
            starting.refuse_message("已下发", receivers, begun)


def test_a_starter_may_be_named_by_the_title_of_a_post() -> None:
    named = definitions(
        process("p", start("s", properties(starters="人大代表,综合科")), end(), path("s", "e"))
    )

    assert starting.is_starter(DEPUTY, named.process.start)
    assert not starting.is_starter(OPERATOR, named.process.start)
