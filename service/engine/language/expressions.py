"""Text a designer writes is evaluated without ever being able to reach the machine.

An expression is parsed once, checked node by node against a whitelist, rewritten so that the remaining ways to burn
memory are closed, and compiled. `${…}`, `#{…}` and bare text are the same; `&& || ! == eq and` and the rest of what
Camunda's diagrams contain are understood, and `idioms` says the rest of what other engines write in our words.
"""

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any, cast

from service.engine.language import idioms

_LONGEST, _MOST_NODES, _LARGEST = 500, 80, 10**12
_MOST_ASSIGNMENTS = 20
MOST_LETTERS_OF_TEXT = 5_000

_ALLOWED = (
    ast.Expression,
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.Name, ast.Load, ast.Constant, ast.Subscript, ast.Attribute, ast.Call),
    *(ast.List, ast.Tuple, ast.Dict),
)


class ExpressionInvalid(ValueError):
    """The text is no expression we run; the sentence tells the designer what to write instead."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked, compiled expression; shared by threads."""

    text: str
    code: CodeType
    names: frozenset[str]  # variables it reads
    calls: frozenset[str]  # functions of the host it calls
    deadlines: tuple[str, ...]  # keys in deadline("…")

    def evaluate(
        self, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None
    ) -> Any:
        """Return the value for these names; host functions get the names as their first argument."""
        scope = _GLOBALS
        if self.calls:
            given = {**idioms.OF_NAMES, **(functions or {})}
            bound = {
                f"__{name}": _bound(given[name], names) for name in self.calls if name in given
            }
            scope = {**_GLOBALS, **bound}
        return eval(self.code, scope, names)  # noqa: S307 — whitelisted above


@dataclass(frozen=True, slots=True)
class Template:
    """Text with `${…}` in it. A single expression keeps its type; mixed text becomes a string."""

    parts: tuple[str | Expression, ...]

    def evaluate(
        self, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None
    ) -> Any:
        if len(self.parts) == 1:
            [part] = self.parts
            return part if isinstance(part, str) else part.evaluate(names, functions)
        return "".join(
            part if isinstance(part, str) else _word(part.evaluate(names, functions))
            for part in self.parts
        )

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))


@lru_cache(maxsize=4096)
def compile(text: str) -> Expression:
    """Check and compile one expression, or raise ExpressionInvalid."""
    source = _unwrapped(text.strip())
    if not source:
        raise ExpressionInvalid("这里要写一个表达式，例如 conclusion == 'register'。")
    if len(source) > _LONGEST:
        raise ExpressionInvalid(f"表达式超过 {_LONGEST} 个字符，请拆成几步判断。")
    tree = _parsed(source)
    _check(tree)
    tree = idioms.Translation().visit(tree)
    facts = _Facts()
    facts.visit(tree)
    safe = ast.fix_missing_locations(_Rewriting().visit(tree))
    return Expression(
        text,
        _compiled(safe),
        frozenset(facts.names),
        frozenset(facts.calls & _BOUND),
        tuple(facts.deadlines),
    )


@lru_cache(maxsize=4096)
def interpolate(text: str) -> Template:
    """Compile text with `${…}` or `#{…}` in it, for example "unit_liaison:${unit}"."""
    if len(text) > MOST_LETTERS_OF_TEXT:
        raise ExpressionInvalid(f"这段文字超过 {MOST_LETTERS_OF_TEXT} 个字，请缩短。")
    parts: list[str | Expression] = []
    end = 0
    for start, stop in _holes(text):
        if start > end:
            parts.append(text[end:start])
        parts.append(compile(text[start:stop]))
        end = stop
    if end < len(text) or not parts:
        parts.append(text[end:])
    return Template(tuple(parts))


def templates(texts: Mapping[str, str]) -> Mapping[str, Template]:
    """Compile named texts, each with `${…}` in it."""
    return {name: interpolate(text) for name, text in texts.items()}


def optional(text: str) -> Expression | None:
    """Compile an expression that need not be written."""
    return compile(text) if text else None


@lru_cache(maxsize=1024)
def assignments(text: str, result: str = "") -> tuple[tuple[str, Expression], ...]:
    """Compile the lines of a script, each `name = expression`, or raise ExpressionInvalid.

    With a `result` the script is a single expression, and that variable takes its value.
    """
    if result:
        return ((result, compile(text)),)
    lines = [line.strip().rstrip(";").strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith(("#", "//"))]
    if not 0 < len(lines) <= _MOST_ASSIGNMENTS:
        raise ExpressionInvalid(f"脚本要写 1 到 {_MOST_ASSIGNMENTS} 行，每行一个“变量 = 表达式”。")
    return tuple(_assignment(line) for line in lines)


