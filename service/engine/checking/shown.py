"""Fields a form shows under a condition: it may name the other fields of the form, and variables that are there."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from service.engine.checking import produced, slips
from service.engine.checking.known import Known
from service.engine.checking.produced import MayCome
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, FieldSource, ProcessSource
from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid

_ALIKE = 0.75


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield the conditions of fields that name what is neither in the form nor produced before."""
    by_id = {process.process_id: process for process in processes}
    contracts = known.contracts
    for process in processes:
        names = produced.names_of(process, by_id, contracts)
        graph = Graph(process)
        told = produced.may_be_told(graph, by_id, known)
        free = produced.open_ended(graph, by_id, contracts)
        for element in process.elements:
            there = {*names, *(item.id for item in element.fields), *element.inputs}
            may_come: MayCome = ""
            if element.id in told:
                may_come = "anything"
            elif element.id in free:
                may_come = "people"
            for item in element.fields:
                for name in sorted(_read(item) - there):
                    yield from _finding(process, element, item, name, may_come)


def _read(item: FieldSource) -> frozenset[str]:
    try:
        found = expressions.optional(item.properties.get("showIf", ""))
    except ExpressionInvalid:
        return frozenset()  # which is an error of its own
    return found.names if found else frozenset()


def _finding(
    process: ProcessSource, element: Element, item: FieldSource, name: str, may_come: MayCome
) -> Iterator[Finding]:
    ids = [one.id for one in element.fields if one.id != item.id]
    near = get_close_matches(name, ids, n=1, cutoff=_ALIKE)
    if may_come == "anything":
        near = [one] if (one := slips.meant(name, slips.near(frozenset(ids)))) else []
    whose = f"{called(element)}的字段“{item.label or item.id}”的出现条件（showIf）"
    text = f"{whose}用到的“{name}”不是这张表单的字段，也没有环节产生"
    if near:
        meant = next(one for one in element.fields if one.id == near[0])
        label = f"（{meant.label}）" if meant.label else ""
        message = f"{text}，是不是“{meant.id}”{label}？请改成同一个名称，否则这张表单打不开。"
        yield fault(process, element.id, "showif-unknown", message)
    elif may_come == "people":
        message = f"{text}；它没有值时这张表单打不开，请核对名称，或在前面的表单里加上这个字段。"
        yield note(process, element.id, "showif-unknown", message)
    elif not may_come:
        message = f"{text}，这张表单打不开；请改正名称，或在前面的表单里加上这个字段。"
        yield fault(process, element.id, "showif-unknown", message)
