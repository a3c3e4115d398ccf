"""A value for a variable nobody has given, such as the diagram uses it: a rehearsal that is given it goes on."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from service.engine.definitions import DefinitionSet
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, Flow
from service.engine.language import expressions
from service.engine.language.grammar import ExpressionInvalid
from service.engine.running import computing

LOGINS = ("li", "wang", "zhao", "chen", "zhou")
TEXT, NUMBER, LIST = "文字", 3, ["li", "wang"]
MOMENT = "2026-12-31T09:00:00+08:00"
_TIMES = {"timeDuration": "P1D", "timeDate": MOMENT, "timeCycle": "R3/P1D"}
_TERMS = {"dueDate": "2026-12-31", "followUpDate": "2026-12-31", "priority": 50}
_UNIT = "JT"
_HOLE = re.compile(r"[$#]\{")
_LISTED = frozenset({"len", "sum", "min", "max", "any", "all"})
_NUMBERS = frozenset({"round", "abs", "int", "float"})
_SIZES = frozenset({"size", "length"})
_TEXTS = frozenset({"toLowerCase", "toUpperCase", "trim"})
_GIVEN = frozenset({"equals", "equalsIgnoreCase", "startsWith", "endsWith"})
_OPPOSITE: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Gt: ast.LtE,
    ast.LtE: ast.Gt,
    ast.Lt: ast.GtE,
    ast.GtE: ast.Lt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_MIRRORED: Mapping[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Gt: ast.Lt,
    ast.Lt: ast.Gt,
    ast.GtE: ast.LtE,
    ast.LtE: ast.GtE,
}
_NOTHING = object()


def of(variable: str, definition: DefinitionSet) -> Any:
    """Return a value as the diagram uses it: a login, a list, a time, what a condition asks for; else true."""
    names = _known_as(variable, definition)
    graphs = (Graph(process.drawn) for process in definition.processes.values())
    found = (
        value
        for graph in graphs
        for uses in (_of_repetitions, _of_places, _of_expressions)
        for name in names
        for value in uses(name, graph)
    )
    return next(found, True)


def _known_as(variable: str, definition: DefinitionSet) -> list[str]:
    """Return the name of a variable, and those under which a call or a mapping hands it on."""
    elements = [e for process in definition.processes.values() for e in process.elements.values()]
    passed = [(one.source, one.target) for e in elements for one in (*e.passed_in, *e.passed_out)]
    mapped = [pair for e in elements for pair in (*e.inputs.items(), *e.outputs.items())]
    passed += [(text.strip()[2:-1].strip(), name) for name, text in mapped if _HOLE.match(text)]
    names = [variable]
    for name in names:
        names += [target for source, target in passed if source == name and target not in names]
    return names


# --- by where it stands ---------------------------------------------------------------------------


def _of_repetitions(variable: str, graph: Graph) -> Iterator[Any]:
    for element in graph.process.elements:
        if element.repetition is None:
            continue
        if _reads(element.repetition.collection, variable):
            members = _members(element.repetition.element_variable, graph)
            yield from _wanted(element.repetition.collection, variable, members)
        if _reads(element.repetition.cardinality, variable):
            yield from _wanted(element.repetition.cardinality, variable, 2)


def _members(variable: str, graph: Graph) -> list[Any]:
    """Return two records with all that is looked for in a member of a list, two logins where nothing is."""
    uses = (*_of_places(variable, graph), *_of_expressions(variable, graph)) if variable else ()
    record: dict[str, Any] = {}
    for value in uses:
        record |= value if isinstance(value, dict) else {}
    return [record, record] if record else LIST


def _of_places(variable: str, graph: Graph) -> Iterator[Any]:
    for element in graph.process.elements:
        yield from _of_people(variable, element)
        for event in element.events:
            if event.kind == "timer" and _reads(event.text, variable):
                yield from _in_text(event.text, variable, _TIMES.get(event.timer, MOMENT), NUMBER)
            if event.kind == "conditional" and not element.attached_to:
                yield from _deciding(event.text, variable, holds=True)
        for name, value in _TERMS.items():
            if _reads(element.attributes.get(name, ""), variable):
                yield from _in_text(element.attributes[name], variable, value, NUMBER)


def _of_people(variable: str, element: Element) -> Iterator[Any]:
    for name, value in (
        ("assignee", LOGINS[0]),
        ("candidateUsers", LOGINS[0]),
        ("candidateGroups", "unit_handler"),
    ):
        text = element.attributes.get(name, "")
        if _reads(text, variable):
            is_unit = name == "candidateGroups" and re.search(r":\s*[$#]\{", text)
            yield from _wanted(text, variable, _UNIT if is_unit else value)


def _in_text(text: str, variable: str, whole: Any, part: Any) -> Iterator[Any]:
    """Yield what stands for a text as a whole, or for a part of it."""
    yield from _wanted(text, variable, part if _has_parts(text) else whole)


def _has_parts(text: str) -> bool:
    parts = _HOLE.split(text.strip())
    return len(parts) > 2 or (len(parts) == 2 and bool(parts[0] or not parts[1].endswith("}")))


def _wanted(text: str, variable: str, value: Any) -> Iterator[Any]:
    """Yield what a text as a whole wants to be, where the variable is all it reads, or else as it is used in it."""
    for tree in _trees(text):
        place = _place(tree, variable)
        if place is not None:
            yield _nested(place, value)
        else:
            yield from _found(_satisfying(tree, variable, holds=True))


# --- by what is asked of it -----------------------------------------------------------------------


def _of_expressions(variable: str, graph: Graph) -> Iterator[Any]:
    for flow in graph.flows:
        if flow.condition is not None and _reads(flow.condition, variable):
            yield from _deciding(flow.condition, variable, not _leads_back(graph, flow))
    for element in graph.process.elements:
        if element.loop is not None:
            yield from _deciding(element.loop.condition, variable, holds=False)
        if element.repetition is not None:
            yield from _deciding(element.repetition.completion, variable, holds=True)
        texts = [*element.inputs.values(), *element.outputs.values()]
        texts += [one.expression for one in (*element.passed_in, *element.passed_out)]
        if element.script is not None and computing.computes(element):
            texts += [value.text for _, value in computing.lines(element)]
        for text in texts:
            # What is handed on as it is is asked for under its other name.
            if _has_parts(text) or not any(_place(tree, variable) for tree in _trees(text)):
                yield from _wanted(text, variable, TEXT)


def _leads_back(graph: Graph, flow: Flow) -> bool:
    """Say whether a flow leads back to where it leaves, from where another leads on."""

    def returns(one: Flow) -> bool:
        return flow.source in graph.reached_from([one.target])

    return returns(flow) and not all(map(returns, graph.outgoing[flow.source]))


def _deciding(text: str, variable: str, holds: bool) -> Iterator[Any]:
    for tree in _trees(text):
        yield from _found(_satisfying(tree, variable, holds=holds))


def _found(value: Any) -> Iterator[Any]:
    if value is not _NOTHING:
        yield value


def _satisfying(node: ast.AST, variable: str, *, holds: bool) -> Any:
    """Return a value with which an expression is likely to hold, or not to."""
    place = _place(node, variable)
    if place is not None:
        return _nested(place, holds)
    match node:
        case ast.BoolOp(values=parts):
            return _first(_satisfying(part, variable, holds=holds) for part in parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _satisfying(operand, variable, holds=not holds)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, type(op), right, variable, holds=holds)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            parts = [test, body, orelse]
            return _first(_satisfying(part, variable, holds=holds) for part in parts)
        case ast.BinOp(left=left, op=op, right=right):
            is_text = isinstance(op, ast.Add) and any(map(_is_words, (left, right)))
            return _first(
                _used(one, variable, TEXT if is_text else NUMBER) for one in (left, right)
            )
        case ast.Call():
            return _called(node, variable, holds=holds)
    return _first(_satisfying(n, variable, holds=holds) for n in ast.iter_child_nodes(node))


def _compared(
    left: ast.expr, op: type[ast.cmpop], right: ast.expr, variable: str, *, holds: bool
) -> Any:
    if _place(right, variable) is not None and not _mentions(left, variable):
        contains = op in {ast.In, ast.NotIn}
        if contains:
            return _used(right, variable, [*_constants(left), LOGINS[0]][:1])
        left, op, right = right, _MIRRORED.get(op, op), left
    constants = _constants(right)
    if not constants:
        return _first(_used(one, variable, NUMBER) for one in (left, right))
    wanted = op if holds else _OPPOSITE.get(op, op)
    value = _beside(wanted, constants[0])
    if isinstance(left, ast.Call) and _is_size(left):
        sized = left.func.value if isinstance(left.func, ast.Attribute) else left.args[0]
        return _used(sized, variable, _so_many(value))
    return _used(left, variable, value)


def _called(node: ast.Call, variable: str, *, holds: bool) -> Any:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    owner = node.func.value if isinstance(node.func, ast.Attribute) else None
    if isinstance(node.func, ast.Name):
        value: Any = {"empty": "" if holds else TEXT}.get(node.func.id, TEXT)
        value = LIST if node.func.id in _LISTED else value
        value = NUMBER if node.func.id in _NUMBERS else value
        return _first(_used(one, variable, value) for one in node.args)
    given = [value for one in node.args for value in _constants(one)]
    if name in _GIVEN and given:
        value = given[0] if holds else f"不是{given[0]}"
    elif name in {"contains", "containsKey"}:
        value = given[:1] if holds and given else LIST
    elif name == "isEmpty":
        value = [] if holds else LIST
    elif name in _SIZES or name == "get":
        value = LIST
    elif name.startswith(("plus", "minus", "toDate")):
        value = MOMENT
    else:
        value = TEXT
    found = _used(owner, variable, value) if owner is not None else _NOTHING
    asked = NUMBER if name.startswith(("plus", "minus")) else TEXT
    return found if found is not _NOTHING else _first(_used(a, variable, asked) for a in node.args)


def _used(node: ast.AST, variable: str, value: Any) -> Any:
    """Return a value where a node is the variable, or what its own use in the node wants."""
    place = _place(node, variable)
    if place is not None:
        return _nested(place, value)
    return _satisfying(node, variable, holds=True) if _mentions(node, variable) else _NOTHING


@dataclass(frozen=True)
class _Place:
    """Where in a variable a value is looked for: its keys, the outermost first."""

    keys: tuple[str, ...] = ()


def _place(node: ast.AST, variable: str) -> _Place | None:
    """Return where an expression looks in a variable, if that is all it does."""
    match node:
        case ast.Name(id=name) if name == variable:
            return _Place()
        case ast.Attribute(value=value, attr=key) if (above := _place(value, variable)) is not None:
            return _Place((*above.keys, key))
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="execution" | "task"), attr="getVariable"),
            args=[ast.Constant(value=name)],
        ) if name == variable:
            return _Place()
    return None


def _nested(place: _Place, value: Any) -> Any:
    for key in reversed(place.keys):
        value = {key: value}
    return value


def _beside(op: type[ast.cmpop], constant: Any) -> Any:
    """Return a value that compares so with a constant."""
    is_number = isinstance(constant, int | float) and not isinstance(constant, bool)
    if op is ast.NotEq and isinstance(constant, bool):
        return not constant
    if op in {ast.NotEq, ast.Gt} and is_number:
        return constant + 1
    if op is ast.Lt and is_number:
        return constant - 1
    if op in {ast.NotEq, ast.NotIn}:
        return TEXT if constant is None else f"不是{constant}"
    return constant


def _so_many(count: Any) -> list[str]:
    return list(LOGINS[: count if isinstance(count, int) and count >= 0 else 2])


def _is_size(node: ast.Call) -> bool:
    if isinstance(node.func, ast.Name):
        return node.func.id == "len" and len(node.args) == 1
    return isinstance(node.func, ast.Attribute) and node.func.attr in _SIZES


def _is_words(node: ast.AST) -> bool:
    """Say whether a node is a text that no sum reads as a number."""
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and not node.value.strip().isdecimal()
    )


def _constants(node: ast.AST) -> list[Any]:
    """Return the constants an expression consists of: itself, or the members of a list."""
    match node:
        case ast.Constant(value=value):
            return [value]
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as value)):
            return [-value]
        case ast.List(elts=members) | ast.Tuple(elts=members):
            return [value for member in members for value in _constants(member)]
    return []


def _mentions(node: ast.AST, variable: str) -> bool:
    return any(_place(one, variable) is not None for one in ast.walk(node))


def _first(values: Iterator[Any]) -> Any:
    return next((value for value in values if value is not _NOTHING), _NOTHING)


def _reads(text: str, variable: str) -> bool:
    return any(_mentions(tree, variable) for tree in _trees(text))


def _trees(text: str) -> list[ast.expr]:
    """Return the syntax trees of the expressions in a text, or of the one it is."""
    try:
        parts = [one.text for one in expressions.interpolate(text).expressions] or [text]
        return [expressions.tree(part) for part in parts if part.strip()]
    except ExpressionInvalid:
        return []
