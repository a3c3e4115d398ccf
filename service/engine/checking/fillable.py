"""Forms that can never be handed in: limits nothing fits between, choices of nothing, what must be there and is not asked."""

from collections.abc import Iterator, Sequence
from datetime import date

from service.engine.checking import produced
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Element, ProcessSource
from service.forms.fields import Field, FieldFaulty

_TEXTS = frozenset({"string", "longtext"})


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield the fields that nothing can be filled in for; where something must be, that keeps the diagram out."""
    by_id = {process.process_id: process for process in processes}
    called_here = {element.called for process in processes for element in process.elements}
    for process in processes:
        anything = produced.open_ended(Graph(process), by_id, known.contracts)
        for element in process.elements:
            may_come = process.process_id in called_here or element.id in anything
            for field in _drawn(element):
                why = _why_not(field)
                is_asked = bool(why) or may_come or not _is_never_there(field)
                if not is_asked and field.id not in _brought(process, element, known):
                    why = "是只读的，却没有默认值，也没有环节先产生它，"
                if why:
                    yield _finding(process, element, field, why)


def _brought(process: ProcessSource, element: Element, known: Known) -> set[str]:
    """Return the variables that other elements, or the inputs of this one, bring."""
    names = {item.name for item in process.data_objects} | {*element.inputs}
    for other in process.elements:
        if other is not element:
            names.update(produced.of_element(other, known.contracts, surely=False))
    return names


def _drawn(element: Element) -> Iterator[Field]:
    for item in element.fields:
        try:
            yield Field.of(item)
        except FieldFaulty:
            continue  # which is an error of its own


def _finding(process: ProcessSource, element: Element, field: Field, why: str) -> Finding:
    whose = f"{called(element)}的字段“{field.label}”{why}"
    if field.required and not field.show_if:
        text = f"{whose}它又必须填写，这张表单永远交不上去；请改正。"
        return fault(process, element.id, "form-never", text)
    text = f"{whose}填什么都不会被接受；请改正。"
    return note(process, element.id, "form-never", text)


def _why_not(field: Field) -> str:
    """Say why no value can be given for a field, or nothing."""
    if field.type in _TEXTS and 0 < field.max_length < field.min_length:
        return f"至少要 {field.min_length} 个字，却最多只能写 {field.max_length} 个字，"
    low, high = _limit(field, field.minimum), _limit(field, field.maximum)
    if low is not None and high is not None and low > high:
        return f"的最小值 {field.minimum} 比最大值 {field.maximum} 还大，"
    if not field.is_list:
        return ""
    if high is not None and high < 1:
        return f"最多只能有 {field.maximum} 项，"
    if field.type != "choices" or field.source:
        return ""
    if not field.options:
        return "是多选，却没有选项，"
    if low is not None and low > len(field.options):
        return f"至少要选 {field.minimum} 项，却只有 {len(field.options)} 个选项，"
    return ""


def _limit(field: Field, text: str) -> float | None:
    """A constant limit as a number; what is computed is known when the form is shown."""
    if not text or "{" in text:
        return None
    try:
        return date.fromisoformat(text).toordinal() if field.type == "date" else float(text)
    except ValueError:
        return None


def _is_never_there(field: Field) -> bool:
    """Whether only something before the form can give a field its value, which nobody may leave out."""
    is_given = field.default or field.prefill or field.source
    return field.required and field.readonly and not is_given
