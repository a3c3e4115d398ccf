"""The card for readable diagrams: one file, one process, drawn so that it can be read at a glance."""

import re
from collections.abc import Iterator
from pathlib import PurePath

from service.engine.drawn.findings import Finding, Rule, called, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import GATEWAYS, DiagramSource

ADVICE = frozenset(
    {"documentation", "name-missing", "name-vague", "name-amount", "question", "id-generated"}
    | {"id-form", "file-name", "one-process", "inclusive-gateway", "split-and-join"}
    | {"implicit-split", "start-missing", "end-missing", "lane-missing", "many-elements"}
    | {"many-lanes", "size", "overlap", "direction", "crossing"}
)
"""What is only about how a diagram reads: the card's findings, which change nothing in how it runs."""


def of_file(diagram: DiagramSource) -> Iterator[Finding]:
    processes = [process for process in diagram.processes if process.executable]
    for process in processes[1:]:
        yield note(
            process,
            process.process_id,
            "one-process",
            "一个文件只放一个流程，请把其余流程另存为单独的文件，用调用活动连接。",
        )
    for process in processes[:1]:
        if _SUFFIXES.sub("", PurePath(diagram.file).name) != process.process_id:
            yield note(
                process,
                process.process_id,
                "file-name",
                f"文件名要和流程 id 相同，请把文件改名为 {process.process_id}.bpmn。",
            )


_SUFFIXES = re.compile(r"(\.bpmn20)?\.(bpmn|xml)$", re.IGNORECASE)


_MOST_ELEMENTS, _MOST_LANES = 30, 5


def _gateways(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind == "inclusiveGateway":
            yield note(
                graph.process,
                element.id,
                "inclusive-gateway",
                f"{called(element)}是包容网关，读图的人难以判断会走几条路；请用并行网关加排他网关表达。",
            )
        entering = len(graph.incoming.get(element.id, []))
        leaving = len(graph.outgoing.get(element.id, []))
        if element.kind not in GATEWAYS and leaving > 1:
            yield note(
                graph.process,
                element.id,
                "implicit-split",
                f"{called(element)}引出了 {leaving} 条顺序流，条件成立的会同时走；请画出网关，让人看得出怎样走。",
            )
        if element.kind.endswith("Gateway") and entering > 1 and leaving > 1:
            yield note(
                graph.process,
                element.id,
                "split-and-join",
                f"网关{called(element)}既汇合又分支，请拆成两个网关。",
            )


def _starts_and_ends(graph: Graph) -> Iterator[Finding]:
    for scope in graph.scopes:
        inside = graph.inside(scope)
        if inside and not any(element.kind == "startEvent" for element in inside):
            where = scope or graph.process.process_id
            yield note(graph.process, where, "start-missing", "请画一个空白开始事件。")
        for element in inside:
            open_ended = not graph.outgoing.get(element.id) and not element.triggered_by_event
            if open_ended and element.kind != "endEvent":
                yield note(
                    graph.process,
                    element.id,
                    "end-missing",
                    f"{called(element)}之后没有路，请连到一个结束事件。",
                )


def _documented(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    if not process.documentation:
        yield note(
            process, process.process_id, "documentation", "流程没有说明，请写明依据和办理要求。"
        )
    for element in process.elements:
        timed = any(event.kind == "timer" for event in element.events)
        if not element.documentation and (element.kind == "userTask" or timed):
            yield note(
                process,
                element.id,
                "documentation",
                f"{called(element)}没有说明，请写明做什么、按什么规定、办成什么样。",
            )


def _somebody(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind != "userTask":
            continue
        named = ("assignee", "candidateGroups", "candidateUsers")
        if not any(element.attributes.get(name) for name in named):
            yield note(
                graph.process,
                element.id,
                "nobody",
                f"{called(element)}没有指定由谁办理，只有管理员能看到；请填写候选组或办理人。",
            )
        if graph.process.lanes and not element.lane:
            yield note(
                graph.process,
                element.id,
                "lane-missing",
                f"{called(element)}不在任何泳道里，请拖进泳道。",
            )


def _readable(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    if len(process.elements) > _MOST_ELEMENTS:
        yield note(
            process,
            process.process_id,
            "many-elements",
            f"图上有 {len(process.elements)} 个元素，超过 {_MOST_ELEMENTS} 个就难读了，请拆出被调用的流程。",
        )
    if len(process.lanes) > _MOST_LANES:
        yield note(
            process,
            process.process_id,
            "many-lanes",
            f"图上有 {len(process.lanes)} 条泳道，超过 {_MOST_LANES} 条，请拆出被调用的流程。",
        )


RULES: tuple[Rule, ...] = (_gateways, _starts_and_ends, _documented, _somebody, _readable)
