"""Flows and gateways on which a token would go another way than drawn, in circles, or nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import WAITS, Graph
from service.engine.drawn.source import GATEWAYS, SUBPROCESSES, Element, Flow, ProcessSource
from service.engine.language import timing


def _starts(graph: Graph) -> Iterator[Finding]:
    for scope in graph.scopes:
        starts = [e for e in graph.inside(scope) if e.kind == "startEvent"]
        where = scope or graph.process.process_id
        competing = starts if scope else [start for start in starts if not start.events]
        if len(competing) > 1:
            yield fault(
                graph.process,
                competing[1].id,
                "several-starts",
                "子流程只能有一个开始事件，流程只能有一个空白开始事件（另外的要由消息、信号或定时触发）；请合并。",
            )
        if not graph.inside(scope):
            what = f"子流程{called(graph.elements[scope])}" if scope else f"流程“{where}”"
            yield fault(graph.process, where, "empty", f"{what}是空的，请画出环节。")
        elif not graph.starts(scope):
            yield fault(
                graph.process, where, "no-start", "流程没有开始的地方，请画一个空白开始事件。"
            )


def _exclusive(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        flows = graph.outgoing.get(element.id, [])
        if element.kind not in {"exclusiveGateway", "inclusiveGateway"} or len(flows) < 2:
            continue
        default = [flow for flow in flows if flow.is_default]
        always = [flow for flow in flows if flow.condition is None and not flow.is_default]
        yield from _unconditional(graph.process, element, flows, always)
        if not default and not always and not element.default:
            yield note(
                graph.process,
                element.id,
                "default-missing",
                f"网关{called(element)}没有默认流；条件都不满足时这一步会失败，请把最稳妥的一条设为默认流。",
            )
        elif default and default[0].condition is not None:
            yield note(
                graph.process,
                default[0].id,
                "default-condition",
                "默认流上的条件不起作用，请删除。",
            )


def _defaults(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        leaving = {flow.id: flow.name for flow in graph.outgoing.get(element.id, [])}
        if not element.default or element.default in leaving:
            continue
        if element.kind in {"parallelGateway", "eventBasedGateway"}:
            continue  # which look at no conditions
        flows = "、".join(
            f"“{name}”（{key}）" if name else f"“{key}”" for key, name in leaving.items()
        )
        choices = f"从这里引出的有：{flows}。" if flows else ""
        yield fault(
            graph.process,
            element.id,
            "default-unknown",
            f"{called(element)}的默认流“{element.default}”不是从它引出的顺序流；请重新选定默认流，或删去这个属性。{choices}",
        )


def _unconditional(
    process: ProcessSource, element: Element, flows: Sequence[Flow], always: Sequence[Flow]
) -> Iterator[Finding]:
    """A flow without a condition holds at its turn, in the order of the file, as in Camunda and Flowable.

    Camunda refuses a second one, and one beside a default flow: only one of them could ever be taken.
    """
    is_exclusive = element.kind == "exclusiveGateway"
    is_ambiguous = len(always) > 1 or any(flow.is_default for flow in flows)
    for flow in always:
        which = f"网关{called(element)}引出的“{flow.name or flow.id}”既没有条件也不是默认流"
        if is_exclusive and is_ambiguous:
            yield fault(process, flow.id, "condition-missing", f"{which}，请写上条件或设为默认流。")
            continue
        behind = [other.name or other.id for other in flows[flows.index(flow) + 1 :]]
        if not is_exclusive:
            effect = "总会走这一条；只想在别的都不走时走它，请设为默认流"
        elif behind:
            effect = f"它画在“{'”“'.join(behind)}”之前，后面的永远走不到；请把它设为默认流"
        else:
            effect = "别的条件都不成立时走这一条；请把它设为默认流，图上才看得出来"
        yield note(process, flow.id, "condition-missing", f"{which}，{effect}。")


def _implicit_splits(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        flows = graph.outgoing.get(element.id, [])
        if element.kind in GATEWAYS or not flows:
            continue
        if element.default:
            continue
        if all(flow.condition is not None for flow in flows):
            yield note(
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
                yield fault(
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
            yield fault(
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
                yield fault(
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
                yield fault(
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
            if element.compensation:
                continue  # which is refused, with where to connect it
            if element.id not in reached:
                yield fault(
                    graph.process,
                    element.id,
                    "unreachable",
                    f"{called(element)}没有路可以走到，请连上线或删除。",
                )
            elif element.id not in ends:
                yield fault(
                    graph.process,
                    element.id,
                    "no-way-out",
                    f"从{called(element)}走不到任何结束事件，请补画出口。",
                )


def _restless(graph: Graph) -> Iterator[Finding]:
    """A circle without a wait runs at once for ever, unless a script in it counts its way out."""
    elements = graph.process.elements
    waits = frozenset(e.id for e in elements if _may_wait(graph, e))
    counts = frozenset(e.id for e in elements if e.script is not None)
    if found := graph.restless_loop(waits | counts):
        yield fault(
            graph.process,
            found[0],
            "restless-loop",
            f"回路“{_names(graph, found)}”里没有任何等待人员或时间的环节，会一直空转；请在回路中加入用户任务或定时事件。",
        )
    elif found := graph.restless_loop(waits):
        yield note(
            graph.process,
            found[0],
            "restless-loop",
            f"回路“{_names(graph, found)}”不等人，靠脚本改变变量才走得出来，一次走得太多会被停下；请确认条件一定会变。",
        )


def _names(graph: Graph, keys: Sequence[str]) -> str:
    return " → ".join(graph.elements[key].name or key for key in keys)


def _is_over_at_once(element: Element) -> bool:
    """Say whether what an event waits for is no time at all, such as PT0S."""
    event = element.event
    if element.kind != "intermediateCatchEvent" or event is None or event.kind != "timer":
        return False
    try:
        return timing.duration(event.text) == timing.Duration(0, timedelta())
    except timing.TimeInvalid:
        return False


def _may_wait(graph: Graph, element: Element) -> bool:
    if element.leaves_link or _is_over_at_once(element):
        return False
    if element.kind in WAITS or element.kind == "callActivity":
        return True
    if element.kind in SUBPROCESSES:
        return any(_may_wait(graph, inner) for inner in graph.inside(element.id))
    return False


LOCAL_RULES: tuple[Rule, ...] = (_exclusive, _ignored_conditions, _repeated_flows)
RULES: tuple[Rule, ...] = (
    *LOCAL_RULES,
    *(_starts, _defaults, _implicit_splits),
    *(_event_gateways, _dead_joins, _reachable, _restless),
)
