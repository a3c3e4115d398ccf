"""Accounts are looked after at the command line, and auditors see what was done there."""

from service import audit
from service.audit import Act, Filter
from service.database import Database
from service.settings import Settings


def test_an_account_is_opened_given_a_password_and_a_token(run):
    added = run(
        "user",
        "add",
        "wang",
        "--name",
        "王芳",
        "--post",
        "deputy_office",
        "--password",
        "长一点的密码一二三",
    )
    changed = run("user", "password", "wang", "--password", "另一个长一点的密码")
    issued = run("user", "token", "wang")

    assert "已建立账号 wang" in added.output
    assert "已重设" in changed.output
    assert issued.output.startswith("tbp_")
    assert run("user", "token", "nobody").exit_code == 1
    settings = Settings.read()
    database = Database(settings.database_url, settings.signing_key())
    with database.reading() as session:
        seen = [row.sentence for row in audit.latest(session, 9, where=Filter(act=Act.ACCOUNT))]
    database.close()
    assert seen == [
        "签发接口令牌“命令行”。",
        "重设密码，并在各处退出登录。",
        "建立账号“王芳”。",
    ]


def test_an_address_for_messages_is_registered_and_a_wrong_one_refused(run):
    who = ("--name", "孙浩", "--password", "长一点的密码一二三")
    wrong = run("user", "add", "sun", *who, "--email", "不是邮箱")
    added = run("user", "add", "sun", *who, "--email", "sun@example.gov.cn")
    changed = run("user", "contact", "sun", "--phone", "13800000000")
    neither = run("user", "contact", "sun")

    assert wrong.exit_code == 1
    assert "“不是邮箱”不是电子邮箱" in wrong.output
    assert added.exit_code == changed.exit_code == 0
    assert "已登记 sun 接收消息的地址。" in changed.output
    assert neither.exit_code == 2
    assert "--email" in neither.output
