"""Every element has an id, which is a name and not used twice; flows join elements of one scope."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from service.engine.drawn.findings import Finding, fault
from service.engine.drawn.source import Flow, ProcessSource

MOST_ELEMENTS = 1000
MOST_LETTERS = 200  # of an id or a name
_ID = re.compile(r"[^\W\d][\w.\-]*")


def process_ids(processes: Sequence[ProcessSource]) -> Iterator[Finding]:
    """Yield the processes whose id is no name, or is that of another."""
    counts = Counter(process.process_id for process in processes)
    for process in processes:
        if not _ID.fullmatch(process.process_id):
            yield fault(
                process, process.process_id, "process-id", "流程没有合法的 id，请填写英文标识。"
            )
        elif counts[process.process_id] > 1:
            yield fault(
                process,
                process.process_id,
                "process-duplicate",
                f"流程 id“{process.process_id}”出现了不止一次，请给每个流程不同的 id。",
            )


def ids(process: ProcessSource) -> Iterator[Finding]:
    """Yield the elements and flows without an id of their own, and what is too large."""
    counts = Counter([e.id for e in process.elements] + [f.id for f in process.flows])
    for element in process.elements:
        if not element.id:
            where = (
                f"“{element.name}”" if element.name else f"第 {element.line} 行的 {element.kind}"
            )
            yield fault(process, "", "id-missing", f"{where}没有 id，请在建模工具中补上。")
        elif not _ID.fullmatch(element.id):
            yield fault(
                process,
                element.id,
                "id-invalid",
                f"id“{element.id}”含有不允许的字符，请只用文字、数字、下划线、横线和点，并以文字开头。",
            )
        if max(len(element.id), len(element.name)) > MOST_LETTERS:
            message = f"“{element.name[:20]}…”的 id 或名称超过 {MOST_LETTERS} 个字，请缩短。"
            yield fault(process, element.id[:MOST_LETTERS], "text-too-long", message)
    for key, count in counts.items():
        if key and count > 1:
            yield fault(
                process,
                key,
                "id-duplicate",
                f"id“{key}”用了 {count} 次，每个元素的 id 必须不同，请改掉重复的。",
            )
    size = max(len(process.elements), len(process.flows) // 2)
    if size > MOST_ELEMENTS:
        yield fault(
            process,
            process.process_id,
            "too-large",
            f"流程超过 {MOST_ELEMENTS} 个元素或 {2 * MOST_ELEMENTS} 条顺序流，请拆成几个流程用调用活动连接。",
        )


def ends_of_flows(process: ProcessSource) -> Iterator[Finding]:
    """Yield the flows that do not join two elements of one scope."""
    elements = {element.id: element for element in process.elements}
    missing = {
        end for flow in process.flows for end in (flow.source, flow.target)
    } - elements.keys()
    nameless = sum(not element.id for element in process.elements)
    for flow in process.flows:
        source, target = elements.get(flow.source), elements.get(flow.target)
        if source is None or target is None:
            if len(missing) > nameless:  # else they lead to what has lost its id, which is reported
                yield _end_missing(process, flow, flow.source if source is None else flow.target)
        elif source.scope != target.scope:
            yield fault(
                process,
                flow.id,
                "flow-crosses",
                f"顺序流“{flow.name or flow.id}”穿过了子流程的边框，请在子流程内外分别连线。",
            )
        elif source.kind == "endEvent" or target.kind in {"startEvent", "boundaryEvent"}:
            yield fault(
                process,
                flow.id,
                "flow-direction",
                f"顺序流“{flow.name or flow.id}”不能从结束事件引出，也不能进入开始事件或边界事件；请改接到别的元素上。",
            )


def _end_missing(process: ProcessSource, flow: Flow, end: str) -> Finding:
    return fault(
        process,
        flow.id,
        "flow-end",
        f"顺序流“{flow.name or flow.id}”所连的元素“{end}”不存在，请重新连线。",
    )


def readable(process: ProcessSource) -> ProcessSource:
    """Return a process without the elements that have no id of their own, and the flows that join no two elements."""
    elements = {element.id: element for element in reversed(process.elements) if element.id}
    flows = {
        flow.id: flow
        for flow in process.flows
        if flow.source in elements
        and flow.target in elements
        and elements[flow.source].scope == elements[flow.target].scope
    }
    kept = tuple(e for e in elements.values() if not e.scope or e.scope in elements)
    if len(kept) == len(process.elements) and len(flows) == len(process.flows):
        return process
    return replace(process, elements=kept[::-1], flows=tuple(flows.values()))
