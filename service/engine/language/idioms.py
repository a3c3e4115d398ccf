"""What diagrams of other engines write in expressions, translated once, when the diagram is read.

Java's methods and Flowable's variable functions become comparisons and calls of our own functions in the tree, before
it is compiled. No method of any object is ever called.
"""

import ast
from collections.abc import Callable, Mapping, Sequence

_EXECUTION = frozenset({"execution", "task", "delegateTask"})
_VARIABLES = frozenset({"variables"})


OF_ENGINE = (
    "引擎对象的“execution.{}”在本系统中没有；请直接写变量名，"
    "例如 ${{execution.getVariable('amount')}} 写成 ${{amount}}。"
)


def refusal(node: ast.Call) -> str:
    """Say why a call of a method is none we understand, or nothing."""
    assert isinstance(node.func, ast.Attribute)
    name, owner, count = node.func.attr, node.func.value, len(node.args)
    if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
        return f"方法 {name} 的参数请直接写值。"
    if _is_name(owner, _EXECUTION) and name in OF_EXECUTION:
        if count == 1 and _key_of(node.args[0], quoted=True):
            return ""
        return f"方法 {name} 要写明一个变量名，例如 execution.getVariable('amount')。"
    if _is_name(owner, _VARIABLES) and name in OF_VARIABLES:
        if count == OF_VARIABLES[name][0] and _key_of(node.args[0], quoted=False):
            return ""
        return f"函数 variables:{name} 的第一个参数要写变量名。"
    if _is_name(owner, frozenset({"execution"})):
        return OF_ENGINE.format(name)
    if name not in METHODS:
        return f"不能调用方法 {name}(…)；可以用的有：{'、'.join(METHODS)}。要调用程序，请改用服务任务。"
    if METHODS[name][0] != count:
        return f"方法 {name} 要有 {METHODS[name][0]} 个参数。"
    return ""


class Translation(ast.NodeTransformer):
    """Replaces the calls that `refusal` has let through by comparisons and calls of our own."""

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if not isinstance(node.func, ast.Attribute):
            return self.generic_visit(node)
        name, owner = node.func.attr, node.func.value
        if _is_name(owner, _EXECUTION) and name in OF_EXECUTION:
            return OF_EXECUTION[name](_key_of(node.args[0], quoted=True))
        if _is_name(owner, _VARIABLES) and name in OF_VARIABLES:
            key = _key_of(node.args[0], quoted=False)
            return OF_VARIABLES[name][1](key, [self.visit(a) for a in node.args[1:]])
        return METHODS[name][1](self.visit(owner), [self.visit(a) for a in node.args])


def _is_name(node: ast.expr, names: frozenset[str]) -> bool:
    return isinstance(node, ast.Name) and node.id in names


def _key_of(node: ast.expr, *, quoted: bool) -> str:
    """Return the name of the variable an argument means, or nothing."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        key = node.value
        return key if key.isidentifier() and not key.startswith("_") else ""
    return "" if quoted or not isinstance(node, ast.Name) else node.id


def _call(name: str, *arguments: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])


def _compared(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> ast.expr:
    return ast.Compare(left, [operator], [right])


def _variable(key: str, *otherwise: ast.expr) -> ast.expr:
    return _call("__variable", ast.Constant(key), *otherwise)


_Build = Callable[[ast.expr, Sequence[ast.expr]], ast.expr]


def _calling(name: str) -> _Build:
    return lambda owner, arguments: _call(name, owner, *arguments)


def _moving(unit: str, sign: int) -> _Build:
    return lambda owner, arguments: _call(
        "__later", owner, arguments[0], ast.Constant(unit), ast.Constant(sign)
    )


_UNITS = ("Years", "Months", "Weeks", "Days", "Hours", "Minutes", "Seconds")

METHODS: Mapping[str, tuple[int, _Build]] = {
    "equals": (1, _calling("__same")),
    "equalsIgnoreCase": (1, _calling("__alike")),
    "contains": (1, lambda owner, item: _compared(item[0], ast.In(), owner)),
    "containsKey": (1, lambda owner, item: _compared(item[0], ast.In(), owner)),
    "isEmpty": (0, _calling("empty")),
    "size": (0, _calling("len")),
    "length": (0, _calling("len")),
    "get": (1, _calling("__at")),
    "startsWith": (1, _calling("__begins")),
    "endsWith": (1, _calling("__ends")),
    "toLowerCase": (0, _calling("__lower")),
    "toUpperCase": (0, _calling("__upper")),
    "trim": (0, _calling("__trim")),
    "toString": (0, _calling("str")),
    "toDate": (0, lambda owner, none: owner),
    **{f"plus{unit}": (1, _moving(unit.lower(), 1)) for unit in _UNITS},
    **{f"minus{unit}": (1, _moving(unit.lower(), -1)) for unit in _UNITS},
}
"""The methods a diagram may write, each with the number of its arguments and what is run instead."""

OF_EXECUTION: Mapping[str, Callable[[str], ast.expr]] = {
    "getVariable": _variable,
    "getVariableLocal": _variable,
    "hasVariable": lambda key: _call("__has", ast.Constant(key)),
}


def _known_and(operator: ast.cmpop) -> Callable[[str, Sequence[ast.expr]], ast.expr]:
    """A comparison that is false where there is no such variable, as Flowable's is."""

    def build(key: str, others: Sequence[ast.expr]) -> ast.expr:
        exists = _compared(_variable(key), ast.IsNot(), ast.Constant(None))
        return ast.BoolOp(ast.And(), [exists, _compared(_variable(key), operator, others[0])])

    return build


OF_VARIABLES: Mapping[str, tuple[int, Callable[[str, Sequence[ast.expr]], ast.expr]]] = {
    "get": (1, lambda key, others: _variable(key)),
    "getOrDefault": (2, lambda key, others: _variable(key, others[0])),
    "exists": (1, lambda key, others: _call("__has", ast.Constant(key))),
    "isEmpty": (1, lambda key, others: _call("empty", _variable(key))),
    "isNotEmpty": (1, lambda key, others: ast.UnaryOp(ast.Not(), _call("empty", _variable(key)))),
    "equals": (2, lambda key, others: _compared(_variable(key), ast.Eq(), others[0])),
    "notEquals": (2, lambda key, others: _compared(_variable(key), ast.NotEq(), others[0])),
    "lessThan": (2, _known_and(ast.Lt())),
    "lessThanOrEquals": (2, _known_and(ast.LtE())),
    "greaterThan": (2, _known_and(ast.Gt())),
    "greaterThanOrEquals": (2, _known_and(ast.GtE())),
    "contains": (
        2,
        lambda key, others: _compared(others[0], ast.In(), _variable(key)),
    ),
}
