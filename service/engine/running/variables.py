"""The variables of tokens: evaluated, copied, and merged where tokens meet."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from service.engine.running.instances import Instance, SubInstance, Token, differs


def in_order(tokens: Iterable[Token]) -> list[Token]:
    """Sort tokens by arrival; a workflow's tasks are kept in the order they were made."""
    chosen = {token.id: token for token in tokens}
    [first, *_] = chosen.values()
    return [chosen[key] for key in first.workflow.tasks if key in chosen]


def merged(tokens: Sequence[Token]) -> dict[str, Any]:
    """Merge what branches wrote since they parted; where two wrote the same key, the later arrival wins.

    Branches within a branch are merged first, so that what they only inherited is no writing of theirs. Nor is what one
    has borrowed.
    """
    if len(tokens) == 1:
        return current(tokens[0])
    fork = parting(tokens)
    branches: dict[str, list[Token]] = {}  # in the order of their last arrivals
    for token in tokens:
        if token is not fork:
            branch = branches.pop(below := _below(fork, token), [])
            branches[below] = [*branch, token]
    data = dict(fork.data)
    for branch in branches.values():
        lent = borrowed(branch)
        writes = written(fork.data, merged(branch))
        data |= {k: value for k, value in writes.items() if k not in lent} if lent else writes
    return data


def borrowed(tokens: Sequence[Token]) -> frozenset[str]:
    """Return the variables that none of these wrote, though they know them from another that goes on."""
    return frozenset.intersection(*(_borrowed(token) for token in tokens))


def _borrowed(token: Token) -> frozenset[str]:
    if not token.borrowed:
        return token.borrowed
    return token.borrowed.difference(written(token.data, current(token)))


def meet(token: Token, others: Sequence[Token]) -> None:
    """Let a token go on with what these bring to it."""
    token.data, token.borrowed = merged(others), borrowed(others)


def _below(fork: Token, token: Token) -> str:
    """Return the child of a fork from which a token came."""
    child = token
    for ancestor in token.ancestors():
        if ancestor is fork:
            break
        child = ancestor
    return child.id


def current(token: Token) -> dict[str, Any]:
    """Return a token's variables as others see them, with what was written so far in the activity it is at."""
    inner = inside(token)
    done = token.task_spec.so_far(token)
    if inner is not None:
        return outside(token, {**token.data, **seen(inner)})
    return outside(token, {**token.data, **done} if done else token.data)


def outside(token: Token, data: dict[str, Any]) -> dict[str, Any]:
    """Return the variables of an activity without its own, and with what those hide."""
    own = token.task_spec.received
    if not own:
        return data
    hidden = token.parent.data
    shown = {key: value for key, value in data.items() if key not in own}
    return shown | {key: hidden[key] for key in own if key in hidden}


def seen(workflow: Instance | SubInstance) -> dict[str, Any]:
    """Return the variables of a process or subprocess as they would be if all that goes on in it ended now.

    An event subprocess beside the flow shares what it wrote when it is done; one that interrupted it is the flow.
    """
    listeners = workflow.spec.listeners
    apart = [*listeners, *(each.body for each in listeners if not each.body.interrupts)]
    going = [t for t in workflow.living() if not t.triggered and t.task_spec not in apart]
    return with_ended(going or [workflow.task_tree], workflow.ended)


def inside(token: Token) -> Instance | SubInstance | None:
    """Return the embedded subprocess that runs at a token, which shares its variables; of a call, nothing."""
    if not token.task_spec.shares:
        return None
    inner: Instance | SubInstance | None = token.workflow.top_workflow.subprocesses.get(token.id)
    return inner if inner is not None and not inner.completed else None


def parting(tokens: Sequence[Token]) -> Token:
    """Return the nearest token from which all these came."""
    first, *others = tokens
    common = [first, *first.ancestors()]
    for token in others:
        path = {t.id for t in (token, *token.ancestors())}
        common = [t for t in common if t.id in path]
    return common[0]


def written(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is new in a token's variables, or has another value."""
    return {key: value for key, value in after.items() if differs(before, key, value)}


def share(tokens: Iterable[Token], before: Mapping[str, Any], writes: Mapping[str, Any]) -> None:
    """Let tokens that go on at the same time see what was written, where they have not written it themselves."""
    for token in tokens:
        unchanged = {
            key: value
            for key, value in writes.items()
            if (key not in before if key not in token.data else _same(before, key, token.data))
        }
        token.assign(unchanged)
        inner = inside(token)
        if inner is not None and unchanged:
            share([inner.task_tree, *inner.living()], before, unchanged)


def _same(before: Mapping[str, Any], key: str, data: Mapping[str, Any]) -> bool:
    return not differs(before, key, data[key])


def with_ended(tokens: Sequence[Token], ended: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Merge what tokens wrote with what branches that ended long ago had, where it was not written since."""
    data = merged(tokens)
    if not ended:
        return data
    lent = borrowed(tokens)
    changes = {
        key: after
        for key, (*before, after) in ended.items()
        if key in lent or (before == [data[key]] if key in data else not before)
    }
    return {**data, **changes} if changes else data
