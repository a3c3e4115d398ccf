"""`tibanping user`: accounts, their passwords, and tokens for the interface."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import click
from sqlalchemy.orm import Session

from service import audit
from service.audit import Act
from service.cli.stores import opened
from service.cli.wording import refusing
from service.register.people import accounts, tokens


@refusing
def add(
    login: str, name: str, posts: tuple[str, ...], email: str, phone: str, password: str
) -> None:
    """Open an account with its posts."""
    with opened() as (database, at), database.transaction() as session:
        accounts.add(session, login, name, posts, password, email=email, phone=phone)
        _record(session, login, at, f"建立账号“{name}”。", {"posts": posts})
    click.echo(f"已建立账号 {login}（{name}）。")


@refusing
def contact(login: str, email: str | None, phone: str | None) -> None:
    """Change where messages reach a person."""
    if email is None and phone is None:
        raise click.UsageError("请用 --email 或 --phone 写出新的邮箱或手机号码。")
    with opened() as (database, at), database.transaction() as session:
        accounts.set_contact(session, login, email, phone)
        given = (("邮箱", email), ("手机号码", phone))
        changed = "和".join(name for name, value in given if value is not None)
        _record(session, login, at, f"修改接收消息的{changed}。")
    click.echo(f"已登记 {login} 接收消息的地址。")


@refusing
def change_password(login: str, password: str) -> None:
    """Set a password and end the account's sessions."""
    with opened() as (database, at), database.transaction() as session:
        accounts.set_password(session, login, password, at)
        _record(session, login, at, "重设密码，并在各处退出登录。")
    click.echo(f"已重设 {login} 的密码。")


@refusing
def issue_token(login: str, name: str) -> None:
    """Issue a token and write it, this once."""
    with opened() as (database, at), database.transaction() as session:
        issued = tokens.issue(session, login, name, at)
        _record(session, login, at, f"签发接口令牌“{name}”。")
    click.echo(issued)


def _record(
    session: Session,
    login: str,
    at: datetime,
    sentence: str,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Let auditors see what was changed at the command line, where nobody signs in."""
    subject = f"account:{login}"
    audit.record(session, None, at, Act.ACCOUNT, subject, sentence, "在命令行操作", data)
