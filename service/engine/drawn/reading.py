"""A diagram file is read from hostile bytes into plain values; nothing is judged here but the XML itself."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lxml import etree

from service.engine.drawn import dialect, lettering
from service.engine.drawn.lettering import EncodingWrong
from service.engine.drawn.source import (
    NODES,
    SUBPROCESSES,
    DataObject,
    DiagramSource,
    Edge,
    Element,
    EventSource,
    FieldSource,
    FileUnreadable,
    Finding,
    Flow,
    Loop,
    Passing,
    ProcessSource,
    Repetition,
    Script,
    Shape,
)

LIMIT = 2_000_000  # bytes in one file
MOST_DEPTH = 100  # elements within elements
MOST_ATTRIBUTES = 100  # of one element
MOST_ENTRIES = 2_000  # elements below one extensionElements
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
_DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_DC = "{http://www.omg.org/spec/DD/20100524/DC}"
_DD = "{http://www.omg.org/spec/DD/20100524/DI}"
# The three dialects are one family: an attribute means the same under each prefix.
_VENDORS = (
    "{http://camunda.org/schema/1.0/bpmn}",
    "{http://flowable.org/bpmn}",
    "{http://activiti.org/bpmn}",
)
_ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
_PLATFORM = "{http://camunda.org/schema/modeler/1.0}executionPlatform"
_DOCTYPE = re.compile(r"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def read(file: str, content: bytes) -> DiagramSource:
    """Read one diagram, or raise FileUnreadable."""
    return drawn(file, root(file, content))


def drawn(file: str, root: etree._Element) -> DiagramSource:
    """Read a diagram from its XML, or raise FileUnreadable when it is none."""
    if root.tag != f"{BPMN}definitions":
        raise refusal(
            file,
            "not-bpmn",
            "文件既不是 BPMN 2.0 流程图，也不是 DMN 决策表，请在建模工具里另存为这两种格式。",
        )
    catalogue = _Catalogue.of(root)
    return DiagramSource(
        file,
        tuple(_process(file, node, catalogue) for node in root.iter(f"{BPMN}process")),
        tuple(_shapes(root)),
        tuple(_edges(root)),
        tuple(
            (node.get("id", ""), node.get("processRef", ""))
            for node in root.iter(f"{BPMN}participant")
        ),
        tuple(node.get("id", "") for node in root.iter(f"{BPMN}messageFlow")),
    )


def root(file: str, content: bytes) -> etree._Element:
    """Parse hostile bytes, or raise FileUnreadable; entities, network and oversized trees are never followed."""
    if len(content) > LIMIT:
        raise refusal(file, "file-too-large", "文件超过 2 MB，请拆成几个流程，用调用活动连接。")
    if not content.strip():
        raise refusal(file, "file-empty", "文件是空的，请重新从建模工具导出。")
    if not lettering.is_markup(content):
        message = "文件不是 XML，请选择建模工具导出的流程图或决策表。"
        raise refusal(file, "not-xml", message)
    try:
        text = lettering.text(content)
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


_NO_DOCTYPE = "文件含有 DOCTYPE 或实体声明，不能部署；请从建模工具重新导出。"


def refusal(file: str, code: str, message: str) -> FileUnreadable:
    """Return what to raise when a whole file is of no use."""
    return FileUnreadable(Finding(file, "", code, "error", message))


def _oversized(root: etree._Element) -> Iterator[tuple[str, str, str]]:
    """Find what no modeller writes: towers of elements, or one element with hundreds of things said about it."""
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
    """A diagram for Zeebe says who and what in a dialect of its own, and would run here with nobody in it."""
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


def owner(node: etree._Element) -> str:
    """Return the id of the BPMN element something is written in."""
    above: etree._Element | None = node
    while above is not None and not (_local(above, BPMN) and above.get("id")):
        above = above.getparent()
    return (above.get("id") or "") if above is not None else ""


@dataclass(frozen=True)
class _Catalogue:
    """The names that events refer to by id."""

    names: Mapping[str, str]
    codes_stand_alone: bool = (
        False  # Flowable and Activiti take an undeclared reference for the error's code
    )

    @classmethod
    def of(cls, root: etree._Element) -> "_Catalogue":
        names: dict[str, str] = {}
        for tag, attribute in (
            ("message", "name"),
            ("signal", "name"),
            ("error", "errorCode"),
            ("escalation", "escalationCode"),
        ):
            for node in root.iter(BPMN + tag):
                names[node.get("id", "")] = node.get(attribute) or node.get("name") or ""
        spaces = {f"{{{space}}}" for space in root.nsmap.values()}
        return cls(names, bool(spaces & set(_VENDORS[1:])))


def _process(file: str, node: etree._Element, catalogue: _Catalogue) -> ProcessSource:
    lanes, names = _lanes(node)
    elements: list[Element] = []
    flows: list[Flow] = []
    others: list[tuple[str, str]] = []
    _collect(node, "", "", lanes, catalogue, elements, flows, others)
    flows = [*_with_ids(flows), *_linked(elements)]
    defaults = {element.default for element in elements if element.default}
    starters = _starters(node)
    return ProcessSource(
        node.get("id", ""),
        node.get("name", ""),
        _documentation(node),
        file,
        node.get("isExecutable", "true") == "true",
        tuple(_with_starters(element, starters) for element in elements),
        tuple(replace(flow, is_default=flow.id in defaults) for flow in flows),
        names,
        tuple(others),
        tuple(_data_objects(node)),
        _ignored(node),
    )


def _linked(elements: Sequence[Element]) -> Iterator[Flow]:
    """A token that enters a link goes on where the link of that name leaves (BPMN 2.0, 10.5.1)."""
    ends = {(e.scope, e.event.name): e for e in elements if e.event and e.leaves_link}
    for element in elements:
        if element.event is None or element.event.kind != "link" or element.leaves_link:
            continue
        end = ends.get((element.scope, element.event.name))
        if end is not None:
            key = f"Link_{element.id}_{end.id}"
            yield Flow(key, element.id, end.id, scope=element.scope, implied=True)


def _starters(node: etree._Element) -> list[str]:
    """Return who may start a process by its attributes, named as the property `starters` of a start event does."""
    vendor = _vendor_attributes(node)
    users = [f"user:{login}" for login in split(vendor.get("candidateStarterUsers", ""))]
    return [*split(vendor.get("candidateStarterGroups", "")), *users]


def _with_starters(element: Element, starters: Sequence[str]) -> Element:
    if not starters or element.kind != "startEvent" or element.scope:
        return element
    named = [*split(element.properties.get("starters", "")), *starters]
    properties = {**element.properties, "starters": ",".join(dict.fromkeys(named))}
    return replace(element, properties=properties)


def _with_ids(flows: Sequence[Flow]) -> list[Flow]:
    """The XSD allows a flow without an id; it is still a flow, and gets one."""
    taken = {flow.id for flow in flows}
    named: list[Flow] = []
    for flow in flows:
        key, number = flow.id or f"Flow_{flow.source}_{flow.target}", 1
        while not flow.id and key in taken:
            number += 1
            key = f"Flow_{flow.source}_{flow.target}_{number}"
        taken.add(key)
        named.append(flow if flow.id else replace(flow, id=key))
    return named


def _collect(
    node: etree._Element,
    scope: str,
    lane: str,
    lanes: Mapping[str, str],
    catalogue: _Catalogue,
    elements: list[Element],
    flows: list[Flow],
    others: list[tuple[str, str]],
) -> None:
    for child in node:
        kind = _local(child, BPMN)
        if kind in NODES:
            element = _element(child, kind, scope, lanes.get(child.get("id", ""), lane), catalogue)
            elements.append(element)
            if kind in SUBPROCESSES:
                inside = (element.id, element.lane, lanes, catalogue, elements, flows, others)
                _collect(child, *inside)
        elif kind == "sequenceFlow":
            flows.append(_flow(child, scope))
        elif kind not in {"", "documentation", "extensionElements", "incoming", "outgoing"}:
            others.append((child.get("id", ""), kind))


def _element(
    node: etree._Element, kind: str, scope: str, lane: str, catalogue: _Catalogue
) -> Element:
    attributes = _assigned(node, _vendor_attributes(node))
    extension = node.find(f"{BPMN}extensionElements")
    settings = _settings(extension) if kind in _SERVICES else {}
    told = {} if attributes.get("type") == "dmn" else settings
    return Element(
        id=node.get("id", ""),
        kind=kind,
        name=" ".join(node.get("name", "").split()),
        lane=lane,
        documentation=_documentation(node),
        attributes=attributes,
        properties=_properties(extension),
        fields=_fields(extension),
        inputs={**told, **_parameters(extension, "inputParameter")},
        outputs=_parameters(extension, "outputParameter"),
        structured=tuple(_structured(extension)),
        settings=settings,
        topic=attributes.get("topic", "").strip(),
        scope=scope,
        default=node.get("default", ""),
        called=node.get("calledElement", "").strip(),
        attached_to=node.get("attachedToRef", ""),
        interrupting=_interrupts(node, kind),
        triggered_by_event=node.get("triggeredByEvent", "false") == "true",
        events=tuple(_events(node, catalogue)),
        repetition=_repetition(node),
        loop=_loop(node),
        script=_script(node, attributes) if kind == "scriptTask" else None,
        compensation=node.get("isForCompensation", "false") == "true",
        ignored=_ignored(node),
        passed_in=(*_inherited(attributes), *_passing(extension, "in")),
        passed_out=_passing(extension, "out"),
        line=node.sourceline or 0,
    )


def _flow(node: etree._Element, scope: str) -> Flow:
    condition = node.find(f"{BPMN}conditionExpression")
    source, target = node.get("sourceRef", ""), node.get("targetRef", "")
    return Flow(
        node.get("id", ""),
        source,
        target,
        " ".join(node.get("name", "").split()),
        (_text(condition) or None) if condition is not None else None,
        scope=scope,
        language=condition.get("language", "") if condition is not None else "",
        ignored=_ignored(node),
    )


def _events(node: etree._Element, catalogue: _Catalogue) -> Iterator[EventSource]:
    tag = _local(node, BPMN)
    if tag in {"sendTask", "receiveTask"} and node.get("messageRef"):
        reference = node.get("messageRef", "")
        yield EventSource("message", catalogue.names.get(reference, ""), reference)
    for child in node:
        name = _local(child, BPMN)
        if name.endswith("EventDefinition"):
            yield _event(child, name.removesuffix("EventDefinition"), catalogue)


def _event(node: etree._Element, kind: str, catalogue: _Catalogue) -> EventSource:
    reference = node.get(f"{kind}Ref", "")
    name = node.get("name", "").strip() if kind == "link" else catalogue.names.get(reference, "")
    if kind == "error" and not name and catalogue.codes_stand_alone:
        name = reference
    timer = next((c for c in node if _local(c, BPMN).startswith("time")), None)
    condition = node.find(f"{BPMN}condition")
    return EventSource(
        kind,
        name,
        reference,
        _local(timer, BPMN) if timer is not None else "",
        _text(timer) if timer is not None else _text(condition),
        _parameters(node.find(f"{BPMN}extensionElements"), "inputParameter"),
        _kept(node, kind),
    )


def _kept(node: etree._Element, kind: str) -> dict[str, str]:
    vendor = _vendor_attributes(node)
    found = {what: vendor.get(f"{kind}{what.title()}Variable", "") for what in ("code", "message")}
    return {what: name for what, name in found.items() if name}


def _repetition(node: etree._Element) -> Repetition | None:
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    if loop is None:
        return None
    vendor = _vendor_attributes(loop)
    item, output = loop.find(f"{BPMN}inputDataItem"), loop.find(f"{BPMN}outputDataItem")
    return Repetition(
        loop.get("isSequential", "false") == "true",
        vendor.get("collection", "") or _text(loop.find(f"{BPMN}loopDataInputRef")),
        vendor.get("elementVariable", "") or (item.get("name", "") if item is not None else ""),
        _text(loop.find(f"{BPMN}loopCardinality")),
        _text(loop.find(f"{BPMN}completionCondition")),
        _text(loop.find(f"{BPMN}loopDataOutputRef")) if output is not None else "",
        output.get("name", "") if output is not None else "",
    )


def _interrupts(node: etree._Element, kind: str) -> bool:
    attribute = "isInterrupting" if kind == "startEvent" else "cancelActivity"
    return node.get(attribute, "true").lower() != "false"


def _loop(node: etree._Element) -> Loop | None:
    loop = node.find(f"{BPMN}standardLoopCharacteristics")
    if loop is None:
        return None
    condition = _text(loop.find(f"{BPMN}loopCondition"))
    return Loop(condition, loop.get("loopMaximum", ""), loop.get("testBefore") == "true")


def _script(node: etree._Element, attributes: Mapping[str, str]) -> Script:
    text = _text(node.find(f"{BPMN}script")) or attributes.get("resource", "")
    return Script(node.get("scriptFormat", ""), text, attributes.get("resultVariable", ""))


def _data_objects(process: etree._Element) -> Iterator[DataObject]:
    """Only those with a value say anything; a drawn data object is a picture of a document."""
    for node in process.iter(f"{BPMN}dataObject"):
        values = _vendor(node.find(f"{BPMN}extensionElements"), "value")
        above = node.getparent()
        if values and above is not None:
            scope = "" if above is process else above.get("id") or ""
            kind = node.get("itemSubjectRef", "").rpartition(":")[2]
            name = node.get("name") or node.get("id") or ""
            yield DataObject(name, kind, _text(values[0]), scope)


def _fields(extension: etree._Element | None) -> tuple[FieldSource, ...]:
    return tuple(_field(node) for node in _vendor_fields(extension))


def _vendor_fields(extension: etree._Element | None) -> list[etree._Element]:
    data = _vendor(extension, "formData")
    fields = [field for one in data for field in _vendor(one, "formField")]
    return [*fields, *_vendor(extension, "formProperty")]


def _field(node: etree._Element) -> FieldSource:
    constraints = {
        item.get("name", ""): item.get("config", "")
        for validation in _vendor(node, "validation")
        for item in _vendor(validation, "constraint")
    }
    properties = {
        item.get("id", ""): item.get("value", "")
        for properties in _vendor(node, "properties")
        for item in _vendor(properties, "property")
    }
    if node.get("required") == "true":  # Flowable's and Activiti's formProperty
        constraints["required"] = ""
    if node.get("writable") == "false":
        constraints["readonly"] = ""
    if node.get("readable") == "false":
        properties["showIf"] = "false"
    is_property = _tag(node) == "formProperty"
    type_ = node.get("type", "string" if is_property else "").strip()
    return FieldSource(
        (node.get("variable", "") if is_property else "") or node.get("id", ""),
        node.get("label") or node.get("name") or "",
        _FIELD_TYPES.get(type_, type_),
        node.get("defaultValue", node.get("default", node.get("expression"))),
        tuple((item.get("id", ""), item.get("name", "")) for item in _vendor(node, "value")),
        constraints,
        properties,
    )


_FIELD_TYPES: Mapping[str, str] = {
    **dict.fromkeys(("int", "integer", "short"), "long"),
    **dict.fromkeys(("double", "float", "decimal"), "number"),
    **dict.fromkeys(("textarea", "multi-line-text", "text-area"), "longtext"),
    **dict.fromkeys(("text", "String"), "string"),
    **dict.fromkeys(("bool", "Boolean"), "boolean"),
    **dict.fromkeys(("dropdown", "radio-buttons"), "enum"),
}
"""What other engines, and forms written for them, call the types of this one."""


def _properties(extension: etree._Element | None) -> dict[str, str]:
    return {
        item.get("name", "").strip(): item.get("value", "").strip()
        for properties in _vendor(extension, "properties")
        for item in _vendor(properties, "property")
    }


def _parameters(extension: etree._Element | None, tag: str) -> dict[str, str]:
    return {
        item.get("name", "").strip(): _text(item)
        for block in _vendor(extension, "inputOutput")
        for item in _vendor(block, tag)
    }


def _structured(extension: etree._Element | None) -> Iterator[str]:
    for block in _vendor(extension, "inputOutput"):
        yield from (item.get("name", "") for item in block if len(item))


def _settings(extension: etree._Element | None) -> dict[str, str]:
    """Read the fields Flowable and Activiti hand to a service: an attribute, or a text or expression inside."""
    found: dict[str, str] = {}
    for item in _vendor(extension, "field"):
        texts = [item.get("stringValue"), item.get("expression")]
        texts += [_text(child) for tag in ("string", "expression") for child in _vendor(item, tag)]
        given = [text for text in texts if text is not None]
        found[item.get("name", "").strip()] = given[0].strip() if given else ""
    return found


_SERVICES = frozenset({"serviceTask", "businessRuleTask", "sendTask"})


def _ignored(node: etree._Element) -> tuple[str, ...]:
    """Return what other engines would do with an element and this one does not, each with what to do instead."""
    loop = node.find(f"{BPMN}multiInstanceLoopCharacteristics")
    names = [*_vendor_attributes(node)]
    names += [] if loop is None else [*_vendor_attributes(loop)]
    for definition in node:
        names += [name for timer in definition for name in _vendor_attributes(timer)]
    extension = node.find(f"{BPMN}extensionElements")
    inside = [extension] if loop is None else [extension, loop.find(f"{BPMN}extensionElements")]
    children = [child for one in inside if one is not None for child in one]
    lost = [(f"“{name}”", dialect.effect(name)) for name in names]
    lost += [(_told(child), dialect.effect(name)) for child in children if (name := _tag(child))]
    for each in _vendor_fields(extension):
        names_of_rules = {
            rule.get("name", "") for rule in each.iter() if _tag(rule) == "constraint"
        }
        lost += [(f"“{name}”", dialect.constraint(name)) for name in sorted(names_of_rules)]
    silent = {dialect.CARRIED, dialect.HARMLESS}
    found = [f"{what}在本系统中不起作用：{words}。" for what, words in lost if words not in silent]
    return tuple(dict.fromkeys(found))


def _told(child: etree._Element) -> str:
    """Return the words for an extension element; a listener is known by its event and by what it would run."""
    runs = [child.get(name, "") for name in ("class", "expression", "delegateExpression")]
    runs += [f"{script.get('scriptFormat', '')} 脚本" for script in _vendor(child, "script")]
    told = "：".join(part for part in (child.get("event", ""), *runs) if part)
    return f"“{_tag(child)}”（{told}）" if told else f"“{_tag(child)}”"


def _inherited(attributes: Mapping[str, str]) -> tuple[Passing, ...]:
    return (Passing(every=True),) if attributes.get("inheritVariables") == "true" else ()


def _passing(extension: etree._Element | None, tag: str) -> tuple[Passing, ...]:
    return tuple(
        Passing(
            node.get("source", ""),
            node.get("sourceExpression", ""),
            node.get("target", ""),
            node.get("variables") == "all",
        )
        for node in _vendor(extension, tag)
        if node.get("businessKey") is None
    )


def _lanes(node: etree._Element) -> tuple[dict[str, str], tuple[str, ...]]:
    lanes: dict[str, str] = {}
    names: list[str] = []
    for lane in node.iter(f"{BPMN}lane"):
        name = " ".join(lane.get("name", "").split())
        names.append(name)
        for reference in lane.findall(f"{BPMN}flowNodeRef"):
            lanes[(reference.text or "").strip()] = name
    return lanes, tuple(names)


def _shapes(root: etree._Element) -> Iterator[Shape]:
    for node in root.iter(f"{_DI}BPMNShape"):
        bounds = node.find(f"{_DC}Bounds")
        if bounds is not None:
            x, y, width, height = (
                _number(bounds.get(name)) for name in ("x", "y", "width", "height")
            )
            yield Shape(node.get("bpmnElement", ""), x, y, width, height)


def _edges(root: etree._Element) -> Iterator[Edge]:
    for node in root.iter(f"{_DI}BPMNEdge"):
        points = node.findall(f"{_DD}waypoint")
        yield Edge(
            node.get("bpmnElement", ""),
            tuple((_number(point.get("x")), _number(point.get("y"))) for point in points),
        )


def _vendor_attributes(node: etree._Element) -> dict[str, str]:
    return {
        name.removeprefix(vendor): value
        for vendor in reversed(_VENDORS)
        for name, value in _items(node)
        if name.startswith(vendor)
    }


def _assigned(node: etree._Element, attributes: Mapping[str, str]) -> dict[str, str]:
    """Add whom BPMN's own `humanPerformer` and `potentialOwner` name, as `user(kermit), group(management), staff`."""
    found = dict(attributes)
    for tag in ("humanPerformer", "performer"):
        for text in _resources(node, tag):
            for _, name in _named(text)[:1]:
                found.setdefault("assignee", name)
    for text in _resources(node, "potentialOwner"):
        for kind, name in _named(text):
            attribute = "candidateUsers" if kind == "user" else "candidateGroups"
            found[attribute] = ",".join(filter(None, (found.get(attribute, ""), name)))
    return found


