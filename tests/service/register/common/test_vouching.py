"""What a history vouches for cannot be changed, added or taken away unseen, and is told to nobody."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from service import history
from service.database import Database
from service.labels import Labelled
from service.register.common.vouching import Ledger, Witnessed
from tests.conftest import MORNING
from tests.replied_case import populate, replied


class Happening(Labelled):
    OPENED = "votes_opened", "已请表决"
    GIVEN = "vote_given", "已表决"
    TAKEN_BACK = "vote_taken_back", "已收回"


LEDGER = Ledger(
    "表决", "voting", Happening.OPENED, Happening.TAKEN_BACK, frozenset({Happening.GIVEN})
)
SECRET = [7, "yes", MORNING]
BLANK = Witnessed([7, None, None], is_given=False, is_blank=True)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session)
        yield session


@pytest.fixture
def instance(session: Session) -> int:
    return replied(session).instance_id


def given(content: Sequence[Any] = SECRET) -> Witnessed:
    return Witnessed(content, is_given=True, is_blank=False)


def faults(session: Session, instance: int, **rows: Witnessed) -> Sequence[str]:
    numbered = {int(name.removeprefix("row")): row for name, row in rows.items()}
    return LEDGER.compare(session, instance, numbered).faults


def vote(session: Session, instance: int) -> None:
    LEDGER.open(session, instance, [7], MORNING)
    LEDGER.give(session, instance, Happening.GIVEN, (7, SECRET), "代表甲", MORNING)


def test_what_says_what_was_handed_in_is_intact(session: Session, instance: int) -> None:
    LEDGER.open(session, instance, [7], MORNING)
    assert faults(session, instance, row7=BLANK) == []

    LEDGER.give(session, instance, Happening.GIVEN, (7, SECRET), "代表甲", MORNING)

    assert faults(session, instance, row7=given()) == []
    assert history.verify(session, instance).intact


@pytest.mark.parametrize(
    "row", [given([7, "no", MORNING]), BLANK, Witnessed(SECRET, is_given=False, is_blank=False)]
)
def test_what_says_something_else_is_a_fault(
    session: Session, instance: int, row: Witnessed
) -> None:
    vote(session, instance)

    assert len(faults(session, instance, row7=row)) == 1


def test_what_nobody_handed_in_and_what_is_gone_are_faults(session: Session, instance: int) -> None:
    LEDGER.open(session, instance, [7], MORNING)

    assert "校验值不符" in faults(session, instance, row7=given())[0]
    assert "记录缺失" in faults(session, instance)[0]


def test_what_was_taken_back_says_nothing_or_counts_for_nothing(
    session: Session, instance: int
) -> None:
    vote(session, instance)
    LEDGER.take_back(session, instance, 7, "代表甲", MORNING)

    void = Witnessed(SECRET, is_given=False, is_blank=False, is_void=True)
    assert faults(session, instance, row7=BLANK) == faults(session, instance, row7=void) == []
    assert len(faults(session, instance, row7=given())) == 1


def test_what_an_earlier_release_opened_cannot_be_compared_and_says_so(
    session: Session, instance: int
) -> None:
    for row in (given(), BLANK):
        found = LEDGER.compare(session, instance, {7: row})
        assert found.faults == []
        assert found.gaps == ["第 7 号表决是旧版本程序建立的，没有校验值，不能核对是否改动过。"]


def test_the_history_says_that_and_not_what(session: Session, instance: int) -> None:
    vote(session, instance)

    [opened, event] = history.of(session, instance)

    assert (opened.data["rows"], event.data["row"], event.name) == ([7], 7, "已表决")
    assert "yes" not in str(event.data)
    assert event.process_id == "voting"
