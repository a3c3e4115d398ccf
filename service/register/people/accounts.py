"""An account is opened once, with posts the dictionary of roles knows."""

import re
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
    email: str = "",
    phone: str = "",
) -> None:
    """Open an account with its posts, each written `role` or `role:scope`."""
    _check_addresses(email, phone)
    posts = [group.partition(":") for group in groups]
    for role, _, _ in posts:
        if role not in set(Role):
            raise NotFound(f"没有“{role}”这个岗位，请从角色字典中选择。", role=role)
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise NotAllowed(f"用户名“{login}”已经有人使用，请换一个。")
    hashed = hash_password(password, cost)
    session.add(Person(login=login, name=name, password_hash=hashed, email=email, phone=phone))
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


def set_contact(session: Session, login: str, email: str | None, phone: str | None) -> None:
    """Change where messages reach a person; None leaves an address as it is, "" removes it."""
    _check_addresses(email or "", phone or "")
    person = by_login(session, login)
    person.email = person.email if email is None else email
    person.phone = person.phone if phone is None else phone


def by_login(session: Session, login: str) -> Person:
    """Return the account of this login, closed or not."""
    found = session.scalar(select(Person).where(Person.login == login))
    if found is None:
        raise NotFound(f"没有用户名为“{login}”的账号，请核对后再试。", login=login)
    return found


_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(r"\+?[0-9]{5,15}")


def _check_addresses(email: str, phone: str) -> None:
    """Refuse what no message could be sent to."""
    if email and not (email.isascii() and _EMAIL.fullmatch(email)):
        raise NotAllowed(f"“{email}”不是电子邮箱，请按 li_ming@example.gov.cn 的样子填写。")
    if phone and not _PHONE.fullmatch(phone):
        raise NotAllowed(f"“{phone}”不是手机号码，请只填数字。")
