"""What changed between two versions of a process, in words: for those who decide on it without reading XML."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from service.engine.drawn.source import Element, FieldSource, Flow, ProcessSource

NOTHING = "（没有）"
_LABELS = {
    "assignee": "办理人",
    "candidateGroups": "候选组",
    "candidateUsers": "候选人",
    "sealed": "密封",
    "on_complete": "提交时执行的操作",
    "deadline": "期限",
    "starters": "发起人",
}


@dataclass(frozen=True)
class Difference:
    """One thing that is otherwise than before."""

    element_id: str
    element: str  # its name
    what: str
    before: str
    after: str


def differences(before: ProcessSource, after: ProcessSource) -> list[Difference]:
    """Return everything that changes how a process runs or what people read; where shapes stand does not count."""
    old = {one.id: one for one in before.elements}
    new = {one.id: one for one in after.elements}
    ways_before = {one.id: one for one in before.flows}
    ways_after = {one.id: one for one in after.flows}
    return [
        *_of(before.process_id, after.name, _of_process(before), _of_process(after)),
        *_of_all(old, new),
        *_of_all(ways_before, ways_after),
    ]


def _of_all(
    old: Mapping[str, Element] | Mapping[str, Flow], new: Mapping[str, Element] | Mapping[str, Flow]
) -> Iterator[Difference]:
    for key in [*old, *(key for key in new if key not in old)]:
        was, now = old.get(key), new.get(key)
        name = (now or was).name or key  # type: ignore[union-attr]
        if was is None or now is None:
            kind = "新增" if was is None else "删去"
            yield Difference(key, name, kind, _shown(was), _shown(now))
        else:
            yield from _of(key, name, _parts(was), _parts(now))


def _of(
    key: str, name: str, was: Mapping[str, str], now: Mapping[str, str]
) -> Iterator[Difference]:
    for what in dict.fromkeys([*was, *now]):
        before, after = was.get(what, ""), now.get(what, "")
        if before != after:
            yield Difference(key, name, what, before or NOTHING, after or NOTHING)


def _shown(one: Element | Flow | None) -> str:
    if one is None:
        return NOTHING
    parts = _parts(one)
    return "；".join(f"{what}：{text}" for what, text in parts.items() if text) or one.id


def _of_process(process: ProcessSource) -> dict[str, str]:
    return {"名称": process.name, "说明": process.documentation, "泳道": "、".join(process.lanes)}


def _parts(one: Element | Flow) -> dict[str, str]:
    return _of_flow(one) if isinstance(one, Flow) else _of_element(one)


def _of_flow(flow: Flow) -> dict[str, str]:
    return {
        "名称": flow.name,
        "走向": f"{flow.source} → {flow.target}",
        "条件": flow.condition or "",
        "默认走向": "是" if flow.is_default else "",
    }


def _of_element(element: Element) -> dict[str, str]:
    parts = {
        "种类": element.kind,
        "名称": element.name,
        "泳道": element.lane,
        "说明": element.documentation,
        "操作": element.topic,
        "调用的流程": element.called,
        "默认走向": element.default,
        "中断": "" if element.interrupting else "否",
        "触发": "；".join(
            f"{one.kind} {one.name} {one.timer} {one.text}".strip() for one in element.events
        ),
        "多实例": str(element.repetition or ""),
        "循环": str(element.loop or ""),
        "脚本": element.script.text if element.script else "",
        "传入": "；".join(map(str, element.passed_in)),
        "传出": "；".join(map(str, element.passed_out)),
    }
    for given in (element.attributes, element.properties):
        parts |= {_LABELS.get(name, name): value for name, value in given.items()}
    parts |= {f"输入 {name}": value for name, value in element.inputs.items()}
    parts |= {f"输出 {name}": value for name, value in element.outputs.items()}
    parts |= {f"字段 {field.label or field.id}": _of_field(field) for field in element.fields}
    return parts


def _of_field(field: FieldSource) -> str:
    given = [field.id, field.type, f"默认 {field.default}" if field.default else ""]
    given += [f"{code}={label}" for code, label in field.options]
    given += [f"{name}={value}" for name, value in field.constraints.items()]
    given += [f"{name}={value}" for name, value in field.properties.items()]
    return "，".join(filter(None, given))
