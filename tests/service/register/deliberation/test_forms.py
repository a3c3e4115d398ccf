"""What is asked only sometimes is asked for where it is needed."""

import pytest

from service.errors import FormInvalid
from service.register.deliberation import meetings
from service.register.deliberation.forms import Convening, Minutes
from tests.replied_case import MEETING, MINUTES

PLANNED = {"meeting": None, "held_time": "09:00", "observers": None, **MEETING}


@pytest.mark.parametrize("field", ["topic", "held_on", "held_time", "place", "chair"])
def test_a_meeting_of_its_own_is_planned_whole(field: str) -> None:
    form = Convening.model_validate({**PLANNED, field: None})

    with pytest.raises(FormInvalid) as refused:
        meetings.planned(form)

    assert list(refused.value.messages) == [field]


def test_the_rows_of_minutes_are_typed() -> None:
    form = Minutes.model_validate({**MINUTES, "recordings": []})

    assert form.questions[0].answered_by == "王局长"
    assert form.resolutions[0].due_on is not None
