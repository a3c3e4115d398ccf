"""Every command with its options and its help; each names the function of this package that does it."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
_HOST = click.option("--host", default=None, help="监听的地址。")
_PORT = click.option("--port", default=None, type=int, help="监听的端口。")
_LOGIN = click.argument("login")


class Lazy(click.Command):
    """A command whose body is imported when it is invoked, so that help does not wait for the service to load."""

    def __init__(self, *words: Any, body: str, **options: Any) -> None:
        super().__init__(*words, **options)
        self.body = body

    def load(self) -> Callable[..., None]:
        """Import and return the function that does the command."""
        module, _, name = self.body.partition(".")
        function: Callable[..., None] = getattr(import_module(f"{__package__}.{module}"), name)
        return function

    def invoke(self, ctx: click.Context) -> Any:
        self.callback = self.load()
        return super().invoke(ctx)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="tibanping")
def main() -> None:
    """提办评：人大代表建议办理系统。"""


@main.command(cls=Lazy, body="serving.run")
@_HOST
@_PORT
@click.option("--demo", is_flag=True, help="装入虚构的清沅市演示数据。")
def run() -> None:
    """在一个进程里启动网页和定时器。"""


@main.command(cls=Lazy, body="serving.serve")
@_HOST
@_PORT
def serve() -> None:
    """只启动网页；定时器由 tibanping scheduler 另行启动。"""


@main.command(cls=Lazy, body="serving.scheduler")
def scheduler() -> None:
    """只启动定时器；可以同时启动几个，同一个定时器只会触发一次。"""


@main.command(cls=Lazy, body="stores.init")
def init() -> None:
    """建立或升级数据库，装入期限参数，部署自带的流程图。"""


@main.command(cls=Lazy, body="demonstrating.demo")
@click.option("--days", default=0, type=click.IntRange(0, 366), help="让演示时钟前进几天。")
def demo() -> None:
    """装入虚构的清沅市：单位、人员和处在各个阶段的建议；可以让演示时钟前进，触发到期的定时器。"""


@main.command(cls=Lazy, body="checking.check")
@_FILES
@_JSON
@click.option("--strict", is_flag=True, help="有提醒也算不通过，用于自带的流程图。")
@click.option("--tell", is_flag=True, help="另用文字讲出流程的每一步。")
def check() -> None:
    """检查流程图和决策表能否部署；逐条列出文件、元素和原因。可以写文件夹，检查其中的文件。"""


@main.command(cls=Lazy, body="deploying.deploy")
@_FILES
@_JSON
@click.option("--note", default="", help="这次部署改了什么。")
def deploy() -> None:
    """检查并部署流程图和决策表；在办的事项继续走原来的图，决策表立即用新的。"""


@main.command("simulate", cls=Lazy, body="simulating.rehearse")
@_FILES
@_JSON
@click.option("--process", "process_id", default="", help="发起哪个流程（流程 id）。")
@click.option("--variables", default="", help="开始时的变量或开始表单的值，JSON 对象。")
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False), help="答案文件，JSON。")
@click.option("--message", "messages", multiple=True, help="送达的消息或信号：名称，或 名称=JSON。")
@click.option("--start", default="", help="从哪一天（或时刻）开始；不写就是现在。")
@click.option("--until", default="", help="到哪一天（或时刻）为止。")
@click.option("--stub-operations", is_flag=True, help="本系统没有的操作不算错，返回答案里写的值。")
def simulate() -> None:
    """在虚拟的时钟上把流程从头走到尾，说出走过哪里、停在哪里；不碰真实的数据。"""


@main.group()
def user() -> None:
    """管理账号。"""


@user.command("add", cls=Lazy, body="accounts.add")
@_LOGIN
@click.option("--name", required=True, help="姓名。")
@click.option("--post", "posts", multiple=True, help="岗位，如 deputy_office 或 unit_liaison:JT。")
@click.option("--password", prompt="密码", hide_input=True, confirmation_prompt="再输一次密码")
def add() -> None:
    """新建账号。"""


@user.command("password", cls=Lazy, body="accounts.change_password")
@_LOGIN
@click.option("--password", prompt="新密码", hide_input=True, confirmation_prompt="再输一次密码")
def password() -> None:
    """重设密码，并让这个账号在各处退出登录。"""


@user.command("token", cls=Lazy, body="accounts.issue_token")
@_LOGIN
@click.option("--name", default="命令行", help="这个令牌的用途。")
def token() -> None:
    """签发一个接口令牌；令牌只显示这一次。"""


@main.group()
def audit() -> None:
    """核对修改记录。"""


@audit.command("verify", cls=Lazy, body="auditing.verify")
def verify() -> None:
    """重新计算管理员、流程设计员和运维人员的全部修改记录，说出是否完好，并写出末条校验值。"""
