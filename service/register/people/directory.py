"""The people and units of a place: nobody acts in the service except as an `Actor` with the posts held now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.people.roles import UNIT_ROLES, Role
from service.register.people.sectors import Sector
from service.tables.people import Person, Post, Unit


@dataclass(frozen=True)
class Actor:
    """A person as the rules see them. A post with a scope gives two groups: `unit_head` and `unit_head:JT`."""

    login: str
    name: str
    groups: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()  # units in which they hold a post, in code order

    @classmethod
    def holding(cls, login: str, name: str, posts: Iterable[tuple[str, str | None]]) -> Self:
        """Return the person with these posts, each a role and the scope in which it is held."""
        held = list(posts)
        groups = {role for role, _ in held} | {f"{role}:{scope}" for role, scope in held if scope}
        in_units = {scope for role, scope in held if scope and role in UNIT_ROLES}
        return cls(login, name, frozenset(groups), tuple(sorted(in_units)))

    def holds(self, group: str) -> bool:
        """Say whether the person is in a group: `role`, `role:scope` or `user:login`."""
        return group in self.groups or group == f"user:{self.login}"

    def is_awaited(self, assignee: str | None, candidates: Iterable[str]) -> bool:
        """Say whether a task with this assignee, or these candidates while it has none, waits for the person."""
        if assignee:
            return assignee == self.login
        return not self.candidates.isdisjoint(candidates)

    @property
    def candidates(self) -> frozenset[str]:
        """Everything a task's candidates may name this person by."""
        return self.groups | {f"user:{self.login}"}


def actor(session: Session, login: str) -> Actor:
    """Return the person with all groups they hold now; refuses unknown and closed accounts."""
    found = actors(session, [login]).get(login)
    if found is None:
        raise NotAllowed("这个账号不存在或已停用，请联系系统管理员。", login=login)
    return found


def actors(session: Session, logins: Iterable[str]) -> dict[str, Actor]:
    """Return the active ones among `logins`, with one query."""
    rows = session.execute(
        select(Person.login, Person.name, Post.role, Post.scope)
        .outerjoin(Post, Post.login == Person.login)
        .where(Person.login.in_(set(logins)), Person.active)
    )
    names: dict[str, str] = {}
    posts: dict[str, list[tuple[str, str | None]]] = {}
    for login, name, role, scope in rows:
        names[login] = name
        posts.setdefault(login, [])
        if role is not None:
            posts[login].append((role, scope))
    return {login: Actor.holding(login, name, posts[login]) for login, name in names.items()}


def holders(session: Session, group: str) -> list[Actor]:
    """Return the active people who hold `group` (`role`, `role:scope` or `user:login`), in login order."""
    role, _, scope = group.partition(":")
    if role == "user":
        logins: Iterable[str] = [scope]
    else:
        question = select(Post.login).where(Post.role == role)
        logins = session.scalars(question.where(Post.scope == scope) if scope else question)
    found = actors(session, logins)
    return [found[login] for login in sorted(found)]


def reachable(session: Session, groups: Iterable[str]) -> frozenset[str]:
    """Return those of the groups that somebody with an open account holds, with one query for all."""
    wanted = frozenset(groups)
    roles = {group.partition(":")[0] for group in wanted} - {"user"}
    logins = {group.removeprefix("user:") for group in wanted if group.startswith("user:")}
    rows = session.execute(
        select(Person.login, Post.role, Post.scope)
        .outerjoin(Post, and_(Post.login == Person.login, Post.role.in_(roles)))
        .where(Person.active, or_(Person.login.in_(logins), Post.role.is_not(None)))
    ).all()
    return wanted & {
        group for login, role, scope in rows for group in (f"user:{login}", role, f"{role}:{scope}")
    }


def names(session: Session, logins: Iterable[str | None]) -> dict[str, str]:
    """Return the name for each login, also of closed accounts, with one query for all."""
    wanted = {login for login in logins if login}
    if not wanted:
        return {}
    rows = session.execute(select(Person.login, Person.name).where(Person.login.in_(wanted)))
    return dict(rows.all())


def unit(session: Session, code: str) -> Unit:
    """Return the unit of this code, also one that is no longer in use."""
    found = session.get(Unit, code)
    if found is None:
        raise NotFound(f"没有代码为“{code}”的单位，请从单位名单中选择。", unit=code)
    return found


def units(session: Session, *sectors: Sector) -> list[Unit]:
    """Return the active units, of these sectors if any are given, in code order."""
    question = select(Unit).where(Unit.active).order_by(Unit.code)
    return list(session.scalars(question.where(Unit.system.in_(sectors)) if sectors else question))


def unit_names(session: Session, codes: Iterable[str | None] | None = None) -> dict[str, str]:
    """Return the short name for each code (all units when none are given), with one query."""
    question = select(Unit.code, Unit.short_name)
    if codes is not None:
        wanted = {code for code in codes if code}
        if not wanted:
            return {}
        question = question.where(Unit.code.in_(wanted))
    return dict(session.execute(question).all())


def group_names(
    session: Session, groups: Iterable[str], units: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return what a person reads for each group: 交通局联络员, 云溪镇人大主席团, 李明.

    `units` saves a query where the units' names are at hand.
    """
    parts = {group: group.partition(":") for group in groups}
    wanted = [scope for role, _, scope in parts.values() if scope and role != "user"]
    scopes = unit_names(session, wanted) if units is None and wanted else units or {}
    logins = names(session, [scope for role, _, scope in parts.values() if role == "user"])
    return {
        group: logins.get(scope, scope) if role == "user" else _group_name(role, scope, scopes)
        for group, (role, _, scope) in parts.items()
    }


# Signing in


# API tokens


def _group_name(role: str, scope: str, scopes: Mapping[str, str]) -> str:
    title = Role.label_of(role, role)
    if not scope:
        return title
    where = scopes.get(scope, scope)
    if role == Role.WORK_COMMITTEE:
        return where
    return where + title.removeprefix("承办单位").removeprefix("单位").removeprefix("镇")
