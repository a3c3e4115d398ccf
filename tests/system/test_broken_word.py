"""Each field of our diagrams that an operation needs, and each variable: taken away or changed, and the check refuses.

A diagram is read once as XML; each test changes one thing in a copy and asks the check that stands before a deployment.
"""

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import pytest
from lxml import etree

from service.engine.checking import lint, present
from service.engine.checking.contract import Contract, Need
from service.engine.checking.known import Known
from service.engine.drawn import reading
from service.engine.drawn.source import Element, ProcessSource
from service.forms.fields import Field
from service.runtime import names
from tests.world import PROCESSES

DIAGRAMS = sorted(path.stem for path in PROCESSES.glob("*.bpmn"))
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
Tree = Any
Change = Callable[[Tree], None]


@cache
def known() -> Known:
    return replace(
        names.released(), processes=frozenset(DIAGRAMS), decisions=frozenset({"control_colors"})
    )


@cache
def tree(diagram: str) -> Tree:
    return etree.parse(PROCESSES / f"{diagram}.bpmn")


def refused(diagram: str, change: Change) -> list[lint.Finding]:
    """Return the errors the check finds in a copy of a diagram in which one thing is changed."""
    changed = copy.deepcopy(tree(diagram))
    change(changed)
    found = lint.check({f"{diagram}.bpmn": etree.tostring(changed)}, known())
    return [one for one in found if one.severity == "error"]


@dataclass(frozen=True)
class Asked:
    """A field of a form that the operation behind it needs."""

    element: Element
    contract: Contract
    need: Need

    @property
    def field(self) -> Field:
        [source] = [one for one in self.element.fields if one.id == self.need.name]
        return Field.of(source)

    @property
    def is_firm(self) -> bool:
        """Must it be filled in?"""
        return not (self.need.may_be_empty or self.field.is_list or self.field.readonly)

    def drawn(self, changed: Tree) -> Tree:
        [element] = changed.xpath("//*[@id=$id]", id=self.element.id)
        [found] = [
            one for one in element.iter(f"{CAMUNDA}formField") if one.get("id") == self.need.name
        ]
        return found

    def changed(self, diagram: str, change: Change, code: str, column: str = "") -> None:
        """Ask the check about the field so changed; it refuses, and names the operation, the field and the element."""
        errors = refused(diagram, lambda whole: change(self.drawn(whole)))

        assert [one.element for one in errors if one.code == code] == [self.element.id], errors
        [finding] = [one for one in errors if one.code == code]
        for word in (self.contract.name, self.need.name, self.element.name, column):
            assert word in finding.message


@cache
def asked(diagram: str) -> tuple[Asked, ...]:
    content = (PROCESSES / f"{diagram}.bpmn").read_bytes()
    elements = [e for p in reading.read(f"{diagram}.bpmn", content).processes for e in p.elements]
    return tuple(
        Asked(element, contract, need)
        for element in elements
        if (contract := known().contracts.get(element.properties.get("on_complete", "")))
        for need in contract.needs
        if need.name in {field.id for field in element.fields}
    )


def remove(node: Tree) -> None:
    node.getparent().remove(node)


def rename(node: Tree) -> None:
    node.set("id", f"{node.get('id')}_too")


def retype(need: Need) -> Change:
    other = "boolean" if "boolean" not in need.types else "long"
    return lambda node: node.set("type", other)


def let_be_empty(node: Tree) -> None:
    for limit in list(node.iter(f"{CAMUNDA}constraint")):
        if limit.get("name") == "required":
            remove(limit)


def show_sometimes(node: Tree) -> None:
    properties = node.find(f"{CAMUNDA}properties")
    if properties is None:
        properties = etree.SubElement(node, f"{CAMUNDA}properties")
        node.insert(0, properties)
    etree.SubElement(properties, f"{CAMUNDA}property", id="showIf", value="1 == 2")


def offer_more(node: Tree) -> None:
    option = next(iter(node.iter(f"{CAMUNDA}value")))
    option.set("id", "neither")


