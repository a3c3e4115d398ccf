"""What operations need of the forms that are handed in to them, and where they may be named at all."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import get_close_matches

from service.engine.checking import words
from service.engine.checking.contract import Contract, Need
from service.engine.checking.known import Known
from service.engine.drawn.findings import Finding, called, fault, note
from service.engine.drawn.source import Element, ProcessSource
from service.forms.fields import FIELD_TYPES, Field, FieldFaulty


def findings(processes: Sequence[ProcessSource], known: Known) -> Iterator[Finding]:
    """Yield where a diagram does not keep its word to the operations it names."""
    read = _read(processes, known)
    for process in processes:
        for element in process.elements:
            operation = element.properties.get("on_complete", "")
            for name, with_form in ((element.topic, False), (operation, True)):
                contract = known.contracts.get(name)
                if contract is not None:
                    yield from _place(process, element, contract, with_form)
                    if with_form:
                        yield from _form(process, element, contract, read)
            yield from _reserved_lists(process, element, known)


def _place(
    process: ProcessSource, element: Element, contract: Contract, with_form: bool
) -> Iterator[Finding]:
    """Yield why an operation may not be named by this element."""

    def wrong(code: str, message: str) -> Finding:
        return fault(
            process, element.id, code, f"{called(element)}的操作“{contract.name}”{message}"
        )

    if contract.processes and process.process_id not in contract.processes:
        where = "、".join(f"“{name}”" for name in contract.processes)
        yield wrong("operation-reserved", f"只能用在流程{where}里。请删去，或改用别的操作。")
    if contract.is_sealed and with_form and element.properties.get("sealed") != "true":
        yield wrong(
            "operation-unsealed",
            "处理代表的评价，任务必须密封。请给任务加上属性 sealed，值为 true。",
        )
    if contract.needs and not with_form:
        yield wrong(
            "operation-form",
            "要读表单，不能写在服务任务上。请写在用户任务或开始事件的属性 on_complete 里。",
        )


def _reserved_lists(process: ProcessSource, element: Element, known: Known) -> Iterator[Finding]:
    """Yield which fields take their options or first rows from a list that is kept for other processes."""
    for field, contract in words.lists(element, known):
        if contract.processes and process.process_id not in contract.processes:
            where = "、".join(f"“{name}”" for name in contract.processes)
            yield fault(
                process,
                element.id,
                "source-reserved",
                f"字段“{field.label or field.id}”的来源“{contract.name}”只能用在流程{where}里。"
                "请删去，或改用别的来源。",
            )


def _form(
    process: ProcessSource, element: Element, contract: Contract, read: Collection[str]
) -> Iterator[Finding]:
    drawn = _drawn(element)
    if drawn is None:
        return  # what is wrong with the field has a finding of its own
    for code, message in _unmet(contract.needs, drawn, "字段"):
        title = f"{called(element)}的操作“{contract.name}”"
        yield fault(process, element.id, code, f"{title}{message}")
    known = {need.name for need in contract.needs}
    for field in () if contract.is_open else drawn.values():
        if field.id not in known and field.id not in read and not field.readonly:
            message = (
                f"{called(element)}的字段“{field.id}”（{field.label}）只存档，"
                "没有操作、条件或期限用到它；不需要的请删去。"
            )
            yield note(process, element.id, "field-unused", message)


def _drawn(element: Element) -> dict[str, Field] | None:
    try:
        return {item.id: Field.of(item) for item in element.fields}
    except FieldFaulty:
        return None


def _unmet(
    needs: Sequence[Need], drawn: Mapping[str, Field], what: str
) -> Iterator[tuple[str, str]]:
    """Yield a code and a sentence for each need that the drawn fields do not meet."""
    for need in needs:
        title = f"{what}“{need.name}”（{need.label}）"
        field = drawn.get(need.name)
        if field is None:
            if not need.may_be_missing:
                yield "operation-field-missing", f"需要{title}，这里没有。{_draw(need, drawn)}"
        elif field.type not in need.types:
            drawn_as = f"{field.type}（{FIELD_TYPES[field.type]}）"
            yield (
                "operation-field-type",
                f"需要的{title}应当是{_kinds(need)}，现在是 {drawn_as}。请改正类型。",
            )
        else:
            yield from _short(need, field, title)
            columns = {column.id: column for column in field.columns}
            yield from _unmet(need.columns, columns, f"表格“{need.name}”的列")


def _short(need: Need, field: Field, title: str) -> Iterator[tuple[str, str]]:
    """Yield where a field may bring nothing, or a code, that the operation cannot use."""
    if not (need.may_be_empty or field.is_list or field.readonly):
        if not field.required:
            yield "operation-field-optional", f"不能没有{title}，现在却可以不填。请设为必填。"
        elif field.show_if:
            yield (
                "operation-field-optional",
                f"不能没有{title}，现在却只在有些情况下出现。请去掉它的属性 showIf。",
            )
    unknown = [one for one in field.options if need.choices and one.code not in need.choices]
    if unknown:
        codes = "、".join(f"“{one.code}”（{one.label}）" for one in unknown)
        yield (
            "operation-field-choices",
            f"不认识{title}的选项{codes}。选项的代码只能是：{'、'.join(need.choices)}。",
        )


def _draw(need: Need, drawn: Collection[str]) -> str:
    near = get_close_matches(need.name, list(drawn), n=1, cutoff=0.75)
    slip = f"是不是写成了“{near[0]}”？" if near else ""
    filled_in = (
        "" if need.may_be_empty or need.types[0] in {"table", "choices", "file"} else "，设为必填"
    )
    return f"{slip}请补上：标识 {need.name}，类型{_kinds(need)}{filled_in}。"


def _kinds(need: Need) -> str:
    return "或".join(f" {name}（{FIELD_TYPES[name]}）" for name in need.types)


def _read(processes: Sequence[ProcessSource], known: Known) -> frozenset[str]:
    """Return every word by which something in these processes may be read."""
    return frozenset(word for process in processes for word in words.of(process, known))
