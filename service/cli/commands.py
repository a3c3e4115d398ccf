"""Every command with its options and its help; each names the function of this package that does it."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import click

_FILES = click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
_JSON = click.option("--json", "as_json", is_flag=True, help="输出 JSON，供程序读取。")
_WITH_CALLERS = click.option(
    "--with-callers", is_flag=True, help="把直接、间接调用它的流程一起换成使用新版，内容不变。"
)
_OFFERS = click.argument("names", metavar="FILE...", nargs=-1, required=True)
_BY_DESIGNER = click.option(
    "--by", required=True, help="以哪个流程设计员或系统管理员的名义，写登录名。"
)
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
    """建立或升级数据库，装入期限，部署自带的流程图。"""


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
@_WITH_CALLERS
def deploy() -> None:
    """检查并部署流程图和决策表；在办的事项继续走原来的图，决策表立即用新的。"""


@main.command(cls=Lazy, body="deploying.restore")
@click.argument("process_id", metavar="PROCESS")
@click.argument("version", type=click.IntRange(1))
@click.option("--reason", required=True, help="为什么恢复，写进修改记录。")
@_BY_DESIGNER
@_WITH_CALLERS
@_JSON
def restore() -> None:
    """恢复一个流程以前的一版：它的内容成为新的一版，新的事项从现在起使用它。"""


@main.group(name="baseline")
def baseline_() -> None:
    """新版本自带、本地改过、因此没有更换的流程图：看差别，采用或不采用。"""


@baseline_.command("list", cls=Lazy, body="baselines.listed")
@_JSON
def list_offers() -> None:
    """列出等待决定的，和它们与本地的差别。"""


@baseline_.command("take", cls=Lazy, body="baselines.take")
@_OFFERS
@click.option("--reason", required=True, help="为什么采用，写进修改记录。")
@_BY_DESIGNER
@_JSON
def take() -> None:
    """用自带的内容替换本地的；调用它的流程一起换成使用新版。"""


@baseline_.command("decline", cls=Lazy, body="baselines.decline")
@_OFFERS
@click.option("--reason", required=True, help="为什么不采用，写进修改记录。")
@_BY_DESIGNER
def decline() -> None:
    """继续用本地的；下次自带的内容再有变化时重新列出。"""


@main.command("simulate", cls=Lazy, body="simulating.rehearse")
@_FILES
@_JSON
@click.option("--process", "process_id", default="", help="发起哪个流程（流程 id）。")
@click.option("--variables", default="", help="开始时的变量或开始表单的值，JSON 对象。")
@click.option("--answers", type=click.Path(path_type=Path, dir_okay=False), help="答案文件，JSON。")
@click.option("--message", "messages", multiple=True, help="送达的消息或信号：名称，或 名称=JSON。")
@click.option("--start", default="", help="从哪一天（或时刻）开始；不写就是现在。")
@click.option("--until", default="", help="到哪一天（或时刻）为止。")
@click.option(
    "--stub-operations", is_flag=True, help="没有的程序、操作、流程和决策不算错，由答案代替。"
)
def simulate() -> None:
    """在虚拟的时钟上把流程从头走到尾，说出走过哪里、停在哪里；不碰真实的数据。"""


@main.group()
def user() -> None:
    """管理账号。"""


@user.command("add", cls=Lazy, body="accounts.add")
@_LOGIN
@click.option("--name", required=True, help="姓名。")
@click.option("--post", "posts", multiple=True, help="岗位，如 deputy_office 或 unit_liaison:JT。")
@click.option("--email", default="", help="接收消息的电子邮箱。")
@click.option("--phone", default="", help="接收消息的手机号码。")
@click.option("--password", prompt="密码", hide_input=True, confirmation_prompt="再输一次密码")
def add() -> None:
    """新建账号。"""


@user.command("contact", cls=Lazy, body="accounts.contact")
@_LOGIN
@click.option("--email", default=None, help="接收消息的电子邮箱；写空字符串表示不再发邮件。")
@click.option("--phone", default=None, help="接收消息的手机号码；写空字符串表示不再发短信。")
def contact() -> None:
    """登记一个人接收消息的邮箱和手机号码。"""


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


_INSTANCE = click.argument("instance_id", type=click.IntRange(1))
_OPERATOR = click.option("--by", required=True, help="以哪个运维人员的名义，写登录名。")
_WHY = click.option("--reason", required=True, help="理由，写进事项的历史和修改记录。")


@main.group()
def case() -> None:
    """修复卡住的事项：看变量和异常，设置变量，重试，换到修正后的版本。"""


@case.command("show", cls=Lazy, body="mending.show")
@_INSTANCE
@_OPERATOR
@_JSON
def show() -> None:
    """看一个流程实例停在哪里、有什么异常、有哪些变量；不作任何改动。"""


@case.command("set", cls=Lazy, body="mending.set_variable")
@_INSTANCE
@click.argument("name")
@click.argument("value")
@click.option("--place", default="", help="哪个流程，写 case show 给出的编号；不写就是它本身。")
@_WHY
@_OPERATOR
def set_variable() -> None:
    """设置一个变量；值写成 JSON，如 5、true、'"文字"'、'["JT","GA"]'。"""


@case.command("retry", cls=Lazy, body="mending.retry")
@click.argument("incident_id", type=click.IntRange(1))
@click.option("--reason", default="", help="理由，写进事项的历史。")
@_OPERATOR
def retry() -> None:
    """重试一条异常；仍然失败时说出原因，状态是 1。"""


@case.command("migrate", cls=Lazy, body="mending.migrate")
@_INSTANCE
@click.option(
    "--to", "number", type=click.IntRange(1), default=None, help="第几版；不写就是最新的。"
)
@click.option("--effect", "is_looking", is_flag=True, help="只看影响，不作任何改动。")
@click.option("--reason", default="", help="理由；只看影响时不用写。")
@_OPERATOR
def migrate() -> None:
    """让一件事项改走另一版流程图；有一处没有地方站就拒绝。"""


_KEY = click.argument("key")
_BY = click.option("--by", required=True, help="以哪个系统管理员的名义，写登录名。")
_REASON = click.option("--reason", required=True, help="理由，写进修改记录。")


def _wanted(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a limit is to become; what is not given stays as it is."""
    for option in (
        click.option(
            "--running", is_flag=True, help="在办的也按新规定；不写就只对以后开始计时的。"
        ),
        click.option("--from", "effective_from", help="从哪一天起，如 2027-01-01；不写就是今天。"),
        click.option("--level", help="只对镇级件（town）或市级件（city）；不写就是全市通用。"),
        click.option("--ground", "confirmed_basis", help="法定期限改长的依据。"),
        click.option("--basis", help="依据，如 代表法第五十一条。"),
        click.option("--overdue", "overdue_action", help="过期以后怎么办。"),
        click.option("--silent", is_flag=True, help="去掉全部提醒。"),
        click.option(
            "--remind", "reminders", multiple=True, help="提醒，如 10WD；过期后的写 -5WD。"
        ),
        click.option("--start", "start_event", help="从何时起算，写事件的英文名称。"),
        click.option("--direction", help="往后数（after）或往前数（before）。"),
        click.option("--unit", help="CM 个月、CD 日、WD 工作日、WH 工作小时、CH 小时。"),
        click.option("--amount", help="多长，只写数字。"),
        click.option("--name", help="名称。"),
    ):
        command = option(command)
    return command


@main.group(name="limits")
def limits_() -> None:
    """查看和修改期限；修改前可以先看会移动什么。"""


@limits_.command("list", cls=Lazy, body="limits.listed")
@click.argument("words_sought", metavar="[WORDS]...", nargs=-1)
@click.option("--stage", default="", help="只列一个阶段，如 答复。")
@_JSON
def list_() -> None:
    """按阶段列出期限；写上字，就只列名称、标识或依据里有这些字的。"""


@limits_.command("effect", cls=Lazy, body="limits.effect")
@_KEY
@_wanted
@_JSON
def effect() -> None:
    """看这样改会移动哪些任务、定时和日期；不作任何改动。"""


@limits_.command("set", cls=Lazy, body="limits.set_limit")
@_KEY
@_wanted
@_REASON
@_BY
@_JSON
def set_() -> None:
    """修改一项期限，在办的一起移动；用 limits undo 可以撤销。"""


@limits_.command("undo", cls=Lazy, body="limits.undo")
@click.argument("change_id", type=click.IntRange(1))
@_REASON
@_BY
@_JSON
def undo() -> None:
    """撤销一次修改，写修改的编号。"""
