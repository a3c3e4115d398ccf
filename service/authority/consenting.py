"""Who agrees to a new version of a process that handles ratings: somebody of the congress office who did not propose it."""

from service.errors import NotAllowed
from service.register.people.directory import Actor
from service.register.people.roles import Role


def may_consent(person: Actor, proposed_by: str | None) -> bool:
    return person.holds(Role.DEPUTY_OFFICE) and person.login != proposed_by


def refuse_consent(person: Actor, proposed_by: str | None) -> None:
    """Refuse a decision on a proposal by somebody who may not make it."""
    if person.login == proposed_by:
        raise NotAllowed("流程变更是您自己提交的，要由代表工委的另一个人决定。")
    if not may_consent(person, proposed_by):
        raise NotAllowed("涉及代表评价的流程变更由代表工委决定。请联系代表工委。")
