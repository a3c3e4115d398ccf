"""Conditions that some answers of a form do not decide: a text taken for yes or no, a code compared with a number.

Camunda and Flowable stop at most of them as we do, and take a text that is neither `true` nor `false` for false without
a word; the designer is told of both before a case stops.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from service.engine.drawn.findings import Finding, Rule, called, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, FieldSource, ProcessSource
from service.engine.language import conversions, expressions
from service.engine.language.conversions import ConversionFailed

_COMPARED = {
    ast.Eq: conversions.equal,
    ast.NotEq: conversions.equal,
    ast.Lt: conversions.less,
    ast.LtE: conversions.at_most,
    ast.Gt: conversions.greater,
    ast.GtE: conversions.at_least,
}
_SAMPLES: Mapping[str, Sequence[Any]] = {
    "boolean": (True, False),
    "long": (1,),
    "number": (1.5,),
    "date": ("2026-03-01",),
}
_SAYING = frozenset({"string", "longtext", "person", "unit"})
_WORDS = "情况属实"


def _undecided(graph: Graph) -> Iterator[Finding]:
    process = graph.process
    asked = _fields(process)
    for flow in process.flows:
        if flow.condition:
            what = f"“{flow.name or flow.id}”的条件"
            yield from _findings(process, flow.id, what, flow.condition, asked)
    for element in process.elements:
        for what, text in _conditions(element):
            yield from _findings(process, element.id, f"{called(element)}的{what}", text, asked)
        own = {**asked, **{field.id: [field] for field in element.fields}}
        for field in element.fields:
            text = field.properties.get("showIf", "")
            what = f"{called(element)}的字段“{field.label or field.id}”的出现条件"
            yield from _findings(process, element.id, what, text, own, is_shown=True)


def _fields(process: ProcessSource) -> dict[str, list[FieldSource]]:
    """Return the fields of a process by their variables, without those that something else sets as well."""
    found: dict[str, list[FieldSource]] = {}
    for element in process.elements:
        for field in element.fields:
            found.setdefault(field.id, []).append(field)
    for element in process.elements:
        computed = element.script.text if element.script else ""
        targets = [item.target for item in element.passed_out]
        for name in list(found):
            if name in (*element.inputs, *element.outputs, *targets) or name in computed:
                del found[name]
    return found


def _conditions(element: Element) -> Iterator[tuple[str, str]]:
    if element.loop is not None:
        yield "循环条件", element.loop.condition
    if element.repetition is not None:
        yield "完成条件", element.repetition.completion


def _findings(
    process: ProcessSource,
    place: str,
    what: str,
    text: str,
    asked: Mapping[str, Sequence[FieldSource]],
    is_shown: bool = False,
) -> Iterator[Finding]:
    tree = expressions.readable(text)
    if tree is None:
        return
    then = "字段会照样出现" if is_shown else "流程会停在这里"
    for field, why in dict(_failures(tree, asked, is_shown)).items():
        yield note(
            process,
            place,
            "condition-undecided",
            f"{what}不是在“{field}”的每种填法下都能判断：{why}，{then}。",
        )


def _failures(
    tree: ast.expr, asked: Mapping[str, Sequence[FieldSource]], is_shown: bool
) -> Iterator[tuple[str, str]]:
    """Yield the labels of fields with what is said of the first answer that does not decide."""
    # What is filled in may be asked for as a whole by a field's own condition.
    for operand in [*([] if is_shown else [tree]), *_decisive(tree)]:
        for field in asked.get(operand.id, ()) if isinstance(operand, ast.Name) else ():
            answers = (_WORDS,) if field.type in _SAYING else _answers(field)
            yield from _failing(field, answers, lambda answer: conversions.truth(answer))
    for name, operator, value in _comparisons(tree):
        for field in asked.get(name, ()):
            compare = _COMPARED[operator]
            yield from _failing(
                field, _answers(field), lambda answer, c=compare, v=value: c(answer, v)
            )


def _failing(field: FieldSource, answers: Sequence[Any], decide: Any) -> Iterator[tuple[str, str]]:
    for answer in answers:
        try:
            decide(answer)
        except ConversionFailed as error:
            yield field.label or field.id, str(error)
            return


def _answers(field: FieldSource) -> Sequence[Any]:
    """Return answers a field may get, as far as its type says."""
    if field.type == "enum":
        return [code for code, _ in field.options]
    return _SAMPLES.get(field.type, ())


def _decisive(tree: ast.expr) -> Iterator[ast.expr]:
    """Yield the operands that have to say yes or no."""
    for node in ast.walk(tree):
        match node:
            case ast.BoolOp(values=values):
                yield from values
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                yield operand
            case ast.IfExp(test=test):
                yield test


def _comparisons(tree: ast.expr) -> Iterator[tuple[str, type[ast.cmpop], Any]]:
    """Yield the variables that are compared with a constant."""
    for node in ast.walk(tree):
        match node:
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARED:
                for one, other in ((left, right), (right, left)):
                    if isinstance(one, ast.Name) and isinstance(other, ast.Constant):
                        yield one.id, type(op), other.value


RULES: tuple[Rule, ...] = (_undecided,)
