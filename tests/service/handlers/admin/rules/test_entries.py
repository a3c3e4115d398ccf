"""Rows become a form and a form becomes rows, or sentences at its fields."""

from werkzeug.datastructures import MultiDict

from service.handlers.admin.rules import entries
from service.register.proposal.admission import NEGATIVE
from service.register.proposal.categories import CATEGORIES
from service.register.supervision.pass_lines import PASS_LINES
from service.rulebook import Control

OPTIONS = {Control.COMMITTEE: {"HW": "城建工委"}, Control.UNITS: {"JT": "交通局", "CG": "城管局"}}


def test_a_row_that_nobody_touched_comes_back_as_it_was() -> None:
    for listing in (NEGATIVE, PASS_LINES):
        typed = [entries.typed_of(row) for row in listing.defaults]

        rows, faults = entries.read(listing, typed, OPTIONS)

        assert (tuple(rows), faults) == (listing.defaults, [])


def test_units_are_ticked_and_words_are_written_one_after_another() -> None:
    [row] = entries.sent(
        CATEGORIES,
        MultiDict(
            [
                ("row-0-name", "交通"),
                ("row-0-units", "JT"),
                ("row-0-units", "CG"),
                ("row-0-committee", "HW"),
                ("row-0-active", "true"),
            ]
        ),
        [{"code": "transport"}],
    )
    [found], faults = entries.read(CATEGORIES, [row], OPTIONS)
    assert faults == []
    assert found.model_dump() == {
        "code": "transport",
        "name": "交通",
        "committee": "HW",
        "units": ("JT", "CG"),
        "active": True,
    }

    typed = {"code": "N1", "text": "不行。", "words": " 本人，亲属 、本人"}
    [entry], _ = entries.read(NEGATIVE, [typed], OPTIONS)
    assert entry.model_dump()["words"] == ("本人", "亲属")


def test_what_is_wrong_stands_at_its_field() -> None:
    typed = [{"code": "on_time", "name": "按时答复率", "percent": "101", "minimum": "三"}]
    _, faults = entries.read(PASS_LINES, typed, OPTIONS)
    assert [(one.field, one.sentence) for one in faults] == [
        ("percent", "请写 0 到 100 的整数。"),
        ("minimum", "请写 0 到 100 的整数。"),
    ]

    _, faults = entries.read(NEGATIVE, [{"code": "N1", "text": "", "words": ""}], OPTIONS)
    assert [one.sentence for one in faults] == ["请填写“内容”。"]
    [line] = entries.lines(NEGATIVE, [{"code": "N1", "text": "长" * 400}], OPTIONS, faults)
    assert [one.error for one in line.entries] == ["", "请填写“内容”。", ""]


def test_a_new_row_has_a_code_of_its_own_where_people_choose_none() -> None:
    assert entries.blank(CATEGORIES, ["categories_1"])["code"] == "categories_2"
    assert entries.blank(NEGATIVE, [])["code"] == ""
