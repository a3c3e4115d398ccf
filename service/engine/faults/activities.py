"""Activities that could not be done: programs, scripts, loops, several instances, calls."""

import re
from collections.abc import Iterator, Mapping

from service.engine.drawn.findings import Finding, Rule, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element
from service.engine.language import expressions, scripts
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing, terms, times

_SERVICE_TYPES: Mapping[str, str] = {
    "mail": "本系统不从流程图里直接发邮件；请改成 External 服务任务，由操作写入待发通知，随后统一发出",
    "http": "本系统不从流程图里直接调用网址；请改成 External 服务任务，由操作登记要做的事",
    "shell": "本系统不执行命令；请改成 External 服务任务，在 topic 里写操作名",
    "camel": "本系统不连接 Camel；请改成 External 服务任务，在 topic 里写操作名",
    "mule": "本系统不连接 Mule；请改成 External 服务任务，在 topic 里写操作名",
    "send-event": "本系统不向外部事件总线发送；请改用消息抛出事件",
    "case": "本系统不启动案例；请改用调用活动",
}
MOST_INSTANCES = 1000  # as many as are begun at once
_WORKS = frozenset({"serviceTask", "businessRuleTask"})
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
            yield fault(graph.process, element.id, "service-type", text)
        elif element.topic and program:
            text = (
                f"{called(element)}只执行 topic 里的操作，图上的程序“{program}”不起作用，请删除。"
            )
            yield note(graph.process, element.id, "ignored", text)
        elif program and not element.events and not computing.computes(element):
            yield fault(
                graph.process,
                element.id,
                "operation-missing",
                f"{called(element)}要运行程序“{program}”，本系统不运行外来程序；"
                "请把实现方式改为 External，并在 topic 里写操作名。",
            )
        elif element.kind in _WORKS and not _does_something(element):
            message = (
                f"{called(element)}没有写明用哪张决策表；请把实现方式选为 DMN，在 Decision reference 里写决策的 id。"
                if element.kind == "businessRuleTask"
                else f"{called(element)}没有写明要执行的操作；请把实现方式选为 External，并在 topic 里写操作名。"
            )
            yield fault(graph.process, element.id, "operation-missing", message)
        elif not _does_something(element) and not element.events:
            yield fault(
                graph.process,
                element.id,
                "reference",
                f"{called(element)}没有选定消息，请在属性中选择。",
            )


def _does_something(element: Element) -> bool:
    """Whether it computes, or names an operation or a decision, which `ruling` looks at."""
    decides = element.attributes.get("type") == "dmn" or (
        element.kind == "businessRuleTask" and "decisionRef" in element.attributes
    )
    return bool(element.topic) or decides or element.script is not None


def _scripts(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        script = element.script
        if script is None or element.kind != "scriptTask":
            continue
        try:
            computing.lines(element)
        except ExpressionInvalid as error:
            code, why = "script", f"{called(element)}：{error}"
            if not scripts.is_ours(script.language):
                code = "script-language"
                why = (
                    f"{called(element)}用了脚本语言“{script.language}”，不只是“变量 = 表达式”；"
                    "请改成每行一个“变量 = 表达式”，或把计算做成操作，改用服务任务写上操作名（topic）。"
                )
            yield fault(graph.process, element.id, code, why)


def _loops(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        loop = element.loop
        if loop is None:
            continue
        if not loop.condition and not loop.maximum:
            yield fault(
                graph.process,
                element.id,
                "standard-loop",
                f"{called(element)}有循环标记，却没有写循环条件（loopCondition）或次数（loopMaximum），"
                "会一直重复；请补上，或用排他网关画出回路。",
            )
        elif loop.maximum and not re.fullmatch(r"[1-9][0-9]{0,3}", loop.maximum):
            yield fault(
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
            yield fault(process, item.scope or process.process_id, "data-object", message)
    for element in process.elements:
        for name in element.structured:
            yield fault(
                process,
                element.id,
                "parameter-kind",
                f"{called(element)}的输入输出参数“{name}”写成了列表、映射或脚本；请写成文字或表达式，例如 ${{unit}}。",
            )


def _terms(graph: Graph) -> Iterator[Finding]:
    """The times and the priority of a user task can be computed."""
    for element in graph.process.elements:
        if element.kind != "userTask":
            continue
        for name, what in (("dueDate", "到期日"), ("followUpDate", "跟进日")):
            if why := times.moment_fault(element.attributes.get(name, "")):
                text = f"{called(element)}的{what}：{why}"
                yield fault(graph.process, element.id, "due-invalid", text)
        if why := terms.priority_fault(element.attributes.get("priority", "")):
            text = f"{called(element)}的优先级：{why}"
            yield fault(graph.process, element.id, "priority-invalid", text)
        if element.attributes.get("dueDate") and element.properties.get("deadline"):
            text = (
                f"{called(element)}既有 deadline 属性又有 dueDate；按 deadline 办，请删除 dueDate。"
            )
            yield note(graph.process, element.id, "due-twice", text)


def _repetitions(graph: Graph) -> Iterator[Finding]:
    for element in graph.process.elements:
        repetition = element.repetition
        if repetition is None:
            continue
        if not repetition.collection and not repetition.cardinality:
            yield fault(
                graph.process,
                element.id,
                "collection-missing",
                f"多实例环节{called(element)}没有写集合，请填写 collection 和 elementVariable。",
            )
        elif repetition.collection and not repetition.element_variable:
            yield note(
                graph.process,
                element.id,
                "element-variable",
                f"多实例环节{called(element)}没有写 elementVariable，各个实例将无从区分。",
            )
        if _is_no_number(repetition.cardinality):
            yield fault(
                graph.process,
                element.id,
                "cardinality",
                f"多实例环节{called(element)}的个数“{repetition.cardinality[:40]}”不是 0 到 {MOST_INSTANCES} 的整数；"
                "请写成 3 这样的数，或写变量，例如 ${units.size()}。",
            )


def _is_no_number(text: str) -> bool:
    """Whether a number of instances that needs no variable to be computed is none."""
    try:
        found = expressions.optional(text)
        if found is None or found.names or found.calls:
            return False
        count = found.evaluate({})
    except ExpressionInvalid:
        return False  # which is an error of its own
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return True
    return isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_INSTANCES


RULES: tuple[Rule, ...] = (_services, _scripts, _terms, _loops, _repetitions, _data)
