"""What the forms of a proposal start with."""

from collections.abc import Iterator
from typing import Any

import pytest

from service.database import Database
from service.operations import load, options
from service.register.dispatch import assignments, dispatching
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from service.register.proposal import admission, suggestions
from service.tables.suggestions import Suggestion
from tests.conftest import MORNING
from tests.proposed import CONTENT
from tests.world import populate

Lists = Any


@pytest.fixture
def lists(sqlite: Database) -> Iterator[Lists]:
    """A suggestion handled by 交通局 with 公安局, and `lists(name)` to read a list about it."""
    load()
    with sqlite.transaction() as session:
        populate(session, MORNING)
        own = suggestions.submit(session, CONTENT, "代表甲", (), 1, MORNING)
        plan = [Planned("JT", Duty.LEAD), Planned("GA", Duty.ASSIST, "巡逻")]
        dispatching.dispatch(session, own.id, Mode.LEAD_ASSIST, MORNING)
        lead, _ = assignments.assign(session, own.id, plan, MORNING)
        known = {"suggestion": own.id, "assignment": lead.id, "unit": "JT"}

        def read(name: str, **variables: Any) -> list[Any]:
            return list(options(name, session, {**known, **variables}, f"suggestion:{own.id}"))

        read.session = session  # type: ignore[attr-defined]
        yield read


def codes(rows: list[Any]) -> set[str]:
    return {row.code for row in rows}


def test_the_negative_list_is_offered_whole(lists: Lists) -> None:
    assert codes(lists("negative_list")) == set(admission.NEGATIVE_LIST)


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
    assert all(row["rule"] == admission.NEGATIVE_LIST[row["code"]] for row in found)


def test_similar_cases_are_shown_with_number_and_status(lists: Lists) -> None:
    assert lists("similar_cases") == []
    other = suggestions.submit(lists.session, CONTENT, "代表甲", (), 2, MORNING)
    number = suggestions.register(lists.session, other.id, MORNING).case_no

    [row] = lists("similar_cases")

    assert (row["case_no"], row["likeness"], row["status"]) == (number, 100, "已立案")
    assert row["relation"] == "none"
