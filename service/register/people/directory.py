"""Who a person is, which posts they hold, and how they prove it: nobody acts in the service except as an `Actor`."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.tables.people import ApiToken, Person, Post, Unit, WebSession

ROLES: Mapping[str, str] = {
    "deputy": "人大代表",
    "delegation_clerk": "代表团联络员",
    "session_motion_group": "大会秘书处议案建议组",
    "town_presidium": "镇人大主席团",
    "deputy_office": "人大代表工委",
    "work_committee": "人大工作委员会",
    "sc_office": "人大常委会办公室",
    "director_meeting": "主任会议",
    "director_member": "主任会议成员",
    "gov_office": "市政府办公室",
    "gov_supervision": "市政府督查室",
    "gov_supervision_head": "市政府督查室主任",
    "party_supervision": "市委督查室",
    "party_office": "市委办公室",
    "vice_mayor": "分管副市长",
    "mayor_meeting": "市长专题办公会",
    "unit_liaison": "承办单位联络员",
    "unit_handler": "承办人",
    "unit_reviewer": "核稿人",
    "unit_deputy_head": "单位分管领导",
    "unit_head": "单位主要负责人",
    "secrecy_reviewer": "保密审查员",
    "publisher": "信息公开员",
    "petition_bureau": "信访局",
    "admin": "系统管理员",
    "designer": "流程设计员",
    "auditor": "审计员",
    "operator": "运维人员",
}
UNIT_ROLES = ("unit_liaison", "unit_handler", "unit_reviewer", "unit_deputy_head", "unit_head")

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(days=7)
SEEN_EVERY = timedelta(minutes=1)
FAILURES_ALLOWED = 5
FIRST_LOCK = timedelta(minutes=15)
LONGEST_LOCK = timedelta(days=1)
REFUSED = (
    "用户名或密码不正确，请核对后重新输入。连续输错 5 次，账号会锁定 15 分钟，之后再错，锁定时间加倍；"
    "忘记密码或账号已停用，请联系系统管理员。"
)


@dataclass(frozen=True)
class Actor:
    """A person as the rules see them. A post with a scope gives two groups: `unit_head` and `unit_head:JT`."""

    login: str
    name: str
    groups: frozenset[str] = frozenset()
    units: tuple[str, ...] = ()  # units in which they hold a post, in code order

    def holds(self, group: str) -> bool:
        return group in self.groups or group == f"user:{self.login}"

    @property
    def candidates(self) -> frozenset[str]:
        """Everything a task's candidates may name this person by."""
        return self.groups | {f"user:{self.login}"}


@dataclass(frozen=True)
class PasswordCost:
    """What one password check costs; the settings choose it."""

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


STRONG = PasswordCost()


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


# Who is who


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
    return {login: _actor(login, name, posts[login]) for login, name in names.items()}


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
    found = session.get(Unit, code)
    if found is None:
        raise NotFound(f"没有代码为“{code}”的单位，请从单位名单中选择。", unit=code)
    return found


def units(session: Session, *systems: str) -> list[Unit]:
    """Return the active units, of these systems if any are given, in code order."""
    question = select(Unit).where(Unit.active).order_by(Unit.code)
    return list(session.scalars(question.where(Unit.system.in_(systems)) if systems else question))


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

    `units` saves a question to who has the units' names at hand.
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


def hash_password(password: str, cost: PasswordCost = STRONG) -> str:
    return _hasher(cost).hash(password)


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
        if role not in ROLES:
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
    person = _person(session, login)
    person.password_hash = hash_password(password, cost)
    person.failed_sign_ins = 0
    person.locked_until = None
    sign_out_everywhere(session, login, at)


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
    matches = _verify(known_hash or _decoy(cost), password, cost)
    if known_hash is None or not matches:
        return Check(login, known_hash, False)
    is_outdated = _hasher(cost).check_needs_rehash(known_hash)
    return Check(login, known_hash, True, hash_password(password, cost) if is_outdated else None)


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
    return SignIn(_open(session, checked.login, at, address, agent))


def session_actor(session: Session, token: str, at: datetime) -> Actor | None:
    """Return who is signed in with this token, or None when it is unknown, revoked, idle too long or too old.

    The moment of the visit is written at most once a minute. In `Database.reading` it is not kept, but
    `session.dirty` tells whether a transaction is worth its while.
    """
    rows = session.execute(
        select(WebSession, Person.name, Post.role, Post.scope)
        .join(Person, Person.login == WebSession.login)
        .outerjoin(Post, Post.login == Person.login)
        .where(
            WebSession.token_hash == _digest(token), WebSession.revoked_at.is_(None), Person.active
        )
    ).all()
    if not rows:
        return None
    row: WebSession = rows[0][0]
    if at >= row.expires_at or at - row.seen_at >= IDLE:
        return None
    if at - row.seen_at >= SEEN_EVERY:
        row.seen_at = at
    posts = [(role, scope) for _, _, role, scope in rows if role is not None]
    return _actor(row.login, rows[0][1], posts)


