"""`tibanping user`: accounts, their passwords, and tokens for the interface."""

import click

from service import clock
from service.cli.stores import configured, prepared
from service.cli.wording import refusing
from service.register.people import accounts, tokens


@refusing
def add(login: str, name: str, posts: tuple[str, ...], password: str) -> None:
    """Open an account with its posts."""
    database = prepared(configured())
    with database.transaction() as session:
        accounts.add(session, login, name, posts, password)
    database.close()
    click.echo(f"已建立账号 {login}（{name}）。")


@refusing
def change_password(login: str, password: str) -> None:
    """Set a password and end the account's sessions."""
    database = prepared(configured())
    with database.transaction() as session:
        accounts.set_password(session, login, password, clock.now())
    database.close()
    click.echo(f"已重设 {login} 的密码。")


@refusing
def issue_token(login: str, name: str) -> None:
    """Issue a token and write it, this once."""
    database = prepared(configured())
    with database.transaction() as session:
        issued = tokens.issue(session, login, name, clock.now())
    database.close()
    click.echo(issued)
