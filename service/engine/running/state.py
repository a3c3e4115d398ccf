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

from service.engine.host import Host
from service.engine.running.events import Catching
from service.engine.running.gateways import EndJoin
from service.engine.running.spiff import (
    COMPLETED,
    LISTENER,
    SPLIT,
    WAITING,
    Instance,
    ProcessSpec,
    SubInstance,
    Token,
    differs,
)
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
                raise _no_place(spec_name)
            workflow = SubInstance(specs[spec_name], parent)
            instance.subprocesses[parent.id] = workflow
            base = parent.data
        workflow.ended = ended
        loaded.append((workflow, _tokens(workflow, rows, base)))
    return instance


def adapt(instance: Instance, before: Mapping[str, ProcessSpec]) -> None:
    """Make an instance loaded on another version live on it: the same kinds of elements, new events armed."""
    for workflow in instance.active():
        old = before[workflow.spec.name].task_specs
        for listener in workflow.spec.listeners:
            if listener.name not in old:
                listener._update(workflow.task_tree._add_child(listener))
        for token in workflow.living():
            name = token.task_spec.name
            if name in old and type(old[name]) is not type(token.task_spec):
                raise _no_place(name)
            split = workflow.spec.task_specs.get(name + SPLIT)
            if split is None or token.triggered:
                continue
            new = [event for event in split.outputs if event.name != name and event.name not in old]
            if new:
                above = _split_above(workflow, token, split)
                for event in new:
                    event._update(above._add_child(event))


def _split_above(workflow: Instance | SubInstance, token: Token, split: Any) -> Token:
    """Return the undrawn node above a token, put there now if its element had no boundary events before."""
    parent: Token = token.parent
    if parent.task_spec is split:
        return parent
    above = Token(workflow, split, parent, COMPLETED)
    above.data = token.data
    parent._children.remove(token.id)
    above._children.append(token.id)
    token._parent = above.id
    tasks: dict[str, Token] = {}
    for key, task in workflow.tasks.items():  # parents come before their children in a state
        if key == token.id:
            tasks[above.id] = above
        tasks.setdefault(key, task)
    workflow.tasks = tasks
    return above


def compact(instance: Instance) -> None:
    """Forget finished subprocesses and every token that nothing living came from."""
    called = instance.subprocesses
    for key in [key for key, inner in called.items() if inner.completed]:
        del called[key]
    if not instance.completed:
        for workflow in instance.active():
            _prune(workflow)


# --- forgetting ----------------------------------------------------------------------------------


def _prune(workflow: Instance | SubInstance) -> None:
    living = workflow.living()
    staying = [token for token in living if not isinstance(token.task_spec, EndJoin)]
    if not staying:
        return
    for token in living:
        if isinstance(token.task_spec, EndJoin):
            _keep_writings(workflow, token, staying)
    offspring = _offspring(staying)
    kept = {token.id for token in staying}
    kept |= {key for key in offspring if _needed(workflow.tasks[key], offspring)}
    if len(kept) < len(workflow.tasks):
        _rebuild(workflow, kept)


def _offspring(staying: Sequence[Token]) -> dict[str, list[Token]]:
    """Return, for each token that a living one came from, its children on the way to one."""
    offspring: dict[str, list[Token]] = {}
    for token in staying:
        child = token
        for ancestor in token.ancestors():
            known = offspring.get(ancestor.id)
            if known is None:
                offspring[ancestor.id] = [child]
            else:
                if child not in known:
                    known.append(child)
                break
            child = ancestor
    return offspring


def _needed(token: Token, offspring: Mapping[str, Sequence[Token]]) -> bool:
    """Keep where tokens part, what a living token came from directly, and the undrawn nodes between the two."""
    children = offspring[token.id]
    if token is token.workflow.task_tree or len(children) > 1:
        return True
    [child] = children
    undrawn = child.task_spec.bpmn_id is None
    return child.live or (undrawn and any(other.live for other in offspring[child.id]))


def _rebuild(workflow: Instance | SubInstance, kept: set[str]) -> None:
    tasks = workflow.tasks
    remaining = {key: token for key, token in tasks.items() if key in kept}
    for token in remaining.values():
        token._children = []
    for key, token in remaining.items():
        parent = token._parent
        while parent is not None and parent not in kept:
            parent = tasks[parent]._parent
        token._parent = parent
        if parent is not None:
            remaining[parent]._children.append(key)
    workflow.tasks = remaining
    root = workflow.task_tree
    if len(root._children) == 1:
        root.data = remaining[root._children[0]].data


def _keep_writings(
    workflow: Instance | SubInstance, token: Token, staying: Sequence[Token]
) -> None:
    """Remember what an ended branch wrote since it parted from those that go on."""
    others = {ancestor.id for other in staying for ancestor in (other, *other.ancestors())}
    base = next((a.data for a in token.ancestors() if a.id in others), {})
    for key, value in token.data.items():
        if differs(base, key, value) and key not in token.borrowed:
            workflow.ended[key] = [base[key], value] if key in base else [value]


# --- bytes ---------------------------------------------------------------------------------------


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
            # Finished elements, and events nobody draws any more, leave an undrawn trace.
            if key and not name.endswith(LISTENER) and not _was_boundary(name, rows[above][_NAME]):
                raise _no_place(name)
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


def _no_place(name: str) -> ProcessFailed:
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
    # In an order that does not depend on who wrote first, so that the same state is the same bytes.
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
