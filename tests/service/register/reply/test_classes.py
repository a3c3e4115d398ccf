"""The city has the usual reply classes until it enters its own; what replies were called when they were given stays."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service import rulebook
from service.database import Database
from service.errors import NotFound
from service.register.reply import classes
from service.register.reply.classes import CLASSES, ReplyClass
from tests.conftest import MORNING
from tests.handled import session_of

OWN = (ReplyClass(code="甲", name="甲类", resolved=True), ReplyClass(code="乙", name="乙类"))
LATER = MORNING + timedelta(days=30)


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def amend(session: Session, *rows: ReplyClass, base: int = 0) -> None:
    rulebook.amend(session, CLASSES, rows, base, "root", LATER, "本市办法")


def test_the_classes_are_the_citys_own_once_it_has_some(session: Session) -> None:
    assert [c.code for c in classes.in_use(session)] == ["A", "B", "C"]
    assert classes.get(session, "B").tracked

    amend(session, *OWN, ReplyClass(code="丙", name="丙类", active=False))

    assert [c.code for c in classes.in_use(session)] == ["甲", "乙"]
    assert classes.get(session, "丙").name == "丙类"
    with pytest.raises(NotFound, match="没有“Z”这个答复类别"):
        classes.get(session, "Z")


def test_a_reply_keeps_the_name_its_class_had_when_it_was_given(session: Session) -> None:
    amend(session, ReplyClass(code="A", name="甲类"), *OWN)

    assert classes.name_at(session, "A", MORNING) == "A类（已解决或采纳）"
    assert classes.name_at(session, "A", LATER) == "甲类"
    assert classes.name_at(session, "C", None) == "C类（留作参考）"


def test_the_slowest_reply_says_how_far_a_case_is(session: Session) -> None:
    assert classes.last(session, ["A", "C", "B"]) == "C"
    assert classes.last(session, ["A", "没有了"]) == "A"
