"""What keeps a diagram from being executed as it is drawn: named by file and element, with what to draw instead."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from service.engine import expressions, terms, timing
from service.engine.expressions import ExpressionInvalid
from service.engine.graph import WAITS, Graph, circle
from service.engine.source import (
    ACTIVITIES,
    GATEWAYS,
    SUBPROCESSES,
    DiagramSource,
    Element,
    EventSource,
    Finding,
    Flow,
    ProcessSource,
)

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
_CATCHES = frozenset({"timer", "message", "signal"})
_THROWS = frozenset({"message", "signal", "escalation"})
_BOUNDARIES = _CATCHES | {"error", "escalation"}
_ENDS = _THROWS | {"terminate", "error"}
_STARTS = _BOUNDARIES  # of an event subprocess
_CONTAIN = SUBPROCESSES | {"callActivity"}
_FAIL = _CONTAIN | {"serviceTask", "businessRuleTask", "sendTask"}
_LANGUAGES = frozenset({"", "juel", "uel", "python"})


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
            found += _calls(process, available)
    found += _recursion(processes)
    return found


def _error(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    return Finding(process.file, element, code, "error", message)


def _warning(process: ProcessSource, element: str, code: str, message: str) -> Finding:
    return Finding(process.file, element, code, "warning", message)


def called(item: Element) -> str:
    """Return the words by which a designer finds an element."""
    return f"“{item.name}”（{item.id}）" if item.name else f"“{item.id}”"


# --- files and ids -------------------------------------------------------------------------------


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
            yield _error(
                process, process.process_id, "process-id", "流程没有合法的 id，请填写英文标识。"
            )
        elif counts[process.process_id] > 1:
            yield _error(
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
            yield _error(process, "", "id-missing", f"{where}没有 id，请在建模工具中补上。")
        elif not _ID.fullmatch(element.id):
            yield _error(
                process,
                element.id,
                "id-invalid",
                f"id“{element.id}”含有不允许的字符，请只用文字、数字、下划线、横线和点，并以文字开头。",
            )
        if max(len(element.id), len(element.name)) > MOST_LETTERS:
            message = f"“{element.name[:20]}…”的 id 或名称超过 {MOST_LETTERS} 个字，请缩短。"
            yield _error(process, element.id[:MOST_LETTERS], "text-too-long", message)
    for key, count in counts.items():
        if key and count > 1:
            yield _error(
                process,
                key,
                "id-duplicate",
                f"id“{key}”用了 {count} 次，每个元素的 id 必须不同，请改掉重复的。",
            )
    size = max(len(process.elements), len(process.flows) // 2)
    if size > MOST_ELEMENTS:
        yield _error(
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
            yield _error(
                process,
                flow.id,
                "flow-end",
                f"顺序流“{flow.name or flow.id}”所连的元素“{missing}”不存在，请重新连线。",
            )
        elif source.scope != target.scope:
            yield _error(
                process,
                flow.id,
                "flow-crosses",
                f"顺序流“{flow.name or flow.id}”穿过了子流程的边框，请在子流程内外分别连线。",
            )
        elif source.kind == "endEvent" or target.kind in {"startEvent", "boundaryEvent"}:
            yield _error(
                process,
                flow.id,
                "flow-direction",
                f"顺序流“{flow.name or flow.id}”不能从结束事件引出，也不能进入开始事件或边界事件；请改接到别的元素上。",
            )


# --- what is not executed ------------------------------------------------------------------------

_REFUSED_KINDS: Mapping[str, str] = {
    "complexGateway": "本系统不执行复杂网关，请用排他网关或并行网关表达。",
    "adHocSubProcess": "本系统不执行临时（ad-hoc）子流程，请画成普通子流程或多实例任务。",
}
_REFUSED_EVENTS: Mapping[str, str] = {
    "link": "链接事件只能画成一对中间事件：一个抛出，一个捕获，名称相同；请改画或直接连线。",
    "compensate": "本系统不执行补偿，请把撤销的步骤直接画出来。",
    "cancel": "本系统不执行取消事件，请用错误结束事件和边界错误事件表达。",
    "conditional": "本系统不执行条件事件，请用消息事件，或用排他网关判断。",
}


def _refused(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for element in process.elements:
        if element.kind in _REFUSED_KINDS:
            message = f"{called(element)}：{_REFUSED_KINDS[element.kind]}"
            yield _error(process, element.id, "unsupported", message)
        if element.compensation:
            message = f"{called(element)}：{_REFUSED_EVENTS['compensate']}"
            yield _error(process, element.id, "unsupported", message)
        if element.kind in {"task", "manualTask"}:
            yield _warning(
                process,
                element.id,
                "task-passes",
                f"{called(element)}没有类型，流程走到这里不会停下；如要由人办理，请改为用户任务。",
            )
        for told in element.ignored:
            yield _warning(process, element.id, "ignored", f"{called(element)}上的{told}")
        form = element.attributes.get("formKey") or element.attributes.get("formRef")
        if form and not element.fields:
            yield _warning(
                process,
                element.id,
                "form-elsewhere",
                f"{called(element)}的表单“{form}”不在图里，页面上没有要填的字段；"
                "接口会原样给出这个表单名，要在本系统的页面上填写请用 formData。",
            )
    for flow in process.flows:
        for told in flow.ignored:
            name = flow.name or flow.id
            yield _warning(process, flow.id, "ignored", f"顺序流“{name}”上的{told}")
    for told in process.ignored:
        yield _warning(process, process.process_id, "ignored", f"流程上的{told}")
    for key, tag in process.others:
        if tag not in _HARMLESS:
            yield _error(process, key, "unsupported", f"本系统不执行“{tag}”元素，请删除或改画。")


def _nesting(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        depth, above = 0, element
        while above.scope and depth <= MOST_NESTED:
            depth, above = depth + 1, graph.elements[above.scope]
        if depth > MOST_NESTED:
            yield _error(
                graph.process, element.id, "nesting", f"子流程嵌套超过 {MOST_NESTED} 层，请拆开。"
            )
            return


# --- events --------------------------------------------------------------------------------------


def _event_kinds(graph: Graph) -> Iterator[Finding]:
    allowed = {
        "startEvent": _CATCHES,
        "endEvent": _ENDS,
        "intermediateCatchEvent": _CATCHES | {"link"},
        "intermediateThrowEvent": _THROWS | {"link"},
        "boundaryEvent": _BOUNDARIES,
    }
    for element in graph.process.elements:
        if element.kind not in allowed or graph.starts_event_subprocess(element):
            continue
        if len(element.events) > 1:
            yield _error(
                graph.process,
                element.id,
                "several-events",
                f"{called(element)}挂了几种触发，请拆成几个事件。",
            )
        for event in element.events:
            if event.kind not in allowed[element.kind]:
                message = _REFUSED_EVENTS.get(
                    event.kind, f"这里不能用“{event.kind}”事件，请换一种事件。"
                )
                text = f"{called(element)}：{message}"
                yield _error(graph.process, element.id, "unsupported-event", text)
        if not element.events and element.kind in {"intermediateCatchEvent", "boundaryEvent"}:
            yield _error(
                graph.process,
                element.id,
                "event-empty",
                f"{called(element)}没有说明等待什么，请选择定时、消息或信号。",
            )


def _event_details(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        for event in element.events:
            if event.kind == "timer":
                yield from _timer(graph.process, element, event)
            if event.kind in {"message", "signal", "error", "escalation"}:
                yield from _reference(graph.process, element, event)
        if element.kind == "startEvent" and element.event is not None and not element.scope:
            yield from _start_event(graph, element, element.event)


def _start_event(graph: Graph, element: Element, event: EventSource) -> Iterator[Finding]:
    """What begins a process is waited for outside every instance, where there are no variables yet."""
    if event.kind in {"error", "escalation"}:
        text = f"{called(element)}不能由错误或升级开始；请用消息、信号或定时开始事件。"
        yield _error(graph.process, element.id, "unsupported-event", text)
    elif event.kind == "timer" and terms.reads_variables(event.text):
        text = f"{called(element)}的时间用到了变量，而流程开始之前还没有变量；请写日期、时长、R/P7D 或期限名。"
        yield _error(graph.process, element.id, "timer-invalid", text)
    thrown = [
        other
        for other in graph.process.elements
        if other.kind in {"intermediateThrowEvent", "endEvent", "sendTask"}
        and any((said.kind, said.name) == (event.kind, event.name) for said in other.events)
    ]
    if thrown and event.name:
        text = f"{called(element)}等的正是{called(thrown[0])}说出的，流程会一再发起自己；请核对是否有意如此。"
        yield _warning(graph.process, element.id, "start-itself", text)


def _timer(process: ProcessSource, element: Element, event: EventSource) -> Iterator[Finding]:
    if not event.timer or not event.text:
        yield _error(
            process,
            element.id,
            "timer-empty",
            f'{called(element)}没有写时间，请写期限名，例如 deadline("sign")，或写 P15D。',
        )
        return
    fault = timer_fault(event)
    if fault:
        yield _error(process, element.id, "timer-invalid", f"{called(element)}：{fault}")
    starts = element.kind == "startEvent" and not element.scope
    beside = element.kind in {"boundaryEvent", "startEvent"} and not element.interrupting
    repeats = starts or beside
    if event.timer == "timeCycle" and not repeats:
        yield _error(
            process,
            element.id,
            "timer-cycle",
            f"{called(element)}用了重复时间；重复时间只能用在流程的开始事件、不中断的边界定时事件和事件子流程上，"
            "请改为不中断，或只写一个时间。",
        )


def timer_fault(event: EventSource) -> str:
    """Say what is wrong with the time written in a timer, or nothing."""
    text = event.text
    readers: Mapping[str, Callable[[str], object]] = {
        "timeDate": timing.duration if text[:1] in "Pp" else timing.moment,
        "timeDuration": timing.duration,
        "timeCycle": timing.cycle,
    }
    try:
        timing.refuse_cron(text)
        timing.refuse_words(text)
        if timing.is_literal(text):
            readers[event.timer](text)
        else:
            _compiled_timer(text)
    except (timing.TimeInvalid, ExpressionInvalid, OverflowError, ValueError) as error:
        return str(error)
    return ""


def _compiled_timer(text: str) -> None:
    if "${" in text or "#{" in text:
        expressions.interpolate(text)
    else:
        expressions.compile(text)


def _reference(process: ProcessSource, element: Element, event: EventSource) -> Iterator[Finding]:
    anything = event.kind in {"error", "escalation"} and element.kind == "boundaryEvent"
    if not event.name and (event.reference or not anything):
        what = {"message": "消息", "signal": "信号", "error": "错误", "escalation": "升级"}[
            event.kind
        ]
        lacks = (
            f"所选的{what}“{event.reference}”没有声明或没有名称"
            if event.reference
            else f"没有选定{what}"
        )
        text = f"{called(element)}{lacks}，请在属性中选择。"
        yield _error(process, element.id, "reference", text)


def _boundaries(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind != "boundaryEvent":
            continue
        host = graph.elements.get(element.attached_to)
        is_fit = host is not None and host.kind in ACTIVITIES and not host.triggered_by_event
        if host is None or not is_fit or host.scope != element.scope:
            yield _error(
                graph.process,
                element.id,
                "boundary-host",
                f"{called(element)}没有附在任务或子流程上，请重新拖放到任务的边框上。",
            )
        kind = element.event.kind if element.event else ""
        if kind in {"error", "escalation"} and host is not None:
            if host.kind not in (_FAIL if kind == "error" else _CONTAIN):
                yield _error(
                    graph.process,
                    element.id,
                    "boundary-error",
                    f"{called(element)}只能附在会报出它的环节上：子流程、调用活动，错误还可以附在服务任务上；"
                    "请移到那里，或改用消息事件。",
                )
            if kind == "error" and not element.interrupting:
                yield _error(
                    graph.process,
                    element.id,
                    "boundary-error",
                    f"{called(element)}必须中断所附的环节，请改为中断型。",
                )


# --- flows and gateways --------------------------------------------------------------------------


def _starts(graph: Graph) -> Iterator[Finding]:
    for scope in graph.scopes:
        starts = [e for e in graph.inside(scope) if e.kind == "startEvent"]
        where = scope or graph.process.process_id
        competing = starts if scope else [start for start in starts if not start.events]
        if len(competing) > 1:
            yield _error(
                graph.process,
                competing[1].id,
                "several-starts",
                "子流程只能有一个开始事件，流程只能有一个空白开始事件（另外的要由消息、信号或定时触发）；请合并。",
            )
        if not graph.inside(scope):
            what = f"子流程{called(graph.elements[scope])}" if scope else f"流程“{where}”"
            yield _error(graph.process, where, "empty", f"{what}是空的，请画出环节。")
        elif not graph.starts(scope):
            yield _error(
                graph.process, where, "no-start", "流程没有开始的地方，请画一个空白开始事件。"
            )


def _typed_starts(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        is_typed = element.kind == "startEvent" and element.scope and element.events
        if is_typed and not graph.starts_event_subprocess(element):
            yield _error(
                graph.process,
                element.id,
                "start-typed",
                f"{called(element)}在普通子流程里，子流程要从空白开始事件开始；请去掉触发条件，"
                "或把子流程设为事件子流程。",
            )


def _event_subprocesses(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.triggered_by_event:
            for where, message in _event_subprocess(graph, element):
                yield _error(graph.process, where.id, "event-subprocess", message)


def _event_subprocess(graph: Graph, element: Element) -> Iterator[tuple[Element, str]]:
    starts = [e for e in graph.inside(element.id) if e.kind == "startEvent"]
    kinds = [event.kind for start in starts for event in start.events]
    if len(starts) != 1 or len(kinds) != 1 or kinds[0] not in _STARTS:
        yield (
            starts[0] if starts else element,
            f"事件子流程{called(element)}要有一个开始事件，由定时、消息、信号、错误或升级触发；请选好触发的事件。",
        )
    elif kinds == ["error"] and not starts[0].interrupting:
        yield starts[0], f"{called(starts[0])}由错误触发，必须中断所在的流程，请改为中断型。"
    flows = [*graph.outgoing.get(element.id, []), *graph.incoming.get(element.id, [])]
    if flows or element.repetition or element.loop:
        yield (
            element,
            f"事件子流程{called(element)}由事件触发，不能连线，也不能加循环或多实例标记；请去掉。",
        )


def _uncaught_errors(graph: Graph) -> Iterator[Finding]:
    """An error nobody in the diagram catches ends its token; whoever calls the process may still catch it."""
    for element in graph.process.elements:
        event = element.event
        if element.kind != "endEvent" or event is None or event.kind != "error":
            continue
        if not graph.catchers(element):
            yield _warning(
                graph.process,
                element.id,
                "error-uncaught",
                f"{called(element)}报出的错误“{event.name}”在这张图上没有事件处理，走到这里就结束；"
                "要处理请画错误边界事件或事件子流程，否则改画普通的结束事件。",
            )


def _links(graph: Graph) -> Iterator[Finding]:
    """A link is a pair; several may enter where one leaves."""
    links = [e for e in graph.process.elements if e.event and e.event.kind == "link"]
    links = [e for e in links if e.kind.startswith("intermediate")]
    leaving = Counter((e.scope, e.events[0].name) for e in links if e.leaves_link)
    entering = Counter((e.scope, e.events[0].name) for e in links if not e.leaves_link)
    for element in links:
        key = (element.scope, element.events[0].name)
        is_paired = leaving[key] == 1 and entering[key] >= 1
        if not is_paired or not key[1]:
            yield _error(
                graph.process,
                element.id,
                "link-alone",
                f"链接事件{called(element)}没有唯一的另一端；请在同一层画一抛一捕两个链接事件，写上相同的链接名称，"
                "或直接连线。",
            )


def _exclusive(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        flows = graph.outgoing.get(element.id, [])
        if element.kind not in {"exclusiveGateway", "inclusiveGateway"} or len(flows) < 2:
            continue
        default = [flow for flow in flows if flow.is_default]
        for flow in flows:
            if flow.condition is None and not flow.is_default:
                yield _error(
                    graph.process,
                    flow.id,
                    "condition-missing",
                    f"网关{called(element)}引出的“{flow.name or flow.id}”既没有条件也不是默认流，"
                    "请写上条件或设为默认流。",
                )
        if not default:
            yield _warning(
                graph.process,
                element.id,
                "default-missing",
                f"网关{called(element)}没有默认流；条件都不满足时这一步会失败，请把最稳妥的一条设为默认流。",
            )
        elif default[0].condition is not None:
            yield _warning(
                graph.process,
                default[0].id,
                "default-condition",
                "默认流上的条件不起作用，请删除。",
            )


def _implicit_splits(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        flows = graph.outgoing.get(element.id, [])
        if element.kind in GATEWAYS or not flows:
            continue
        if all(flow.condition is not None and not flow.is_default for flow in flows):
            yield _warning(
                graph.process,
                element.id,
                "default-missing",
                f"{called(element)}引出的顺序流都带条件；条件都不满足时这一步会失败，请把最稳妥的一条设为默认流。",
            )


def _ignored_conditions(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind not in {"parallelGateway", "eventBasedGateway"}:
            continue
        for flow in graph.outgoing.get(element.id, []):
            if flow.condition is not None:
                yield _error(
                    graph.process,
                    flow.id,
                    "condition-ignored",
                    f"{called(element)}的出线上不能写条件，请改用排他网关，或删除条件。",
                )


def _repeated_flows(graph: Graph) -> Iterator[Finding]:
    seen: set[tuple[str, str]] = set()
    for flow in graph.process.flows:
        ends = (flow.source, flow.target)
        source, target = graph.elements[flow.source], graph.elements[flow.target]
        if ends in seen and source.kind != "exclusiveGateway":
            yield _error(
                graph.process,
                flow.id,
                "flow-twice",
                f"从{called(source)}到{called(target)}画了两条顺序流，会走两次；请删除一条。",
            )
        seen.add(ends)


def _event_gateways(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind != "eventBasedGateway":
            continue
        for flow in graph.outgoing.get(element.id, []):
            target = graph.elements[flow.target]
            fits = target.kind in {"intermediateCatchEvent", "receiveTask"}
            fits = fits and not target.leaves_link
            if not fits or len(graph.incoming.get(target.id, [])) > 1:
                yield _error(
                    graph.process,
                    flow.id,
                    "event-gateway",
                    f"事件网关{called(element)}后面只能接定时、消息或信号捕获事件，且它们没有别的入线；请改接，或改用排他网关。",
                )


def _dead_joins(graph: Graph) -> Iterator[Finding]:
    """A parallel join fed by a flow that only starts behind it would wait for itself."""
    for element in graph.process.elements:
        flows = graph.incoming.get(element.id, [])
        if element.kind != "parallelGateway" or len(flows) < 2:
            continue
        starts = [start.id for start in graph.starts(element.scope)]
        before = Graph(_without(graph.process, element.id)).reached_from(starts)
        for flow in flows:
            if flow.source not in before:
                yield _error(
                    graph.process,
                    flow.id,
                    "join-waits-for-itself",
                    f"并行网关{called(element)}要等“{flow.name or flow.id}”，而它在这个网关之后才会到来；"
                    "请在网关前画一个排他网关接收回路。",
                )


def _without(process: ProcessSource, element_id: str) -> ProcessSource:
    flows = tuple(flow for flow in process.flows if flow.source != element_id)
    return replace(process, flows=flows)


def _reachable(graph: Graph) -> Iterator[Finding]:
    for scope in graph.scopes:
        inside = [e for e in graph.inside(scope) if not e.triggered_by_event]
        inside = [e for e in inside if not e.leaves_link or graph.incoming.get(e.id)]
        hanging = [e for e in inside if e.attached_to and e.attached_to not in graph.elements]
        reached = graph.reached_from(e.id for e in (*graph.starts(scope), *hanging))
        ends = graph.reaching(
            e.id for e in inside if e.kind == "endEvent" or not graph.outgoing.get(e.id)
        )
        for element in inside:
            if element.id not in reached:
                yield _error(
                    graph.process,
                    element.id,
                    "unreachable",
                    f"{called(element)}没有路可以走到，请连上线或删除。",
                )
            elif element.id not in ends:
                yield _error(
                    graph.process,
                    element.id,
                    "no-way-out",
                    f"从{called(element)}走不到任何结束事件，请补画出口。",
                )


def _restless(graph: Graph) -> Iterator[Finding]:
    waits = frozenset(e.id for e in graph.process.elements if _may_wait(graph, e))
    found = graph.restless_loop(waits)
    if found:
        names = " → ".join(graph.elements[key].name or key for key in found)
        yield _error(
            graph.process,
            found[0],
            "restless-loop",
            f"回路“{names}”里没有任何等待人员或时间的环节，会一直空转；请在回路中加入用户任务或定时事件。",
        )


def _may_wait(graph: Graph, element: Element) -> bool:
    if element.leaves_link:
        return False
    if element.kind in WAITS or element.kind == "callActivity":
        return True
    if element.kind in SUBPROCESSES:
        return any(_may_wait(graph, inner) for inner in graph.inside(element.id))
    return False


# --- activities ----------------------------------------------------------------------------------


_SERVICE_TYPES: Mapping[str, str] = {
    "mail": "本系统不从流程图里直接发邮件；请改成 External 服务任务，由操作写入待发通知，随后统一发出",
    "http": "本系统不从流程图里直接调用网址；请改成 External 服务任务，由操作登记要做的事",
    "shell": "本系统不执行命令；请改成 External 服务任务，在 topic 里写操作名",
    "camel": "本系统不连接 Camel；请改成 External 服务任务，在 topic 里写操作名",
    "mule": "本系统不连接 Mule；请改成 External 服务任务，在 topic 里写操作名",
    "send-event": "本系统不向外部事件总线发送；请改用消息抛出事件",
    "case": "本系统不启动案例；请改用调用活动",
}
_OURS = frozenset({"", "external", "external-worker", "dmn"})


def delegate(element: Element) -> str:
    """Return the program another engine would run for an element, or nothing."""
    names = ("class", "delegateExpression", "expression")
    return next((element.attributes[name] for name in names if element.attributes.get(name)), "")


def _services(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind not in {"serviceTask", "businessRuleTask", "sendTask", "receiveTask"}:
            continue
        program, type_ = delegate(element), element.attributes.get("type", "")
        if type_ not in _OURS:
            message = _SERVICE_TYPES.get(type_, f"本系统没有“{type_}”这种服务任务；请改成 External")
            text = f"{called(element)}：{message}。"
            yield _error(graph.process, element.id, "service-type", text)
        elif element.topic and program:
            text = (
                f"{called(element)}只执行 topic 里的操作，图上的程序“{program}”不起作用，请删除。"
            )
            yield _warning(graph.process, element.id, "ignored", text)
        elif program and not element.events:
            yield _error(
                graph.process,
                element.id,
                "operation-missing",
                f"{called(element)}要运行程序“{program}”，本系统不运行外来程序；"
                "请把实现方式改为 External，并在 topic 里写操作名。",
            )
        elif element.kind in {"serviceTask", "businessRuleTask"} and not _does_something(element):
            message = (
                f"{called(element)}没有写明用哪张决策表；请把实现方式选为 DMN，在 Decision reference 里写决策的 id。"
                if element.kind == "businessRuleTask"
                else f"{called(element)}没有写明要执行的操作；请把实现方式选为 External，并在 topic 里写操作名。"
            )
            yield _error(graph.process, element.id, "operation-missing", message)
        elif not _does_something(element) and not element.events:
            yield _error(
                graph.process,
                element.id,
                "reference",
                f"{called(element)}没有选定消息，请在属性中选择。",
            )


def _does_something(element: Element) -> bool:
    """Whether it names an operation, or a decision, which `ruling` looks at."""
    decides = element.attributes.get("type") == "dmn" or (
        element.kind == "businessRuleTask" and "decisionRef" in element.attributes
    )
    return bool(element.topic) or decides


def _scripts(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        script = element.script
        if script is None:
            continue
        if script.language.rsplit("/", 1)[-1].lower() not in _LANGUAGES:
            yield _error(
                graph.process,
                element.id,
                "script-language",
                f"{called(element)}用了脚本语言“{script.language}”；请把计算做成操作，改用服务任务写上操作名（topic），"
                "或只写“变量 = 表达式”。",
            )
            continue
        try:
            expressions.assignments(script.text, script.result)
        except ExpressionInvalid as error:
            yield _error(graph.process, element.id, "script", f"{called(element)}：{error}")


def _loops(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        loop = element.loop
        if loop is None:
            continue
        if not loop.condition and not loop.maximum:
            yield _error(
                graph.process,
                element.id,
                "standard-loop",
                f"{called(element)}有循环标记，却没有写循环条件（loopCondition）或次数（loopMaximum），"
                "会一直重复；请补上，或用排他网关画出回路。",
            )
        elif loop.maximum and not re.fullmatch(r"[1-9]\d{0,3}", loop.maximum):
            yield _error(
                graph.process,
                element.id,
                "standard-loop",
                f"{called(element)}的循环次数“{loop.maximum}”不是 1 到 9999 的整数，请改正。",
            )


def _data(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for item in process.data_objects:
        try:
            _ = item.value
        except ValueError:
            message = f"数据对象“{item.name}”的值“{item.text[:40]}”不是 {item.type}，请改正。"
            yield _error(process, item.scope or process.process_id, "data-object", message)
    for element in process.elements:
        for name in element.structured:
            yield _error(
                process,
                element.id,
                "parameter-kind",
                f"{called(element)}的输入输出参数“{name}”写成了列表、映射或脚本；请写成文字或表达式，例如 ${{unit}}。",
            )


def _terms(graph: Graph) -> Iterator[Finding]:
    """What a user task says of time and urgency."""
    for element in graph.process.elements:
        if element.kind != "userTask":
            continue
        for name, what in (("dueDate", "到期日"), ("followUpDate", "跟进日")):
            if fault := terms.moment_fault(element.attributes.get(name, "")):
                text = f"{called(element)}的{what}：{fault}"
                yield _error(graph.process, element.id, "due-invalid", text)
        if fault := terms.priority_fault(element.attributes.get("priority", "")):
            text = f"{called(element)}的优先级：{fault}"
            yield _error(graph.process, element.id, "priority-invalid", text)
        if element.attributes.get("dueDate") and element.properties.get("deadline"):
            text = (
                f"{called(element)}既有 deadline 属性又有 dueDate；按 deadline 办，请删除 dueDate。"
            )
            yield _warning(graph.process, element.id, "due-twice", text)


def _repetitions(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        repetition = element.repetition
        if repetition is None:
            continue
        if not repetition.collection and not repetition.cardinality:
            yield _error(
                graph.process,
                element.id,
                "collection-missing",
                f"多实例环节{called(element)}没有写集合，请填写 collection 和 elementVariable。",
            )
        elif repetition.collection and not repetition.element_variable:
            yield _warning(
                graph.process,
                element.id,
                "element-variable",
                f"多实例环节{called(element)}没有写 elementVariable，各个实例将无从区分。",
            )


def _calls(process: ProcessSource, available: frozenset[str]) -> Iterator[Finding]:
    for element in process.elements:
        if element.kind == "callActivity" and element.called not in available:
            message = (
                f"{called(element)}要调用的流程“{element.called}”不存在，请一起部署它的文件，或改正名称。"
                if element.called
                else f"{called(element)}没有写明调用哪个流程，请填写 calledElement。"
            )
            yield _error(process, element.id, "called-process", message)
        elif element.kind == "callActivity" and not (element.passed_in or element.passed_out):
            yield _warning(
                process,
                element.id,
                "call-apart",
                f"{called(element)}没有写 In 和 Out 映射：被调用的流程看不到这里的变量，它写的也不会带回来；"
                "要传请在 In mappings 里选 all，并在 Out mappings 里列出要带回的变量。",
            )


def _recursion(processes: Sequence[ProcessSource]) -> Iterator[Finding]:
    calls = {
        process.process_id: [e.called for e in process.elements if e.kind == "callActivity"]
        for process in processes
    }
    found = circle(calls)
    if found:
        first = next(process for process in processes if process.process_id == found[0])
        element = next(e.id for e in first.elements if e.called == found[1 % len(found)])
        names = " → ".join([*found, found[0]])
        yield _error(
            first, element, "call-recursion", f"流程互相调用成了圈（{names}），请改成回路或拆开。"
        )


# --- expressions ---------------------------------------------------------------------------------


def _expressions(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for flow in process.flows:
        yield from _condition(process, flow)
    for element in process.elements:
        for text in _whole(element):
            yield from _fault(process, element.id, text, expressions.compile)
        for text in _templates(element):
            yield from _fault(process, element.id, text, expressions.interpolate)


def _condition(process: ProcessSource, flow: Flow) -> Iterator[Finding]:
    if flow.condition is None:
        return
    if flow.language.rsplit("/", 1)[-1].lower() not in _LANGUAGES:
        yield _error(
            process,
            flow.id,
            "condition-language",
            f"条件用了脚本语言“{flow.language}”，请改写成表达式，例如 ${{conclusion == 'register'}}。",
        )
    else:
        yield from _fault(process, flow.id, flow.condition, expressions.compile)


def _whole(element: Element) -> Iterator[str]:
    """Texts that are one expression."""
    if element.repetition is not None:
        repetition = element.repetition
        yield from filter(
            None, (repetition.collection, repetition.cardinality, repetition.completion)
        )
    if element.loop is not None and element.loop.condition:
        yield element.loop.condition
    for item in (*element.passed_in, *element.passed_out):
        if item.expression:
            yield item.expression
    for field in element.fields:
        if field.properties.get("showIf"):
            yield field.properties["showIf"]


def _templates(element: Element) -> Iterator[str]:
    """Texts with expressions in them."""
    for name in ("assignee", "candidateGroups", "candidateUsers", "formKey", "formRef"):
        if element.attributes.get(name):
            yield element.attributes[name]
    yield from element.inputs.values()
    yield from element.outputs.values()
    for event in element.events:
        yield from event.parameters.values()
    for field in element.fields:
        if field.default:
            yield field.default


def _fault(
    process: ProcessSource, element: str, text: str, compile: Callable[[str], object]
) -> Iterator[Finding]:
    try:
        compile(text)
    except ExpressionInvalid as error:
        yield _error(process, element, "expression", f"“{text[:80]}”：{error}")


_Rule = Callable[[Graph], Iterator[Finding]]

_RULES: tuple[_Rule, ...] = (
    *(
        _refused,
        _nesting,
        _starts,
        _typed_starts,
        _event_subprocesses,
        _event_kinds,
        _event_details,
        _boundaries,
    ),
    *(
        _uncaught_errors,
        _links,
        _exclusive,
        _implicit_splits,
        _ignored_conditions,
        _repeated_flows,
        _event_gateways,
    ),
    *(_dead_joins, _reachable, _restless, _services, _scripts, _terms, _loops, _repetitions),
    *(_data, _expressions),
)
