"""Four people in a small city, and how they sign in."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from service.register.people import signing_in
from service.register.people.passwords import PasswordCost, hash_password
from service.register.people.signing_in import SignIn
from service.tables.people import Person, Post, Unit

AT = datetime(2026, 3, 18, 2, 0, tzinfo=UTC)
CHEAP = PasswordCost(passes=1, memory_kib=8, lanes=1)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
PASSWORD = "correct horse"


def enter(session: Session) -> None:
    """Enter the units, the people and their posts; 钱进 has left."""
    session.add_all(
        [
            Unit(
                code="JT",
                name="清沅市交通运输局",
                short_name="交通局",
                system="government",
                level="city",
            ),
            Unit(
                code="YX",
                name="清沅市云溪镇",
                short_name="云溪镇",
                system="government",
                level="town",
            ),
            Unit(
                code="CJ",
                name="财政经济工作委员会",
                short_name="财经工委",
                system="congress",
                level="city",
            ),
            Unit(
                code="OLD",
                name="原粮食局",
                short_name="粮食局",
                system="government",
                level="city",
                active=False,
            ),
        ]
    )
    secret = hash_password(PASSWORD, CHEAP)
    cast = {"wang": "王敏", "li": "李强", "zhao": "赵静", "gone": "钱进"}
    session.add_all(
        Person(login=login, name=name, password_hash=secret, active=login != "gone")
        for login, name in cast.items()
    )
    session.flush()
    session.add_all(
        [
            Post(login="wang", role="unit_liaison", scope="JT"),
            Post(login="wang", role="unit_reviewer", scope="JT"),
            Post(login="wang", role="publisher"),
            Post(login="li", role="unit_head", scope="JT"),
            Post(login="li", role="unit_handler", scope="YX"),
            Post(login="gone", role="unit_liaison", scope="JT"),
        ]
    )
    session.flush()


def sign_in(session: Session, login: str, password: str, at: datetime = AT) -> SignIn:
    return signing_in.sign_in(session, login, password, at, "127.0.0.1", "test", CHEAP)


def signed_in(session: Session, at: datetime = AT) -> str:
    token = sign_in(session, "wang", PASSWORD, at).token
    assert token is not None
    return token
