"""What calls pass in and bring back: a name the called process never sets comes back empty, one it never reads is lost."""

from collections.abc import Iterator, Mapping, Sequence

from service.engine.checking import produced, slips, words
from service.engine.checking.contract import Contract
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.offers import offered
from service.engine.drawn.source import Element, Passing, ProcessSource


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield the names in mappings that the called process, where it is drawn in these files, knows nothing of."""
    by_id = {process.process_id: process for process in processes}
    for process in processes:
        for element in process.elements:
            inner = by_id.get(element.called) if element.kind == "callActivity" else None
            if inner is not None:
                yield from _brought_back(process, element, inner, by_id, known.contracts)
                yield from _passed_in(process, element, inner, known)


def _brought_back(
    process: ProcessSource,
    element: Element,
    inner: ProcessSource,
    by_id: Mapping[str, ProcessSource],
    contracts: Mapping[str, Contract],
) -> Iterator[Finding]:
    names = produced.names_of(inner, by_id, contracts)
    near = slips.near(names)
    may_come = produced.may_bring_more(inner, by_id, contracts)
    for name in sorted(_sources(element.passed_out) - names):
        meant = slips.meant(name, near)
        text = f"{called(element)}要从流程“{inner.name or inner.process_id}”带回“{name}”，那里没有环节产生它"
        if meant:
            text = f"{text}，是不是“{meant}”？请改正 Out mapping 的名称，否则带回来的是空的。"
        else:
            text = f"{text}，带回来的是空的；请改正 Out mapping 的名称，或在那里的表单里加上这个字段。{offered(name, names)}"
        if not may_come:
            yield fault(process, element.id, "out-unknown", text)
        elif meant or may_come == "people":
            yield note(process, element.id, "out-unknown", text)


def _passed_in(
    process: ProcessSource, element: Element, inner: ProcessSource, known: Known
) -> Iterator[Finding]:
    read = words.read(inner, known)
    if read is None:
        return
    for item in element.passed_in:
        if item.target and item.target not in read:
            text = (
                f"{called(element)}传给流程“{inner.name or inner.process_id}”的“{item.target}”，那里没有地方用到；"
                "请核对 In mapping 的名称，不需要的请删去。"
            )
            yield note(process, element.id, "in-unused", text)


def _sources(passings: Sequence[Passing]) -> set[str]:
    return {item.source for item in passings if item.source and not item.expression}
