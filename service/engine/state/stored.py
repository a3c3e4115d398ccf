"""An instance's state as bytes: small, versioned, and no larger after a thousand steps than after ten.

What is finished is dropped: history has it. What stays is the tokens that wait and the places where they parted, each
with only the variables in which it differs from the one before it.
"""

import threading
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
import zstandard

from service.engine.elements.events import Catching
from service.engine.host import Host
from service.engine.running.instances import Instance, SubInstance, Token, differs
from service.engine.running.processes import LISTENER, SPLIT, ProcessSpec
from service.engine.running.spiff import COMPLETED, WAITING
from service.engine.state.compaction import compact
from service.errors import ProcessFailed

FORMAT = b"\x01"
MOST_BYTES = 1_000_000  # of one instance's state before it is compressed
_LARGEST = 64 * MOST_BYTES

# A row is [parent row, state, node, id, triggered, internal data, changed variables, removed variables, borrowed
# variables], without the zeros at its end. Only living tokens keep their id: nothing outside refers to the others.
_ROW, _NAME = 9, 2


def dump(instance: Instance) -> bytes:
    """Compact the instance and return its state, or raise ProcessFailed when it has grown too large to carry."""
    compact(instance)
    try:
        document = orjson.dumps(_document(instance))
    except TypeError as error:
        raise ProcessFailed(
            "流程变量里有不能保存的内容，请联系运维人员检查最近一步的操作。", cause=repr(error)
        ) from error
    if len(document) > MOST_BYTES:
        last = instance.trace[-1].element_id if instance.trace else ""
        raise ProcessFailed(
            f"这一事项的流程变量超过 {MOST_BYTES // 1_000_000} MB，已停在“{last}”之前。流程变量只放选路用的短内容，"
            "请流程设计员把长的内容改存到登记的资料里，再重试。",
            element=last,
            cause=f"{len(document)} bytes of state",
        )
    return FORMAT + _compressor().compress(document)


def load(
    specs: Mapping[str, ProcessSpec], name: str, state: bytes, host: Host, at: datetime
) -> Instance:
    """Rebuild an instance from its state on the given definitions, which may be a later version of them."""
    if state[:1] != FORMAT:
        raise ProcessFailed("这一事项的状态由另一版本的程序保存，无法读取，请联系运维人员。")
    try:
        content = _decompressor().decompress(state[1:], max_output_size=_LARGEST)
        completed, success, end_event, workflows = orjson.loads(content)
    except (zstandard.ZstdError, ValueError) as error:
        raise ProcessFailed(
            "这一事项的状态已损坏，无法读取，请运维人员从备份中恢复。", cause=repr(error)
        ) from error
    instance = Instance(specs, name, host, at)
    instance.completed, instance.success = completed, success
    instance.end_event = end_event
    if completed:
        [[*_, instance.data]] = workflows
        return instance
    loaded: list[tuple[Instance | SubInstance, list[Token]]] = []
    for above, row, spec_name, rows, ended in workflows:
        workflow: Instance | SubInstance = instance
        base: dict[str, Any] = {}
        if above >= 0:
            parent = loaded[above][1][row]
            if spec_name not in specs:
                raise no_place(spec_name)
            workflow = SubInstance(specs[spec_name], parent)
            instance.subprocesses[parent.id] = workflow
            base = parent.data
        workflow.ended = ended
        loaded.append((workflow, _tokens(workflow, rows, base)))
    return instance


def _document(instance: Instance) -> list[Any]:
    workflows: list[Any] = []
    if instance.completed:
        root = [-1, 0, instance.spec.name, [], instance.data]
        return [True, instance.success, instance.end_event, [root]]
    rows_of: dict[str, tuple[int, int]] = {}  # living token → (workflow, row)
    for workflow in _outermost_first(instance):
        above, row, base = -1, 0, {}
        if isinstance(workflow, SubInstance):
            above, row = rows_of[workflow.parent_task.id]
            base = workflow.parent_task.data
        number = len(workflows)
        rows = _rows(workflow, base)
        for index, token in enumerate(workflow.tasks.values()):
            if token.live:
                rows_of[token.id] = (number, index)
        workflows.append([above, row, workflow.spec.name, rows, workflow.ended])
    return [False, instance.success, instance.end_event, workflows]