def tree(text: str) -> ast.expr:
    """Return the checked syntax tree of an expression, for whoever puts it into words."""
    parsed = _parsed(_unwrapped(text.strip()[:_LONGEST]))
    _check(parsed)
    return parsed.body


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Evaluate an expression once; for what is not kept compiled."""
    return compile(text).evaluate(names)


def _assignment(line: str) -> tuple[str, Expression]:
    match = _ASSIGNMENT.fullmatch(line)
    if match is None or match["name"] in _RESERVED:
        raise ExpressionInvalid(
            f"脚本里的“{line[:40]}”看不懂；每行请写成“变量 = 表达式”，例如 total = price * 2，"
            "更多的计算请做成操作，用服务任务调用。"
        )
    text = match["text"]
    return match["name"], compile(f"{match['name']} + ({text})" if match["adds"] else text)


# --- from text to a checked tree -----------------------------------------------------------------


def _unwrapped(text: str) -> str:
    holes = list(_holes(text))
    if len(holes) == 1 and holes[0] == (0, len(text)):
        return text[2:-1].strip()
    if holes:
        raise ExpressionInvalid("一个表达式只能有一对 ${ }，请把整个条件写在同一对花括号里。")
    return text


def _holes(text: str) -> list[tuple[int, int]]:
    """Find `${…}` and `#{…}`, minding braces and quotes inside."""
    found = []
    position = 0
    while match := re.compile(r"[$#]\{").search(text, position):
        depth, quote, index = 1, "", match.end()
        while index < len(text) and depth:
            character = text[index]
            if quote:
                quote = "" if character == quote else quote
            elif character in "'\"":
                quote = character
            elif character in "{}":
                depth += 1 if character == "{" else -1
            index += 1
        if depth:
            raise ExpressionInvalid("花括号没有配对，请检查 ${ 和 }。")
        found.append((match.start(), index))
        position = index
    return found


_TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<emptied>\bempty\s+(?P<of>[^\W\d][\w.]*))"""
    r"""|(?P<negated>!\s*(?!empty\b)(?P<what>[^\W\d][\w.]*)(?![\w.(\[]))"""
    r"""|(?P<symbol>&&|\|\||!=|!)|(?P<word>[^\W\d]\w*)"""
)
_ASSIGNMENT = re.compile(r"(?P<name>[^\W\d_]\w*)\s*(?P<adds>\+?)=(?!=)\s*(?P<text>.+)")
_RESERVED = frozenset({"and", "or", "not", "in", "is", "if", "else", "None", "True", "False"})
_SYMBOLS = {"&&": " and ", "||": " or ", "!": " not "}
_WORDS = {
    "null": "None",
    "true": "True",
    "false": "False",
    "div": "//",
    "mod": "%",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}


def _parsed(source: str) -> ast.Expression:
    python = _TOKEN.sub(_translated, idioms.familiar(source)).strip()
    try:
        tree = ast.parse(python, mode="eval")
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ExpressionInvalid(
            f"看不懂表达式“{source}”。请写成一次比较，例如 amount > 100，文字要加引号。"
        ) from error
    return cast(ast.Expression, _Unshielding().visit(tree)) if _SHIELD in python else tree


def _translated(match: re.Match[str]) -> str:
    kind = match.lastgroup
    text = match.group()
    if kind in {"emptied", "of"}:
        return f"empty({_path(match['of'])})"
    if kind in {"negated", "what"}:
        return f"(not {_path(match['what'])})"
    if kind == "symbol":
        return _SYMBOLS.get(text, text)
    return _path(text) if kind == "word" else text


def _path(text: str) -> str:
    return ".".join(_WORDS.get(word) or _shielded(word) for word in text.split("."))


# Words of Python's own that a diagram may well call a variable.
_TAKEN = frozenset(
    {"pass", "class", "from", "return", "with", "as", "global", "continue", "break", "try"}
    | {"raise", "assert", "del", "def"}
)
_SHIELD = "__of_the_diagram"


def _shielded(word: str) -> str:
    return word + _SHIELD if word in _TAKEN else word


