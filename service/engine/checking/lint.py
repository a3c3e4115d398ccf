"""What a diagram must satisfy to be deployed, and what its designer should know besides.

An error is what would not run as drawn, could wait for ever, or names what does not exist. The card for readable
diagrams is advice: a diagram drawn elsewhere runs without following it, and `tibanping check --strict` holds our own
diagrams to it.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import PurePath

from service.engine import bundle
from service.engine.checking import drawing, produced, schema
from service.engine.deciding import ruling
from service.engine.definitions import ProcessDefinition, deadline_keys
from service.engine.drawn.findings import called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import (
    ACTIVITIES,
    EVENTS,
    GATEWAYS,
    DiagramSource,
    Element,
    Finding,
    ProcessSource,
)
from service.engine.faults import soundness
from service.engine.faults.activities import delegate
from service.engine.faults.diagrams import MOST_LETTERS, faults
from service.engine.language.expressions import MOST_LETTERS_OF_TEXT

__all__ = ["ADVICE", "Finding", "Known", "check", "reused"]


ADVICE = frozenset(
    {"documentation", "name-missing", "name-vague", "name-amount", "question", "id-generated"}
    | {"id-form", "file-name", "one-process", "inclusive-gateway", "split-and-join"}
    | {"implicit-split", "start-missing", "end-missing", "lane-missing", "many-elements"}
    | {"many-lanes", "size", "overlap", "direction", "crossing"}
)
"""What is only about how a diagram reads: the card's findings, which change nothing in how it runs."""


@dataclass(frozen=True)
class Known:
    """The names that exist outside the files. `processes` and `decisions` are those deployed already."""

    operations: Collection[str] = frozenset()
    deadlines: Collection[str] = frozenset()
    roles: Collection[str] = frozenset()
    field_types: Collection[str] = frozenset()
    sources: Collection[str] = frozenset()
    processes: Collection[str] = frozenset()
    decisions: Collection[str] = frozenset()


def check(files: Mapping[str, bytes], known: Known) -> list[Finding]:
    """Return everything to say about these files, errors first; without an error they can be deployed."""
    contents = bundle.read(files)
    diagrams = contents.diagrams
    findings = list(contents.findings)
    known_decisions = {*contents.decision_ids, *known.decisions}
    findings += ruling.findings(diagrams, contents.decisions, known_decisions)
    findings += [f for file, content in files.items() for f in schema.findings(file, content)]
    broken = faults(diagrams, frozenset(known.processes))
    broken = [_with_operations(finding, diagrams, known) for finding in broken]
    findings += broken
    oversized = {finding.file for finding in broken if finding.code == "too-large"}
    for diagram in diagrams:
        if diagram.file in oversized:
            continue  # advice on each of ten thousand elements helps nobody
        findings += _card_of_file(diagram)
        for process in diagram.processes:
            if process.executable:
                findings += _names(process, known)
                findings += [f for rule in _CARD for f in rule(Graph(process))]
                if not any(f.file == diagram.file and f.severity == "error" for f in broken):
                    findings += soundness.findings(Graph(process))
        findings += drawing.findings(diagram)
    if not any(finding.severity == "error" for finding in findings):
        processes = [p for diagram in diagrams for p in diagram.processes if p.executable]
        findings += produced.findings(processes)
    order = {"error": 0, "warning": 1}
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda f: (order[f.severity], f.file, f.element, f.code))


def reused(before: ProcessDefinition, after: ProcessDefinition) -> list[Finding]:
    """Return the ids that mean another kind of element than in the version that is running."""
    return [
        Finding(
            after.file,
            element.id,
            "id-reused",
            "error",
            f"id“{element.id}”在已部署的版本里是 {before.elements[element.id].kind}，"
            f"现在成了 {element.kind}；在办事项和历史会指错地方，请换一个新的 id。",
        )
        for element in after.elements.values()
        if element.id in before.elements and before.elements[element.id].kind != element.kind
    ]


# --- names that must exist -----------------------------------------------------------------------


def _names(process: ProcessSource, known: Known) -> Iterator[Finding]:
    for element in process.elements:
        for code, what, names, allowed in _named(element, known):
            for name in names:
                if name in allowed:
                    continue
                if code == "unknown-role" and not _slip(name, allowed):
                    message = (
                        f"{called(element)}的候选组“{name}”不是本系统的角色，任务只有管理员能看到。"
                    )
                    yield note(process, element.id, code, message)
                else:
                    message = (
                        f"{called(element)}用到的{what}“{name}”不存在。{_choices(name, allowed)}"
                    )
                    yield fault(process, element.id, code, message)
        yield from _fields(process, element, known)


