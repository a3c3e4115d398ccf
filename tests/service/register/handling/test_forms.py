"""The forms of handling read what a page hands in; a question left open means no."""

from datetime import date

from service.register.handling.forms import TalkRow
from service.register.handling.kinds import Method
from tests.handled import CONTACT, met, planned, promised


def test_what_nobody_ticked_is_no() -> None:
    assert not met(head_attended=None).head_attended
    assert not promised(is_public=None).is_public


def test_a_contact_of_the_diary_has_neither_people_nor_photographs() -> None:
    row = TalkRow.model_validate({**CONTACT, "participants": None})

    assert (row.method, row.held_on) == (Method.FACE_TO_FACE, date(2026, 3, 2))
    assert (row.deputies, row.photos) == ((), ())


def test_the_rows_of_a_plan_have_days() -> None:
    assert [row.due_on for row in planned().milestones] == [date(2026, 4, 10)]
    assert [row.due_on for row in planned().commitments] == [date(2026, 6, 30)]
