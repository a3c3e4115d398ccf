"""Which measures a unit may be given, and who decides on them."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.register.supervision import cases, measures, proposals
from service.register.supervision.colors import Color
from service.register.supervision.organizers import Organizer
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded


def test_courts_get_a_letter_and_never_a_card(session: Session) -> None:
    number = concluded(session, unit="FY", organizer=Organizer.CONGRESS)
    case = cases.get(session, number)

    assert measures.allowed(session, case) == ["none", "letter"]
    assert measures.issuer(session, case) == "deputy_office"
    assert proposals.of_case(session, case, MORNING).color == "letter"
    with pytest.raises(NotAllowed, match="以函告代替亮牌"):
        carded(session, number)
    letter = carded(session, number, Color.LETTER)
    assert letter.number == "督函〔2026〕1号"
    assert measures.clearer(session, case) == "deputy_office"


def test_the_congress_sends_letters_to_government_units_too(session: Session) -> None:
    number = concluded(session, organizer=Organizer.CONGRESS)
    case = cases.get(session, number)

    assert measures.allowed(session, case) == ["none", "letter"]
    assert case.line == "npc"


def test_the_graver_the_colour_the_higher_who_interviews_and_clears(session: Session) -> None:
    case = cases.get(session, concluded(session))

    assert measures.clearer(session, case) == "gov_supervision"
    carded(session, case.id)
    assert measures.clearer(session, case) == "gov_supervision"
    carded(session, case.id, Color.YELLOW)
    assert measures.clearer(session, case) == "gov_supervision_head"
    carded(session, case.id, Color.RED)
    assert measures.clearer(session, case) == "vice_mayor"
    assert measures.interviewer(case, "yellow") == "gov_supervision"
    assert measures.interviewer(case, "red") == "vice_mayor"