def _resources(node: etree._Element, tag: str) -> Iterator[str]:
    for resource in node.findall(BPMN + tag):
        for assignment in resource.findall(f"{BPMN}resourceAssignmentExpression"):
            yield _text(assignment)


def _named(text: str) -> list[tuple[str, str]]:
    """Return whom a resource expression names; a bare name is a group, as in Activiti."""
    found = []
    for part in split(text):
        kind, bracket, name = part.partition("(")
        known = kind.strip() in {"user", "group"} and bracket and name.endswith(")")
        found.append((kind.strip(), name[:-1].strip()) if known else ("", part))
    return found


_HOLE = re.compile(r"[$#]\{[^{}]*\}")


def split(text: str) -> list[str]:
    """Return the names in a list with commas; those inside `${…}` part nothing."""
    holes = iter(_HOLE.findall(text))
    parts = [part.strip() for part in _HOLE.sub("\0", text).split(",")]
    return ["".join(next(holes) if c == "\0" else c for c in part) for part in parts if part]


def _items(node: etree._Element) -> Sequence[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in node.attrib.items()]


def _vendor(node: etree._Element | None, tag: str) -> list[etree._Element]:
    if node is None:
        return []
    return [child for vendor in _VENDORS for child in node.findall(vendor + tag)]


def _tag(node: etree._Element) -> str:
    """Return the name of a vendor's child, or nothing for anybody else's."""
    return next((name for vendor in _VENDORS if (name := _local(node, vendor))), "")


def _documentation(node: etree._Element) -> str:
    return "\n".join(_text(child) for child in node.findall(f"{BPMN}documentation"))


def _local(node: etree._Element, namespace: str) -> str:
    tag = node.tag
    return tag.removeprefix(namespace) if isinstance(tag, str) and tag.startswith(namespace) else ""


def _text(node: etree._Element | None) -> str:
    return "".join(node.itertext()).strip() if node is not None else ""


def _number(text: str | None) -> float:
    try:
        return float(text or 0)
    except ValueError:
        return 0.0
