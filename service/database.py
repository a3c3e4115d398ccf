"""The only place where a transaction begins and ends, on SQLite and on PostgreSQL."""

import hmac
import secrets
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import orjson
import psycopg
import sqlalchemy
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, create_engine, event, exc, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from service.errors import DatabaseTooNew, DatabaseUnavailable, SettingInvalid

MIGRATIONS = Path(__file__).parent / "migrations"

WRITER_PATIENCE = 10.0
"""Seconds a writer waits for its turn before the person is told to try again."""

IDLE_BEFORE_PING = 5.0
"""Seconds after which a pooled connection is tried before it is trusted again."""

Kept = TypeVar("Kept")


class Database:
    """One store: engines, sessions, and what this process keeps in memory about it.

    `on_due` holds callbacks told, after the commit, of the earliest timer a transaction wrote. `secret` is the
    settings' signing key; a store opened without one cannot compare what was signed before.
    """

    def __init__(self, url: str, secret: str = "") -> None:
        self.url = normalised(url)
        self.secret = secret or secrets.token_urlsafe(32)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.on_due: list[Callable[[datetime], None]] = []
        self.memory: dict[type[Any], Any] = {}
        self._turn = threading.Lock()
        if self.is_sqlite:
            self.engine = _sqlite_engine(self.url, "BEGIN IMMEDIATE", query_only=False)
            self.reader = _sqlite_engine(self.url, "BEGIN", query_only=True)
        else:
            self.engine = _postgresql_engine(self.url)
            self.reader = self.engine.execution_options(postgresql_readonly=True)
        facts = {"database": self}
        self._writing = sessionmaker(self.engine, expire_on_commit=False, info=facts)
        self._reading = sessionmaker(
            self.reader, expire_on_commit=False, autoflush=False, info=facts
        )
        event.listen(self._reading, "loaded_as_persistent", _hold)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit when the block ends, roll back when it raises, then tell those who asked to be told.

        SQLite has one writer at a time; the threads of a process queue here rather than in its busy handler.
        """
        if self.is_sqlite and not self._turn.acquire(timeout=WRITER_PATIENCE):
            raise DatabaseUnavailable(_BUSY)
        try:
            with self._writing.begin() as session:
                yield session
        except (exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
            raise _told(error, self.url) from error
        finally:
            if self.is_sqlite:
                self._turn.release()
        _call_back(session)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """One consistent view that takes no lock and cannot write; pages that only show use it."""
        try:
            with self._reading() as session:
                yield session
        except (exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
            raise _told(error, self.url) from error
        _call_back(session)

    def prepare(self) -> None:
        """Create the tables, or bring those of an older release up to date; two processes may do so at once."""
        if self.is_sqlite and self.url.database:
            Path(self.url.database).parent.mkdir(parents=True, exist_ok=True)
        try:
            with self.engine.connect() as connection:
                _upgrade(connection)
        except (exc.SQLAlchemyError, sqlite3.Error, psycopg.Error) as error:
            raise _told(error, self.url) from error

    def close(self) -> None:
        """Give every pooled connection back."""
        self.engine.dispose()
        self.reader.dispose()


def _hold(session: Session, row: object) -> None:
    """Hold what a reading session loaded until it ends: SQLAlchemy forgets rows that nobody holds, and asks again."""
    session.info.setdefault("loaded", []).append(row)


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Call back once what this session sees is durable: after the commit or after reading, never after a rollback."""
    session.info.setdefault(_AFTER_COMMIT, []).append(callback)


def kept(session: Session, kind: type[Kept]) -> Kept:
    """Return this process's one object of a kind for the session's database, such as its cache of executions."""
    memory = session.info["database"].memory
    try:
        found: Kept = memory[kind]
    except KeyError:
        found = memory.setdefault(kind, kind())
    return found


def derived_key(session: Session, purpose: str) -> bytes:
    """Return the key of this session's store for one purpose; it gives away neither the secret nor another key."""
    return hmac.digest(session.info["database"].secret.encode(), purpose.encode(), "sha256")


@contextmanager
def together(connection: Connection) -> Iterator[None]:
    """Send what the block writes in one go where the driver can: PostgreSQL then answers once, not once a statement.

    A failure shows at the end of the block at the latest; nothing in it may look at what it wrote.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with _driver(connection).pipeline():
        yield


def outage(session: Session, error: Exception) -> DatabaseUnavailable | None:
    """Return what to say when this error means that the database is away, full or busy; None when it is a mistake."""
    told = _told(error, session.info["database"].url)
    return told if isinstance(told, DatabaseUnavailable) else None


def upsert(session: Session, table: type[Any]) -> sqlite.Insert | postgresql.Insert:
    """Return an INSERT that can say what happens when the row is there already, as the session's database wants it."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def nudge(session: Session, due_at: datetime) -> None:
    """Tell the clock of this process, once the transaction is durable, that something is due then."""
    for callback in session.info["database"].on_due:
        after_commit(session, partial(callback, due_at))


def normalised(url: str) -> URL:
    """Return the address with the drivers this service uses; `postgres://` means psycopg 3 on every SQLAlchemy."""
    try:
        parsed = make_url(url)
    except exc.ArgumentError as error:
        raise SettingInvalid(_BAD_URL) from error
    if parsed.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername in {"sqlite", "sqlite+pysqlite"} and parsed.database not in {
        None,
        "",
        ":memory:",
    }:
        return parsed.set(drivername="sqlite+pysqlite")
    raise SettingInvalid(_BAD_URL)


