"""What keeps a diagram from being executed as it is drawn: named by file and element, with what to draw instead."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import DiagramSource, ProcessSource
from service.engine.faults import activities, events, flows, texts

MOST_ELEMENTS = 1000
MOST_NESTED = 20
MOST_LETTERS = 200  # of an id or a name

_ID = re.compile(r"[^\W\d][\w.\-]*")
# What a process may contain besides elements and flows without changing how it runs.
_HARMLESS = frozenset(
    {
        *("laneSet", "textAnnotation", "association", "group", "dataObject", "dataObjectReference"),
        *("dataStoreReference", "dataStore", "ioSpecification", "property", "artifact"),
        *("multiInstanceLoopCharacteristics", "standardLoopCharacteristics", "auditing"),
        *("monitoring", "resourceRole", "potentialOwner", "performer", "humanPerformer"),
        *("dataInputAssociation", "dataOutputAssociation", "category", "supports"),
        *("correlationSubscription", "completionCondition"),
    }
)


def faults(diagrams: Sequence[DiagramSource], known: frozenset[str] = frozenset()) -> list[Finding]:
    """Return everything that keeps these files from being executed; `known` are processes deployed elsewhere."""
    processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
    found = [*_files(diagrams), *_process_ids(processes)]
    available = known | {process.process_id for process in processes}
    for process in processes:
        named = [*_ids(process), *_ends_of_flows(process)]
        found += named
        if not any(finding.severity == "error" for finding in named):
            graph = Graph(process)
            found += [finding for rule in _RULES for finding in rule(graph)]
            found += activities.calls(process, available)
    found += activities.recursion(processes)
    return found


def _files(diagrams: Sequence[DiagramSource]) -> Iterator[Finding]:
    for diagram in diagrams:
        if not any(process.executable for process in diagram.processes):
            yield Finding(
                diagram.file,
                "",
                "not-executable",
                "error",
                "文件里没有可执行的流程，请在建模工具的流程属性中勾选“可执行”（isExecutable）。",
            )


def _process_ids(processes: Sequence[ProcessSource]) -> Iterator[Finding]:
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


def _ids(process: ProcessSource) -> Iterator[Finding]:
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


def _ends_of_flows(process: ProcessSource) -> Iterator[Finding]:
    elements = {element.id: element for element in process.elements}
    for flow in process.flows:
        source, target = elements.get(flow.source), elements.get(flow.target)
        if source is None or target is None:
            missing = flow.source if source is None else flow.target
            yield fault(
                process,
                flow.id,
                "flow-end",
                f"顺序流“{flow.name or flow.id}”所连的元素“{missing}”不存在，请重新连线。",
            )
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


_REFUSED_KINDS: Mapping[str, str] = {
    "complexGateway": "本系统不执行复杂网关，请用排他网关或并行网关表达。",
    "adHocSubProcess": "本系统不执行临时（ad-hoc）子流程，请画成普通子流程或多实例任务。",
}


def _refused(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for element in process.elements:
        if element.kind in _REFUSED_KINDS:
            message = f"{called(element)}：{_REFUSED_KINDS[element.kind]}"
            yield fault(process, element.id, "unsupported", message)
        if element.compensation:
            message = f"{called(element)}：{events.REFUSED['compensate']}"
            yield fault(process, element.id, "unsupported", message)
        if element.kind in {"task", "manualTask"}:
            yield note(
                process,
                element.id,
                "task-passes",
                f"{called(element)}没有类型，流程走到这里不会停下；如要由人办理，请改为用户任务。",
            )
        for told in element.ignored:
            yield note(process, element.id, "ignored", f"{called(element)}上的{told}")
        form = element.attributes.get("formKey") or element.attributes.get("formRef")
        if form and not element.fields:
            yield note(
                process,
                element.id,
                "form-elsewhere",
                f"{called(element)}的表单“{form}”不在图里，页面上没有要填的字段；"
                "接口会原样给出这个表单名，要在本系统的页面上填写请用 formData。",
            )
    for flow in process.flows:
        for told in flow.ignored:
            name = flow.name or flow.id
            yield note(process, flow.id, "ignored", f"顺序流“{name}”上的{told}")
    for told in process.ignored:
        yield note(process, process.process_id, "ignored", f"流程上的{told}")
    for key, tag in process.others:
        if tag not in _HARMLESS:
            yield fault(process, key, "unsupported", f"本系统不执行“{tag}”元素，请删除或改画。")


def _nesting(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        depth, above = 0, element
        while above.scope and depth <= MOST_NESTED:
            depth, above = depth + 1, graph.elements[above.scope]
        if depth > MOST_NESTED:
            yield fault(
                graph.process, element.id, "nesting", f"子流程嵌套超过 {MOST_NESTED} 层，请拆开。"
            )
            return


_RULES: tuple[Rule, ...] = (
    *(_refused, _nesting),
    *events.RULES,
    *flows.RULES,
    *activities.RULES,
    *texts.RULES,
)
