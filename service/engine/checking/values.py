"""Values that are compared with a variable which can never have them: the label of a choice, a slip of its code.

Where everything that sets a variable says with what, a condition on another value never holds, here as elsewhere; the
case would take the other branch in silence.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches

from service.engine.checking.domains import Domain, Domains, of_field, text_of
from service.engine.checking.known import Known
from service.engine.checking.produced import MayCome
from service.engine.deciding import ruling
from service.engine.deciding.decisions import Decision
from service.engine.deciding.logic import Input, Table
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import Element, Flow, ProcessSource
from service.engine.feel import conditions
from service.engine.feel.conditions import Test
from service.engine.feel.operands import Computed, Literal
from service.engine.language import expressions

NONE: Mapping[str, Decision] = {}
_ALIKE = 0.7
_MOST_SHOWN = 12


def findings(
    processes: Sequence[ProcessSource], known: Known, decisions: Mapping[str, Decision] = NONE
) -> Iterator[Finding]:
    """Yield the values in conditions, and in the cells of these decisions, that what is compared with them never has."""
    domains = Domains(processes, known)
    for process in processes:
        for read, what, text in _conditions(process):
            place = read.source if isinstance(read, Flow) else read.id
            for name, value in _compared(text):
                domain = domains.of(process.process_id, name)
                if domain is not None and _is_foreign(value, domain):
                    may_come = domains.after(process.process_id, name, place)
                    yield from _finding(process, read, f"{what}把“{name}”", value, domain, may_come)
        yield from _of_forms(process, domains)
        yield from _of_tables(process, domains, decisions)


def _of_forms(process: ProcessSource, domains: Domains) -> Iterator[Finding]:
    """A condition in a form looks at the form's own fields first."""
    for element in process.elements:
        own = {item.id: item for item in element.fields}
        for item in element.fields:
            what = f"{called(element)}的字段“{item.label or item.id}”的出现条件把"
            for name, value in _compared(item.properties.get("showIf", "")):
                is_own = name in own
                domain = of_field(own[name]) if is_own else domains.of(process.process_id, name)
                if domain is not None and _is_foreign(value, domain):
                    may_come = (
                        "" if is_own else domains.before(process.process_id, name, element.id)
                    )
                    yield from _finding(
                        process, element, f"{what}“{name}”", value, domain, may_come
                    )


def _of_tables(
    process: ProcessSource, domains: Domains, decisions: Mapping[str, Decision]
) -> Iterator[Finding]:
    """A table may well have rules for others that ask it; only what is nearly a code of this process is noted."""
    for element in process.elements:
        request = ruling.of(element)
        decision = decisions.get(request.key) if request else None
        if decision is None or not isinstance(decision.logic, Table):
            continue
        for place, column in enumerate(decision.logic.inputs):
            name = _variable(column)
            domain = domains.of(process.process_id, name) if name else None
            for rule in decision.logic.rules if domain is not None else ():
                for value in _asked(rule.tests[place]):
                    meant = _meant(text_of(value), domain)[0] if domain else ""
                    if domain is not None and meant and _is_foreign(value, domain):
                        what = f"{called(element)}所用决策“{decision.name or decision.id}”的第 {rule.number} 条规则把“{name}”"
                        yield from _finding(process, element, what, value, domain, "people")


def _variable(column: Input) -> str:
    """Return the variable a column looks at, where it is no more than that."""
    if not isinstance(column.value, Computed):
        return ""
    names = [*column.value.expression.names]
    return names[0] if names and column.value.expression.text.strip() == names[0] else ""


def _asked(test: Test) -> Iterator[object]:
    """Yield the values written in a cell."""
    match test:
        case (
            conditions.Equal(operand=Literal(content=content))
            | conditions.Written(content=content)
            | conditions.Same(operand=Literal(content=content))
        ):
            yield content
        case conditions.OneOf(tests=tests):
            for one in tests:
                yield from _asked(one)
        case conditions.Not(test=inner):
            yield from _asked(inner)


def _conditions(process: ProcessSource) -> Iterator[tuple[Element | Flow, str, str]]:
    for flow in process.flows:
        if flow.condition:
            yield flow, f"“{flow.name or flow.id}”的条件", flow.condition
    for element in process.elements:
        if element.loop is not None and element.loop.condition:
            yield element, f"{called(element)}的循环条件", element.loop.condition
        if element.repetition is not None and element.repetition.completion:
            yield element, f"{called(element)}的完成条件", element.repetition.completion


def _compared(text: str) -> Iterator[tuple[str, object]]:
    """Yield the variables of an expression with each constant they are compared with."""
    tree = expressions.readable(text)
    for node in ast.walk(tree) if tree is not None else ():
        match node:
            case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq()], comparators=[right]):
                yield from _pair(left, right)
                yield from _pair(right, left)
            case ast.Compare(left=left, ops=[ast.In() | ast.NotIn()], comparators=[right]):
                if isinstance(right, ast.List | ast.Tuple):
                    for one in right.elts:
                        yield from _pair(left, one)
            case ast.Call(func=ast.Attribute(value=left, attr="equals"), args=[right]):
                yield from _pair(left, right)
                yield from _pair(right, left)


def _pair(left: ast.expr, right: ast.expr) -> Iterator[tuple[str, object]]:
    if isinstance(left, ast.Name) and isinstance(right, ast.Constant):
        yield left.id, right.value


def _is_foreign(value: object, domain: Domain) -> bool:
    """Whether a value is none of a domain; nothing at all may always be."""
    if value is None or value == "":
        return False
    text = text_of(value)
    return (text.lower() if domain.is_truth else text) not in domain.labels


def _finding(
    process: ProcessSource,
    read: Element | Flow,
    what: str,
    value: object,
    domain: Domain,
    may_come: MayCome,
) -> Iterator[Finding]:
    title = f"（{domain.title}）" if domain.title else ""
    shown = [f"{code}（{label}）" if label and label != code else code for code, label in domain.labels.items()]  # fmt: skip
    more = " 等" if len(shown) > _MOST_SHOWN else ""
    allowed = f"它的值只会是：{'、'.join(shown[:_MOST_SHOWN])}{more}"
    meant, advice = _meant(text_of(value), domain)
    never = "不是它的值，只会当作 false" if domain.is_truth else "永远不会相等"
    text = f"{what}{title}和“{text_of(value)[:40]}”相比，{never}；{allowed}。{advice}"
    if not may_come:
        yield fault(process, read.id, "value-never", text)
    elif meant or may_come == "people":
        yield note(process, read.id, "value-never", text)


def _meant(value: str, domain: Domain) -> tuple[str, str]:
    """Return the code that was meant, if one is near, and what to write."""
    if domain.is_truth:
        return "", "请写 true 或 false，不加引号。"
    by_label = {label: code for code, label in domain.labels.items() if label}
    if value in by_label:
        code = by_label[value]
        return code, f"“{value}”是选项的名称，条件里请写它的代码“{code}”。"
    near = get_close_matches(value, list(domain.labels), n=1, cutoff=_ALIKE)
    if near:
        return near[0], f"是不是“{near[0]}”？请改成选项的代码。"
    return "", "请改成其中一个，或在表单里补上这个选项。"