def _named(
    element: Element, known: Known
) -> Iterator[tuple[str, str, Sequence[str], Collection[str]]]:
    operations = [element.topic] if element.topic else []
    if element.properties.get("on_complete"):
        operations.append(element.properties["on_complete"])
    yield "unknown-operation", "操作", operations, known.operations
    yield "unknown-deadline", "期限", deadline_keys(element), known.deadlines
    yield "unknown-role", "角色", roles_of(element), known.roles


def _with_operations(finding: Finding, diagrams: Sequence[DiagramSource], known: Known) -> Finding:
    """Add to what is said of a service without an operation which operations come nearest to what it was to do."""
    if finding.code not in {"operation-missing", "service-type"}:
        return finding
    element = next(
        element
        for diagram in diagrams
        for process in diagram.processes
        if process.file == finding.file
        for element in process.elements
        if element.id == finding.element
    )
    program = delegate(element) or element.id
    words = program.strip("${}#").partition("(")[0]
    words = words.replace(".", "_") if "{" in program else words.rpartition(".")[2]
    wanted = _CAMEL.sub("_", words).lower()
    return replace(finding, message=finding.message + _choices(wanted, known.operations))


def roles_of(element: Element) -> list[str]:
    """Return the role names written literally in an element's candidates and starters."""
    texts = [
        element.attributes.get("candidateGroups", ""),
        element.properties.get("starters", ""),
    ]
    names = [name.strip() for text in texts for name in _split(text)]
    roles = [name.partition(":")[0] for name in names if not name.startswith("user:")]
    return [role for role in dict.fromkeys(roles) if role and "${}" not in role]


def _slip(name: str, roles: Collection[str]) -> bool:
    """Tell a role written wrongly from a group of another system: like one of ours, or not written as a code."""
    return not name.isascii() or bool(get_close_matches(name, list(roles), n=1, cutoff=0.7))


def _split(text: str) -> list[str]:
    """Split at commas outside `${…}`."""
    return _HOLE.sub("${}", text[:MOST_LETTERS_OF_TEXT]).split(",")


def _fields(process: ProcessSource, element: Element, known: Known) -> Iterator[Finding]:
    seen: set[str] = set()
    for item in element.fields:

        def wrong(code: str, message: str, element: Element = element) -> Finding:
            return fault(process, element.id, code, f"{called(element)}：{message}")

        if not item.id or item.id in seen:
            yield wrong("field-id", f"表单字段“{item.label or item.id}”的 id 缺失或重复，请改正。")
        seen.add(item.id)
        if item.type not in known.field_types:
            yield wrong(
                "unknown-field-type",
                f"字段“{item.label or item.id}”的类型“{item.type}”不存在。"
                f"{_choices(item.type, known.field_types)}",
            )
        for wanted in (item.properties.get("source"), item.properties.get("prefill")):
            if wanted and wanted not in known.sources:
                yield wrong(
                    "unknown-source",
                    f"字段“{item.label or item.id}”的来源“{wanted}”不存在。{_choices(wanted, known.sources)}",
                )
        if item.type == "enum" and not item.options and not item.properties.get("source"):
            yield wrong("field-options", f"单选字段“{item.label or item.id}”没有选项，请补上。")


_MOST_CHOICES = 5


def _choices(name: str, allowed: Collection[str]) -> str:
    if not allowed:
        return "目前没有可用的名称。"
    near = get_close_matches(name, sorted(allowed), n=_MOST_CHOICES, cutoff=0.0)
    return f"可用的有：{'、'.join(near)}{' 等' if len(allowed) > len(near) else ''}。"


# --- the card ------------------------------------------------------------------------------------

_GENERATED = re.compile(r"(?:[A-Za-z]+_)?(?=\w*\d)[0-9a-z]{7}|sid-[0-9A-Fa-f-]+|[a-z]+\d+")
_FORM = re.compile(r"[A-Z][A-Za-z]*_[a-z0-9_]+")
_SUFFIXES = re.compile(r"(\.bpmn20)?\.(bpmn|xml)$", re.IGNORECASE)
_HOLE = re.compile(r"[$#]\{[^}]*\}")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
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
_MOST_ELEMENTS, _MOST_LANES = 30, 5


def _card_of_file(diagram: DiagramSource) -> Iterator[Finding]:
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


def _named_things(graph: Graph) -> Iterator[Finding]:
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


def _telling_names(graph: Graph) -> Iterator[Finding]:
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


def _telling_ids(graph: Graph) -> Iterator[Finding]:
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


_CHOOSING = frozenset({"exclusiveGateway", "inclusiveGateway"})
_CARD: tuple[Callable[[Graph], Iterator[Finding]], ...] = (
    *(_named_things, _telling_names, _telling_ids, _gateways, _starts_and_ends),
    *(_documented, _somebody, _readable),
)