class _Unshielding(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(node.id.removesuffix(_SHIELD), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = self.visit(node.value)
        return ast.Attribute(value, node.attr.removesuffix(_SHIELD), node.ctx)


def _check(tree: ast.Expression) -> None:
    for count, node in enumerate(ast.walk(tree), 1):
        if count > _MOST_NODES:
            raise ExpressionInvalid("表达式过于复杂，请拆成几步判断，或改用一个操作来计算。")
        if not isinstance(node, _ALLOWED):
            raise ExpressionInvalid(f"表达式里不能用{_CALLED.get(type(node), '这种写法')}。")
        _check_node(node)


def _check_node(node: ast.AST) -> None:
    match node:
        case ast.Name(id=name) if name.startswith("_"):
            raise ExpressionInvalid(f"名称“{name}”不能以下划线开头。")
        case ast.Attribute(attr=name) if name.startswith("_"):
            raise ExpressionInvalid(f"名称“{name}”不能以下划线开头。")
        case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS or name in HOST_FUNCTIONS:
            if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
                raise ExpressionInvalid(f"函数 {name} 的参数请直接写值，不写参数名。")
        case ast.Attribute(value=ast.Name(id="execution"), attr=name) if (
            name not in idioms.OF_EXECUTION
        ):
            raise ExpressionInvalid(idioms.OF_ENGINE.format(name))
        case ast.Call(func=ast.Attribute()):
            if fault := idioms.refusal(node):
                raise ExpressionInvalid(fault)
        case ast.Call():
            known = "、".join(sorted({*FUNCTIONS, *HOST_FUNCTIONS}))
            raise ExpressionInvalid(f"表达式里只能调用这些函数：{known}。")
        case ast.Constant(value=value) if not isinstance(value, str | int | float | None):
            raise ExpressionInvalid("表达式里只能写文字、数字、true、false 和 null。")
        case ast.Constant(value=int() as value) if abs(value) > _LARGEST:
            raise ExpressionInvalid("表达式里的数字太大。")
        case ast.Dict(keys=keys) if None in keys:
            raise ExpressionInvalid("表达式里不能展开字典。")


_CALLED: dict[type[ast.AST], str] = {
    ast.Lambda: "lambda",
    ast.ListComp: "推导式",
    ast.GeneratorExp: "推导式",
    ast.SetComp: "推导式",
    ast.DictComp: "推导式",
    ast.Pow: "乘方",
    ast.JoinedStr: "f 字符串",
    ast.NamedExpr: "赋值",
    ast.Starred: "星号展开",
    ast.Slice: "切片",
}


class _Facts(ast.NodeVisitor):
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
                case [ast.Constant(value=str() as key), *_] if node.func.id in idioms.OF_NAMES:
                    self.names.add(key)
        for argument in node.args:
            self.visit(argument)

    def visit_Name(self, node: ast.Name) -> None:
        self.names.add(node.id)


class _Rewriting(ast.NodeTransformer):
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


def _compiled(tree: ast.Expression) -> CodeType:
    import builtins

    code: CodeType = builtins.compile(tree, "<expression>", "eval")
    return code


# --- what an expression may call -----------------------------------------------------------------


def _number(value: Any) -> Any:
    if isinstance(value, int | float):
        return value
    raise TypeError("only numbers can be multiplied or divided")


def _times(left: Any, right: Any) -> Any:
    return _number(left) * _number(right)


def _modulo(left: Any, right: Any) -> Any:
    return _number(left) % _number(right)


def _key(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        return value[key]
    raise TypeError(f"{key} is asked of something that is not a record")


def _empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def _word(value: Any) -> str:
    return "" if value is None else str(value)


def _bound(function: Callable[..., Any], names: Mapping[str, Any]) -> Callable[..., Any]:
    return lambda *arguments: function(names, *arguments)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "len": len,
    "min": min,
    "max": max,
    "sum": sum,
    "any": any,
    "all": all,
    "abs": abs,
    "round": round,
    "int": int,
    "float": float,
    "str": str,
    "empty": _empty,
}
HOST_FUNCTIONS = frozenset({"deadline", "now", "dateTime"})
_BOUND = HOST_FUNCTIONS | idioms.OF_NAMES.keys()
_GLOBALS: dict[str, Any] = {
    "__builtins__": {},
    "__times": _times,
    "__modulo": _modulo,
    "__key": _key,
    **{f"__{name}": made for name, made in {**idioms.FUNCTIONS, **FUNCTIONS}.items()},
}
