"""Every word a process may mean a variable by: in its expressions, and in what its operations and lists read."""

import re
from collections.abc import Iterator

from service.engine.checking.contract import Contract
from service.engine.checking.known import Known
from service.engine.drawn.source import Element, FieldSource, ProcessSource

_WORD = re.compile(r"[^\W\d]\w*")


def of(process: ProcessSource, known: Known) -> frozenset[str]:
    """Return the words in the expressions of a process, and what its operations and lists say that they read."""
    found = {word for flow in process.flows for word in _WORD.findall(flow.condition or "")}
    for element in process.elements:
        found.update(word for text in _texts(element) for word in _WORD.findall(text))
        found.update(_of_contracts(element, known))
    return frozenset(found)


def read(process: ProcessSource, known: Known) -> frozenset[str] | None:
    """Return the same with the fields of its forms, which show a variable of their name; None where anything may be read."""
    for element in process.elements:
        contracts = [known.contracts.get(name) for name in element.operations]
        contracts += [known.lists.get(name) for name in _sources(element)]
        if any(contract is None or contract.is_open for contract in contracts):
            return None
        if element.kind == "callActivity" and any(item.every for item in element.passed_in):
            return None
        if element.kind == "businessRuleTask" or element.attributes.get("type") == "dmn":
            return None
    fields = {item.id for element in process.elements for item in element.fields}
    return of(process, known) | fields


def lists(element: Element, known: Known) -> Iterator[tuple[FieldSource, Contract]]:
    """Yield the lists an element's fields name, as far as they are known."""
    for field in element.fields:
        for name in ("source", "prefill"):
            contract = known.lists.get(field.properties.get(name, ""))
            if contract is not None:
                yield field, contract


def _sources(element: Element) -> Iterator[str]:
    for field in element.fields:
        yield from (
            field.properties[name] for name in ("source", "prefill") if field.properties.get(name)
        )


def _of_contracts(element: Element, known: Known) -> Iterator[str]:
    contracts = [known.contracts[name] for name in element.operations if name in known.contracts]
    contracts += [contract for _, contract in lists(element, known)]
    for contract in contracts:
        yield from (one.name for one in contract.reads)


def _texts(element: Element) -> Iterator[str]:
    """Yield every text of an element that may hold an expression."""
    yield from element.attributes.values()
    yield from element.inputs.values()
    yield from element.outputs.values()
    for item in element.fields:
        yield item.default or ""
        yield from item.constraints.values()
        yield item.properties.get("showIf", "")
    for event in element.events:
        yield event.text
        yield from event.parameters.values()
    for passing in (*element.passed_in, *element.passed_out):
        yield from (passing.source, passing.expression)
    if element.loop is not None:
        yield element.loop.condition
    if element.repetition is not None:
        several = element.repetition
        yield from (several.collection, several.cardinality, several.completion)
    if element.script is not None:
        yield element.script.text