def _outermost_first(instance: Instance) -> list[Instance | SubInstance]:
    called = [inner for inner in instance.subprocesses.values() if not inner.completed]
    return [instance, *sorted(called, key=lambda inner: inner.depth)]


def _rows(workflow: Instance | SubInstance, base: Mapping[str, Any]) -> list[list[Any]]:
    numbers: dict[str, int] = {}
    rows: list[list[Any]] = []
    for token in workflow.tasks.values():
        parent = workflow.tasks[token._parent] if token._parent is not None else None
        changed, removed = _difference(parent.data if parent is not None else base, token.data)
        row = [
            numbers[parent.id] if parent is not None else -1,
            token._state,
            token.task_spec.name,
            token.id if token.live else 0,
            int(token.triggered),
            token.internal_data or 0,
            changed or 0,
            removed or 0,
            sorted(token.borrowed) or 0,
        ]
        while row[-1] == 0 and len(row) > 1:
            row.pop()
        numbers[token.id] = len(rows)
        rows.append(row)
    return rows


def _tokens(
    workflow: Instance | SubInstance, rows: Sequence[Sequence[Any]], base: dict[str, Any]
) -> list[Token]:
    specs = workflow.spec.task_specs
    events = workflow.top_workflow.event_manager
    tokens: list[Token] = []
    for number, row in enumerate(rows):
        above, state, name, key, triggered, internal, changed, removed, borrowed = _full(row)
        parent = tokens[above] if above >= 0 else None
        spec = specs.get(name)
        if spec is None:
            # Finished elements, and events no longer drawn, leave an undrawn trace.
            if key and not name.endswith(LISTENER) and not _was_boundary(name, rows[above][_NAME]):
                raise no_place(name)
            spec, state, key, internal = workflow.spec.start, COMPLETED, 0, 0
        token = Token(workflow, spec, parent, state, key or f"{number}")
        token.triggered = bool(triggered)
        token.internal_data = internal or {}
        token.borrowed = frozenset(borrowed or ())
        token.data = _applied(parent.data if parent is not None else base, changed, removed)
        if state == WAITING and isinstance(token.task_spec, Catching):
            events.add_task(token)
        tokens.append(token)
    if tokens:
        workflow.task_tree = tokens[0]
    return tokens


def _was_boundary(name: str, above: str) -> bool:
    return above.endswith(SPLIT) and above != name + SPLIT


def no_place(name: str) -> ProcessFailed:
    """Return what to raise where a token stands at an element that is not drawn any more."""
    return ProcessFailed(
        f"这一事项正停在“{name}”，而这一版流程图里没有它，或已换成别的种类，无法继续。"
        "请流程设计员恢复这个环节，或先把事项移到别的环节。",
        element=name,
        cause="no such element in this version",
    )


def _full(row: Sequence[Any]) -> list[Any]:
    return [*row, *[0] * (_ROW - len(row))]


def _difference(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], list[str]]:
    if before is after:
        return {}, []
    changed = {key: value for key, value in after.items() if differs(before, key, value)}
    # In an order that does not depend on which token wrote first, so that the same state is the same bytes.
    ordered = {key: changed[key] for key in sorted(changed)}
    return ordered, sorted(key for key in before if key not in after)


def _applied(before: dict[str, Any], changed: Any, removed: Any) -> dict[str, Any]:
    if not changed and not removed:
        return before
    data = {**before, **(changed or {})}
    for key in removed or ():
        data.pop(key, None)
    return data


_local = threading.local()  # zstandard's contexts are not to be shared by threads


def _compressor() -> zstandard.ZstdCompressor:
    found = getattr(_local, "compressor", None)
    if found is None:
        found = _local.compressor = zstandard.ZstdCompressor(level=1)
    return found


def _decompressor() -> zstandard.ZstdDecompressor:
    found = getattr(_local, "decompressor", None)
    if found is None:
        found = _local.decompressor = zstandard.ZstdDecompressor()
    return found
