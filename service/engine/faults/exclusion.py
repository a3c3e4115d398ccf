"""Two flows of which never both are taken, as far as their conditions show it."""

import ast

from service.engine.drawn.source import Flow
from service.engine.language import expressions

_OPPOSITES = {ast.Eq: ast.NotEq, ast.Lt: ast.GtE, ast.Gt: ast.LtE}


def apart(one: Flow, other: Flow) -> bool:
    """Say whether two flows out of one element cannot both be taken: the default one, and opposite conditions."""
    if one.is_default or other.is_default:
        return (one.condition is None or one.is_default) != (
            other.condition is None or other.is_default
        )
    first, second = (expressions.readable(flow.condition or "") for flow in (one, other))
    return first is not None and second is not None and _excludes(first, second)


def _excludes(one: ast.expr, other: ast.expr) -> bool:
    match one, other:
        case (ast.BoolOp(op=ast.And(), values=parts), _):
            return any(_excludes(part, other) for part in parts)
        case (_, ast.BoolOp(op=ast.And(), values=parts)):
            return any(_excludes(one, part) for part in parts)
        case (ast.UnaryOp(op=ast.Not(), operand=what), _) if _same(what, other):
            return True
        case (_, ast.UnaryOp(op=ast.Not(), operand=what)) if _same(one, what):
            return True
        case (ast.Compare(ops=[first]), ast.Compare(ops=[second])) if _same(one.left, other.left):
            return _opposite(first, one.comparators[0], second, other.comparators[0])
    return False


def _opposite(first: ast.cmpop, left: ast.expr, second: ast.cmpop, right: ast.expr) -> bool:
    if isinstance(first, ast.Eq) and isinstance(second, ast.Eq):
        both = isinstance(left, ast.Constant) and isinstance(right, ast.Constant)
        return both and not _same(left, right)
    pairs = ((type(first), type(second)), (type(second), type(first)))
    return _same(left, right) and any(_OPPOSITES.get(a) is b for a, b in pairs)


def _same(one: ast.expr, other: ast.expr) -> bool:
    return ast.dump(one) == ast.dump(other)
