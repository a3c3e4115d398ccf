"""Conditions in words: a simple comparison with the labels of its form, anything else quoted as it stands."""

import ast
from collections.abc import Mapping, Sequence

from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid
from service.engine.telling.names import Names

_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "等于",
    ast.NotEq: "不等于",
    ast.Gt: "大于",
    ast.GtE: "不小于",
    ast.Lt: "小于",
    ast.LtE: "不大于",
}
_EQUAL: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "是",
    ast.NotEq: "不是",
    ast.In: "是",
    ast.NotIn: "不是",
}
_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}


def phrase(text: str, names: Names) -> str:
    """Say a condition: `conclusion == "register"` is 审查结论是“登记”."""
    try:
        found = _phrase(expressions.tree(text), names)
    except (ExpressionInvalid, RecursionError):
        found = ""
    return found or f"“{' '.join(text.split())[:80]}”成立"


def _phrase(node: ast.expr, names: Names) -> str:
    """Return a phrase, or nothing for what is not simple enough to be said."""
    match node:
        case ast.BoolOp(op=op, values=values):
            return _joined(
                [_phrase(value, names) for value in values],
                "且" if isinstance(op, ast.And) else "或",
            )
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _denied(operand, names)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, names)
        case ast.Call(func=ast.Name(id="empty"), args=[what]) if _variable(what):
            return f"{names.subject(_variable(what))}没有填写"
        case ast.Constant(value=bool() as value):
            return "任何时候" if value else "从不"
    variable = _variable(node)
    return f"{names.subject(variable)}为是" if variable else ""


def _joined(parts: Sequence[str], word: str) -> str:
    if not all(parts):
        return ""
    return f"，{word}".join(f"（{part}）" if "，" in part else part for part in parts)


def _denied(node: ast.expr, names: Names) -> str:
    match node:
        case ast.Call(func=ast.Name(id="empty"), args=[what]) if _variable(what):
            return f"{names.subject(_variable(what))}已填写"
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _OPPOSITE:
            return _comparison(left, _OPPOSITE[type(op)](), right, names)
    variable = _variable(node)
    if variable:
        return f"{names.subject(variable)}为否"
    phrase = _phrase(node, names)
    return f"不满足（{phrase}）" if phrase else ""


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, names: Names) -> str:
    match left:
        case ast.Call(func=ast.Name(id="len"), args=[what]) if _variable(what):
            subject, variable = f"{names.subject(_variable(what))}的个数", ""
        case _:
            variable = _variable(left)
            subject = names.subject(variable) if variable else ""
    if not subject:
        return ""
    match right:
        case ast.Constant(value=bool() as value) if type(op) in _EQUAL:
            is_so = value == isinstance(op, ast.Eq)
            return f"{subject}为{'是' if is_so else '否'}"
        case ast.Constant(value=None) if isinstance(op, ast.Eq | ast.Is):
            return f"{subject}没有填写"
        case ast.Constant(value=None) if isinstance(op, ast.NotEq | ast.IsNot):
            return f"{subject}已填写"
        case ast.Constant(value=str() as value) if isinstance(op, ast.Eq | ast.NotEq):
            return f"{subject}{_EQUAL[type(op)]}“{names.option(variable, value)}”"
        case ast.Constant(value=int() | float() as value) if type(op) in _COMPARED:
            return f"{subject}{_COMPARED[type(op)]} {value}"
        case ast.List(elts=items) | ast.Tuple(elts=items) if isinstance(op, ast.In | ast.NotIn):
            return _one_of(subject, variable, op, items, names)
    other = _variable(right)
    return (
        f"{subject}{_COMPARED[type(op)]}{names.subject(other)}"
        if other and type(op) in _COMPARED
        else ""
    )


def _one_of(
    subject: str, variable: str, op: ast.cmpop, items: Sequence[ast.expr], names: Names
) -> str:
    values = [item.value for item in items if isinstance(item, ast.Constant)]
    if len(values) < len(items) or not values:
        return ""
    listed = "或".join(f"“{names.option(variable, str(value))}”" for value in values)
    return f"{subject}{_EQUAL[type(op)]}{listed}"


def _variable(node: ast.expr) -> str:
    """Return the name of a variable, or of the last part of `record.part`."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
