"""Which way a gateway takes when a field it looks at was left empty: said where nobody drew that case.

Nothing is neither equal to anything nor smaller or greater; so a condition on an empty field fails, one with `!=`
holds. Where the default flow takes the case there is nothing to say.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from service.engine.checking.domains import reached_with
from service.engine.drawn.findings import Finding, called, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, FieldSource, Flow, ProcessSource
from service.engine.language import expressions
from service.forms.fields import is_on


def findings(processes: Sequence[ProcessSource]) -> Iterator[Finding]:
    """Yield the gateways that a field left empty stops, or leads where its designer may not expect it."""
    for process in processes:
        graph = Graph(process)
        optional = {item.id: (item, element) for element, item in _optional(graph)}
        for element in process.elements:
            if element.kind in {"exclusiveGateway", "inclusiveGateway"}:
                yield from _at(graph, element, optional)


def _optional(graph: Graph) -> Iterator[tuple[Element, FieldSource]]:
    """Yield the fields that may be left empty, each with where it is asked for."""
    for element in graph.process.elements:
        for item in element.fields:
            constraints = item.constraints
            needed = is_on(constraints.get("required", "false"))
            shown = item.properties.get("showIf") or item.properties.get("prefill")
            if not (needed or item.default or shown or "readonly" in constraints):
                yield element, item


def _at(
    graph: Graph,
    gateway: Element,
    optional: Mapping[str, tuple[FieldSource, Element]],
) -> Iterator[Finding]:
    flows = [flow for flow in graph.outgoing.get(gateway.id, []) if not flow.is_default]
    trees = [expressions.readable(flow.condition or "") for flow in flows]
    if len(graph.outgoing.get(gateway.id, [])) < 2 or not all(trees):
        return  # one that is missing, or cannot be read, is an error of its own
    has_default = len(flows) < len(graph.outgoing[gateway.id]) or bool(gateway.default)
    asked = {node.id for tree in trees if tree for node in ast.walk(tree) if isinstance(node, ast.Name)}  # fmt: skip
    for name in sorted(asked & optional.keys()):
        item, element = optional[name]
        empty = _Empty(name)
        if any(tree and empty.is_drawn(tree) for tree in trees):
            continue
        answers = [empty.value(tree) if tree else None for tree in trees]
        message = _message(gateway, item, flows, answers, has_default)
        if message and gateway.id in reached_with(graph, element, item.id):
            yield note(graph.process, gateway.id, "empty-not-drawn", message)


def _message(
    gateway: Element,
    item: FieldSource,
    flows: Sequence[Flow],
    answers: Sequence[bool | None],
    has_default: bool,
) -> str:
    title = f"“{item.label}”（{item.id}）" if item.label else f"“{item.id}”"
    whether = f"{title}可以不填；没填时{called(gateway)}"
    first = next((number for number, answer in enumerate(answers) if answer is not False), None)
    if first is None and not has_default:
        return (
            f"{whether}没有一条路走得通，这一步会失败；请把它设为必填，或画一条默认流，"
            f"或写明没填的情形，例如 {item.id} == null。"
        )
    if first is not None and answers[first]:
        way = flows[first].name or flows[first].id
        return f"{whether}走“{way}”；不是这样的，请把它设为必填，或写明没填的情形，例如 {item.id} != null。"
    return ""


@dataclass(frozen=True)
class _Empty:
    """A condition where one variable is nothing and the others are not known."""

    name: str

    def is_drawn(self, tree: ast.expr) -> bool:
        """Say whether a condition asks for nothing itself: `x == null`, `empty x`, `x`, `!x`."""
        match tree:
            case ast.Name(id=name):
                return name == self.name
            case ast.BoolOp(values=parts):
                return any(self.is_drawn(part) for part in parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self.is_drawn(operand)
            case ast.IfExp():
                return True
            case ast.Compare(left=left, comparators=[right]):
                return any(
                    self._is(a) and _is_nothing(b) for a, b in ((left, right), (right, left))
                )
            case ast.Call():
                return any(self._is(node) for node in ast.walk(tree))
        return False

    def value(self, tree: ast.expr) -> bool | None:
        """Return whether the condition holds, None where that depends on others."""
        match tree:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                found = self.value(operand)
                return None if found is None else not found
            case ast.BoolOp(op=operator, values=parts):
                return _joined([self.value(part) for part in parts], isinstance(operator, ast.And))
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                return self._compared(left, operator, right)
        return None

    def _compared(self, left: ast.expr, operator: ast.cmpop, right: ast.expr) -> bool | None:
        other = right if self._is(left) else left if self._is(right) else None
        constants = (ast.Constant, ast.List, ast.Tuple)
        if not isinstance(other, constants):
            return None
        return isinstance(operator, ast.NotEq | ast.NotIn)

    def _is(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Name) and node.id == self.name


def _is_nothing(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value in {None, ""}


def _joined(parts: Sequence[bool | None], is_and: bool) -> bool | None:
    decisive = not is_and
    if any(part is decisive for part in parts):
        return decisive
    return None if None in parts else is_and
