"""A deputy who asked for secrecy is named to the congress and to those who signed, and to nobody else."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.register.people import directory as people
from service.register.proposal import identity
from service.tables.suggestions import Suggestion
from tests.handled import assign, cosign, suggest
from tests.replied_case import populate

BOTH = frozenset({"代表甲", "代表乙"})


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with sqlite.transaction() as session:
        populate(session)
        yield session


@pytest.fixture
def protected(session: Session) -> Suggestion:
    """A suggestion of 代表甲, who asked for secrecy, signed by 代表乙 too, handled by 交通局."""
    own = suggest(session, "代表甲", identity_protected=True, delegation="云溪")
    cosign(session, own.id, "代表乙")
    assign(session, own.id, "JT")
    return own


def hidden(session: Session, suggestion: Suggestion, reader: str | None) -> frozenset[str]:
    viewer = people.actor(session, reader) if reader else None
    return identity.hidden_from(session, viewer, suggestion.id)


@pytest.mark.parametrize(
    "reader",
    ["代表甲", "代表乙", "代工委甲", "城建工委", "常委会办公室", "主任会议", "云溪代表团"],
)
def test_who_knows_the_name(session: Session, protected: Suggestion, reader: str) -> None:
    assert hidden(session, protected, reader) == frozenset()


@pytest.mark.parametrize(
    "reader",
    [
        None,
        "交通局联络员",
        "公安局承办人",
        "政府办",
        "督查室主任",
        "市委督查室",
        "副市长",
        "代表丙",
        "白崖代表团",
        "石门主席团",
        "信息公开员",
        "运维",
        "管理员",
        "代工委兼交通局",
    ],
)
def test_from_whom_it_is_hidden(
    session: Session, protected: Suggestion, reader: str | None
) -> None:
    assert hidden(session, protected, reader) == BOTH


def test_the_presidium_of_the_town_knows_its_deputy(session: Session) -> None:
    own = suggest(
        session, "镇代表", identity_protected=True, level="town", town="SM", delegation="石门"
    )

    assert hidden(session, own, "石门主席团") == frozenset()
    assert "请联系石门镇人大主席团转达" in identity.notice(session, own, frozenset({"镇代表"}))


def test_nobody_is_hidden_who_did_not_ask(session: Session) -> None:
    own = suggest(session, "代表甲")

    assert hidden(session, own, None) == frozenset()
    assert identity.names(session, None, own.id, ["代表甲"]) == {"代表甲": "代表甲"}
    assert identity.notice(session, own, frozenset()) == ""


def test_a_merged_suggestion_brings_its_secret_along(session: Session) -> None:
    main = suggest(session, "代表甲")
    suggest(session, "代表丙", merged_into_id=main.id, identity_protected=True)

    assert hidden(session, main, "交通局联络员") == {"代表丙"}
    assert hidden(session, main, "代表甲") == {"代表丙"}, "who signed another knows no more"
    assert identity.names(session, None, main.id, ["代表甲", "代表丙"]) == {
        "代表甲": "代表甲",
        "代表丙": identity.WITHHELD,
    }


def test_a_group_of_one_person_is_masked_like_the_person() -> None:
    found = {"user:代表甲": "代表甲", "unit_liaison:JT": "交通局联络员"}

    assert identity.masked(found, frozenset({"代表甲"})) == {
        "user:代表甲": identity.WITHHELD,
        "unit_liaison:JT": "交通局联络员",
    }


def test_those_who_know_are_asked_for_discretion(session: Session, protected: Suggestion) -> None:
    assert "不显示姓名" in identity.notice(session, protected, frozenset())
