"""Who does a task, in words."""

import re

from service.engine.drawn.people import INITIATOR
from service.engine.drawn.source import Element
from service.engine.language import expressions
from service.engine.telling.names import Names

_WHOLE = re.compile(r"[$#]\{\s*([^\W\d]\w*)\s*\}")
_VARIABLE = re.compile(r"[$#]\{execution\.getVariable\('([^\W\d]\w*)'\)\}")


def of(element: Element, names: Names) -> str:
    """Say who does a task: its lane, with the posts it names; else the people it names, or no one in particular."""
    groups = element.attributes.get("candidateGroups", "")
    if element.lane:
        posts = (names.roles.get(one.partition(":")[0]) for one in _listed(groups))
        others = [post for post in dict.fromkeys(posts) if post and post != element.lane]
        return f"{element.lane}（{'或'.join(others)}）" if others else element.lane
    assignee = element.attributes.get("assignee", "").strip()
    if assignee:
        return _person(assignee, names)
    users = element.attributes.get("candidateUsers", "")
    named = [*roles(groups, names), *(_person(one, names) for one in _listed(users))]
    return "或".join(dict.fromkeys(named)) or "办理人"


def roles(text: str, names: Names) -> list[str]:
    """Return what the roles of a list are called."""
    return [_role(one, names) for one in _listed(text)]


def _listed(text: str) -> list[str]:
    return [
        part.strip()
        for part in re.split(r",(?![^{]*\})", text[: expressions.MOST_LETTERS_OF_TEXT])
        if part.strip()
    ]


def _person(text: str, names: Names) -> str:
    whole = _WHOLE.fullmatch(text) or _VARIABLE.fullmatch(text)
    if whole and whole[1] == INITIATOR:
        return "发起人"
    return f"“{names.label(whole[1])}”所指的人" if whole else text[:40]


def _role(text: str, names: Names) -> str:
    whole = _WHOLE.fullmatch(text)
    if whole:
        return f"“{names.label(whole[1])}”所指的岗位"
    role, _, unit = text.partition(":")
    post = names.roles.get(role, role[:40])
    whose = _WHOLE.fullmatch(unit)
    return f"{post}（“{names.label(whose[1])}”所指的单位）" if whose else post
