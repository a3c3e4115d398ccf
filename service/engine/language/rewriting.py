"""A checked tree says what it uses, and is made safe to run."""

import ast
from collections.abc import Mapping
from itertools import pairwise

from service.engine.language.functions import OF_NAMES


class Facts(ast.NodeVisitor):
    """Which variables and functions a tree uses, and which deadlines it names."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.calls: set[str] = set()
        self.deadlines: list[str] = []

    def visit_Call(self, node: ast.Call) -> None:
        if isinstance(node.func, ast.Name):
            self.calls.add(node.func.id)
            match node.args:
                case [ast.Constant(value=str() as key), *_] if node.func.id == "deadline":
                    self.deadlines.append(key)
                case [ast.Constant(value=str() as key), *_] if node.func.id in OF_NAMES:
                    self.names.add(key)
        for argument in node.args:
            self.visit(argument)

    def visit_Name(self, node: ast.Name) -> None:
        self.names.add(node.id)


class Exact(ast.NodeTransformer):
    """Attributes become look-ups of a key; products and remainders take numbers only; nothing is converted.

    Functions get names nobody can write, so that a variable may be called `sum` and a function is never a value.
    """

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        return _call(f"__{node.func.id}", *(self.visit(argument) for argument in node.args))

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = self.visit(node.value)
        return _call("__key", value, ast.Constant(node.attr))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        left, right = self.visit(node.left), self.visit(node.right)
        if isinstance(node.op, ast.Mult):
            return _call("__times", left, right)
        if isinstance(node.op, ast.Mod):
            return _call("__modulo", left, right)
        return ast.BinOp(left, node.op, right)


class Converting(ast.NodeTransformer):
    """Operators become calls of the table of conversions."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        assert isinstance(node.func, ast.Name)
        name = _CONVERTING_FUNCTIONS.get(node.func.id, node.func.id)
        arguments = [self.visit(argument) for argument in node.args]
        if name in _OF_TEXT:  # which a field left empty has no less
            arguments = [ast.BoolOp(ast.Or(), [one, ast.Constant("")]) for one in arguments]
        return _call(f"__{name}", *arguments)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        return _call("__item", self.visit(node.value), ast.Constant(node.attr))

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return _call("__item", self.visit(node.value), self.visit(node.slice))

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        return _call(_SUMS[type(node.op)], self.visit(node.left), self.visit(node.right))

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        operand = self.visit(node.operand)
        if isinstance(node.op, ast.Not):
            return ast.UnaryOp(node.op, _truth(operand))
        if isinstance(operand, ast.Constant) and type(operand.value) in {int, float}:
            return ast.UnaryOp(node.op, operand)
        return _call("__negative" if isinstance(node.op, ast.USub) else "__number", operand)

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        *before, last = (self.visit(value) for value in node.values)
        made = _truth if isinstance(node.op, ast.And) else _chosen
        return ast.BoolOp(node.op, [*map(made, before), _chosen(last)])

    def visit_IfExp(self, node: ast.IfExp) -> ast.AST:
        body, otherwise = self.visit(node.body), self.visit(node.orelse)
        return ast.IfExp(_truth(self.visit(node.test)), body, otherwise)

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        values = [self.visit(value) for value in (node.left, *node.comparators)]
        parts = [
            _compared(left, operator, right)
            for (left, right), operator in zip(pairwise(values), node.ops, strict=True)
        ]
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


class Joining(Converting):
    """The same, but for a sum in which one is a text: JavaScript and Groovy join them."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if isinstance(node.op, ast.Add):
            return _call("__joined", self.visit(node.left), self.visit(node.right))
        return super().visit_BinOp(node)


_SUMS: Mapping[type[ast.operator], str] = {
    ast.Add: "__added",
    ast.Sub: "__subtracted",
    ast.Mult: "__multiplied",
    ast.Div: "__divided",
    ast.FloorDiv: "__floored",
    ast.Mod: "__remainder",
}
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "__equal",
    ast.NotEq: "__equal",
    ast.Lt: "__less",
    ast.LtE: "__at_most",
    ast.Gt: "__greater",
    ast.GtE: "__at_least",
    ast.In: "__within",
    ast.NotIn: "__within",
    ast.Is: "__identical",
    ast.IsNot: "__identical",
}
_DENIED = ast.NotEq | ast.NotIn | ast.IsNot
_CONVERTING_FUNCTIONS: Mapping[str, str] = {
    "any": "any_of",
    "all": "all_of",
    "sum": "total",
    "str": "text",
    "len": "size",
}
_OF_TEXT = frozenset({"__alike", "__begins", "__ends", "__lower", "__upper", "__trim"})
_VERDICTS = frozenset(
    {*_COMPARISONS.values(), "__any_of", "__all_of", "__empty"}
    | {"____has", "____same", "____alike", "____begins", "____ends"}
)
"""Functions that say yes or no whatever they are given."""


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    call = _call(_COMPARISONS[type(operator)], left, right)
    return ast.UnaryOp(ast.Not(), call) if isinstance(operator, _DENIED) else call


def _is_verdict(node: ast.expr) -> bool:
    """Say whether a rewritten node is true or false whatever the values."""
    match node:
        case ast.UnaryOp(op=ast.Not()) | ast.Constant(value=bool()):
            return True
        case ast.BoolOp(values=values):
            return all(map(_is_verdict, values))
        case ast.Call(func=ast.Name(id=name)):
            return name in _VERDICTS
    return False


def _truth(node: ast.expr) -> ast.expr:
    return node if _is_verdict(node) else _call("__truth", node)


def _chosen(node: ast.expr) -> ast.expr:
    return node if _is_verdict(node) else _call("__chosen", node)


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
