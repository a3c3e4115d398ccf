"""Who may be supervised by whom, and never twice for the same."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cases
from service.register.supervision.organizers import Organizer
from tests.conftest import MORNING
from tests.service.register.supervision.examined import examination, opened


@pytest.mark.parametrize("unit", ["FY", "ZZ"])
def test_government_supervision_examines_neither_courts_nor_party_units(
    session: Session, unit: str
) -> None:
    with pytest.raises(NotAllowed, match="政府督查工作条例第五条"):
        opened(session, unit=unit)

    opened(session, unit=unit, organizer=Organizer.PARTY)


def test_bodies_entrusted_with_public_affairs_are_examined(session: Session) -> None:
    assert opened(session, unit="SD").number == "督查〔2026〕1号"


def test_nobody_is_supervised_twice_for_the_same(session: Session) -> None:
    first = opened(session)

    with pytest.raises(NotAllowed, match=r"督查〔2026〕1号.*严禁重复督查"):
        opened(session, organizer=Organizer.PARTY)

    cases.examine(session, first.id, examination(), "xu_jing", MORNING)
    opened(session)


def test_a_case_without_a_problem_is_closed(session: Session) -> None:
    case = opened(session)

    cases.examine(session, case.id, examination(), "xu_jing", MORNING)

    assert (case.status, case.outcome, case.closed_at) == ("closed", "no_problem", MORNING)


def test_a_case_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        cases.get(session, 99)
