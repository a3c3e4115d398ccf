"""A checked tree says what it uses, and is made safe to run."""

import ast

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


class Rewriting(ast.NodeTransformer):
    """Attributes become look-ups of a key; products and remainders take numbers only.

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


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