_AFTER_COMMIT = "after_commit"
_BAD_URL = (
    "设置 TIBANPING_DATABASE_URL 不正确，请写成 sqlite:///文件路径 "
    "或 postgresql://用户名:密码@主机/数据库名。"
)
_BUSY = "数据库正忙，您的填写没有丢失，请稍等几秒后再提交。"
_FULL = "数据库所在的磁盘已满，没有作任何改动。请联系运维人员清理磁盘后再试。"


def _call_back(session: Session) -> None:
    for callback in session.info.pop(_AFTER_COMMIT, ()):
        callback()


def _sqlite_engine(url: URL, begin: str, *, query_only: bool) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # an error must not carry a sealed rating into a log or an incident
        connect_args={"timeout": WRITER_PATIENCE, "check_same_thread": False},
        pool_size=16,
        max_overflow=48,
        pool_timeout=WRITER_PATIENCE,
    )

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing; `begun` below does
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("PRAGMA cache_size=-32000")
        connection.execute(f"PRAGMA query_only={'ON' if query_only else 'OFF'}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        _driver(connection).execute(begin)

    return engine


def _postgresql_engine(url: URL) -> Engine:
    engine = create_engine(
        url,
        json_serializer=_json,
        json_deserializer=orjson.loads,
        hide_parameters=True,  # an error must not carry a sealed rating into a log or an incident
        connect_args={
            "connect_timeout": int(WRITER_PATIENCE),
            "options": f"-c lock_timeout={int(WRITER_PATIENCE * 1000)}",
        },
        pool_size=16,
        max_overflow=16,
        pool_timeout=WRITER_PATIENCE,
    )

    @event.listens_for(engine, "checkin")
    def returned(connection: object, record: Any) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(connection: Any, record: Any, proxy: object) -> None:
        if time.monotonic() - record.info.get("idle_since", 0.0) < IDLE_BEFORE_PING:
            return
        try:
            connection.execute("SELECT 1")
            connection.rollback()
        except psycopg.Error as error:
            raise exc.DisconnectionError from error  # the pool then opens another

    return engine


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _driver(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _upgrade(connection: Connection) -> None:
    """Run what is missing of the revisions, in one transaction.

    SQLite alters a table by copying it: with foreign keys on, dropping the old one would delete its children.
    """
    on_sqlite = connection.dialect.name == "sqlite"
    if on_sqlite:
        _driver(connection).execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            if not on_sqlite:
                connection.execute(sqlalchemy.text("SELECT pg_advisory_xact_lock(7130517)"))
            config = Config()
            config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            revisions = ScriptDirectory.from_config(config)
            present = MigrationContext.configure(connection).get_current_revision()
            if present is not None and not _knows(revisions, present):
                raise DatabaseTooNew(
                    f"数据库是由更新版本的程序建立的（版本标记 {present}），"
                    "请升级程序后再启动，或恢复与本版本配套的备份。"
                )
            if present != revisions.get_current_head():
                command.upgrade(config, "head")
    finally:
        if on_sqlite:
            _driver(connection).execute("PRAGMA foreign_keys=ON")


def _knows(revisions: ScriptDirectory, revision: str) -> bool:
    try:
        return revisions.get_revision(revision) is not None
    except CommandError:
        return False


def _told(error: Exception, url: URL) -> Exception:
    """Return what to say when the database is gone, full or locked, or the error itself when it is our mistake."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, sqlite3.Error):
        sentence = _SQLITE_SENTENCES.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    elif isinstance(cause, psycopg.OperationalError | psycopg.InterfaceError):
        sentence = _postgresql_sentence(cause.sqlstate, str(cause))
    elif isinstance(error, exc.TimeoutError):
        sentence = _BUSY
    else:
        sentence = None
    if sentence is None:
        return error
    return DatabaseUnavailable(sentence.replace("{place}", _place(url)))


def _place(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return str(url.database)
    return url.render_as_string(hide_password=True)


_SQLITE_SENTENCES = {
    sqlite3.SQLITE_BUSY: _BUSY,
    sqlite3.SQLITE_LOCKED: _BUSY,
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_IOERR: "读写数据库文件 {place} 时出错，没有作任何改动。请联系运维人员检查磁盘。",
    sqlite3.SQLITE_CANTOPEN: (
        "打不开数据库文件 {place}。请检查文件夹是否存在、当前用户有没有读写权限。"
    ),
    sqlite3.SQLITE_NOTADB: (
        "{place} 不是数据库文件。请检查设置 TIBANPING_DATABASE_URL，或从备份恢复。"
    ),
    sqlite3.SQLITE_CORRUPT: "数据库文件 {place} 已损坏，请停止服务并从备份恢复。",
}


def _postgresql_sentence(state: str | None, told: str) -> str | None:
    """Return what to say. A server that refuses a new connection gives no state, only words."""
    if state is None and ("does not exist" in told or "authentication failed" in told):
        return (
            "数据库 {place} 拒绝了连接。请运维人员检查 TIBANPING_DATABASE_URL 里的"
            "用户名、密码和数据库名。"
        )
    if state is None or state[:2] == "08" or state in {"57P01", "57P02", "57P03"}:
        return (
            "数据库 {place} 暂时连接不上，您的填写没有丢失，请稍等一分钟后再提交。"
            "如果一直如此，请运维人员检查 PostgreSQL 是否在运行、TIBANPING_DATABASE_URL 是否正确。"
        )
    if state == "53100":
        return _FULL
    if state[:2] == "53" or state in {"55P03", "40001", "40P01", "57014"}:
        return _BUSY
    return None
