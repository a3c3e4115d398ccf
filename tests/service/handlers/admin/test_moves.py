"""Which of the moves of a change a reader asks for."""

from service.deadlines.effects import Kind, Move
from service.handlers.admin import moves
from service.handlers.admin.moves import Filter
from tests.conftest import MORNING


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
