"""The bytes of a file become a tree of XML, or the file is refused with the reason; its sender may be hostile."""

import re
from collections.abc import Iterator

from lxml import etree

from service.engine.drawn import encoding
from service.engine.drawn.encoding import EncodingWrong
from service.engine.drawn.findings import FileUnreadable, Finding
from service.engine.drawn.nodes import BPMN, owner

LIMIT = 2_000_000  # bytes in one file
MOST_DEPTH = 100  # elements within elements
MOST_ATTRIBUTES = 100  # of one element
MOST_ENTRIES = 2_000  # elements below one extensionElements
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)
_NO_DOCTYPE = "文件含有 DOCTYPE 或实体声明，不能部署；请从建模工具重新导出。"


def root(file: str, content: bytes) -> etree._Element:
    """Parse hostile bytes, or raise FileUnreadable; entities, network and oversized trees are never followed."""
    if len(content) > LIMIT:
        raise refusal(file, "file-too-large", "文件超过 2 MB，请拆成几个流程，用调用活动连接。")
    if not content.strip():
        raise refusal(file, "file-empty", "文件是空的，请重新从建模工具导出。")
    if not encoding.is_markup(content):
        message = "文件不是 XML，请选择建模工具导出的流程图或决策表。"
        raise refusal(file, "not-xml", message)
    try:
        text = encoding.text(content)
    except EncodingWrong as error:
        raise refusal(file, "encoding", str(error)) from error
    if _DOCTYPE.search(text):
        raise refusal(file, "doctype", _NO_DOCTYPE)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False
    )
    try:
        found = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        if error.code == etree.ErrorTypes.ERR_NO_MEMORY:
            raise MemoryError from error
        where = f"第 {error.lineno} 行附近" if error.lineno else "文件"
        message = f"{where}不是完好的 XML，可能缺了一截或被改坏；请从建模工具重新导出。"
        raise refusal(file, "not-xml", message) from error
    except (ValueError, LookupError) as error:
        message = "文件不是完好的 XML，请从建模工具重新导出。"
        raise refusal(file, "not-xml", message) from error
    if found.getroottree().docinfo.doctype:
        raise refusal(file, "doctype", _NO_DOCTYPE)
    for code, element, message in (*_oversized(found), *_of_camunda_8(found)):
        raise FileUnreadable(Finding(file, element, code, "error", message))
    return found


def refusal(file: str, code: str, message: str) -> FileUnreadable:
    """Return what to raise when a whole file is of no use."""
    return FileUnreadable(Finding(file, "", code, "error", message))


def _oversized(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Find what no modeller writes: towers of elements, or one element with hundreds of attributes."""
    depth = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > MOST_DEPTH:
            message = f"第 {node.sourceline} 行的元素套了 {MOST_DEPTH} 层以上，请拆成几个流程。"
            yield "too-deep", owner(node), message
            return
        if event == "start" and len(node.attrib) > MOST_ATTRIBUTES:
            message = f"第 {node.sourceline} 行的元素有 {MOST_ATTRIBUTES} 个以上的属性，请删减。"
            yield "too-many-attributes", owner(node), message
    for node in root.iter(f"{BPMN}extensionElements"):
        if sum(1 for _ in node.iter()) > MOST_ENTRIES:
            message = (
                f"“{owner(node)}”的扩展内容超过 {MOST_ENTRIES} 条，请减少表单字段或选项，"
                "选项很多时用 source 从系统里取。"
            )
            yield "too-many-entries", owner(node), message


def _of_camunda_8(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """A diagram for Zeebe names people and operations in a dialect of its own; executed here, its tasks would be nobody's."""
    message = (
        "这是为 Camunda 8（Zeebe）画的流程图，其中的办理人、表单、任务类型和表达式本系统都不执行。"
        "请在 Camunda Modeler 里新建 Camunda 7 的流程图，把图形复制过去，再重新填写这些属性。"
    )
    for node in root.iter():
        tag = node.tag if isinstance(node.tag, str) else ""
        if tag.startswith(_ZEEBE) or any(str(name).startswith(_ZEEBE) for name in node.attrib):
            yield "camunda-8", owner(node), message
            return
    if root.get(_PLATFORM) == "Camunda Cloud":
        yield "camunda-8", "", message
