"""What every test starts from: a moment, settings of its own, and an empty database on each of the two stores."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright
from sqlalchemy import event

from service.database import Database
from service.settings import Settings
from service.tables import Base
from tests.servers import PostgresqlMissing, postgresql_running

_CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")

MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
"""Monday, 2 March 2026, nine o'clock in Shanghai."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """An empty database, once on SQLite and once on PostgreSQL."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def sqlite(sqlite_store: Database, sqlite_template: Path) -> Iterator[Database]:
    """An empty SQLite file, for what does not depend on the store."""
    file = Path(sqlite_store.url.database or "")
    for leftover in file.parent.glob(f"{file.name}*"):
        leftover.unlink()  # a new file, not the old one overwritten: somebody may still have that open
    shutil.copyfile(sqlite_template, file)
    yield sqlite_store
    _forget(sqlite_store)


@pytest.fixture
def postgresql(postgresql_store: Database) -> Iterator[Database]:
    """The worker's PostgreSQL database, emptied."""
    _empty(postgresql_store)
    yield postgresql_store
    _forget(postgresql_store)


@pytest.fixture
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Settings whose data folder is the test's own, and whose database is the one under test."""
    store = "database" if "database" in request.fixturenames else "sqlite"
    database: Database = request.getfixturevalue(store)
    return Settings.read(
        data=tmp_path / "var",
        database_url=database.url.render_as_string(hide_password=False),
        secret_key="a secret that is only good for tests",
    )


@pytest.fixture
def queries() -> Callable[[Database], AbstractContextManager[list[str]]]:
    """Count what a block asks the database: `with queries(database) as asked: …; assert len(asked) <= 8`."""
    return asking


@pytest.fixture(scope="session")
def sqlite_store(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """One object for all tests of this process: it has compiled every statement once."""
    return Database(f"sqlite:///{tmp_path_factory.mktemp('sqlite')}/tibanping.db")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that has the tables."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    database = Database(f"sqlite:///{file}")
    database.prepare()
    database.close()
    return file


@pytest.fixture(scope="session")
def postgresql_store(postgresql_server: str) -> Database:
    """One object, and one database that has the tables, for all tests of this process."""
    with psycopg.connect(f"{postgresql_server}/postgres", autocommit=True) as connection:
        connection.execute("CREATE DATABASE prepared")
    database = Database(f"{postgresql_server}/prepared")
    database.prepare()
    database.close()
    return database


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of this test process's own PostgreSQL server, without a database."""
    try:
        with postgresql_running() as address:
            yield address
    except PostgresqlMissing as missing:
        if os.environ.get("TIBANPING_TEST_POSTGRESQL") == "required":
            pytest.fail(f"{missing}, and this run requires it")
        pytest.skip(f"NOT TESTED ON POSTGRESQL: {missing}")


@contextmanager
def asking(database: Database) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        asked.append(statement)

    engines = [database.engine]
    if database.is_sqlite:  # on PostgreSQL both are one
        engines.append(database.reader)
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def _empty(database: Database) -> None:
    """Take every row away; whoever a test before left connected is disconnected first."""
    rows = "".join(f'DELETE FROM "{table.name}";' for table in Base.metadata.sorted_tables)
    url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        connection.execute(
            "SET LOCAL session_replication_role = replica"
        )  # no foreign keys to follow
        connection.execute(rows)


def _forget(database: Database) -> None:
    """Make the object as good as new for the next test, except for what it has compiled."""
    database.close()
    database.memory.clear()
    database.on_due.clear()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Chromium of this machine, one for all tests of a process; root may only run it without its sandbox."""
    path = next((p for p in _CHROMIUM if Path(p).exists()), shutil.which("chromium"))
    if path is None:
        pytest.skip("NOT TESTED IN A BROWSER: Chromium is not installed on this machine")
    is_root = os.name == "posix" and os.geteuid() == 0
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=path, args=["--no-sandbox"] if is_root else []
        )
        yield launched
        launched.close()
