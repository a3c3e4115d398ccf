"""Elements this engine does not execute, and what is written on them for other engines."""

from collections.abc import Iterator, Mapping

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import Graph

MOST_NESTED = 20
# What a process may contain in addition to elements and flows without changing how it runs.
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
            message = (
                f"{called(element)}：本系统不执行补偿；请去掉补偿标记，"
                "用顺序流把它接到要撤销的那条路上（例如排他网关的“要撤销”分支，取消或错误边界事件之后）。"
            )
            yield fault(process, element.id, "unsupported", message)
    for key, tag in process.others:
        if tag not in _HARMLESS:
            yield fault(process, key, "unsupported", f"本系统不执行“{tag}”元素，请删除或改画。")


def _passed_over(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.kind in {"task", "manualTask"}:
            yield note(
                graph.process,
                element.id,
                "task-passes",
                f"{called(element)}没有类型，流程走到这里不会停下；如要由人办理，请改为用户任务。",
            )


def _initiators(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        if element.names_initiator:
            yield note(
                graph.process,
                element.id,
                "initiator-understood",
                f"{called(element)}的办理人写的是 $INITIATOR，按发起流程的人分派；"
                "请在开始事件上写明发起人变量（initiator），办理人写成 ${变量名}。",
            )


def _ignored(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    for element in process.elements:
        for effect in element.ignored:
            yield note(process, element.id, "ignored", f"{called(element)}上的{effect}")
    for flow in process.flows:
        for effect in flow.ignored:
            name = flow.name or flow.id
            yield note(process, flow.id, "ignored", f"顺序流“{name}”上的{effect}")
    for effect in process.ignored:
        yield note(process, process.process_id, "ignored", f"流程上的{effect}")


def _forms_elsewhere(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        form = element.attributes.get("formKey") or element.attributes.get("formRef")
        if form and not element.fields:
            yield note(
                graph.process,
                element.id,
                "form-elsewhere",
                f"{called(element)}的表单“{form}”不在图里，页面上没有要填的字段；"
                "接口会原样给出这个表单名，要在本系统的页面上填写请用 formData。",
            )


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


LOCAL_RULES: tuple[Rule, ...] = (_refused,)
RULES: tuple[Rule, ...] = (
    *LOCAL_RULES,
    *(_passed_over, _initiators, _ignored, _forms_elsewhere, _nesting),
)
