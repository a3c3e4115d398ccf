"""Only what a deputy says alone may end a case, and what was voiced in the room has one answer more."""

from service.register.deliberation.outcomes import ACCEPTING, Answer, Stance


def test_an_explanation_is_accepted_and_dissatisfaction_goes_on() -> None:
    assert set(Answer) - ACCEPTING == {Answer.STILL_DISSATISFIED}


def test_nobody_has_to_say_anything_in_the_room() -> None:
    assert {each.value for each in Stance} - {each.value for each in Answer} == {"none"}
