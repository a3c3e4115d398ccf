"""A move in words: how far, and which of them a reader asks for."""

from datetime import timedelta

import pytest

from service.deadlines.effects import Kind, Move
from service.deadlines.lateness import NEVER
from service.handlers.admin import moves
from service.handlers.admin.moves import Filter
from tests.conftest import MORNING


@pytest.mark.parametrize(
    ("by", "said"),
    [
        (timedelta(days=12), "推迟 12 天"),
        (timedelta(days=-1), "提前 1 天"),
        (timedelta(hours=3), "推迟 3 小时"),
        (timedelta(minutes=-90), "提前 90 分钟"),
    ],
)
def test_how_far_a_moment_moves(by: timedelta, said: str) -> None:
    assert moves.difference(MORNING, MORNING + by) == said


def test_what_comes_new_and_what_goes() -> None:
    assert moves.difference(None, MORNING) == "新增"
    assert moves.difference(MORNING, None) == "取消"
    assert moves.difference(MORNING, NEVER) == "暂停计时"
    assert moves.difference(NEVER, MORNING) == "恢复计时"


def test_a_filter_is_read_from_an_address_and_written_back() -> None:
    wanted = Filter.of({"kind": "task", "q": "  护栏 ", "strange": "1"})

    assert wanted == Filter(kind="task", q="护栏")
    assert wanted.given == {"kind": "task", "q": "护栏"}


def test_the_dates_of_a_town_s_own_suggestions_have_a_name_in_the_filter() -> None:
    found = [
        Move(Kind.RECORD, "1", None, None, unit, "建议的答复期限", MORNING, MORNING)
        for unit in ("YX", "town:YX", "")
    ]

    assert moves.units_of(found, {"YX": "云溪镇"}) == {
        "YX": "云溪镇",
        "town:YX": "云溪镇（镇级建议）",
    }
