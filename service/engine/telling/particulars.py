"""Everything in an element, a flow or a field that decides how a process runs or what people read, part by part, in words.

A code stands beside its word where two codes could share one: who decides on a change has to see either change.
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from service.engine.drawn.source import Element, EventSource, FieldSource, Flow, Passing
from service.engine.telling import conditions, people
from service.engine.telling.names import Names
from service.engine.telling.story import Story
from service.forms.fields import FIELD_TYPES

Parts = Mapping[str, str]
"""What each part is called, and what it says; "" where it says nothing."""

_KINDS = {
    "startEvent": "开始事件",
    "endEvent": "结束事件",
    "intermediateCatchEvent": "等待的事件",
    "intermediateThrowEvent": "发出的事件",
    "boundaryEvent": "附着在任务上的事件",
    "exclusiveGateway": "判断",
    "parallelGateway": "同时进行",
    "inclusiveGateway": "可以走几条路的判断",
    "eventBasedGateway": "看哪一件先发生",
    "task": "不停留的一步",
    "manualTask": "不停留的一步",
    "userTask": "由人办理的任务",
    "serviceTask": "系统完成的一步",
    "scriptTask": "系统计算的一步",
    "businessRuleTask": "按决策表判断",
    "sendTask": "发出消息",
    "receiveTask": "等待消息",
    "subProcess": "一段流程",
    "transaction": "可以取消的一段流程",
    "callActivity": "调用另一个流程",
}
_EVENTS = {
    "timer": "时间",
    "message": "消息",
    "signal": "信号",
    "error": "错误",
    "escalation": "上报",
    "terminate": "全部结束",
    "cancel": "取消",
    "link": "转到",
    "conditional": "条件",
}
_ATTRIBUTES = {
    "assignee": "办理人",
    "candidateGroups": "可以办理的岗位",
    "candidateUsers": "可以办理的人",
    "dueDate": "到期时间",
    "followUpDate": "跟进时间",
    "priority": "优先级",
    "type": "由谁执行",
    "decisionRef": "决策表",
    "formKey": "表单文件",
}
_PROPERTIES = {
    "sealed": "密封",
    "on_complete": "提交时执行的操作",
    "deadline": "期限",
    "starters": "谁可以发起",
    "start_label": "发起按钮的文字",
    "phase": "办理阶段",
    "batch": "可以批量办理",
}
_CONSTRAINTS = {
    "required": "必填",
    "readonly": "只读",
    "minlength": "最少字数",
    "maxlength": "最多字数",
    "min": "最小值",
    "max": "最大值",
}
_FIELD_PROPERTIES = {
    "showIf": "出现条件",
    "help": "提示",
    "source": "选项从哪里来",
    "prefill": "预先填好的内容",
    "columns": "列",
    "rows": "行",
    "variable": "记为流程变量",
}
_SAID = {"true": "是", "false": "否"}


def of_element(element: Element, story: Story, titles: Mapping[str, str]) -> Parts:
    """Return the parts of an element but for its fields, of which it lists the names."""
    return {
        "种类": _KINDS.get(element.kind, element.kind),
        "名称": element.name,
        "泳道": element.lane,
        "说明": element.documentation,
        "执行的操作": element.topic,
        "调用的流程": element.called,
        "附着在": titles.get(element.attached_to, ""),
        "在哪一段里": titles.get(element.scope, ""),
        "中断原来的任务": "" if element.interrupting else "否",
        "由事件触发": _yes(element.triggered_by_event),
        "撤销时执行": _yes(element.compensation),
        "默认走向": element.default,
        "触发": "；".join(_event(one) for one in element.events),
        **_often(element),
        **_script(element),
        "传入": _passed(element.passed_in),
        "传出": _passed(element.passed_out),
        **_labelled(_ATTRIBUTES, element.attributes, story.names, "设置"),
        **_labelled(_PROPERTIES, element.properties, story.names, "属性"),
        **{f"输入 {name}": text for name, text in element.inputs.items()},
        **{f"输出 {name}": text for name, text in element.outputs.items()},
        **{f"字段 {name}": text for name, text in element.settings.items()},
        "用列表、映射或脚本给的": "、".join(element.structured),
        "表单的字段": "、".join(titled(one) for one in element.fields),
    }


def of_flow(flow: Flow, story: Story, titles: Mapping[str, str]) -> Parts:
    """Return the parts of a flow; a condition in words, then as it is written."""
    written = flow.condition or ""
    return {
        "名称": flow.name,
        "走向": f"从{titles.get(flow.source, flow.source)}到{titles.get(flow.target, flow.target)}",
        "条件": f"{conditions.phrase(written, story.names)}（{written}）" if written else "",
        "条件的语言": flow.language,
        "默认走向": _yes(flow.is_default),
    }


def of_field(field: FieldSource, story: Story) -> Parts:
    """Return the parts of a field of a form."""
    return {
        "名称": field.label,
        "类型": FIELD_TYPES.get(field.type, field.type),
        "默认值": field.default or "",
        "选项": "、".join(f"{label}（{code}）" for code, label in field.options),
        **_labelled(_CONSTRAINTS, field.constraints, story.names, "约束"),
        **_labelled(_FIELD_PROPERTIES, field.properties, story.names, "属性"),
    }


def titles(elements: Iterable[Element]) -> Mapping[str, str]:
    """Return how each element is called, by id; those of one name are told apart by their ids."""
    once = {one.id: one.name for one in elements}
    often = Counter(once.values())
    return {
        key: f"“{name}”" if name and often[name] == 1 else f"“{name}”（{key}）" if name else key
        for key, name in once.items()
    }


def titled(field: FieldSource) -> str:
    """Return how a field is called, with the id that operations know it by."""
    return f"{field.label}（{field.id}）" if field.label else field.id


def joined(parts: Parts) -> str:
    """Return in one line what the parts say."""
    return "；".join(f"{what}：{text}" for what, text in parts.items() if text)


def _yes(holds: bool) -> str:
    return "是" if holds else ""


def _event(event: EventSource) -> str:
    given = {**event.parameters, **event.variables}
    named = [event.name or event.reference, event.text]
    named += [f"{name}={text}" for name, text in given.items()]
    kind = _EVENTS.get(event.kind, event.kind)
    return " ".join([kind, *filter(None, [event.timer, *named])])


def _often(element: Element) -> Parts:
    parts: dict[str, str] = {}
    if (many := element.repetition) is not None:
        parts = {
            "做几份": "逐个进行" if many.sequential else "同时各做一份",
            "按哪个清单": many.collection,
            "每一份叫": many.element_variable,
            "份数": many.cardinality,
            "不再等其余几份的条件": many.completion,
            "汇总到": many.output_collection,
            "汇总什么": many.output_element,
        }
    if (loop := element.loop) is not None:
        parts["反复进行"] = "先判断再做" if loop.test_before else "先做一次再判断"
        parts["再做的条件"], parts["最多几次"] = loop.condition, loop.maximum
    return parts


def _script(element: Element) -> Parts:
    if element.script is None:
        return {}
    script = element.script
    return {"怎样计算": script.text, "计算的语言": script.language, "结果记为": script.result}


def _passed(passings: Iterable[Passing]) -> str:
    return "；".join(
        "全部变量" if one.every else f"{one.source or one.expression} → {one.target}"
        for one in passings
    )


def _labelled(
    labels: Mapping[str, str], given: Mapping[str, str], names: Names, other: str
) -> Parts:
    return {
        labels.get(name, f"{other} {name}"): _worded(name, text, names)
        for name, text in given.items()
    }


def _worded(name: str, text: str, names: Names) -> str:
    """Return what a setting says; limits, roles and conditions in words, then as they are written."""
    match name:
        case "deadline":
            words = names.limits.get(text, "")
        case "candidateGroups" | "starters":
            words = "或".join(people.roles(text, names))
        case "showIf":
            words = conditions.phrase(text, names)
        case "required" | "readonly":  # Flowable writes them without a value
            return _SAID.get(text or "true", text)
        case _:
            return _SAID.get(text, text)
    return f"{words}（{text}）" if words and words != text else text