CHANGES: tuple[tuple[str, Callable[[Asked], bool], Callable[[Need], Change], str], ...] = (
    (
        "removed",
        lambda one: not one.need.may_be_missing,
        lambda need: remove,
        "operation-field-missing",
    ),
    (
        "renamed",
        lambda one: not one.need.may_be_missing,
        lambda need: rename,
        "operation-field-missing",
    ),
    ("another type", lambda one: True, retype, "operation-field-type"),
    (
        "may be empty",
        lambda one: one.is_firm,
        lambda need: let_be_empty,
        "operation-field-optional",
    ),
    (
        "only sometimes",
        lambda one: one.is_firm,
        lambda need: show_sometimes,
        "operation-field-optional",
    ),
    (
        "another choice",
        lambda one: bool(one.need.choices and one.field.options),
        lambda need: offer_more,
        "operation-field-choices",
    ),
)


@pytest.mark.parametrize("diagram", DIAGRAMS)
@pytest.mark.parametrize(
    ("what", "applies", "change", "code"), CHANGES, ids=[one[0] for one in CHANGES]
)
def test_a_field_an_operation_needs_is_not_changed_behind_its_back(
    diagram: str,
    what: str,
    applies: Callable[[Asked], bool],
    change: Callable[[Need], Change],
    code: str,
) -> None:
    for one in filter(applies, asked(diagram)):
        one.changed(diagram, change(one.need), code)


# --- columns of tables ---------------------------------------------------------------------------


def columns(node: Tree) -> Tree:
    [found] = [one for one in node.iter(f"{CAMUNDA}property") if one.get("id") == "columns"]
    return found


def column_changed(name: str, how: Callable[[list[str]], list[str]]) -> Change:
    """Return what changes one column of a table, given as its parts: id, type, label, choices."""

    def change(node: Tree) -> None:
        drawn = columns(node)
        parts = [one.strip().split(":", 3) for one in drawn.get("value").split(";")]
        changed = [how(one) if one[0] == name else one for one in parts]
        drawn.set("value", ";".join(":".join(one) for one in changed if one))

    return change


COLUMNS: tuple[tuple[str, Callable[[list[str]], list[str]], str], ...] = (
    ("removed", lambda parts: [], "operation-field-missing"),
    ("renamed", lambda parts: [f"{parts[0]}_too", *parts[1:]], "operation-field-missing"),
    (
        "another type",
        lambda parts: [parts[0], "long" if parts[1] != "long" else "boolean", *parts[2:]],
        "operation-field-type",
    ),
    (
        "may be empty",
        lambda parts: [*parts[:2], parts[2].removesuffix("!"), *parts[3:]],
        "operation-field-optional",
    ),
)


@pytest.mark.parametrize("diagram", DIAGRAMS)
@pytest.mark.parametrize(("what", "how", "code"), COLUMNS, ids=[one[0] for one in COLUMNS])
def test_a_column_an_operation_needs_is_not_changed_behind_its_back(
    diagram: str, what: str, how: Callable[[list[str]], list[str]], code: str
) -> None:
    for one in asked(diagram):
        drawn = {column.id: column for column in one.field.columns}
        for need in one.need.columns:
            column = drawn.get(need.name)
            is_firm = not need.may_be_empty and column is not None and column.required
            if column is None or (len(drawn) == 1 and what == "removed"):
                continue
            if what == "may be empty" and not is_firm:
                continue
            if what in {"removed", "renamed"} and need.may_be_missing:
                continue
            if "long" in need.types and what == "another type" and column.type != "long":
                continue
            one.changed(diagram, column_changed(need.name, how), code, need.name)


# --- variables -----------------------------------------------------------------------------------

PASSING = (f"{CAMUNDA}in", f"{CAMUNDA}out", f"{CAMUNDA}inputParameter")
ELEMENT = f"{CAMUNDA}elementVariable"
STILL_THERE = {
    ("assignment_signing", "assignment"),
    ("back_to_back_evaluation", "evaluation"),
    ("co_handling", "unit"),
    ("handling", "unit"),
    ("unit_handling", "contact"),
    ("suggestion_main", "handling_mode"),
    ("suggestion_main", "round"),
    *(
        ("deliberation_and_reassign", name)
        for name in (
            "meeting_units",
            "round",
            "handling_mode",
            "lead_unit",
            "lead_assignment",
            "assists",
            "separates",
            "system",
        )
    ),
}
"""What a call maps back and whoever reads it has already, from before the call or by itself."""


