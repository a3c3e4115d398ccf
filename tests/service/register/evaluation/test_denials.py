"""A deputy who takes a rating back that is not theirs has it looked into who gave it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.register.evaluation import denials, evaluations
from service.register.evaluation.ratings import Mark, Rating
from service.register.proposal import suggestions
from service.tables.evaluation import Evaluation
from service.tables.people import Notification
from tests.conftest import MORNING
from tests.replied_case import replied

GOOD = Rating(Mark.SATISFIED, Mark.SATISFIED)


def told(session: Session) -> dict[str, str]:
    rows = session.execute(select(Notification.recipient, Notification.text))
    return {recipient: text for recipient, text in rows}  # noqa: C416


def test_the_office_and_the_head_of_supervision_are_asked_to_look_into_it(
    session: Session, row: Evaluation
) -> None:
    evaluations.rate(session, row.id, GOOD, "代表甲", MORNING)

    denials.take_back(session, row.id, "代表甲", MORNING)

    assert row.state == "pending"
    assert set(told(session)) == {"deputy_office", "gov_supervision_head"}
    assert all("请核查是否有人代填" in text for text in told(session).values())
    assert not any(mark.label in text for text in told(session).values() for mark in Mark)


def test_in_a_town_its_presidium_is_asked(session: Session) -> None:
    case = replied(session, ["SM"], level="town", town="SM")
    [row] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
    evaluations.rate(session, row.id, GOOD, "代表甲", MORNING)

    denials.take_back(session, row.id, "代表甲", MORNING)

    assert set(told(session)) == {"town_presidium:SM", "gov_supervision_head"}


def test_the_government_does_not_read_a_protected_name(session: Session, row: Evaluation) -> None:
    suggestions.get(session, row.suggestion_id).identity_protected = True
    evaluations.rate(session, row.id, GOOD, "代表甲", MORNING)

    denials.take_back(session, row.id, "代表甲", MORNING)

    assert told(session)["deputy_office"].startswith("代表甲否认")
    assert told(session)["gov_supervision_head"].startswith("代表（要求保密身份）否认")
