"""Named lists of units and people that the forms of every theme may choose from."""

from collections.abc import Iterable
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.forms import Option
from service.operations import Variable, source
from service.register.people import directory as staff
from service.register.people.roles import UNIT_ROLES
from service.register.people.sectors import Sector
from service.tables.people import Deputy, Person, Post, Unit


@source()
def units(session: Session) -> list[Option]:
    """全部在用的承办单位"""
    return named(staff.units(session))


@source()
def committees(session: Session) -> list[Option]:
    """人大各工作委员会"""
    return named(staff.units(session, Sector.CONGRESS))


@source()
def deputies(session: Session) -> list[Option]:
    """全部在任代表"""
    rows = session.execute(
        select(Person.login, Person.name, Deputy.delegation)
        .join(Deputy, Deputy.login == Person.login)
        .where(Person.active)
        .order_by(Deputy.card_no)
    )
    return [Option(login, f"{name}（{delegation}）") for login, name, delegation in rows]


@source()
def unit_people(
    session: Session, *, unit: Annotated[str | None, Variable("单位")] = None
) -> list[Option]:
    """本单位的人员"""
    rows = session.execute(
        select(Person.login, Person.name)
        .join(Post, Post.login == Person.login)
        .where(Person.active, Post.scope == unit)
        .where(Post.role.in_(UNIT_ROLES))
        .distinct()
        .order_by(Person.login)
    )
    return [Option(*row) for row in rows]


@source()
def people(session: Session) -> list[Option]:
    """全部在用账号（人员）"""
    rows = session.execute(
        select(Person.login, Person.name).where(Person.active).order_by(Person.login)
    )
    return [Option(*row) for row in rows]


def named(rows: Iterable[Unit]) -> list[Option]:
    """Return units as a form offers them, by their full names."""
    return [Option(row.code, row.name) for row in rows]