def processes(changed: Mapping[str, Tree] | None = None) -> list[ProcessSource]:
    return [
        process
        for diagram in DIAGRAMS
        for process in reading.read(
            f"{diagram}.bpmn", etree.tostring((changed or {}).get(diagram, tree(diagram)))
        ).processes
    ]


@cache
def read() -> frozenset[tuple[str, str, str]]:
    """Return who reads what and cannot do without: the variable, the operation or list, the element."""
    found = set()
    for process in processes():
        for element in process.elements:
            for contract in named(element):
                found.update(
                    (one.name, contract.name, element.id)
                    for one in contract.reads
                    if not one.may_be_missing
                )
    return frozenset(found)


def named(element: Element) -> Iterator[Contract]:
    for name in (element.topic, element.properties.get("on_complete", "")):
        if name in known().contracts:
            yield known().contracts[name]
    for field in element.fields:
        for kind in ("source", "prefill"):
            if field.properties.get(kind, "") in known().lists:
                yield known().lists[field.properties[kind]]


def passed() -> set[str]:
    """Return the variables that are brought by more than operations: mapped, counted through, or asked."""
    found = set()
    for diagram in DIAGRAMS:
        for node in tree(diagram).iter(*PASSING, f"{CAMUNDA}formField"):
            if node.get("source") != node.get("target") or node.get("source") is None:
                found.add(node.get("target") or node.get("name") or node.get("id"))
        found |= {node.get(ELEMENT) for node in tree(diagram).iter() if node.get(ELEMENT)}
    return found


BROUGHT = {"extension"}
"""Read only where a message has begun the process, which may bring anything with it."""
GIVEN = sorted({name for name, *_ in read()} - passed() - BROUGHT | {"suggestion", "card"})


def without(variable: str) -> Known:
    """Return what is known, as if no operation gave this variable."""
    return replace(
        known(),
        contracts={
            name: replace(one, gives=tuple(v for v in one.gives if v.name != variable))
            for name, one in known().contracts.items()
        },
    )


@pytest.mark.parametrize("variable", GIVEN)
def test_a_variable_no_operation_gives_is_missed_by_all_who_read_it(variable: str) -> None:
    found = list(present.findings(processes(), without(variable)))

    said = {(name, what, one.element) for one in found for name, what in words(one.message)}
    assert said == {one for one in read() if one[0] == variable}


def words(message: str) -> Iterator[tuple[str, str]]:
    yield from (
        (variable, name)
        for name, variable in re.findall(r"(?:操作|名单)“(\w+)”要用变量“(\w+)”", message)
    )


@pytest.mark.parametrize("diagram", DIAGRAMS)
def test_a_variable_that_is_not_passed_on_is_missed(diagram: str) -> None:
    whole = tree(diagram)
    nodes = [node for node in whole.iter(*PASSING) if node.get("target") or node.get("name")]
    nodes += [node for node in whole.iter() if node.get(ELEMENT)]
    needed = {name for name, *_ in read()}
    for node in nodes:
        changed = copy.deepcopy(whole)
        [drawn] = changed.xpath(whole.getpath(node), namespaces=whole.getroot().nsmap)
        variable = drawn.get("target") or drawn.get("name") or drawn.get(ELEMENT)
        if drawn.get(ELEMENT):
            drawn.set(ELEMENT, "another")
        else:
            remove(drawn)

        found = list(present.findings(processes({diagram: changed}), known()))

        missed = any(f"要用变量“{variable}”" in one.message for one in found)
        is_needed = variable in needed and (diagram, variable) not in STILL_THERE
        assert missed or not is_needed, variable


def test_what_is_missed_is_refused() -> None:
    files = {f"{one}.bpmn": (PROCESSES / f"{one}.bpmn").read_bytes() for one in DIAGRAMS}

    errors = [one for one in lint.check(files, without("office")) if one.severity == "error"]

    assert {one.code for one in errors} == {"operation-variable-missing"}
    assert len(errors) >= 5


def test_nothing_is_left_out() -> None:
    assert sum(len(asked(diagram)) for diagram in DIAGRAMS) > 250
    assert len(read()) > 150
    assert len(GIVEN) >= 15
