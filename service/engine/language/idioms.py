"""What diagrams of other engines write in expressions, said in our words once, when the diagram is read.

Java's methods, Flowable's variable functions, the conditional `a ? b : c` and FEEL's single `=` become comparisons
and calls of our own functions in the tree, before it is compiled. No method of any object is ever called.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from service.engine.language import timing

_FLOWABLE = re.compile(r"(?<![\w.])(?:vars?|variables):([A-Za-z]+)(?=\s*\()")
_SHORT = {  # of which some are operators in JUEL
    "eq": "equals",
    "ne": "notEquals",
    "lt": "lessThan",
    "lte": "lessThanOrEquals",
    "gt": "greaterThan",
    "gte": "greaterThanOrEquals",
    "empty": "isEmpty",
    "notEmpty": "isNotEmpty",
    "lowerThan": "lessThan",
    "lowerThanOrEquals": "lessThanOrEquals",
}
_WORD_BEFORE = re.compile(r"([^\W\d]\w*)\s*$")
_NOT_CALLED = frozenset({"not", "and", "or", "in", "if", "else"})
_OPENING, _CLOSING = "([{", ")]}"
_EXECUTION = frozenset({"execution", "task", "delegateTask"})
_VARIABLES = frozenset({"variables"})


# --- text ----------------------------------------------------------------------------------------


def familiar(text: str) -> str:
    """Return the text without what Python's grammar does not have: `a ? b : c`, a single `=`, `var:`."""
    if text.startswith("=") and not text.startswith("=="):
        text = text[1:].strip()  # FEEL, as newer modellers mark it
    if ":" in text:
        text = _outside_quotes(text, lambda part: _FLOWABLE.sub(_function, part))
    if "=" in text:
        text = _equality(text)
    return _conditional(text) if "?" in text else text


def _function(match: re.Match[str]) -> str:
    return f"variables.{_SHORT.get(match[1], match[1])}"


def _outside_quotes(text: str, change: Callable[[str], str]) -> str:
    parts = re.split(r"""('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", text)
    return "".join(part if number % 2 else change(part) for number, part in enumerate(parts))


def _unquoted(text: str) -> list[tuple[int, str]]:
    """Return the characters outside quotes, with their places."""
    found, quote, escaped = [], "", False
    for index, character in enumerate(text):
        if quote:
            if character == quote and not escaped:
                quote = ""
            escaped = character == "\\" and not escaped
        elif character in "'\"":
            quote = character
        else:
            found.append((index, character))
    return found


def _equality(text: str) -> str:
    """Double each single `=`, except among the arguments of a call, where it would name one."""
    calls: list[bool] = []
    places = []
    for index, character in _unquoted(text):
        if character in _OPENING:
            word = _WORD_BEFORE.search(text[:index])
            calls.append(character == "(" and word is not None and word[1] not in _NOT_CALLED)
        elif character in _CLOSING and calls:
            calls.pop()
        elif character == "=" and not any(calls):
            before, after = text[index - 1 : index], text[index + 1 : index + 2]
            if before not in {"=", "!", "<", ">"} and after != "=":
                places.append(index)
    for index in reversed(places):
        text = f"{text[:index]}=={text[index + 1 :]}"
    return text


def _conditional(text: str) -> str:
    """Turn `a ? b : c` into `b if a else c`, at every depth."""
    depth, question, nested, opened = 0, -1, 0, 0
    groups: list[tuple[int, int]] = []
    commas: list[int] = []
    for index, character in _unquoted(text):
        if character in _OPENING:
            opened = index if depth == 0 else opened
            depth += 1
        elif character in _CLOSING:
            depth -= 1
            if depth == 0:
                groups.append((opened + 1, index))
        elif depth:
            continue
        elif character == ",":
            commas.append(index)
        elif character == "?":
            nested += question >= 0
            question = index if question < 0 else question
        elif character == ":" and question >= 0 and nested:
            nested -= 1
        elif character == ":" and question >= 0 and not commas:
            parts = (text[:question], text[question + 1 : index], text[index + 1 :])
            if not all(part.strip() for part in parts):
                return text  # no expression, which the grammar will say
            when, then, otherwise = map(_conditional, parts)
            return f"(({then}) if ({when}) else ({otherwise}))"
    if commas:
        edges = [-1, *commas, len(text)]
        pieces = pairwise(edges)
        return ",".join(_conditional(text[start + 1 : end]) for start, end in pieces)
    for start, end in reversed(groups):
        if "?" in text[start:end]:
            text = f"{text[:start]}{_conditional(text[start:end])}{text[end:]}"
    return text


OF_ENGINE = (
    "引擎对象的“execution.{}”在本系统中没有；请直接写变量名，"
    "例如 ${{execution.getVariable('amount')}} 写成 ${{amount}}。"
)

# --- trees ---------------------------------------------------------------------------------------


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
    "equals": (1, lambda owner, other: _compared(owner, ast.Eq(), other[0])),
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
        there = _compared(_variable(key), ast.IsNot(), ast.Constant(None))
        return ast.BoolOp(ast.And(), [there, _compared(_variable(key), operator, others[0])])

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
        lambda key, others: _compared(
            others[0],
            ast.In(),
            ast.BoolOp(ast.Or(), [_variable(key), ast.Tuple([], ast.Load())]),
        ),
    ),
}


# --- what is run instead -------------------------------------------------------------------------


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise TypeError("a method of texts is asked of something else")


def _at(value: Any, key: Any) -> Any:
    """Return what a list has at a place, or a record under a key; as in Java, a record may lack it."""
    if isinstance(value, Mapping):
        return value.get(key)
    if isinstance(value, list | tuple) and isinstance(key, int) and key >= 0:
        return value[key]
    raise TypeError("get is asked of something that is neither list nor record")


def _later(value: Any, amount: Any, unit: str, sign: int) -> datetime:
    """Return a moment so much later or earlier; a moment kept in a variable is text."""
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise TypeError(f"plus of {amount!r}, which is no whole number of {unit}")
    start = value if isinstance(value, datetime) else timing.moment(_text(value))
    return timing.shifted(start, unit, sign * amount)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "__alike": lambda one, other: _text(one).casefold() == _text(other).casefold(),
    "__at": _at,
    "__begins": lambda value, start: _text(value).startswith(_text(start)),
    "__ends": lambda value, end: _text(value).endswith(_text(end)),
    "__lower": lambda value: _text(value).lower(),
    "__upper": lambda value: _text(value).upper(),
    "__trim": lambda value: _text(value).strip(),
    "__later": _later,
}

OF_NAMES: Mapping[str, Callable[..., Any]] = {
    "__variable": lambda names, key, otherwise=None: names.get(key, otherwise),
    "__has": lambda names, key: key in names,
}
"""Functions that look at the variables themselves; like the host's, they get them as their first argument."""
