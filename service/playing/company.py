"""Who acts: whoever the register knows for a task, else somebody who may do everything."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from service.register.people import directory as people
from service.register.people.directory import Actor
from service.tables.runtime import UserTask

SOMEBODY = "somebody"
"""Who acts where the register knows nobody for a task."""


def groups(task: UserTask) -> list[str]:
    """Return whom a task waits for: whoever has it, else all who may take it."""
    return [f"user:{task.assignee}"] if task.assignee else list(task.candidates)


def doers(session: Session, groups: Sequence[str]) -> list[Actor]:
    """Return the people the register knows for these groups, each once; where it knows nobody, somebody who may do everything."""
    found = {each.login: each for group in groups for each in people.holders(session, group)}
    return list(found.values()) or [_anybody(groups)]


def _anybody(groups: Sequence[str]) -> Actor:
    logins = [group.removeprefix("user:") for group in groups if group.startswith("user:")]
    login = logins[0] if logins else SOMEBODY
    return Actor(login, login, frozenset(groups))
