"""What the forms of a proposal start with."""

from collections.abc import Iterator

import pytest

from service import rulebook
from service.database import Database
from service.register.proposal import suggestions
from service.register.proposal.admission import NEGATIVE
from service.register.proposal.categories import CATEGORIES
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.listed import Lists, codes, lists_of
from tests.proposed import CONTENT


@pytest.fixture
def lists(sqlite: Database) -> Iterator[Lists]:
    with lists_of(sqlite) as lists:
        yield lists


def test_the_negative_list_is_offered_whole(lists: Lists) -> None:
    assert codes(lists("negative_list")) == {one.code for one in NEGATIVE.defaults}


def test_the_guide_the_topics_and_the_categories_are_offered_as_officials_keep_them(
    lists: Lists,
) -> None:
    assert codes(lists("prep_steps")) == {
        "study",
        "listen",
        "reflect",
        "verify",
        "research",
        "write",
    }
    assert lists("writing_guide")[0]["step"] == "学：学习政策法规"
    assert "政府民生实事" in {row["topic"] for row in lists("positive_list")}
    assert "transport" in codes(lists("categories_offered"))
    assert lists("proposal_presets") == [{"publicity": "full"}]


def test_the_usual_units_of_the_category_are_named(lists: Lists) -> None:
    assert lists("usual_units") == []
    rows = rulebook.rows(lists.session, CATEGORIES)
    changed = [
        row.model_copy(update={"units": ("JT", "CG")}) if row.code == "transport" else row
        for row in rows
    ]
    rulebook.amend(lists.session, CATEGORIES, changed, 0, "root", MORNING, "常办单位")

    assert [row["unit"] for row in lists("usual_units")] == ["交通局", "城管局"]


def test_the_items_are_numbered(lists: Lists) -> None:
    assert lists("suggestion_items") == [
        {"number": 1, "text": "增设会车警示。"},
        {"number": 2, "text": "加装防护栏。"},
    ]


def test_what_is_revised_starts_with_what_it_says_now(lists: Lists) -> None:
    assert lists("suggestion_text") == [
        {"title": CONTENT.title, "situation": CONTENT.situation, "analysis": ""}
    ]


def test_a_hint_names_the_words_and_the_rule(lists: Lists) -> None:
    assert lists("negative_hints") == []
    lists.session.query(Suggestion).one().situation = "我家门口的路，投标的单位不好。"

    found = lists("negative_hints")

    assert [(row["code"], row["words"]) for row in found] == [("N1", "我家"), ("N4", "投标")]
    assert {row["rule"] for row in found} == {
        one.text for one in NEGATIVE.defaults if one.code in {"N1", "N4"}
    }


def test_similar_cases_are_shown_with_number_and_status(lists: Lists) -> None:
    assert lists("similar_cases") == []
    other = suggestions.submit(lists.session, CONTENT, "代表甲", (), 2, MORNING)
    number = suggestions.register(lists.session, other.id, MORNING).case_no

    [row] = lists("similar_cases")

    assert (row["case_no"], row["likeness"], row["status"]) == (number, 100, "已立案")
    assert row["relation"] == "none"
