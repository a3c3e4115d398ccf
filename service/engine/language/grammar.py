"""A text becomes a syntax tree in which nothing is left but what the whitelist allows."""

import ast
import re
from typing import cast

from service.engine.language import idioms, spelling
from service.engine.language.functions import FUNCTIONS, HOST_FUNCTIONS

LONGEST, _MOST_NODES, _LARGEST = 500, 80, 10**12
_ALLOWED = (
    ast.Expression,
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.UAdd, ast.IfExp),
    *(ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod),
    *(ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE),
    *(ast.In, ast.NotIn, ast.Is, ast.IsNot),
    *(ast.Name, ast.Load, ast.Constant, ast.Subscript, ast.Attribute, ast.Call),
    *(ast.List, ast.Tuple, ast.Dict),
)
_TOKEN = re.compile(
    r"""(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<emptied>\bempty\s+(?P<of>[^\W\d][\w.]*))"""
    r"""|(?P<negated>!\s*(?!empty\b)(?P<what>[^\W\d][\w.]*)(?![\w.(\[]))"""
    r"""|(?P<symbol>&&|\|\||!=|!)|(?P<word>[^\W\d]\w*)"""
)
RESERVED = frozenset({"and", "or", "not", "in", "is", "if", "else", "None", "True", "False"})
_SYMBOLS = {"&&": " and ", "||": " or ", "!": " not "}
_WORDS = {
    "null": "None",
    "true": "True",
    "false": "False",
    "div": "/",
    "mod": "%",
    "eq": "==",
    "ne": "!=",
    "lt": "<",
    "le": "<=",
    "gt": ">",
    "ge": ">=",
}
# Words of Python's own that a diagram may well call a variable.
_TAKEN = frozenset(
    {"pass", "class", "from", "return", "with", "as", "global", "continue", "break", "try"}
    | {"raise", "assert", "del", "def"}
)
_SHIELD = "__of_the_diagram"
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


class ExpressionInvalid(ValueError):
    """The text is no expression we run; the sentence tells the designer what to write instead."""


def unwrapped(text: str) -> str:
    found = list(holes(text))
    if len(found) == 1 and found[0] == (0, len(text)):
        return text[2:-1].strip()
    if found:
        raise ExpressionInvalid("一个表达式只能有一对 ${ }，请把整个条件写在同一对花括号里。")
    return text


def holes(text: str) -> list[tuple[int, int]]:
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


def parsed(source: str) -> ast.Expression:
    python = _TOKEN.sub(_translated, spelling.familiar(source)).strip()
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


def _shielded(word: str) -> str:
    return word + _SHIELD if word in _TAKEN else word


class _Unshielding(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.AST:
        return ast.Name(node.id.removesuffix(_SHIELD), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        value = self.visit(node.value)
        return ast.Attribute(value, node.attr.removesuffix(_SHIELD), node.ctx)


def check(tree: ast.Expression) -> None:
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
