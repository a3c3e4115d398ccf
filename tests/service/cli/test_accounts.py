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
