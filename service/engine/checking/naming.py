"""The card for readable diagrams, as far as it is about names and ids."""

import re
from collections.abc import Iterator

from service.engine.drawn.findings import Finding, Rule, called, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import ACTIVITIES, EVENTS
from service.engine.faults.identity import MOST_LETTERS


def _unnamed(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    if not process.name:
        yield note(process, process.process_id, "name-missing", "流程没有名称，请用中文填写。")
    for element in process.elements:
        splits = element.kind in _CHOOSING and len(graph.outgoing.get(element.id, [])) > 1
        if not element.name and (element.kind in ACTIVITIES | EVENTS or splits):
            yield note(
                process, element.id, "name-missing", f"“{element.id}”没有名称，请用中文填写。"
            )
        if not splits:
            continue
        if element.name and not element.name.endswith(("?", "？")):
            yield note(
                process,
                element.id,
                "question",
                f"网关{called(element)}的名称要写成一个问题，例如“代表是否满意?”。",
            )
        for flow in graph.outgoing[element.id]:
            if not flow.name:
                yield note(
                    process,
                    flow.id,
                    "name-missing",
                    f"网关{called(element)}引出的“{flow.id}”没有名称，请写上这条路对应的答案。",
                )


def _vague(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind in {"startEvent", "endEvent"} and element.name.lower() in _VAGUE:
            yield note(
                graph.process,
                element.id,
                "name-vague",
                f"{called(element)}请写出发生了什么或达到什么状态，例如“建议已立案”。",
            )
        timed = any(event.kind == "timer" for event in element.events)
        if timed and _AMOUNT.search(element.name[:MOST_LETTERS]):
            yield note(
                graph.process,
                element.id,
                "name-amount",
                f"{called(element)}的名称里写了天数；天数由管理员调整，请只写期限的名称。",
            )


def _ids(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for element in process.elements:
        if element.kind not in _POINTED_AT:
            continue
        if element.kind == "exclusiveGateway" and len(graph.outgoing.get(element.id, [])) < 2:
            continue
        if _GENERATED.fullmatch(element.id[:MOST_LETTERS]):
            yield note(
                process,
                element.id,
                "id-generated",
                f"{called(element)}的 id 是建模工具自动生成的，请改成有意义的英文，例如 Task_draft_answer。",
            )
        elif not _FORM.fullmatch(element.id):
            yield note(
                process,
                element.id,
                "id-form",
                f"{called(element)}的 id 请写成“种类_含义”，例如 Task_draft_answer、Gateway_satisfied。",
            )


_GENERATED = re.compile(r"(?:[A-Za-z]+_)?(?=\w*\d)[0-9a-z]{7}|sid-[0-9A-Fa-f-]+|[a-z]+\d+")


_FORM = re.compile(r"[A-Z][A-Za-z]*_[a-z0-9_]+")


_VAGUE = frozenset(
    {"开始", "结束", "开始事件", "结束事件", "start", "end", "startevent", "endevent"}
)


_AMOUNT = re.compile(r"[\d一二三四五六七八九十]+\s*(天|日|个?工作日|个?月|小时)")


# What waits, decides or ends appears in logs, tests and running instances: its id must mean something.
_POINTED_AT = EVENTS | {
    "userTask",
    "receiveTask",
    "serviceTask",
    "callActivity",
    "exclusiveGateway",
}


_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})


RULES: tuple[Rule, ...] = (_unnamed, _vague, _ids)
