"""An account is opened once, with posts the dictionary of roles knows."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.people import sessions
from service.register.people.passwords import STRONG, PasswordCost, hash_password
from service.register.people.roles import Role
from service.tables.people import Person, Post


def add(
    session: Session,
    login: str,
    name: str,
    groups: Iterable[str],
    password: str,
    cost: PasswordCost = STRONG,
) -> None:
    """Open an account with its posts, each written `role` or `role:scope`."""
    posts = [group.partition(":") for group in groups]
    for role, _, _ in posts:
        if role not in set(Role):
            raise NotFound(f"没有“{role}”这个岗位，请从角色字典中选择。", role=role)
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise NotAllowed(f"用户名“{login}”已经有人使用，请换一个。")
    session.add(Person(login=login, name=name, password_hash=hash_password(password, cost)))
    session.flush()
    session.add_all(Post(login=login, role=role, scope=scope or None) for role, _, scope in posts)
    session.flush()


def set_password(
    session: Session,
    login: str,
    password: str,
    at: datetime,
    cost: PasswordCost = STRONG,
) -> None:
    """Give the person a new password, lift the lock, and end all their sessions."""
    person = by_login(session, login)
    person.password_hash = hash_password(password, cost)
    person.failed_sign_ins = 0
    person.locked_until = None
    sessions.sign_out_everywhere(session, login, at)


def by_login(session: Session, login: str) -> Person:
    """Return the account of this login, closed or not."""
    found = session.scalar(select(Person).where(Person.login == login))
    if found is None:
        raise NotFound(f"没有用户名为“{login}”的账号，请核对后再试。", login=login)
    return found
