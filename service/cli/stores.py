"""`tibanping init`, and what every command that needs a store begins with."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import click

from service import clock, log
from service.cli.wording import refusing
from service.database import Database
from service.deadlines import policies
from service.demo import clock as demo_clock
from service.errors import NotFound
from service.runtime import baseline, publishing
from service.settings import Settings


@refusing
def init() -> None:
    """Prepare the store and say where it is."""
    settings = configured()
    database = prepared(settings)
    with database.reading() as session:
        offered = [row.name for row in baseline.offers(session)]
    database.close()
    click.echo(f"已准备好：{settings.database_url.partition('@')[2] or settings.database_url}")
    if offered:
        click.echo(
            f"新版本自带的 {'、'.join(offered)} 有变化，本地改过，没有更换。"
            "请流程设计员在“流程设计”里决定，或用 tibanping baseline list 查看。"
        )


def configured(**given: Any) -> Settings:
    """Return the settings, those given before those of the environment, and log as they say."""
    settings = Settings.read(**{name: value for name, value in given.items() if value is not None})
    log.configure(settings.log_level)
    return settings


def prepared(settings: Settings) -> Database:
    """Open the store with its tables, limits and diagrams in place, or say why not."""
    clock.run_ahead(demo_clock.ahead(settings.data))
    database = Database(settings.database_url, settings.signing_key())
    database.prepare()
    at = clock.now()
    folder = settings.diagrams()
    drawn = [*sorted(folder.glob("*.bpmn")), *sorted(folder.glob("*.dmn"))]
    files = {path.name: path.read_bytes() for path in drawn}
    if not files:
        raise NotFound(f"文件夹 {folder} 里没有流程图，请检查设置 TIBANPING_PROCESSES。")
    with database.transaction() as session:
        policies.seed(session, at)
        publishing.bring_along(session, files, at)
    return database


@contextmanager
def opened() -> Iterator[tuple[Database, datetime]]:
    """Lend the store as the environment sets it, and the moment; it is closed whatever happens."""
    database = prepared(configured())
    try:
        yield database, clock.now()
    finally:
        database.close()
