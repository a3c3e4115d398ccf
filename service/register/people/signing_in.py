"""A person proves who they are with a password; an attempt reveals nothing about which accounts exist."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.people import sessions
from service.register.people.passwords import (
    STRONG,
    PasswordCost,
    decoy,
    hash_password,
    is_outdated,
    verify,
)
from service.tables.people import Person

FAILURES_ALLOWED = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)
REFUSED = (
    "用户名或密码不正确，请核对后重新输入。连续输错 5 次，账号会锁定 15 分钟，之后再错，锁定时间加倍；"
    "忘记密码或账号已停用，请联系系统管理员。"
)


@dataclass(frozen=True)
class Check:
    """What comparing a password found, before anything is written."""

    login: str
    known_hash: str | None = field(repr=False)  # None: nobody may sign in here now
    matches: bool
    renewed_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SignIn:
    """The outcome of an attempt: a token, or the sentence why not.

    A refusal is a value and not an exception, because its count of failures has to be committed.
    """

    token: str | None
    refusal: str = ""


def sign_in(
    session: Session,
    login: str,
    password: str,
    at: datetime,
    address: str = "",
    agent: str = "",
    cost: PasswordCost = STRONG,
) -> SignIn:
    """Open a web session, or count the failure. A web page asks `check` and `settle` apart."""
    return settle(session, check(session, login, password, at, cost), at, address, agent)


def check(
    session: Session, login: str, password: str, at: datetime, cost: PasswordCost = STRONG
) -> Check:
    """Compare a password, and write nothing: the tenth of a second it takes must not be a writer's turn.

    The work is the same for a wrong password, an unknown login, a locked and a closed account, so that an attempt
    tells nothing about which accounts exist.
    """
    person = session.scalar(select(Person).where(Person.login == login))
    known_hash = person.password_hash if person and _is_open(person, at) else None
    matches = verify(known_hash or decoy(cost), password, cost)
    if known_hash is None or not matches:
        return Check(login, known_hash, False)
    renewed = hash_password(password, cost) if is_outdated(known_hash, cost) else None
    return Check(login, known_hash, True, renewed)


def settle(session: Session, checked: Check, at: datetime, address: str, agent: str) -> SignIn:
    """Open the session a check has earned, or count its failure.

    The account is looked at again, locked: whoever was locked or got a new password meanwhile is not let in.
    Failures past the fifth lock the account for 15 minutes, each further one twice as long, up to a day.
    """
    person = session.scalar(
        select(Person)
        .where(Person.login == checked.login)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if person is None or not _is_open(person, at) or checked.known_hash is None:
        return SignIn(None, REFUSED)
    if not checked.matches or person.password_hash != checked.known_hash:
        person.failed_sign_ins += 1
        person.locked_until = _lock(person.failed_sign_ins, at)
        return SignIn(None, REFUSED)
    person.failed_sign_ins = 0
    person.locked_until = None
    person.password_hash = checked.renewed_hash or person.password_hash
    return SignIn(sessions.open_(session, checked.login, at, address, agent))


def _is_open(person: Person, at: datetime) -> bool:
    return person.active and (person.locked_until is None or person.locked_until <= at)


def _lock(failures: int, at: datetime) -> datetime | None:
    over = failures - FAILURES_ALLOWED
    if over < 0:
        return None
    doubled: int = 2 ** min(over, 10)
    return at + min(FIRST_LOCK * doubled, LONGEST_LOCK)
