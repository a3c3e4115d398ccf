"""A value equals what a table stores, and has the words people read."""

import orjson
import pytest
from sqlalchemy.orm import Session

from service.database import Database
from service.labels import Labelled
from service.tables.suggestions import CaseSeries


class Answer(Labelled):
    AGREE = "agree", "同意"
    ADJUST = "adjust", "建议调整"


@pytest.fixture
def session(database: Database) -> Session:
    with database.transaction() as session:
        yield session


def test_a_member_equals_its_stored_value():
    assert Answer.AGREE == "agree"
    assert {"agree": 1}[Answer.AGREE] == 1
    assert f"{Answer.AGREE}" == "agree"
    assert orjson.dumps({"answer": Answer.AGREE}) == b'{"answer":"agree"}'
    assert Answer("adjust") is Answer.ADJUST


def test_a_stored_value_is_shown_by_its_label():
    assert Answer.ADJUST.label == "建议调整"
    assert Answer.label_of("agree") == "同意"


def test_a_value_of_no_such_set_has_no_label():
    assert Answer.label_of("maybe") == ""
    assert Answer.label_of(None, "待定") == "待定"


def test_the_labels_come_in_the_order_they_are_written():
    assert list(Answer.labels().items()) == [("agree", "同意"), ("adjust", "建议调整")]


def test_a_table_takes_a_member_and_gives_back_its_value(session: Session):
    session.add(CaseSeries(prefix=Answer.ADJUST, last=1))
    session.flush()
    session.expire_all()

    [found] = session.query(CaseSeries).filter(CaseSeries.prefix.in_(set(Answer)))

    assert found.prefix == "adjust"
