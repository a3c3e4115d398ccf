"""Fields of a form that can be shown: their ids, types, sources and options."""

from collections.abc import Iterator

from service.engine.checking.known import Known, choices
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import Element, FieldSource, ProcessSource
from service.forms.fields import Field, FieldFaulty


def findings(process: ProcessSource, known: Known) -> Iterator[Finding]:
    """Yield the fields of forms that could not be shown or filled in."""
    for element in process.elements:
        yield from _of_form(process, element, known)


def _of_form(process: ProcessSource, element: Element, known: Known) -> Iterator[Finding]:
    seen: set[str] = set()
    for item in element.fields:

        def wrong(code: str, message: str, element: Element = element) -> Finding:
            return fault(process, element.id, code, f"{called(element)}：{message}")

        if not item.id or item.id in seen:
            yield wrong("field-id", f"表单字段“{item.label or item.id}”的 id 缺失或重复，请改正。")
        seen.add(item.id)
        if item.type not in known.field_types:
            yield wrong(
                "unknown-field-type",
                f"字段“{item.label or item.id}”的类型“{item.type}”不存在。"
                f"{choices(item.type, known.field_types)}",
            )
        for wanted in (item.properties.get("source"), item.properties.get("prefill")):
            if wanted and wanted not in known.sources:
                yield wrong(
                    "unknown-source",
                    f"字段“{item.label or item.id}”的来源“{wanted}”不存在。"
                    f"{known.near(wanted, known.sources) or '请核对名称。'}",
                )
        if item.lacks_options:
            yield note(
                process,
                element.id,
                "field-options",
                f"{called(element)}：单选字段“{item.label or item.id}”没有选项，填写时成了文字；"
                "要从几项里选，请补上选项，或用属性 source 写明名单。",
            )
        if item.id and item.type in known.field_types and (sentence := _fault(item)):
            yield wrong("field-faulty", sentence)


def _fault(item: FieldSource) -> str:
    """Return why nobody could be shown this field, empty where they can."""
    try:
        Field.of(item)
    except FieldFaulty as fault:
        return str(fault)
    return ""
