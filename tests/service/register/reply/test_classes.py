"""The city has the usual reply classes until it enters its own."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotFound
from service.register.reply import classes
from service.tables.handling import ReplyClass
from tests.handled import session_of


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with session_of(sqlite) as session:
        yield session


def test_the_classes_are_the_citys_own_once_it_has_some(session: Session) -> None:
    assert [c.code for c in classes.in_use(session)] == ["A", "B", "C"]
    assert classes.get(session, "B").tracked

    session.add(ReplyClass(code="甲", name="甲类", position=1, resolved=True, tracked=False))
    session.flush()

    assert [c.code for c in classes.in_use(session)] == ["甲"]
    with pytest.raises(NotFound, match="没有“Z”这个答复类别"):
        classes.get(session, "Z")