def sign_out(session: Session, token: str, at: datetime) -> None:
    session.execute(
        update(WebSession)
        .where(WebSession.token_hash == _digest(token), WebSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def sign_out_everywhere(session: Session, login: str, at: datetime) -> None:
    session.execute(
        update(WebSession)
        .where(WebSession.login == login, WebSession.revoked_at.is_(None))
        .values(revoked_at=at)
    )


def web_sessions(session: Session, login: str, at: datetime) -> list[WebSession]:
    """Return the sessions that would still let this person in, the latest first."""
    return list(
        session.scalars(
            select(WebSession)
            .where(WebSession.login == login, WebSession.revoked_at.is_(None))
            .where(WebSession.expires_at > at, WebSession.seen_at > at - IDLE)
            .order_by(WebSession.seen_at.desc())
        )
    )


def forget_ended_sessions(session: Session, at: datetime) -> int:
    """Delete the sessions that can let nobody in any more; returns how many."""
    ended = or_(
        WebSession.revoked_at.is_not(None),
        WebSession.expires_at <= at,
        WebSession.seen_at <= at - IDLE,
    )
    gone = session.execute(delete(WebSession).where(ended).returning(WebSession.token_hash))
    return len(gone.all())


# API tokens


def issue_api_token(
    session: Session, login: str, name: str, at: datetime, expires_at: datetime | None = None
) -> str:
    """Return a new token, once; only its hash is kept."""
    _person(session, login)
    token = "tbp_" + secrets.token_urlsafe(32)
    session.add(
        ApiToken(
            login=login,
            name=name,
            token_hash=_digest(token),
            created_at=at,
            expires_at=expires_at,
        )
    )
    session.flush()
    return token


def api_actor(session: Session, token: str, at: datetime) -> Actor | None:
    """Return whose API token this is, or None when it is unknown, revoked or expired."""
    row = session.scalar(select(ApiToken).where(ApiToken.token_hash == _digest(token)))
    if row is None or row.revoked_at is not None:
        return None
    if row.expires_at is not None and at >= row.expires_at:
        return None
    return actors(session, [row.login]).get(row.login)


def api_tokens(session: Session, login: str) -> list[ApiToken]:
    return list(
        session.scalars(
            select(ApiToken).where(ApiToken.login == login).order_by(ApiToken.created_at.desc())
        )
    )


def revoke_api_token(session: Session, login: str, token_id: int, at: datetime) -> None:
    """End a token of this person; somebody else's is not found."""
    row = session.get(ApiToken, token_id)
    if row is None or row.login != login:
        raise NotFound
    row.revoked_at = row.revoked_at or at


def _actor(login: str, name: str, posts: Iterable[tuple[str, str | None]]) -> Actor:
    held = list(posts)
    groups = {role for role, _ in held} | {f"{role}:{scope}" for role, scope in held if scope}
    in_units = {scope for role, scope in held if scope and role in UNIT_ROLES}
    return Actor(login, name, frozenset(groups), tuple(sorted(in_units)))


def _group_name(role: str, scope: str, scopes: Mapping[str, str]) -> str:
    title = ROLES.get(role, role)
    if not scope:
        return title
    where = scopes.get(scope, scope)
    if role == "work_committee":
        return where
    return where + title.removeprefix("承办单位").removeprefix("单位").removeprefix("镇")


def _person(session: Session, login: str) -> Person:
    found = session.scalar(select(Person).where(Person.login == login))
    if found is None:
        raise NotFound(f"没有用户名为“{login}”的账号，请核对后再试。", login=login)
    return found


def _is_open(person: Person, at: datetime) -> bool:
    return person.active and (person.locked_until is None or person.locked_until <= at)


def _open(session: Session, login: str, at: datetime, address: str, agent: str) -> str:
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            token_hash=_digest(token),
            login=login,
            created_at=at,
            seen_at=at,
            expires_at=at + ABSOLUTE,
            address=address,
            agent=agent[:200],
        )
    )
    session.flush()
    return token


def _lock(failures: int, at: datetime) -> datetime | None:
    over = failures - FAILURES_ALLOWED
    if over < 0:
        return None
    doubled: int = 2 ** min(over, 10)
    return at + min(FIRST_LOCK * doubled, LONGEST_LOCK)


def _verify(known_hash: str, password: str, cost: PasswordCost) -> bool:
    try:
        return _hasher(cost).verify(known_hash, password)
    except (Argon2Error, InvalidHashError):
        return False


@lru_cache(maxsize=8)
def _hasher(cost: PasswordCost) -> PasswordHasher:
    return PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )


@lru_cache(maxsize=8)
def _decoy(cost: PasswordCost) -> str:
    """A hash nobody's password has, so that an unknown login costs as much as a known one."""
    return _hasher(cost).hash(secrets.token_urlsafe(16))


def _digest(token: str) -> str:
    """Tokens are 256 random bits; a plain hash is enough to make the table useless to a thief."""
    return hashlib.sha256(token.encode()).hexdigest()
