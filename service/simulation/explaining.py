"""Why a simulation stopped, in sentences that say what to change: in the scenario or in the diagram."""

import json
import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from service.engine.definitions import DefinitionSet, Element
from service.engine.language import expressions
from service.errors import DiagramInvalid, ProcessFailed
from service.simulation import examples, standins
from service.simulation.outcome import Awaited, Passed
from service.tables.runtime import TimerJob

REFUSED = "填写的内容没有被接受，请在答案文件里给出这几项，或核对表单。"
_LATELY = 60
_COMPARED = re.compile(
    r"""(?<![\w.])([^\W\d]\w*)\s*(?:[=!]=|[<>]=?|\beq\b|\bne\b)\s*('[^']*'|"[^"]*"|\d{1,15}(?!\w))"""
)
_UNDEFINED = re.compile(r"name '((?!__)[^']+)' is not defined")
_STEPS = frozenset(
    {"userTask", "serviceTask", "stood_in", "scriptTask", "exclusiveGateway", "boundaryEvent"}
)


def unforeseen(error: Exception) -> str:
    cause = f"{type(error).__name__}: {error}"
    return f"模拟时遇到没有预料到的问题，没有走下去。请把原因告诉运维人员：{cause}"


def refusal(error: DiagramInvalid, is_stood_in: bool) -> str:
    """Say that the files do not pass the check; what only lacks programs can be rehearsed all the same."""
    errors = [finding for finding in error.findings if finding.severity == "error"]
    lacking = {(one.file, one.element) for one in errors if one.code in standins.CODES}
    if not is_stood_in and all((one.file, one.element) in lacking for one in errors):
        return f"{error}只想先看走向，可以加上 --stub-operations，让答案代替这里没有的程序、操作、流程和决策。"
    return str(error)


def failure(
    error: ProcessFailed, definition: DefinitionSet, element_id: str, done: Sequence[Element]
) -> str:
    """Say which step failed; where a variable is missing, which one, and where it could come from.

    `done` are the tasks whose answers count so far, the last of them first.
    """
    element = next(_of_id(definition, element_id), None)
    name = (element.name if element else "") or element_id
    if variable := _lacking(error):
        source = _source(variable, definition, done)
        return f"“{name}”要用变量“{variable}”，但到这里还没有谁填过它。{source}"
    if str(error) == ProcessFailed.sentence:
        return f"“{name}”这一步没有做成，请核对流程图和给出的变量。原因：{error.cause}。"
    return f"{error}这时的值：{error.values}。" if error.values else str(error)


def waiting(
    awaited: Sequence[Awaited],
    tired: Sequence[TimerJob],
    ticks: int,
    definition: DefinitionSet,
) -> str:
    """Say what nobody does: tasks left undone, messages nobody sends, reminders that go on for ever."""
    parts = []
    for job in tired:
        parts.append(f"循环定时“{job.name or job.element_id}”已触发 {ticks} 次，不会自己停。")
    left = _quoted(one for one in awaited if one.kind == "task")
    if left:
        parts.append(f"{left}没有人办理（答案里写了 skip）。")
    messages = [one for one in awaited if one.kind in {"message", "signal"}]
    if messages:
        parts.append(
            f"在等消息{_quoted(messages)}，请用 --message {_word(messages[0].name)} 送达。"
        )
    conditions = [one for one in awaited if one.kind == "conditional"]
    if conditions:
        example = {
            name: examples.of(name, definition)
            for one in conditions
            for name in _read(one.element, definition)
        }
        parts.append(
            f"在等条件{_quoted(conditions)}成立，请用 --variables {_quoted_for_shell(example)} 在开始时给出，"
            "或让同时进行的环节填写。"
        )
    return "流程停在这里。" + (
        "".join(parts) or "没有任务、定时、消息或条件可以让它继续，请核对流程图。"
    )


def _read(element_id: str, definition: DefinitionSet) -> list[str]:
    """Return the variables that the condition of an event reads."""
    events = [event for one in _of_id(definition, element_id) for event in one.events]
    return sorted(name for event in events for name in expressions.compile(event.text).names)


def circle(trace: Sequence[Passed], steps: int) -> str:
    """Say where a process goes round without an end."""
    names = dict.fromkeys(each.name for each in trace[-_LATELY:] if each.event in _STEPS)
    return (
        f"走了 {steps} 步还没有结束，一直在{'、'.join(f'“{name}”' for name in list(names)[:6])}之间循环。"
        "请在答案文件里给出能走出循环的答案，或核对流程图上的条件。"
    )


def _of_id(definition: DefinitionSet, element_id: str) -> Iterator[Element]:
    for process in definition.processes.values():
        if element_id in process.elements:
            yield process.elements[element_id]


def _lacking(error: ProcessFailed) -> str:
    """Return the variable that an expression did not find."""
    found = _UNDEFINED.search(error.cause)
    return found[1] if found else ""


def _source(variable: str, definition: DefinitionSet, done: Sequence[Element]) -> str:
    """Say how a variable can be given: by a form's field, at the start, or with a task that has no form."""
    for process in definition.processes.values():
        for element in process.elements.values():
            if element.kind == "userTask" and variable in {each.id for each in element.fields}:
                name = element.name or element.id
                return f"它由“{name}”的表单填写，流程没有先经过那里，请核对走向。"
    example = {variable: examples.of(variable, definition)}
    ways = []
    start = definition.process.start
    if start is None or not start.fields:
        ways.append(f"用 --variables {_quoted_for_shell(example)} 在开始时给出")
    bare = next((element for element in done if not element.fields), None)
    if bare is not None:
        given = json.dumps({bare.name or bare.id: example}, ensure_ascii=False)
        ways.append(f"在答案文件里写在前面的环节名下：{given}")
    if not ways:
        return f"请在图上给开始事件或前面的任务加一个 id 为 {variable} 的字段。"
    return f"请{'，或'.join(ways)}。"


def _word(name: str) -> str:
    """Return a name as a command line takes it for one word."""
    return name if re.fullmatch(r"[\w.:/\-]+", name) else shlex.quote(name)


def _quoted_for_shell(value: Any) -> str:
    return "'" + json.dumps(value, ensure_ascii=False).replace("'", "'\\''") + "'"


def words(definition: DefinitionSet) -> dict[str, list[Any]]:
    """Return what the conditions of a diagram compare each variable with, in the order drawn."""
    found: dict[str, list[Any]] = {}
    for process in definition.processes.values():
        for flow in process.flows:
            for name, text in _COMPARED.findall(flow.condition or ""):
                values = found.setdefault(name, [])
                value = text[1:-1] if text[0] in "'\"" else orjson.loads(text)
                if value not in values:
                    values.append(value)
    return found


def _quoted(awaited: Iterator[Awaited] | Sequence[Awaited]) -> str:
    return "、".join(dict.fromkeys(f"“{one.name or one.element}”" for one in awaited))
