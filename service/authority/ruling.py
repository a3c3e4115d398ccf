"""Who changes the rules that officials own: the decision tables and the lists behind the forms."""

from collections.abc import Mapping

from service.errors import NotAllowed
from service.register.people import posts
from service.register.people.directory import Actor
from service.register.people.roles import Role

_OFFICE = (Role.DEPUTY_OFFICE,)

OWNERS: Mapping[str, tuple[Role, ...]] = {
    "control_color": (Role.GOV_SUPERVISION_HEAD,),
    "pass_lines": (Role.GOV_SUPERVISION_HEAD, Role.DEPUTY_OFFICE),
    "reply_classes": _OFFICE,
    "categories": _OFFICE,
    "negative_list": _OFFICE,
    "positive_list": _OFFICE,
    "prep_steps": _OFFICE,
    "publicity_presets": _OFFICE,
    "supplement_clock": _OFFICE,
    "numbering": _OFFICE,
}
"""The posts that own a rule, by its name; rules that nobody is named for belong to those who look after the service."""

READERS = frozenset({Role.AUDITOR, *posts.DEPLOYERS}).union(*OWNERS.values())
"""Read every rule and its versions."""


def may_change(person: Actor, rule: str) -> bool:
    """May this person draft another version of a rule and put it in force?

    A rule belongs to the office that answers for what follows from it: whoever issues the cards says when one is
    proposed, and the congress office, which registers and publishes, keeps the lists of its own forms. Administrators
    and designers may change each rule, because they may deploy the file it is kept in anyway. Nobody else may: a unit
    would write its own yardstick.
    """
    return bool(person.groups & (posts.DEPLOYERS | frozenset(OWNERS.get(rule, ()))))


def refuse_change(person: Actor, rule: str) -> None:
    """Refuse somebody who does not own a rule, and say who does."""
    if may_change(person, rule):
        return
    owners = "、".join(one.label for one in (*OWNERS.get(rule, ()), Role.ADMIN, Role.DESIGNER))
    raise NotAllowed(f"这项规则由{owners}修改，您可以查看。需要修改时，请联系他们。")
