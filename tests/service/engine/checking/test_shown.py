"""A field shown under a condition that names nothing keeps the whole form shut; it is refused before."""

import pytest

from service.engine.checking import lint
from service.engine.checking.lint import Known
from service.engine.drawn.findings import Finding
from tests.service.engine.checking.review import field
from tests.service.engine.checking.review import form as fields
from tests.service.engine.checking.unproduced import form
from tests.service.engine.diagrams import (
    call,
    catch,
    document,
    end,
    extensions,
    message,
    path,
    process,
    service,
    start,
    user,
)

KNOWN = Known(operations=frozenset({"note"}), field_types=frozenset({"string"}))


def asked(condition: str) -> str:
    """A task with a field and another that is shown under a condition."""
    shown = f'<camunda:properties><camunda:property id="showIf" value="{condition}"/></camunda:properties>'
    return user("a", extensions(fields(field("method", "string"), field("place", "string", shown))))


def found(
    condition: str, opening: str = "", before: str = "", *others: str, known: Known = KNOWN
) -> list[Finding]:
    road = ("s", "b", "a", "e") if before else ("s", "a", "e")
    drawn = process("p", start("s", opening), before, asked(condition), end(), path(*road))
    files = {"p.bpmn": document('<bpmn:message id="M" name="已下发"/>', drawn, *others)}
    return [f for f in lint.check(files, known) if f.code == "showif-unknown"]


@pytest.mark.parametrize(
    ("condition", "opening"),
    [
        ("metod == 'x'", ""),
        ("methods == 'x'", ""),
        ("${metod == 'x'}", form("title")),
        ("method == 'x' and mehod != 'y'", form("title")),
    ],
)
def test_a_slip_of_a_field_of_the_form_is_refused_with_the_field(
    condition: str, opening: str
) -> None:
    [finding] = found(condition, opening)

    assert (finding.severity, finding.element) == ("error", "a")
    assert "是不是“method”（字段）" in finding.message


def test_a_name_that_nothing_brings_is_refused() -> None:
    [finding] = found("amount > 3", form("title"))

    assert finding.severity == "error"
    assert "“amount”不是这张表单的字段，也没有环节产生" in finding.message


def test_where_people_without_a_form_may_bring_it_it_is_noted() -> None:
    assert [f.severity for f in found("amount > 3")] == ["warning"]


@pytest.mark.parametrize(
    ("condition", "opening", "before"),
    [
        ("method == 'x'", "", ""),
        ("amount == 'x'", form("amount"), ""),
        ("amount == 'x'", "", service("b", "note")),
        ("amount == 'x'", "", catch("b", message("M"))),
        ("amount == 'x'", form("t"), user("b", form("amount"))),
    ],
)
def test_fields_and_variables_that_are_there_or_may_be_told_are_fine(
    condition: str, opening: str, before: str
) -> None:
    assert found(condition, opening, before) == []


def test_what_callers_hand_down_however_far_up_it_comes_from_is_there() -> None:
    def calling(id: str, called: str, opening: str = "") -> str:
        road = (start(f"{id}s", opening), call(f"{id}c", called), end(f"{id}e"))
        return process(id, *road, path(f"{id}s", f"{id}c", f"{id}e"))

    outer, inner = calling("r", "q", form("amount")), calling("q", "p", form("t"))

    assert found("amount == 'x'", form("u"), "", inner, outer) == []
    assert len(found("amount == 'x'", form("u"), "", inner)) == 1


def test_a_process_that_is_deployed_already_may_get_it_from_those_that_call_it() -> None:
    deployed = Known(operations=KNOWN.operations, field_types=KNOWN.field_types, processes={"p"})

    assert found("amount > 3", known=deployed) == []
    assert [f.severity for f in found("metod == 'x'", known=deployed)] == ["error"]
