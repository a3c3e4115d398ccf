"""Office hours are typed as people write them; what is wrong is said at its day."""

from datetime import time

import pytest

from service.deadlines import hours
from service.deadlines.workdays import USUAL_WEEK
from service.errors import FormInvalid

USUAL = ["8:30-12:00、14:00-18:00"] * 5 + ["", ""]


def test_the_usual_week_is_typed_read_and_told() -> None:
    assert hours.typed(USUAL_WEEK) == USUAL
    assert hours.read(USUAL) == USUAL_WEEK
    assert hours.in_words(USUAL_WEEK) == "周一至周五 8:30-12:00、14:00-18:00；调休上班的周末同周一"


@pytest.mark.parametrize(
    "text",
    [
        "9:00-12:00、13:00-17:30",
        "09：00－12：00，13：00－17：30",
        "9:00至12:00 13:00到17:30",
        "9:00—12:00; 13:00 ~ 17:30",
    ],
)
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    week = hours.read([text, "", "", "", "", "9:00-11:00", ""])

    assert week[0] == ((time(9), time(12)), (time(13), time(17, 30)))
    assert hours.in_words(week) == (
        "周一 9:00-12:00、13:00-17:30；周二至周五不办公；调休上班的周六 9:00-11:00；调休上班的周日同周一"
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("上午", "看不懂“上午”"),
        ("8:30", "看不懂“8:30”"),
        ("8:30-12:00-18:00", "看不懂"),
        ("8:30-25:00", "时间不存在"),
        ("8:70-12:00", "时间不存在"),
        ("12:00-8:30", "结束不晚于开始"),
        ("8:30-8:30", "结束不晚于开始"),
        ("8:30-12:00、11:00-18:00", "重叠或先后颠倒"),
        ("14:00-18:00、8:30-12:00", "重叠或先后颠倒"),
        ("8:00-9:00、9:00-10:00、10:00-11:00、11:00-12:00、13:00-14:00", "最多填 4 段"),
    ],
)
def test_what_is_wrong_is_said_at_its_day(text: str, sentence: str) -> None:
    with pytest.raises(FormInvalid) as refused:
        hours.read([*USUAL[:2], text, *USUAL[3:]])

    assert list(refused.value.messages) == ["day_2"]
    assert sentence in refused.value.messages["day_2"]
    assert refused.value.values["day_2"] == text


def test_a_week_without_any_hours_is_refused() -> None:
    with pytest.raises(FormInvalid) as refused:
        hours.read(["", "", "", "", "", "9:00-12:00", ""])

    assert "永远不会届满" in refused.value.messages["day_0"]
