"""A store that is thrown away: the tables, the limits and the fictitious city, as new for each run."""

import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import event

from service.database import Database
from service.demo import city
from service.register.people.passwords import PasswordCost

_FOUNDED = datetime(2026, 1, 1, tzinfo=UTC)
_NO_SECRET = PasswordCost(passes=1, memory_kib=32)


class Scratch:
    """One database object for as many runs as are wanted: its file is replaced, what it has compiled stays."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tibanping-")
        self._prepared = Path(self._folder.name) / "prepared.db"
        self._file = Path(self._folder.name) / "scratch.db"
        self.database = Database(f"sqlite:///{self._file}")
        event.listen(self.database.engine, "connect", _careless)
        self._prepare()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.database.close()
        self._folder.cleanup()

    def renew(self) -> Database:
        """Return the database as it was before anything ran in it."""
        self.database.close()
        self.database.memory.clear()
        for leftover in self._file.parent.glob(f"{self._file.name}*"):
            leftover.unlink()
        shutil.copyfile(self._prepared, self._file)
        return self.database

    def _prepare(self) -> None:
        """Make what every run starts from. The city costs a twentieth of a second, and our own diagrams need it."""
        self.database.prepare()
        with self.database.transaction() as session:
            city.load(session, _FOUNDED, _NO_SECRET)
        self.database.close()
        shutil.copyfile(self._file, self._prepared)


def _careless(connection: sqlite3.Connection, record: object) -> None:
    """Nobody wants a scratch store back after a power cut."""
    connection.execute("PRAGMA synchronous=OFF")
