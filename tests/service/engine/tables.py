"""Small decision tables in a line or two: one input column that looks at `size`, one output column."""

from xml.sax.saxutils import escape, quoteattr

NAMESPACE = "https://www.omg.org/spec/DMN/20191111/MODEL/"


def file(*decisions: str, namespace: str = NAMESPACE, more: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<definitions xmlns="{namespace}" '
        f'xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="f" name="f" namespace="n">'
        f"{more}{''.join(decisions)}</definitions>"
    ).encode()


def decision(key: str, logic: str, *required: str) -> str:
    wanted = "".join(
        f'<informationRequirement><requiredDecision href="#{one}"/></informationRequirement>'
        for one in required
    )
    return f'<decision id="{key}" name="表 {key}">{wanted}{logic}</decision>'


def table(
    *rules: str,
    looks_at: str = "size",
    type: str = "",
    name: str = "result",
    values: str = "",
    default: str = "",
    **attributes: str,
) -> str:
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    inner = f"<outputValues><text>{escape(values)}</text></outputValues>" if values else ""
    if default:
        inner += f"<defaultOutputEntry><text>{escape(default)}</text></defaultOutputEntry>"
    return (
        f'<decisionTable id="t"{given}><input id="i" label="大小"><inputExpression id="ie" typeRef="{type}">'
        f"<text>{escape(looks_at)}</text></inputExpression></input>"
        f'<output id="o" label="结果" name="{name}">{inner}</output>{"".join(rules)}</decisionTable>'
    )


def rule(condition: str, result: str) -> str:
    return (
        f"<rule><inputEntry><text>{escape(condition)}</text></inputEntry>"
        f"<outputEntry><text>{escape(result)}</text></outputEntry></rule>"
    )


def literal(text: str, name: str) -> str:
    return f'<variable name="{name}"/><literalExpression id="l"><text>{escape(text)}</text></literalExpression>'
