"""When a field is asked for: the part of a `showIf` a browser can follow, and the same in words.

The server decides with the engine's own evaluator; this is comfort for the page. A condition that
cannot be followed there is simply shown, with its hint, and decided on the server.
"""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from service.forms.fields import Field, Option

# ["is", field, "text"] · ["any", field, ["a", "b"]] · ["has", field, "text"] · ["set", field]
# ["not", c] · ["and", c, …] · ["or", c, …] · ["yes"] · ["no"]
Condition = list[Any]


def condition(text: str, fields: Mapping[str, Field], names: Mapping[str, Any]) -> Condition | None:
    """Return a condition as plain lists, or None where a browser should not try."""
    try:
        tree = _tree(text)
        return _node(tree.body, fields, names) if isinstance(tree, ast.Expression) else None
    except (ValueError, KeyError):
        return None


def follows_the_form(text: str, fields: Mapping[str, Field]) -> bool:
    """Does the condition depend on what is answered here, and not only on what the case knows already?"""
    words = {node.id for node in ast.walk(_tree(text)) if isinstance(node, ast.Name)}
    return bool(words & set(fields)) or not words


def sentence(
    condition_: Condition | None,
    fields: Mapping[str, Field],
    options: Mapping[str, Sequence[Option]],
) -> str:
    """Say when a field applies, for readers whose browser does not hide it."""
    words = _words(condition_, fields, options) if condition_ else ""
    return f"只在{words}时填写。" if words else "只在前面的选择需要时填写。"


def _tree(text: str) -> ast.AST:
    """The expression as a tree; an empty one where it is written in words only the engine knows."""
    stripped = text.strip()
    if stripped.startswith(("${", "#{")) and stripped.endswith("}"):
        stripped = stripped[2:-1]
    try:
        return ast.parse(stripped.strip(), mode="eval")
    except (SyntaxError, ValueError):
        return ast.Module([], [])


def _node(node: ast.expr, fields: Mapping[str, Field], names: Mapping[str, Any]) -> Condition:
    match node:
        case ast.BoolOp():
            word = "and" if isinstance(node.op, ast.And) else "or"
            return [word, *(_node(value, fields, names) for value in node.values)]
        case ast.UnaryOp(op=ast.Not()):
            return ["not", _node(node.operand, fields, names)]
        case ast.Name(id=name):
            if name in fields:
                return ["set", name]
            return ["yes"] if names[name] else ["no"]
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _comparison(left, op, right, fields, names)
    raise ValueError(node)


def _comparison(
    left: ast.expr,
    op: ast.cmpop,
    right: ast.expr,
    fields: Mapping[str, Field],
    names: Mapping[str, Any],
) -> Condition:
    asked, other = (left, right) if _field(left, fields) else (right, left)
    name = _field(asked, fields)
    if not name:
        raise ValueError("no field of this form")
    value = names[other.id] if isinstance(other, ast.Name) else ast.literal_eval(other)
    match op:
        case ast.Eq():
            return ["is", name, _text(value)]
        case ast.NotEq():
            return ["not", ["is", name, _text(value)]]
        case ast.In() if asked is left:
            return ["any", name, [_text(item) for item in value]]
        case ast.NotIn() if asked is left:
            return ["not", ["any", name, [_text(item) for item in value]]]
        case ast.In():
            return ["has", name, _text(value)]
        case ast.NotIn():
            return ["not", ["has", name, _text(value)]]
    raise ValueError(op)


def _field(node: ast.expr, fields: Mapping[str, Field]) -> str:
    return node.id if isinstance(node, ast.Name) and node.id in fields else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _words(
    condition_: Condition, fields: Mapping[str, Field], options: Mapping[str, Sequence[Option]]
) -> str:
    match condition_:
        case ["is", name, code]:
            return f"“{fields[name].label}”选“{_label(fields[name], code, options)}”"
        case ["any", name, codes]:
            choices = "或".join(f"“{_label(fields[name], c, options)}”" for c in codes)
            return f"“{fields[name].label}”选{choices}"
        case ["has", name, code]:
            return f"“{fields[name].label}”包含“{_label(fields[name], code, options)}”"
        case ["not", ["is", name, code]]:
            return f"“{fields[name].label}”不选“{_label(fields[name], code, options)}”"
        case ["set", name]:
            kind = fields[name].type
            return f"“{fields[name].label}”选“是”" if kind == "boolean" else ""
        case ["and" | "or" as word, *parts]:
            spoken = [_words(part, fields, options) for part in parts]
            return ("并且" if word == "and" else "或者").join(spoken) if all(spoken) else ""
    return ""


def _label(field: Field, code: str, options: Mapping[str, Sequence[Option]]) -> str:
    if field.type == "boolean":
        return "是" if code == "true" else "否"
    choices = field.options or options.get(field.source, ())
    return next((option.label for option in choices if option.code == code), code)
