"""What BPMN 2.0 has no element for, or not in this place: it would have no effect, and no message would say so.

Camunda and Flowable refuse such files when they are deployed, so what really runs elsewhere passes here. A name BPMN
does not know is an error; whatever else the published schema objects to is a warning, for much of it (the order of
things, a missing target namespace) makes no difference to how a process runs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from threading import Lock

from lxml import etree

from service.engine.drawn import markup, nodes
from service.engine.drawn.findings import FileUnreadable, Finding
from service.engine.drawn.nodes import BPMN, owner
from service.engine.drawn.source import ACTIVITIES, SUBPROCESSES

_XS = "{http://www.w3.org/2001/XMLSchema}"
_MOST = 20  # findings of one file
_ATTRIBUTE = re.compile(r"attribute '([^']{1,80})'")
_ELEMENT = re.compile(r"Element '([^']{1,200})'")
_ANYWHERE = frozenset({"documentation", "extensionElements", "incoming", "outgoing"})
_ON_ACTIVITIES = frozenset({"multiInstanceLoopCharacteristics", "standardLoopCharacteristics"})
_PLACE = "SCHEMAV_ELEMENT_CONTENT"
_WRONG: Mapping[str, str] = {
    _PLACE: "不应写在这里，不起作用；请删除，或在建模工具里重新画这一处",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "上的“{}”不是 BPMN 2.0 的属性，不起作用；请检查拼写，或加上 camunda: 前缀",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2": "上的“{}”不是 BPMN 2.0 的属性，不起作用；请检查拼写，或加上 camunda: 前缀",
    "SCHEMAV_CVC_ENUMERATION_VALID": "的“{}”不是允许的值；请在属性面板里重新选择",
}
_ONCE = {"formData": "表单", "inputOutput": "输入输出参数", "properties": "扩展属性"}
_checking = Lock()


def findings(file: str, content: bytes) -> Iterator[Finding]:
    """Return what of a file the standard does not know; one that cannot be read has a finding of its own."""
    try:
        root = markup.root(file, content)
    except FileUnreadable:
        return
    if root.tag != f"{BPMN}definitions":
        return
    yield from _doubled(file, root)
    unknown = [*_unknown(root)]
    for node in unknown[:_MOST]:
        name = _name(node)
        message = (
            f"第 {node.sourceline} 行的“{name}”不是 BPMN 2.0 的元素，不会执行；请检查拼写或删除。"
        )
        yield Finding(file, owner(node), "not-in-bpmn", "error", message)
    if not unknown:
        yield from _misplaced(file, root)


def _doubled(file: str, root: etree._Element) -> Iterator[Finding]:
    """Yield where what may stand once stands twice, as copying and merging leave it; Camunda refuses such a file."""
    for node in root.iter(f"{BPMN}*"):
        blocks = node.findall(f"{BPMN}extensionElements")
        if len(blocks) > 1:
            lines = _lines(blocks)
            yield Finding(
                file,
                owner(blocks[1]),
                "extension-twice",
                "error",
                f"{_title(node)}有 {len(blocks)} 段 extensionElements（{lines}），只有第一段会起作用；"
                "请把里面的内容合并成一段。",
            )
        for name, what in _ONCE.items() if blocks else ():
            repeated = nodes.children(blocks[0], name)
            if len(repeated) > 1:
                lines = _lines(repeated)
                yield Finding(
                    file,
                    owner(blocks[0]),
                    "block-twice",
                    "error",
                    f"{_title(node)}有 {len(repeated)} 段{what}（{name}，{lines}）；请合并成一段。",
                )


def _lines(found: Sequence[etree._Element]) -> str:
    return f"第 {'、'.join(dict.fromkeys(str(node.sourceline) for node in found))} 行"


def _title(node: etree._Element) -> str:
    name, key = " ".join(node.get("name", "").split()), node.get("id", "")
    if name and key:
        return f"“{name}”（{key}）"
    return f"“{name or key}”" if name or key else f"第 {node.sourceline} 行的 {_name(node)} "


def _name(node: etree._Element) -> str:
    """Return the name of an element of BPMN, nothing for any other."""
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag.removeprefix(BPMN) if tag.startswith(BPMN) else ""


def _unknown(root: etree._Element) -> Iterator[etree._Element]:
    for node in root.iter():
        name = _name(node)
        if name and name not in _names() and not _in_extension(node):
            yield node


def _in_extension(node: etree._Element) -> bool:
    return any(_name(above) == "extensionElements" for above in node.iterancestors())


def _misplaced(file: str, root: etree._Element) -> Iterator[Finding]:
    with _checking:  # a schema object keeps the log of its last check
        _schema().validate(root)
        log = [(entry.line, entry.type_name, entry.message) for entry in _schema().error_log]
    objections = [entry for entry in log if entry[1] in _WRONG]
    places = _places(root, {line for line, _, _ in objections})
    for line, kind, message in objections[:_MOST]:
        named = _ELEMENT.match(message)
        node = places.get((line, named[1] if named else ""))
        if node is None or (kind == _PLACE and _is_understood(node)):
            continue
        attribute = _ATTRIBUTE.search(message)
        what = _WRONG[kind].format(attribute[1] if attribute else "值")
        name = etree.QName(node).localname
        yield Finding(file, owner(node), "format", "warning", f"第 {line} 行的“{name}”{what}。")


def _places(root: etree._Element, lines: set[int]) -> dict[tuple[int, str], etree._Element]:
    """Return the elements of these lines by line and tag, the first of each."""
    found: dict[tuple[int, str], etree._Element] = {}
    for node in root.iter(etree.Element):
        if node.sourceline in lines:
            found.setdefault((node.sourceline or 0, str(node.tag)), node)
    return found


def _is_understood(node: etree._Element) -> bool:
    """Whether only the order is wrong, which makes no difference to what is read."""
    above = node.getparent()
    if above is None:
        return False
    inside = _name(above)
    return (
        _name(node) in _ANYWHERE
        or inside in SUBPROCESSES | {"process"}
        or (inside in ACTIVITIES and _name(node) in _ON_ACTIVITIES)
    )


@cache
def _folder() -> Path:
    """The schema of the standard as the library brings it along."""
    spec = find_spec("SpiffWorkflow.bpmn.parser")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "schema"


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(_folder() / "BPMN20.xsd"))


@cache
def _names() -> frozenset[str]:
    """Every element name of the standard."""
    trees = [etree.parse(file) for file in _folder().glob("*.xsd")]
    nodes = (node for parsed in trees for node in parsed.iter(f"{_XS}element"))
    return frozenset(node.get("name", "") for node in nodes)
