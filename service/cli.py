"""`tibanping`: start the service, publish diagrams, look after accounts. What a person reads here is Chinese."""

import json
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any

import click
import waitress

from scheduler.chores import chores
from scheduler.clockwork import Clockwork
from service import clock, log
from service.app import create_app
from service.database import Database
from service.deadlines import policies
from service.demo import city, stories
from service.engine.checking import guarded, lint
from service.engine.drawn import reading
from service.engine.drawn.graph import Graph
from service.engine.drawn.source import Finding
from service.engine.telling import twin
from service.engine.telling.twin import Names
from service.errors import DiagramInvalid, NotFound, ServiceError
from service.register.common.attachments import Store
from service.register.people import directory as people
from service.runtime import deployments, instances
from service.settings import Settings
from service.simulation import Scenario, outcome, scenario, simulate

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")


def told(command: Callable[..., None]) -> Callable[..., None]:
    """End a command that cannot go on with its sentence and status 1, never with a traceback."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> None:
        try:
            command(*args, **options)
        except ServiceError as error:
            for finding in getattr(error, "findings", ()):
                click.echo(_line(finding), err=True)
            click.echo(str(error), err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tibanping")
def main() -> None:
    """提办评：人大代表建议办理系统。"""


@main.command()
@click.option("--host", default=None, help="监听的地址。")
@click.option("--port", default=None, type=int, help="监听的端口。")
@click.option("--demo", is_flag=True, help="装入虚构的清沅市演示数据。")
@told
def run(host: str | None, port: int | None, demo: bool) -> None:
    """在一个进程里启动网页和定时器。"""
    settings = _settings(host=host, port=port)
    database = _prepared(settings)
    if demo:
        _load_demo(database)
    clockwork = Clockwork(database, chores(_store(settings)))
    clockwork.start()
    try:
        _serve(settings, database, demo=demo)
    finally:
        clockwork.stop()
        database.close()


@main.command()
@click.option("--host", default=None, help="监听的地址。")
@click.option("--port", default=None, type=int, help="监听的端口。")
@told
def serve(host: str | None, port: int | None) -> None:
    """只启动网页；定时器由 tibanping scheduler 另行启动。"""
    settings = _settings(host=host, port=port)
    database = _prepared(settings)
    try:
        _serve(settings, database)
    finally:
        database.close()


@main.command()
@told
def scheduler() -> None:
    """只启动定时器；可以同时启动几个，同一个定时器只会触发一次。"""
    settings = _settings()
    database = _prepared(settings)
    Clockwork(database, chores(_store(settings))).run()
    database.close()


@main.command()
@told
def init() -> None:
    """建立或升级数据库，装入期限参数，部署自带的流程图。"""
    settings = _settings()
    _prepared(settings).close()
    click.echo(f"已准备好：{settings.database_url.partition('@')[2] or settings.database_url}")


@main.command()
@told
def demo() -> None:
    """装入虚构的清沅市：单位、人员和处在各个阶段的建议。"""
    database = _prepared(_settings())
    _load_demo(database)
    database.close()


@main.command()
@_FILES
@_JSON
@click.option("--strict", is_flag=True, help="有提醒也算不通过，用于自带的流程图。")
@click.option("--tell", is_flag=True, help="另用文字讲出流程的每一步。")
@told
def check(files: tuple[Path, ...], as_json: bool, strict: bool, tell: bool) -> None:
    """检查流程图和决策表能否部署；逐条列出文件、元素和原因。可以写文件夹，检查其中的文件。"""
    found, unread = _gathered(files)
    findings = [*unread, *guarded.check(found, instances.names())]
    if as_json:
        click.echo(json.dumps([asdict(one) for one in findings], ensure_ascii=False, indent=1))
    else:
        for finding in findings:
            click.echo(_line(finding))
        for line in _told_in_words(found, findings) if tell else ():
            click.echo(line)
        click.echo(_verdict(findings))
    sys.exit(any(strict or one.severity == "error" for one in findings))


@main.command()
@_FILES
@_JSON
@click.option("--note", default="", help="这次部署改了什么。")
@told
def deploy(files: tuple[Path, ...], as_json: bool, note: str) -> None:
    """检查并部署流程图和决策表；在办的事项继续走原来的图，决策表立即用新的。"""
    found, unread = _gathered(files)
    database = _prepared(_settings())
    at = clock.now()
    try:
        with database.reading() as session:
            known = instances.known(session)
        findings = [*unread, *guarded.check(found, known)]
        if any(one.severity == "error" for one in findings):
            raise DiagramInvalid(findings)
        with database.transaction() as session:
            deployed = deployments.deploy(session, found, None, at, known, note)
    except DiagramInvalid as error:
        if as_json:
            shown: dict[str, Any] = {"findings": [asdict(one) for one in error.findings]}
            click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
            sys.exit(1)
        raise
    finally:
        database.close()
    if as_json:
        shown = {
            "deployment_id": deployed.deployment_id,
            "is_new": deployed.is_new,
            "definitions": [one._asdict() for one in deployed.processes],
            "decisions": [one._asdict() for one in deployed.decisions],
            "findings": [asdict(one) for one in deployed.findings],
        }
        click.echo(json.dumps(shown, ensure_ascii=False, indent=1))
        return
    for finding in deployed.findings:
        click.echo(_line(finding))
    published = [f"{one.name} 第 {one.version} 版" for one in deployed.processes]
    published += [f"{one.name} 第 {one.version} 版" for one in deployed.decisions]
    versions = "、".join(published)
    click.echo(f"{'已部署' if deployed.is_new else '内容没有变化，仍是'}：{versions}。")


@main.command("simulate")
@_FILES
@_JSON
@click.option("--process", "process_id", default="", help="发起哪个流程（流程 id）。")
@click.option("--variables", default="", help="开始时的变量或开始表单的值，JSON 对象。")
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False), help="答案文件，JSON。")
@click.option("--message", "messages", multiple=True, help="送达的消息或信号：名称，或 名称=JSON。")
@click.option("--start", default="", help="从哪一天（或时刻）开始；不写就是现在。")
@click.option("--until", default="", help="到哪一天（或时刻）为止。")
@click.option("--stub-operations", is_flag=True, help="本系统没有的操作不算错，返回答案里写的值。")
@told
def rehearse(
    files: tuple[Path, ...],
    as_json: bool,
    process_id: str,
    variables: str,
    answers: Path | None,
    messages: tuple[str, ...],
    start: str,
    until: str,
    stub_operations: bool,
) -> None:
    """在虚拟的时钟上把流程从头走到尾，说出走过哪里、停在哪里；不碰真实的数据。"""
    log.configure("CRITICAL")  # what fails is in the outcome
    at = clock.now()
    try:
        answered, later = scenario.answers(_content(answers)) if answers else ({}, [])
        wanted = Scenario(
            scenario.starting(start) if start else at,
            process_id,
            scenario.variables(variables),
            answered,
            [*map(scenario.message, messages), *later],
            scenario.ending(until) if until else None,
            stub_operations,
        )
        found = simulate(_read(files), wanted)
    except ServiceError as error:
        found = outcome.nothing(at, outcome.Stop("invalid", str(error)))
    if as_json:
        click.echo(json.dumps(outcome.document(found), ensure_ascii=False, indent=1))
    else:
        told = [one for one in found.findings if one.code not in lint.ADVICE]
        for line in (*map(_line, told), *outcome.told(found)):
            click.echo(line)
    sys.exit(not found.ended)


@main.group()
def user() -> None:
    """管理账号。"""


@user.command("add")
@click.argument("login")
@click.option("--name", required=True, help="姓名。")
@click.option("--post", "posts", multiple=True, help="岗位，如 deputy_office 或 unit_liaison:JT。")
@click.option("--password", prompt="密码", hide_input=True, confirmation_prompt="再输一次密码")
@told
def add_user(login: str, name: str, posts: tuple[str, ...], password: str) -> None:
    """新建账号。"""
    database = _prepared(_settings())
    with database.transaction() as session:
        people.add(session, login, name, posts, password)
    database.close()
    click.echo(f"已建立账号 {login}（{name}）。")


@user.command("password")
@click.argument("login")
@click.option("--password", prompt="新密码", hide_input=True, confirmation_prompt="再输一次密码")
@told
def change_password(login: str, password: str) -> None:
    """重设密码，并让这个账号在各处退出登录。"""
    database = _prepared(_settings())
    with database.transaction() as session:
        people.set_password(session, login, password, clock.now())
    database.close()
    click.echo(f"已重设 {login} 的密码。")


@user.command("token")
@click.argument("login")
@click.option("--name", default="命令行", help="这个令牌的用途。")
@told
def token(login: str, name: str) -> None:
    """签发一个接口令牌；令牌只显示这一次。"""
    database = _prepared(_settings())
    with database.transaction() as session:
        issued = people.issue_api_token(session, login, name, clock.now())
    database.close()
    click.echo(issued)


def _settings(**given: Any) -> Settings:
    settings = Settings.read(**{name: value for name, value in given.items() if value is not None})
    log.configure(settings.log_level)
    return settings


def _prepared(settings: Settings) -> Database:
    """Open the store with its tables, limits and diagrams in place, or say why not."""
    database = Database(settings.database_url)
    database.prepare()
    at = clock.now()
    folder = settings.diagrams()
    drawn = [*sorted(folder.glob("*.bpmn")), *sorted(folder.glob("*.dmn"))]
    files = {path.name: path.read_bytes() for path in drawn}
    if not files:
        raise NotFound(f"文件夹 {folder} 里没有流程图，请检查设置 TIBANPING_PROCESSES。")
    with database.transaction() as session:
        policies.seed(session, at)
        deployments.deploy(session, files, None, at, instances.known(session), "自带的流程图")
    return database


def _load_demo(database: Database) -> None:
    at = clock.now()
    with database.transaction() as session:
        city.load(session, at)
    stories.load(database, at)


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
        click.echo(_accounts())
    server.run()


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _accounts() -> str:
    lines = [f"演示账号（密码都是 {city.PASSWORD}）："]
    lines += [f"  {one.login:<14}{one.who}" for one in city.ACCOUNTS]
    return "\n".join(lines)


def _store(settings: Settings) -> Store:
    return Store(settings.attachments, settings.max_upload_mb * 1024 * 1024)


def _read(paths: Iterable[Path]) -> Mapping[str, bytes]:
    """Return the contents of files and folders by name, or say which cannot be read."""
    found, unread = _gathered(paths)
    if unread:
        raise NotFound(unread[0].message)
    return found


def _gathered(paths: Iterable[Path]) -> tuple[dict[str, bytes], list[Finding]]:
    """Return the contents of files, and of the diagrams in folders, by name, and what could not be read and why."""
    listed = [file for path in paths for file in (_diagrams(path) if path.is_dir() else [path])]
    names = Counter(file.name for file in listed)
    found: dict[str, bytes] = {}
    unread: list[Finding] = []
    for file in dict.fromkeys(listed):
        name = file.name if names[file.name] == 1 else str(file)
        try:
            found[name] = _content(file)
        except NotFound as error:
            unread.append(Finding(name, "", "file-unread", "error", str(error)))
    return found, unread


_SUFFIXES = (".bpmn", ".bpmn20.xml", ".dmn")
_REASONS = {2: "没有这个文件", 13: "没有读取的权限", 21: "这是文件夹，里面没有流程图"}


def _diagrams(folder: Path) -> list[Path]:
    """Return the diagrams in a folder; one without any stands for itself, to be told of."""
    found = [file for file in sorted(folder.iterdir()) if file.name.lower().endswith(_SUFFIXES)]
    return found or [folder]


def _content(file: Path) -> bytes:
    """Read no more than says that a file is too large; a device would never end."""
    try:
        if file.exists() and not file.is_file() and not file.is_dir():
            raise NotFound(f"读不出文件 {file}：这不是普通的文件。请检查路径。")
        with file.open("rb") as opened:
            return opened.read(reading.LIMIT + 1)
    except OSError as error:
        why = _REASONS.get(error.errno or 0, "系统读不出它")
        raise NotFound(f"读不出文件 {file}：{why}。请检查路径和权限。") from error


def _told_in_words(files: Mapping[str, bytes], findings: Iterable[Finding]) -> Iterator[str]:
    """Tell every process of the files that can be read."""
    names = Names(limits=policies.seeded_titles(), roles=people.ROLES)
    for diagram in guarded.readable(files, findings):
        for process in diagram.processes:
            yield f"\n{process.name or process.process_id}（{diagram.file}）"
            for line in twin.tell(Graph(process), names):
                yield f"{'  ' * line.depth}{line.number}. {line.text} {line.then}"
    yield ""


def _line(finding: Finding) -> str:
    word = "建议" if finding.code in lint.ADVICE else "提醒"
    word = "错误" if finding.severity == "error" else word
    where = f"{finding.file} {finding.element}".strip()
    return f"{word}  {where}  {finding.message}（{finding.code}）"


def _verdict(findings: Iterable[Finding]) -> str:
    found = Counter(_line(one)[:2] for one in findings)
    besides = f"{found['提醒']} 个提醒，{found['建议']} 条画法建议"
    if found["错误"]:
        return f"不能部署：{found['错误']} 个错误，{besides}。请先改正错误。"
    return f"可以部署：没有错误，{besides}。"
