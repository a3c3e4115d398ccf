"""Small diagrams for tests of what runs them: drawn in a few lines, complete enough to be deployed.

`diagram` takes elements as XML without namespaces prefixes and flows as tuples `(source, target[, label[,
condition]])`; it adds what a modeller adds by itself: ids of flows, the default flow, shapes and lines.
"""

from collections.abc import Sequence
from xml.etree import ElementTree

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"
CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

_SIZES = {"Event": (36, 36), "Gateway": (50, 50)}

for prefix, uri in (("", BPMN), ("bpmndi", BPMNDI), ("dc", DC), ("di", DI), ("camunda", CAMUNDA)):
    ElementTree.register_namespace(prefix, uri)


def diagram(
    process_id: str, name: str, elements: str, flows: Sequence[tuple[str, ...]], before: str = ""
) -> bytes:
    """Return the file of one process; `before` holds messages and signals."""
    root = ElementTree.fromstring(
        f'<definitions xmlns="{BPMN}" xmlns:camunda="{CAMUNDA}" xmlns:xsi="{XSI}"'
        f' targetNamespace="http://example.org/tests" id="Definitions_{process_id}">{before}'
        f'<process id="{process_id}" name="{name}" isExecutable="true">'
        f"<documentation>测试用流程。</documentation>{elements}</process></definitions>"
    )
    process = root.find(f"{{{BPMN}}}process")
    assert process is not None
    by_id = {node.get("id", ""): node for node in process.iter() if node.get("id")}
    drawn = [(f"Flow_{number}", *flow) for number, flow in enumerate(flows, 1)]
    for flow_id, source, target, *rest in drawn:
        label, condition = [*rest, "", ""][:2]
        parent = _parent(process, by_id[source])
        flow = ElementTree.SubElement(
            parent,
            f"{{{BPMN}}}sequenceFlow",
            {"id": flow_id, "sourceRef": source, "targetRef": target},
        )
        if label:
            flow.set("name", label)
        if condition:
            body = ElementTree.SubElement(flow, f"{{{BPMN}}}conditionExpression")
            body.set(f"{{{XSI}}}type", "tFormalExpression")
            body.text = condition
        elif by_id[source].tag.endswith("exclusiveGateway"):
            by_id[source].set("default", flow_id)
    _draw(root, process, drawn)
    return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)


def user(id_: str, name: str, inner: str = "", **attributes: str) -> str:
    given = "".join(f' camunda:{key}="{value}"' for key, value in attributes.items())
    return (
        f'<userTask id="{id_}" name="{name}"{given}><documentation>照章办理。</documentation>'
        f"{inner}</userTask>"
    )


def service(id_: str, name: str, operation: str, **parameters: str) -> str:
    inputs = "".join(
        f'<camunda:inputParameter name="{key}">{value}</camunda:inputParameter>'
        for key, value in parameters.items()
    )
    return (
        f'<serviceTask id="{id_}" name="{name}" camunda:type="external" camunda:topic="{operation}">'
        f"<extensionElements><camunda:inputOutput>{inputs}</camunda:inputOutput></extensionElements>"
        "</serviceTask>"
    )


def timer(id_: str, name: str, host: str, kind: str, text: str, interrupting: bool) -> str:
    """A boundary timer."""
    cancels = "true" if interrupting else "false"
    return (
        f'<boundaryEvent id="{id_}" name="{name}" attachedToRef="{host}" cancelActivity="{cancels}">'
        "<documentation>按期限办理。</documentation>"
        f'<timerEventDefinition><{kind} xsi:type="tFormalExpression">{text}</{kind}>'
        "</timerEventDefinition></boundaryEvent>"
    )


def extensions(fields: Sequence[str] = (), **properties: str) -> str:
    """Form fields, written as `id:type:label`, and camunda properties."""
    form = "".join(_field(one) for one in fields)
    known = "".join(
        f'<camunda:property name="{key}" value="{value}"/>' for key, value in properties.items()
    )
    return (
        f"<extensionElements><camunda:formData>{form}</camunda:formData>"
        f"<camunda:properties>{known}</camunda:properties></extensionElements>"
    )


def _field(text: str) -> str:
    id_, type_, label, *options = text.split(":")
    values = "".join(f'<camunda:value id="{one}" name="{one}"/>' for one in options)
    return (
        f'<camunda:formField id="{id_}" label="{label}" type="{type_}">{values}</camunda:formField>'
    )


def _parent(process: ElementTree.Element, node: ElementTree.Element) -> ElementTree.Element:
    return next(parent for parent in process.iter() if node in list(parent))


def _draw(
    root: ElementTree.Element, process: ElementTree.Element, drawn: Sequence[tuple[str, ...]]
) -> None:
    """Put each element one column to the right of the first that leads to it."""
    nodes = {
        node.get("id", ""): node
        for node in process.iter()
        if node.get("id") and node is not process and "Flow" not in node.tag
    }
    nodes = {id_: node for id_, node in nodes.items() if not node.tag.endswith("Definition")}
    column = {id_: 0 for id_, node in nodes.items() if "startEvent" in node.tag}
    for _ in nodes:
        for _, source, target, *_ in drawn:
            host = nodes[source].get("attachedToRef", source)
            if host in column:
                column.setdefault(target, column[host] + 1)
    plane = ElementTree.SubElement(
        ElementTree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", {"id": "Diagram"}),
        f"{{{BPMNDI}}}BPMNPlane",
        {"id": "Plane", "bpmnElement": process.get("id", "")},
    )
    rows: dict[int, int] = {}
    middles: dict[str, tuple[int, int]] = {}
    for id_, node in nodes.items():
        width, height = next((s for k, s in _SIZES.items() if node.tag.endswith(k)), (100, 80))
        if host := node.get("attachedToRef"):
            x, y = middles[host][0], middles[host][1] + 40
        else:
            at = column.get(id_, len(column))
            rows[at] = rows.get(at, -1) + 1
            x, y = 200 + 160 * at, 200 + 120 * rows[at]
        middles[id_] = (x, y)
        shape = ElementTree.SubElement(
            plane, f"{{{BPMNDI}}}BPMNShape", {"id": f"{id_}_di", "bpmnElement": id_}
        )
        bounds = {"x": x - width // 2, "y": y - height // 2, "width": width, "height": height}
        ElementTree.SubElement(
            shape, f"{{{DC}}}Bounds", {key: str(value) for key, value in bounds.items()}
        )
    for flow_id, source, target, *_ in drawn:
        edge = ElementTree.SubElement(
            plane, f"{{{BPMNDI}}}BPMNEdge", {"id": f"{flow_id}_di", "bpmnElement": flow_id}
        )
        for x, y in (middles[source], middles[target]):
            ElementTree.SubElement(edge, f"{{{DI}}}waypoint", {"x": str(x), "y": str(y)})
