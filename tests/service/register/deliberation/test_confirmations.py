"""After a meeting the deputy alone decides, and only the deputy and the office read what was said."""

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from service import history
from service.errors import NotAllowed
from service.register.common.vouching import Comparison
from service.register.deliberation import confirmations
from service.register.people import directory as people
from service.tables.evaluation import Confirmation
from tests.conftest import MORNING
from tests.replied_case import RepliedCase
from tests.service.register.deliberation.scene import HELD, met, said


def test_what_was_voiced_in_the_room_accepts_nothing(session: Session, case: RepliedCase) -> None:
    item = met(session, case)

    assert not confirmations.accepted(session, item)


@pytest.mark.parametrize(
    ("outcome", "accepted"),
    [("satisfied", True), ("accepted_explanation", True), ("still_dissatisfied", False)],
)
def test_the_deputy_alone_decides(
    session: Session, case: RepliedCase, outcome: str, accepted: bool
) -> None:
    item = met(session, case)

    confirmations.confirm(session, item, "代表甲", said(outcome, "还要装反光镜"), HELD)

    assert confirmations.accepted(session, item) is accepted
    assert confirmations.explanation_accepted(session, case.suggestion.id) is (
        outcome == "accepted_explanation"
    )


def test_one_deputy_who_does_not_accept_keeps_the_case_open(
    session: Session, case: RepliedCase
) -> None:
    item = met(session, case, "代表甲", "代表乙")
    confirmations.confirm(session, item, "代表甲", said("satisfied"), HELD)
    assert not confirmations.accepted(session, item)

    confirmations.confirm(session, item, "代表乙", said("still_dissatisfied", "再修"), HELD)

    assert not confirmations.accepted(session, item)


def test_nobody_confirms_for_a_deputy(session: Session, case: RepliedCase) -> None:
    item = met(session, case)

    for somebody in ("代表乙", "交通局联络员", "代工委甲", None):
        with pytest.raises(NotAllowed, match="代表本人"):
            confirmations.confirm(session, item, somebody, said("satisfied"), HELD)


@pytest.mark.parametrize(
    ("reader", "rows"),
    [
        ("代表甲", 1),
        ("代表乙", 0),
        ("代工委甲", 1),
        ("代工委兼交通局", 0),
        ("交通局联络员", 0),
        ("公安局联络员", 0),
        ("政府办", 0),
    ],
)
def test_a_confirmation_is_the_deputy_s_and_the_office_s(
    session: Session, case: RepliedCase, reader: str, rows: int
) -> None:
    item = met(session, case)
    confirmations.confirm(session, item, "代表甲", said("satisfied"), HELD)

    assert len(confirmations.visible(session, people.actor(session, reader), item)) == rows


# The history vouches for what was said


def test_a_confirmation_enters_the_history_without_what_it_says(
    session: Session, case: RepliedCase
) -> None:
    item = met(session, case)
    confirmations.confirm(session, item, "代表甲", said("still_dissatisfied", "再修"), HELD)

    [asked, given] = history.of(session, case.instance_id)

    assert (asked.kind, given.kind) == ("confirmations_asked", "confirmation_given")
    assert (given.by, set(given.data)) == ("代表甲", {"row", "digest", "key"})
    assert confirmations.compare(session, case.instance_id) == Comparison([], [])


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "satisfied"},
        {"text": "算了"},
        {"text_may_be_shared": True},
        {"confirmed_at": MORNING},
        {"deputy": "代表乙"},
        {"outcome": None, "confirmed_at": None},
    ],
)
def test_a_changed_confirmation_shows(
    session: Session, case: RepliedCase, change: dict[str, object]
) -> None:
    item = met(session, case)
    confirmations.confirm(session, item, "代表甲", said("still_dissatisfied", "再修"), HELD)
    session.flush()

    session.execute(update(Confirmation).values(change))
    session.expire_all()

    [fault] = confirmations.compare(session, case.instance_id).faults
    assert "会后确认与登记时的校验值不符" in fault


def test_a_confirmation_that_nobody_gave_shows(session: Session, case: RepliedCase) -> None:
    met(session, case)
    session.flush()

    session.execute(update(Confirmation).values(outcome="satisfied", confirmed_at=HELD))
    session.expire_all()

    assert len(confirmations.compare(session, case.instance_id).faults) == 1
