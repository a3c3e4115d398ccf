"""`tibanping run`, `serve` and `scheduler`: the pages, the clock, or both in one process."""

import signal

import click
import waitress

from scheduler.chores import chores
from scheduler.clockwork import Chore, Clockwork
from service.app import create_app
from service.cli import demonstrating
from service.cli.stores import configured, prepared
from service.cli.wording import refusing
from service.database import Database
from service.delivery.configured import channels as configured_channels
from service.register.common.attachments import Store
from service.settings import Settings


@refusing
def run(host: str | None, port: int | None, demo: bool) -> None:
    """Serve the pages and fire timers until the process is stopped."""
    settings = configured(host=host, port=port)
    database = prepared(settings)
    if demo:
        demonstrating.load(database)
    clockwork = Clockwork(database, _chores(settings))
    clockwork.start()
    try:
        _serve(settings, database, demo=demo)
    finally:
        clockwork.stop()
        database.close()


@refusing
def serve(host: str | None, port: int | None) -> None:
    """Serve the pages until the process is stopped."""
    settings = configured(host=host, port=port)
    database = prepared(settings)
    try:
        _serve(settings, database)
    finally:
        database.close()


@refusing
def scheduler() -> None:
    """Fire timers until the process is stopped."""
    settings = configured()
    database = prepared(settings)
    Clockwork(database, _chores(settings)).run()
    database.close()


def _serve(settings: Settings, database: Database, *, demo: bool = False) -> None:
    server = waitress.create_server(
        create_app(settings, database),
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
    )
    signal.signal(signal.SIGTERM, _interrupt)
    click.echo(f"提办评已启动：http://{settings.host}:{server.effective_port}")
    if demo:
        click.echo(demonstrating.greeting())
    server.run()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _chores(settings: Settings) -> tuple[Chore, ...]:
    store = Store(settings.attachments, settings.max_upload_mb * 1024 * 1024)
    return chores(store, configured_channels(settings), settings.address)
