"""A PostgreSQL server of one's own, for tests and measurements."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CARELESS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off"


class PostgresqlMissing(Exception):
    """This machine cannot run a PostgreSQL server; the message says why."""


@contextmanager
def postgresql_running(*, durable: bool = False) -> Iterator[str]:
    """Run a server on loopback and a free port; yield its address without a database.

    Tests do without durability; measurements and whoever pulls the plug do not.
    """
    initdb, pg_ctl = _binary("initdb"), _binary("pg_ctl")
    folder = Path(tempfile.mkdtemp(prefix="tibanping-pg-"))
    person = _unprivileged(folder)
    data, port = folder / "data", _free_port()
    run: dict[str, Any] = {"check": True, "capture_output": True, "cwd": folder, **person}
    try:
        identity = ["-U", "tibanping", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([initdb, "-D", data, "--no-sync", *identity], **run)
        options = (
            f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder}"
            f" -c max_connections=120 {'' if durable else _CARELESS}"
        )
        log = folder / "log"
        # A server keeps the pipes it was started with, and `capture_output` would wait for their end.
        run |= {"capture_output": False, "stdout": subprocess.DEVNULL}
        subprocess.run([pg_ctl, "-D", data, "-w", "-l", log, "-o", options, "start"], **run)
        try:
            yield f"postgresql://tibanping@127.0.0.1:{port}"
        finally:
            subprocess.run([pg_ctl, "-D", data, "-w", "-m", "immediate", "stop"], **run)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _binary(name: str) -> str:
    """Find a PostgreSQL program on PATH or where Debian and Homebrew put it."""
    places = [
        *Path("/usr/lib/postgresql").glob("*/bin"),
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr").glob("pgsql-*/bin"),
    ]
    path = os.pathsep.join([os.environ.get("PATH", ""), *map(str, sorted(places, reverse=True))])
    found = shutil.which(name, path=path)
    if found is None:
        raise PostgresqlMissing(f"its program {name} is not installed on this machine")
    return found


def _unprivileged(folder: Path) -> dict[str, Any]:
    """Return who runs the server: PostgreSQL refuses root."""
    if os.name != "posix" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        try:
            person = pwd.getpwnam(name)
        except KeyError:
            continue
        os.chown(folder, person.pw_uid, person.pw_gid)
        return {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    raise PostgresqlMissing("root may not run it, and there is no other user")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
