"""What a form says becomes a rating; a mark that is missing is asked for beside its field."""

from typing import Any

import pytest

from service.errors import FormInvalid
from service.register.evaluation.forms import HandlingRating, PaperRating
from service.register.evaluation.ratings import ContactCheck, Mark, Rating

TYPED: dict[str, Any] = {
    "contact_check": "met",
    "attitude_rating": "satisfied",
    "result_rating": "dissatisfied",
    "reason": "护栏还没有装",
    "remark": None,
    "wants_meeting": True,
    "meeting_wish": "周三",
    "reply_class_agreed": None,
    "text_may_be_shared": None,
    "text_may_be_published": False,
}


def test_what_a_deputy_hands_in_becomes_a_rating() -> None:
    assert HandlingRating.model_validate(TYPED).rating() == Rating(
        Mark.SATISFIED,
        Mark.DISSATISFIED,
        contact_check=ContactCheck.MET,
        text="护栏还没有装",
        wants_meeting=True,
        meeting_wish="周三",
    )


def test_a_content_deputy_s_words_are_a_remark() -> None:
    content = {**TYPED, "result_rating": "satisfied", "reason": None, "remark": "办得好"}

    assert HandlingRating.model_validate(content).rating().text == "办得好"


@pytest.mark.parametrize("field", ["attitude_rating", "result_rating"])
def test_a_rating_without_a_mark_is_refused_beside_its_field(field: str) -> None:
    form = HandlingRating.model_validate({**TYPED, field: None})

    with pytest.raises(FormInvalid) as refused:
        form.rating()

    assert list(refused.value.messages) == [field]


def test_what_stands_on_paper_becomes_a_rating() -> None:
    paper = PaperRating.model_validate(
        {
            "attitude_rating": "satisfied",
            "result_rating": "satisfied",
            "reason": None,
            "text_may_be_shared": None,
        }
    )

    assert paper.rating() == Rating(Mark.SATISFIED, Mark.SATISFIED)
