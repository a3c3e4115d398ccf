"""When a field is asked for: the part of a `showIf` a browser can follow, and the same in words.

The server decides with the engine's own evaluator; this is comfort for the page. A condition that
cannot be followed there is simply shown, with its hint, and decided on the server.
"""

import ast
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Protocol

from service.errors import ServiceError
from service.forms.fields import Field, Option

Condition = list[Any]
"""What `static/conditions.js` evaluates: an operator with its operands, ["field", id, kind] or ["value", …]."""

_KINDS: Mapping[str, str] = {
    "long": "number",
    "number": "number",
    "boolean": "truth",
    "choices": "many",
    "units": "many",
    "date": "day",
    "longtext": "lines",
    **dict.fromkeys(("string", "enum", "person", "unit"), "line"),
}
_COMPARED: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.In: "in",
    ast.Is: "same",
}
_DENIED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.NotEq: ast.Eq,
    ast.NotIn: ast.In,
    ast.IsNot: ast.Is,
}
_METHODS: Mapping[str, int] = {"equals": 1, "contains": 1, "isEmpty": 0}
_UNDECIDED = (
    *(ServiceError, ValueError, LookupError, ArithmeticError),
    *(AttributeError, NameError, TypeError),
)


class Language(Protocol):
    """How expressions are understood; the engine gives it, whom forms do not know."""

    def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
        """Return the value of an expression."""
        ...

    def applies(self, text: str, names: Mapping[str, Any]) -> bool:
        """Say whether what is asked under a condition applies."""
        ...

    def tree(self, text: str) -> ast.expr:
        """Return an expression's syntax, or raise ValueError."""
        ...

    def day(self, value: Any) -> date:
        """Return the day a value means, of a moment that where the people are; or raise ValueError or TypeError."""
        ...


class Unknown:
    """The language of a form that has no expressions."""

    def evaluate(self, text: str, names: Mapping[str, Any]) -> Any:
        raise ValueError(f"nobody said how to evaluate {text!r}")

    def applies(self, text: str, names: Mapping[str, Any]) -> bool:
        return bool(self.evaluate(text, names))

    def tree(self, text: str) -> ast.expr:
        raise ValueError(f"nobody said how to read {text!r}")

    def day(self, value: Any) -> date:
        return date.fromisoformat(value)


NO_EXPRESSIONS = Unknown()


def condition(
    text: str, fields: Mapping[str, Field], names: Mapping[str, Any], language: Language
) -> Condition | None:
    """Return a condition as plain lists, or None where a browser should not try."""
    try:
        return _Following(fields, names, language).node(language.tree(text))
    except _UNDECIDED:
        return None


def follows_the_form(text: str, fields: Mapping[str, Field], language: Language) -> bool:
    """Does the condition depend on what is answered here, and not only on what the case knows already?"""
    try:
        words = names_read(language.tree(text))
    except ValueError:
        return True
    return bool(words & set(fields)) or not words


def sentence(
    condition_: Condition | None,
    fields: Mapping[str, Field],
    options: Mapping[str, Sequence[Option]],
) -> str:
    """Say when a field applies, for readers whose browser does not hide it."""
    words = _words(condition_, fields, options) if condition_ else ""
    return f"只在{words}时填写。" if words else "只在前面的选择需要时填写。"


class _Following:
    """Turns syntax into lists; what no answer of the form can change is computed now."""

    def __init__(
        self, fields: Mapping[str, Field], names: Mapping[str, Any], language: Language
    ) -> None:
        self.fields = {name: field for name, field in fields.items() if not field.readonly}
        self.names = names
        self.language = language

    def node(self, node: ast.expr) -> Condition:
        if not names_read(node) & set(self.fields):
            return self._value(node)
        match node:
            case ast.Name(id=name):
                return ["field", name, _KINDS[self.fields[name].type]]
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return ["list", *map(self.node, items)]
            case ast.BoolOp(op=op, values=values):
                return ["and" if isinstance(op, ast.And) else "or", *map(self.node, values)]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ["not", self.node(operand)]
            case ast.IfExp(test=test, body=body, orelse=otherwise):
                return ["if", *map(self.node, (test, body, otherwise))]
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                return self._compared(left, op, right)
            case ast.Call(func=ast.Name(id="empty"), args=[what]):
                return ["empty", self.node(what)]
            case ast.Call(func=ast.Attribute(attr=name, value=owner), args=arguments) if (
                _METHODS.get(name) == len(arguments)
            ):
                return self._called(name, self.node(owner), [self.node(one) for one in arguments])
        raise ValueError(node)

    def _compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Condition:
        if type(op) in _DENIED:
            return ["not", self._compared(left, _DENIED[type(op)](), right)]
        return [_COMPARED[type(op)], self.node(left), self.node(right)]

    def _called(self, name: str, owner: Condition, arguments: list[Condition]) -> Condition:
        match name:
            case "equals":
                return ["same", owner, *arguments]
            case "contains":
                return ["in", *arguments, owner]
        return ["empty", owner]

    def _value(self, node: ast.expr) -> Condition:
        value = self.language.evaluate(ast.unparse(node), self.names)
        if not _is_plain(value):
            raise ValueError("nothing a page could be given")
        return ["value", value]


def _is_plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, str | int | float)


def names_read(tree: ast.AST) -> set[str]:
    """Return the variables an expression reads, without the functions it calls."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    }


# --- in words ------------------------------------------------------------------------------------


def _words(
    condition_: Condition, fields: Mapping[str, Field], options: Mapping[str, Sequence[Option]]
) -> str:
    match condition_:
        case ["==" | "same", ["field", name, _], ["value", value]] | [
            "==" | "same",
            ["value", value],
            ["field", name, _],
        ] if value is not None:
            return f"“{fields[name].label}”选“{_label(fields[name], value, options)}”"
        case ["in", ["field", name, _], ["value", [*values]]] if values:
            choices = "或".join(f"“{_label(fields[name], one, options)}”" for one in values)
            return f"“{fields[name].label}”选{choices}"
        case ["in", ["value", value], ["field", name, "many"]]:
            return f"“{fields[name].label}”包含“{_label(fields[name], value, options)}”"
        case ["empty", ["field", name, _]]:
            return f"“{fields[name].label}”没有填写"
        case ["not", ["empty", ["field", name, _]]]:
            return f"“{fields[name].label}”已填写"
        case ["not", ["==" | "in" as word, *parts]]:
            return _words([word, *parts], fields, options).replace("选", "不选", 1)
        case ["field", name, "truth"]:
            return f"“{fields[name].label}”选“是”"
        case ["not", ["field", name, "truth"]]:
            return f"“{fields[name].label}”不选“是”"
        case ["and" | "or" as word, *parts]:
            spoken = [_words(part, fields, options) for part in parts]
            return ("并且" if word == "and" else "或者").join(spoken) if all(spoken) else ""
    return ""


def _label(field: Field, value: Any, options: Mapping[str, Sequence[Option]]) -> str:
    code = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if field.type == "boolean":
        return "是" if code == "true" else "否"
    choices = field.options or options.get(field.source, ())
    return next((option.label for option in choices if option.code == code), code)
