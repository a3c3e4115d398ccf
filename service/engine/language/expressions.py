"""Text a designer writes is evaluated without ever being able to reach the machine.

An expression is parsed once, checked node by node against a whitelist, rewritten so that the remaining ways to burn
memory are closed, and compiled. `${…}`, `#{…}` and bare text are the same; `&& || ! == eq and` and the rest of what
Camunda's diagrams contain are understood, and `idioms` says the rest of what other engines write in our words.
"""

import ast
import builtins
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from service.engine.language import conversions, grammar, idioms, rewriting
from service.engine.language.functions import BOUND, GLOBALS, OF_NAMES
from service.engine.language.grammar import LONGEST, ExpressionInvalid

MOST_LETTERS_OF_TEXT = 5_000


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
        scope = GLOBALS
        if self.calls:
            given = {**OF_NAMES, **(functions or {})}
            bound = {
                f"__{name}": _bound(given[name], names) for name in self.calls if name in given
            }
            scope = {**GLOBALS, **bound}
        return eval(self.code, scope, names)  # noqa: S307 — whitelisted above

    @property
    def expressions(self) -> tuple["Expression", ...]:
        """Itself, as a text has the expressions in it."""
        return (self,)


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
            part if isinstance(part, str) else conversions.text(part.evaluate(names, functions))
            for part in self.parts
        )

    @property
    def expressions(self) -> tuple[Expression, ...]:
        return tuple(part for part in self.parts if isinstance(part, Expression))


@lru_cache(maxsize=4096)
def compile(text: str) -> Expression:
    """Check and compile one expression whose values are converted as JUEL does, or raise ExpressionInvalid."""
    return _made(text, rewriting.Converting())


@lru_cache(maxsize=1024)
def joining(text: str) -> Expression:
    """Check and compile one expression in which + joins whatever stands beside a text, as in JavaScript and Groovy."""
    return _made(text, rewriting.Joining())


@lru_cache(maxsize=4096)
def exact(text: str) -> Expression:
    """Check and compile one expression that converts nothing, as the cells of decision tables want it."""
    return _made(text, rewriting.Exact())


@lru_cache(maxsize=4096)
def interpolate(text: str) -> Template:
    """Compile text with `${…}` or `#{…}` in it, for example "unit_liaison:${unit}"."""
    if len(text) > MOST_LETTERS_OF_TEXT:
        raise ExpressionInvalid(f"这段文字超过 {MOST_LETTERS_OF_TEXT} 个字，请缩短。")
    parts: list[str | Expression] = []
    end = 0
    for start, stop in grammar.holes(text):
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


def tree(text: str) -> ast.expr:
    """Return the checked syntax tree of an expression, to put it into words."""
    parsed = grammar.parsed(grammar.unwrapped(text.strip()[:LONGEST]))
    grammar.check(parsed)
    return parsed.body


def readable(text: str) -> ast.expr | None:
    """Return the same, or None of a text that is no expression, which is an error of its own."""
    try:
        return tree(text)
    except ExpressionInvalid:
        return None


def evaluate(text: str, names: Mapping[str, Any]) -> Any:
    """Evaluate an expression once, without holding on to it compiled."""
    return compile(text).evaluate(names)


def applies(
    text: str, names: Mapping[str, Any], functions: Mapping[str, Callable[..., Any]] | None = None
) -> bool:
    """Say whether what is asked under a condition applies; where the values do not decide it does, as the page shows it."""
    try:
        return conversions.truth(compile(text).evaluate(names, functions))
    except conversions.ConversionFailed:
        return True


def _made(text: str, rewrite: ast.NodeTransformer) -> Expression:
    source = grammar.unwrapped(text.strip())
    if not source:
        raise ExpressionInvalid("这里要写一个表达式，例如 conclusion == 'register'。")
    if len(source) > LONGEST:
        raise ExpressionInvalid(f"表达式超过 {LONGEST} 个字符，请拆成几步判断。")
    tree = grammar.parsed(source)
    grammar.check(tree)
    tree = idioms.Translation().visit(tree)
    facts = rewriting.Facts()
    facts.visit(tree)
    safe = ast.fix_missing_locations(rewrite.visit(tree))
    return Expression(
        text,
        _compiled(safe),
        frozenset(facts.names),
        frozenset(facts.calls & BOUND),
        tuple(facts.deadlines),
    )


def _compiled(tree: ast.Expression) -> CodeType:
    code: CodeType = builtins.compile(tree, "<expression>", "eval")
    return code


def _bound(function: Callable[..., Any], names: Mapping[str, Any]) -> Callable[..., Any]:
    return lambda *arguments: function(names, *arguments)
