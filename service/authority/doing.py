"""Who may do a task: those it waits for, and where nobody can be reached those who look after processes."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.errors import NotAllowed, TaskNotOpen
from service.register.people import posts
from service.register.people.directory import Actor


@dataclass(frozen=True)
class Circumstances:
    """What standing in for somebody depends on."""

    is_of_a_case: bool  # of the register
    is_sealed: bool
    is_nobody_reachable: bool  # whoever may do it is unknown or gone
    is_begun_by_them: bool  # by the person who would stand in
    acts: bool  # the process changes the register


def refuse_strangers(assignee: str | None, candidates: Sequence[str], person: Actor) -> None:
    """Refuse somebody whom a task does not wait for; a colleague learns that it is taken."""
    if person.is_awaited(assignee, candidates):
        return
    if assignee is not None and not person.candidates.isdisjoint(candidates):
        raise TaskNotOpen("这项任务已由同事认领，暂时不用您办理。如需接手，请与认领人联系。")
    raise NotAllowed


def may_stand_in(person: Actor, where: Circumstances) -> bool:
    """May this person do a task that waits for somebody else, under their own name?

    Of a case of the register only operators may, where nobody can be reached and somebody else began it. Where a
    process acts on the register, a person who may not deploy needs the same: with values of their own making they
    could do what their posts do not allow; a person who may deploy could draw it anyway. What is sealed nobody does
    for another.
    """
    if where.is_sealed:
        return False
    if where.is_of_a_case:
        is_operator = bool(person.groups & posts.OPERATORS)
        return is_operator and where.is_nobody_reachable and not where.is_begun_by_them
    if not person.groups & posts.KEEPERS:
        return False
    if where.is_begun_by_them and where.acts and not person.groups & posts.DEPLOYERS:
        return False
    return where.is_nobody_reachable or where.is_begun_by_them
