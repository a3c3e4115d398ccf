"""Paper becomes a rating only when two people read the same from it, and the deputy has not said otherwise."""

import pytest
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.evaluation import evaluations, proxies, sight
from service.register.evaluation.ratings import Rating
from service.tables.evaluation import Evaluation, ProxyEntry
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, actor

PAPER = Rating("satisfied", "basically_satisfied", text="还差一段", text_may_be_shared=True)


def entered(session: Session, row: Evaluation) -> ProxyEntry:
    entry = proxies.open_entry(session, row.id, [7], "代工委甲", MORNING)
    return proxies.enter(session, entry.id, PAPER, "代工委甲", MORNING)


def test_two_equal_readings_make_a_rating(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)
    assert row.state == "pending"

    found = proxies.check(
        session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING
    )

    assert found == entry.state == "registered"
    assert row.proxy_entered
    assert (row.attitude_rating, row.result_rating) == ("satisfied", "basically_satisfied")
    assert (row.text, row.text_may_be_shared) == ("还差一段", True)


def test_the_second_reading_is_somebody_else_s(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)

    with pytest.raises(NotAllowed, match="另一个人"):
        proxies.check(session, entry.id, ("satisfied", "basically_satisfied"), "代工委甲", MORNING)
    assert row.state == "pending"


def test_readings_that_differ_are_read_again(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)

    found = proxies.check(session, entry.id, ("satisfied", "satisfied"), "代工委乙", MORNING)

    assert (found, entry.state, row.state) == ("mismatched", "open", "pending")


def test_the_deputy_s_own_rating_comes_first(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)
    evaluations.rate(session, row.id, Rating("dissatisfied", "dissatisfied"), "代表甲", MORNING)

    found = proxies.check(
        session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING
    )

    assert (found, row.result_rating, row.proxy_entered) == ("closed", "dissatisfied", False)


def test_the_deputy_s_own_rating_replaces_the_paper(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)
    proxies.check(session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING)

    evaluations.rate(session, row.id, Rating("satisfied", "satisfied"), "代表甲", MORNING)

    assert (row.result_rating, row.proxy_entered, entry.state) == (
        "satisfied",
        False,
        "superseded",
    )


def test_the_deputy_denies_the_paper(session: Session, row: Evaluation) -> None:
    entry = entered(session, row)
    proxies.check(session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING)

    evaluations.deny(session, row.id, "代表甲", MORNING)

    assert (row.state, row.proxy_entered, entry.state) == ("pending", False, "denied")


def test_paper_after_the_seal_is_too_late(
    session: Session, case: RepliedCase, row: Evaluation
) -> None:
    entry = entered(session, row)
    evaluations.seal(session, case.instance_id, 1, MORNING)

    found = proxies.check(
        session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING
    )

    assert (found, row.state) == ("closed", "no_feedback")
    with pytest.raises(NotAllowed, match="已经封口"):
        proxies.open_entry(session, row.id, [7], "代工委甲", MORNING)


def test_the_seal_keeps_a_rating_from_paper(
    session: Session, case: RepliedCase, row: Evaluation
) -> None:
    entry = entered(session, row)
    proxies.check(session, entry.id, ("satisfied", "basically_satisfied"), "代工委乙", MORNING)

    evaluations.record_no_feedback(session, row.id)

    assert evaluations.seal(session, case.instance_id, 1, MORNING) == "not_satisfied"
    [seen] = sight.visible(session, actor(session, "代工委甲"), case.suggestion.id)
    assert seen.proxy_entered


def test_one_paper_at_a_time(session: Session, row: Evaluation) -> None:
    assert proxies.candidates(session) == [row]
    proxies.open_entry(session, row.id, [7], "代工委甲", MORNING)

    assert proxies.candidates(session) == []
    with pytest.raises(NotAllowed, match="正在代录"):
        proxies.open_entry(session, row.id, [8], "代工委乙", MORNING)
    with pytest.raises(NotFound):
        proxies.get(session, 99)
