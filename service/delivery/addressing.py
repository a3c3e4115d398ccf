"""Whom a notice reaches: posts change, so a group becomes persons when the message is written and not before."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from service.delivery.channels import Name
from service.register.people.directory import Actor
from service.tables.people import Person, Post

COLUMNS = {Name.MAIL: Person.email, Name.SMS: Person.phone}


@dataclass(frozen=True)
class Addressee:
    """A person with an open account, and where messages reach them."""

    actor: Actor
    addresses: Mapping[Name, str]


@dataclass(frozen=True)
class Directory:
    """Everybody who can be reached, by login and by each name a notice or a task may have for them."""

    people: Mapping[str, Addressee] = field(default_factory=dict)
    by_name: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def named(self, name: str) -> Iterable[str]:
        """Return the logins of those who can be reached under a login, a group or `user:login`."""
        return self.by_name.get(name, ())


def directory(session: Session, channels: Collection[Name]) -> Directory:
    """Return everybody who has an address for one of the channels, with two queries."""
    has_address = or_(*(COLUMNS[name] != "" for name in channels))
    rows = session.execute(
        select(Person.login, Person.name, *(COLUMNS[name] for name in channels)).where(
            Person.active, has_address
        )
    ).all()
    posts: dict[str, list[tuple[str, str | None]]] = defaultdict(list)
    for login, role, scope in session.execute(select(Post.login, Post.role, Post.scope)):
        posts[login].append((role, scope))
    found = {
        login: Addressee(
            Actor.holding(login, name, posts[login]),
            {one: address for one, address in zip(channels, given, strict=True) if address},
        )
        for login, name, *given in rows
    }
    by_name: dict[str, list[str]] = defaultdict(list)
    for login in sorted(found):
        for name in {login, *found[login].actor.candidates}:
            by_name[name].append(login)
    return Directory(found, {name: tuple(logins) for name, logins in by_name.items()})
