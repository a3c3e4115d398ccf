"""Categories are the officials': what is registered keeps its committee, what waits gets the new one."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from service import rulebook
from service.database import Database
from service.register.proposal import categories, suggestions
from service.register.proposal.categories import CATEGORIES, Category
from tests.conftest import MORNING
from tests.listed import lists_of
from tests.proposed import CONTENT


@pytest.fixture
def session(sqlite: Database) -> Iterator[Session]:
    with lists_of(sqlite) as lists:
        yield lists.session


def changed(session: Session, **facts: object) -> list[Category]:
    rows = rulebook.rows(session, CATEGORIES)
    return [row.model_copy(update=facts) if row.code == "transport" else row for row in rows]


def amend(session: Session, rows: list[Category]) -> None:
    rulebook.amend(session, CATEGORIES, rows, 0, "root", MORNING, "机构改革")


def test_every_category_of_the_release_is_followed_by_a_committee(session: Session) -> None:
    assert all(one.committee for one in CATEGORIES.defaults)
    assert categories.committee(session, "transport") == "HW"
    assert categories.name(session, "transport") == "交通水利"
    assert categories.name(session, "gone") == "gone"


def test_a_registered_suggestion_keeps_its_committee(session: Session) -> None:
    old = suggestions.submit(session, CONTENT, "代表甲", (), 2, MORNING)
    suggestions.register(session, old.id, MORNING)
    amend(session, changed(session, committee="CJ"))
    new = suggestions.submit(session, CONTENT, "代表甲", (), 3, MORNING)

    suggestions.register(session, new.id, MORNING)

    assert (old.oversight_committee, new.oversight_committee) == ("HW", "CJ")


def test_a_change_says_how_many_get_another_committee_and_how_many_keep_theirs(
    session: Session,
) -> None:
    registered = suggestions.submit(session, CONTENT, "代表甲", (), 2, MORNING)
    suggestions.register(session, registered.id, MORNING)
    before = rulebook.rows(session, CATEGORIES)

    found = CATEGORIES.consequences(session, before, changed(session, committee="CJ"), MORNING)

    assert [(one.before, one.after, one.cases) for one in found] == [
        ("城建环资工委", "财经工委", 1),  # that of the lists' own case
        ("城建环资工委", "城建环资工委（不变）", 1),
    ]


def test_a_category_in_use_is_closed_and_not_dropped(session: Session) -> None:
    rows = [row for row in rulebook.rows(session, CATEGORIES) if row.code != "transport"]
    assert "不能删除" in rulebook.faults(session, CATEGORIES, rows)[0].sentence

    amend(session, changed(session, active=False))

    assert "transport" not in {one.code for one in categories.offered(session)}
    assert categories.is_known(session, "transport")


def test_a_committee_nobody_knows_is_refused(session: Session) -> None:
    [fault] = rulebook.faults(session, CATEGORIES, changed(session, units=("XX",)))

    assert (fault.field, fault.row) == ("units", 6)
