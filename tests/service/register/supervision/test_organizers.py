"""Each office supervises on its own line and whom the law lets it; all its units, or government units alone."""

import pytest

from service.register.supervision.organizers import Line, Organizer


@pytest.mark.parametrize(
    ("organizer", "system", "may"),
    [
        (Organizer.GOVERNMENT, "government", True),
        (Organizer.GOVERNMENT, "enterprise", True),
        (Organizer.GOVERNMENT, "court", False),
        (Organizer.GOVERNMENT, "party", False),
        (Organizer.PARTY, "party", True),
        (Organizer.CONGRESS, "court", True),
    ],
)
def test_whom_an_office_may_examine(organizer: Organizer, system: str, may: bool) -> None:
    assert organizer.may_examine(system) is may


def test_the_congress_supervises_on_a_line_of_its_own() -> None:
    assert {organizer.value: organizer.line for organizer in Organizer} == {
        "gov_supervision": Line.PARTY_GOVERNMENT,
        "party_supervision": Line.PARTY_GOVERNMENT,
        "deputy_office": Line.CONGRESS,
    }


def test_every_office_has_somebody_to_decide_on_an_objection() -> None:
    assert all(organizer.reviewers for organizer in Organizer)
