"""Limits that are a bare word: a slip of a duration, or a name that nothing produces.

Other engines read a word without `${…}` as the time itself; here it is the name of a variable. Where nothing in the
files brings a variable of that name it would fail when a case gets there, so it is refused before.
"""

import ast
import re
from collections.abc import Iterator, Sequence
from unicodedata import normalize

from service.engine.checking import produced
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, ProcessSource
from service.engine.language import expressions, timing
from service.engine.running import times

_DURATION = re.compile(r"\s*[-+]?\s*[Pp][Tt]?[0-9]")
_WORD = re.compile(r"[^\W\d]\w*")
_CALLED = {"dueDate": "到期日", "followUpDate": "跟进日"}


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield the limits that are no time and name no variable anything produces."""
    by_id = {process.process_id: process for process in processes}
    for process in processes:
        names = produced.names_of(process, by_id, known.contracts)
        told = produced.may_be_told(Graph(process), by_id, known)
        for element in process.elements:
            for code, what, text in _limits(element):
                if why := _fault(text, names, element.id in told):
                    yield fault(process, element.id, code, f"{called(element)}的{what}：{why}")


def _limits(element: Element) -> Iterator[tuple[str, str, str]]:
    for event in element.events:
        if event.kind == "timer":
            yield "timer-invalid", "时间", event.text
    if element.kind == "userTask":
        for name in times.DATES:
            yield "due-invalid", _CALLED[name], element.attributes.get(name, "")


def _fault(text: str, names: frozenset[str], may_be_told: bool) -> str:
    if not text.strip() or timing.is_literal(text) or times.fault(text, lambda _: None):
        return ""  # what cannot be read at all is an error of its own
    for part in times.compiled(text).expressions:
        for name in sorted(part.names - names):
            slip = _slip(text.strip(), part.text, name)
            if slip or not may_be_told:
                return slip or _missing(text.strip(), name)
    return ""


def _slip(text: str, expression: str, name: str) -> str:
    """Say what is to be written instead of a name that cannot be meant as one."""
    shown = text[: times.MOST_LETTERS]
    if name in _unquoted_limits(expression):
        return (
            f'“{shown}”里的期限名要加引号，请写成 deadline("{name}")；'
            f"“{name}”是变量的，请在前面的表单里加上这个字段。"
        )
    if _DURATION.match(normalize("NFKC", name)):
        meant = times.written(name) or "P15D"
        sign = "时长不能是负的，" if text.startswith("-") else ""
        return f"“{shown}”不是时长，{sign}请写成 {meant}。"
    return ""


def _missing(text: str, name: str) -> str:
    """Say what is wrong with a bare word nothing produces; of an expression `produced` says it."""
    if not _WORD.fullmatch(text):
        return ""
    return (
        f"“{text[: times.MOST_LETTERS]}”不是时间，也没有环节产生这个名称的变量；请写成时长，例如 P15D，"
        f'或写期限名，例如 deadline("sign")；要用变量请写成 ${{{name}}}，并在前面的表单里加上这个字段。'
    )


def _unquoted_limits(expression: str) -> set[str]:
    """Return the names that stand where `deadline(…)` wants a text."""
    return {
        argument.id
        for node in ast.walk(expressions.tree(expression))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "deadline"
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
