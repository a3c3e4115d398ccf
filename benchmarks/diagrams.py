"""The diagrams every engine is measured with: bench9 (nine user tasks, one choice, three in parallel) and the loop."""

HEADER = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:camunda="http://camunda.org/schema/1.0/bpmn" '
    'id="Definitions_{id}" targetNamespace="urn:bench">\n<process id="{id}" name="{id}" isExecutable="true">\n'
)
FOOTER = "\n</process>\n</definitions>\n"


def bench9() -> bytes:
    """T1 → T2 → amount > 50? → T3A | T3B → {P1, P2, P3} → T4 → T5 → T6."""
    arcs = [("start", "T1"), ("T1", "T2"), ("T2", "xor"), ("xor", "T3A"), ("xor", "T3B")]
    arcs += [("T3A", "merge"), ("T3B", "merge"), ("merge", "split")]
    arcs += [arc for p in ("P1", "P2", "P3") for arc in (("split", p), (p, "join"))]
    arcs += [("join", "T4"), ("T4", "T5"), ("T5", "T6"), ("T6", "end")]
    nodes = '<startEvent id="start" name="开始"/><endEvent id="end" name="结束"/>'
    nodes += '<exclusiveGateway id="xor" name="金额大?" default="xor_T3B"/><exclusiveGateway id="merge"/>'
    nodes += '<parallelGateway id="split"/><parallelGateway id="join"/>'
    nodes += "".join(
        _task(t) for t in ["T1", "T2", "T3A", "T3B", "P1", "P2", "P3", "T4", "T5", "T6"]
    )
    flows = "".join(_flow(a, b, "amount > 50" if b == "T3A" else "") for a, b in arcs)
    return (HEADER.format(id="bench9") + nodes + flows + FOOTER).encode()


def loop(passes: int) -> bytes:
    """A → B → back to A, `passes` times; completing B adds one to n."""
    nodes = '<startEvent id="start" name="开始"/><endEvent id="end" name="结束"/>'
    nodes += '<exclusiveGateway id="x" name="再来?" default="x_end"/><exclusiveGateway id="m"/>'
    nodes += _task("A") + _task("B")
    arcs = [("start", "m"), ("m", "A"), ("A", "B"), ("B", "x"), ("x", "end")]
    flows = "".join(_flow(a, b) for a, b in arcs) + _flow("x", "m", f"n < {passes}")
    return (HEADER.format(id="loop") + nodes + flows + FOOTER).encode()


def timed() -> bytes:
    """One user task with a non-interrupting timer that everybody's case reaches in the same second."""
    nodes = '<startEvent id="start" name="开始"/><endEvent id="end" name="结束"/>' + _task("A")
    nodes += (
        '<boundaryEvent id="Timer_due" name="期限届满" attachedToRef="A" cancelActivity="false">'
        '<timerEventDefinition><timeDate xsi:type="tFormalExpression">${due_at}</timeDate></timerEventDefinition>'
        '</boundaryEvent><endEvent id="overdue" name="已超期"/>'
    )
    flows = _flow("start", "A") + _flow("A", "end") + _flow("Timer_due", "overdue")
    return (HEADER.format(id="timed") + nodes + flows + FOOTER).encode()


def _task(name: str) -> str:
    return f'<userTask id="{name}" name="任务{name}" camunda:candidateGroups="office"/>'


def _flow(source: str, target: str, condition: str = "") -> str:
    text = condition.replace("<", "&lt;").replace(">", "&gt;")
    inner = f'<conditionExpression xsi:type="tFormalExpression">{text}</conditionExpression>'
    body = f">{inner}</sequenceFlow>" if condition else "/>"
    return f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"{body}'
