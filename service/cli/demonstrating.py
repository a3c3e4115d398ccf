"""`tibanping demo`: the invented city, who lives in it, and its clock, which may be moved."""

from datetime import datetime, timedelta

import click

from scheduler import jobs
from service import clock
from service.cli.stores import configured, prepared
from service.cli.wording import refusing
from service.database import Database
from service.deadlines.workdays import local_day
from service.demo import city, stories
from service.demo import clock as demo_clock
from service.errors import NotAllowed
from service.runtime import timers
from service.settings import Settings

_NOT_A_DEMO = (
    "这里没有完整的演示数据，时钟不能前进，没有作任何改动。请先运行 tibanping demo 装入演示数据。"
)
_RUNNING = "定时器正在运行，时钟不能前进，没有作任何改动。请先停下 tibanping run 或 tibanping scheduler，再运行这个命令。"
_NOTHING_FIRED = timedelta(seconds=1)


@refusing
def demo(days: int) -> None:
    """Load the city, or move its clock."""
    settings = configured()
    database = prepared(settings)
    try:
        if days:
            fired = _forward(settings, database, timedelta(days=days))
            click.echo(f"演示时钟前进了 {days} 天，现在是 {_today()}；触发了 {fired} 次定时器。")
        else:
            load(database)
    finally:
        database.close()


def load(database: Database) -> None:
    """Load the city and its stories, unless they are loaded already."""
    at = clock.now()
    with database.transaction() as session:
        city.load(session, at)
    stories.load(database, at)


def greeting() -> str:
    """Return who may sign in to the demo, and its date where the clock was moved."""
    lines = [f"演示账号（密码都是 {city.PASSWORD}）："]
    lines += [f"  {one.login:<14}{one.who}" for one in city.ACCOUNTS]
    lines.append(f"  {city.OTHER_ACCOUNTS}")
    if clock.on_the_machine(at := clock.now()) != at:
        lines.append(f"演示时钟现在是 {_today()}。")
    return "\n".join(lines)


def _forward(settings: Settings, database: Database, by: timedelta) -> int:
    """Fire what falls due until then, each at its own moment; returns how many timers fired."""
    if not stories.is_loaded(database):
        raise NotAllowed(_NOT_A_DEMO)
    at = clock.now()
    with database.reading() as session:
        if timers.clocks(session, at):
            raise NotAllowed(_RUNNING)
    # Kept first: whoever is interrupted below finds the rest due when the demo is started again.
    demo_clock.set_ahead(settings.data, demo_clock.ahead(settings.data) + by)
    clock.run_ahead(demo_clock.ahead(settings.data))
    fired = 0
    moment = at
    while (due := _next_due(database)) is not None and due <= at + by:
        moment = max(due, moment)
        now_fired = jobs.fire_due_timers(database, moment)
        fired += now_fired
        moment += timedelta() if now_fired else _NOTHING_FIRED
    return fired


def _next_due(database: Database) -> datetime | None:
    with database.reading() as session:
        return timers.next_due(session)


def _today() -> str:
    day = local_day(clock.now())
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
