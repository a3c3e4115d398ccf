"""Names of properties: one that is almost one of ours does nothing, and no message would say so."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches

from service.engine.drawn import dialect
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import ProcessSource

OF_ELEMENTS: Mapping[str, str] = {
    "deadline": "期限",
    "on_complete": "提交时执行的操作",
    "starters": "谁可以发起",
    "start_label": "发起按钮的文字",
    "sealed": "密封",
    "batch": "可以批量办理",
    "phase": "办理阶段",
}
OF_FIELDS: Mapping[str, str] = {
    "showIf": "出现条件",
    "help": "提示",
    "source": "选项从哪里来",
    "prefill": "预先填好的内容",
    "columns": "列",
    "rows": "行数",
    "variable": "记为流程变量",
}
_ALIKE = 0.8
_OTHERS = re.compile(r".*[.:].*|colou?r|icon", re.DOTALL)  # as other engines' tools name theirs


def findings(process: ProcessSource) -> Iterator[Finding]:
    """Yield the properties that have no effect, with the name that was meant where one is near."""
    for element in process.elements:
        whose = called(element)
        yield from _of(process, element.id, whose, element.properties, OF_ELEMENTS)
        for field in element.fields:
            title = f"{whose}的字段“{field.label or field.id}”"
            yield from _of(process, element.id, title, field.properties, OF_FIELDS)


def _of(
    process: ProcessSource,
    element: str,
    whose: str,
    written: Mapping[str, str],
    ours: Mapping[str, str],
) -> Iterator[Finding]:
    for name in written:
        if not name or name in ours:
            continue
        meant = _meant(name, ours)
        if meant:
            text = f"{whose}的属性“{name}”不起作用，是不是“{meant}”（{ours[meant]}）？请改正属性的名称。"
            yield fault(process, element, "property-unknown", text)
        elif name not in dialect.EXTENSIONS and not _OTHERS.fullmatch(name):
            known = "、".join(f"{one}（{title}）" for one, title in ours.items())
            text = f"{whose}的属性“{name[:60]}”在本系统中不起作用；起作用的有：{known}。不需要的请删去。"
            yield note(process, element, "property-unknown", text)


def _meant(name: str, ours: Mapping[str, str]) -> str:
    plain = {_plain(one): one for one in ours}
    near = get_close_matches(_plain(name)[:60], list(plain), n=1, cutoff=_ALIKE)
    return plain[near[0]] if near else ""


def _plain(name: str) -> str:
    return "".join(letter for letter in name.lower() if letter.isalnum())
