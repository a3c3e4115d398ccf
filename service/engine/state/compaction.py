"""What is finished is forgotten: history has it."""

from collections.abc import Mapping, Sequence

from service.engine.elements.gateways import EndJoin
from service.engine.running.instances import Instance, SubInstance, Token, differs


def compact(instance: Instance) -> None:
    """Forget finished subprocesses and every token that nothing living came from."""
    called = instance.subprocesses
    for key in [key for key, inner in called.items() if inner.completed]:
        del called[key]
    if not instance.completed:
        for workflow in instance.active():
            _prune(workflow)


def _prune(workflow: Instance | SubInstance) -> None:
    living = workflow.living()
    staying = [token for token in living if not isinstance(token.task_spec, EndJoin)]
    if not staying:
        return
    for token in living:
        if isinstance(token.task_spec, EndJoin):
            _remember_writings(workflow, token, staying)
    offspring = _offspring(staying)
    needed = {token.id for token in staying}
    needed |= {key for key in offspring if _is_needed(workflow.tasks[key], offspring)}
    if len(needed) < len(workflow.tasks):
        _rebuild(workflow, needed)


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


def _is_needed(token: Token, offspring: Mapping[str, Sequence[Token]]) -> bool:
    """Keep where tokens part, what a living token came from directly, and the undrawn nodes between the two."""
    children = offspring[token.id]
    if token is token.workflow.task_tree or len(children) > 1:
        return True
    [child] = children
    undrawn = child.task_spec.bpmn_id is None
    return child.live or (undrawn and any(other.live for other in offspring[child.id]))


def _rebuild(workflow: Instance | SubInstance, needed: set[str]) -> None:
    tasks = workflow.tasks
    remaining = {key: token for key, token in tasks.items() if key in needed}
    for token in remaining.values():
        token._children = []
    for key, token in remaining.items():
        parent = token._parent
        while parent is not None and parent not in needed:
            parent = tasks[parent]._parent
        token._parent = parent
        if parent is not None:
            remaining[parent]._children.append(key)
    workflow.tasks = remaining
    root = workflow.task_tree
    if len(root._children) == 1:
        root.data = remaining[root._children[0]].data


def _remember_writings(
    workflow: Instance | SubInstance, token: Token, staying: Sequence[Token]
) -> None:
    """Remember what an ended branch wrote since it parted from those that go on."""
    others = {ancestor.id for other in staying for ancestor in (other, *other.ancestors())}
    base = next((a.data for a in token.ancestors() if a.id in others), {})
    for key, value in token.data.items():
        if differs(base, key, value) and key not in token.borrowed:
            workflow.ended[key] = [base[key], value] if key in base else [value]
