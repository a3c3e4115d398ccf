"""Numbers about ratings never give away a single one of them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from service.register.deliberation import confirmations, meetings
from service.register.deliberation.meetings import Plan
from service.register.evaluation import evaluations, satisfaction
from service.register.evaluation.ratings import Rating
from service.register.proposal import suggestions
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, actor, replied
from tests.service.register.deliberation.scene import said

GOOD = Rating("satisfied", "satisfied")
FAIR = Rating("satisfied", "basically_satisfied")
BAD = Rating("dissatisfied", "dissatisfied")


def sealed(
    session: Session, ratings: Sequence[Rating | None], unit: str = "JT", *, first: int = 0
) -> list[RepliedCase]:
    """Seal one case per rating, an hour after each other."""
    cases = []
    for number, rating in enumerate(ratings, first):
        case = replied(session, [unit])
        [row] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)
        at = MORNING + timedelta(hours=number)
        if rating:
            evaluations.rate(session, row.id, rating, "代表甲", at)
        evaluations.seal(session, case.instance_id, 1, at)
        cases.append(case)
    return cases


def test_the_office_counts_every_sealed_rating(session: Session) -> None:
    sealed(session, [GOOD, FAIR, None])

    totals = satisfaction.totals(session, actor(session, "代工委甲"), "JT")

    assert totals is not None
    assert (totals.rated, totals.no_feedback) == (2, 1)
    assert totals.attitude == {"satisfied": 2, "basically_satisfied": 0, "dissatisfied": 0}
    assert totals.result == {"satisfied": 1, "basically_satisfied": 1, "dissatisfied": 0}
    assert totals.overall == {"satisfied": 1, "basically_satisfied": 1, "dissatisfied": 0}
    assert totals.cross == {("satisfied", "satisfied"): 1, ("satisfied", "basically_satisfied"): 1}


def test_what_is_not_sealed_counts_for_nobody(session: Session) -> None:
    sealed(session, [GOOD] * 5)
    before = satisfaction.totals(session, actor(session, "代工委甲"))
    case = replied(session)
    [row] = evaluations.open_round(session, case.instance_id, case.suggestion.id, 1, MORNING)

    evaluations.rate(session, row.id, BAD, "代表甲", MORNING)

    assert satisfaction.totals(session, actor(session, "代工委甲")) == before


@pytest.mark.parametrize(
    "reader", ["交通局联络员", "代工委兼交通局", "督查室", "政府办", "管理员", "代表甲", None]
)
def test_fewer_than_five_are_shown_to_nobody_who_may_not_see_one(
    session: Session, reader: str | None
) -> None:
    sealed(session, [GOOD, GOOD, BAD, GOOD])

    assert satisfaction.totals(session, actor(session, reader), "JT") is None
    assert satisfaction.by_unit(session, actor(session, reader)) == {}


@pytest.mark.parametrize(
    "reader", ["交通局联络员", "代工委兼交通局", "督查室", "政府办", "管理员", "代表甲", None]
)
def test_totals_grow_by_five_ratings_at_a_time(session: Session, reader: str | None) -> None:
    sealed(session, [GOOD, GOOD, BAD, GOOD, GOOD])
    viewer = actor(session, reader)
    five = satisfaction.totals(session, viewer, "JT")
    assert five is not None
    assert five.overall == {"satisfied": 4, "basically_satisfied": 0, "dissatisfied": 1}

    for number in range(5, 9):
        sealed(session, [BAD], first=number)
        assert satisfaction.totals(session, viewer, "JT") == five
    sealed(session, [BAD], first=9)

    ten = satisfaction.totals(session, viewer, "JT")
    assert ten is not None
    assert (ten.rated, ten.overall["dissatisfied"]) == (10, 6)


def test_silence_does_not_fill_a_group(session: Session) -> None:
    sealed(session, [GOOD, None, None, None, None, None])

    assert satisfaction.totals(session, actor(session, "交通局联络员"), "JT") is None


def test_a_unit_asks_about_itself_and_about_all_together(session: Session) -> None:
    sealed(session, [GOOD] * 5)
    sealed(session, [BAD] * 5, unit="CG")
    jt = actor(session, "交通局联络员")

    assert satisfaction.totals(session, jt, "CG") is None
    assert list(satisfaction.by_unit(session, jt)) == ["JT"]
    both = satisfaction.totals(session, jt)
    assert both is not None
    assert both.rated == 10
    assert list(satisfaction.by_unit(session, actor(session, "政府办"))) == ["CG", "JT"]


def test_first_ratings_stay_and_final_ones_follow_the_last_word(session: Session) -> None:
    [case] = sealed(session, [BAD])
    item = _met(session, case)
    confirmations.confirm(session, item, "代表甲", said("satisfied"), MORNING)
    office = actor(session, "代工委甲")

    first = satisfaction.totals(session, office, "JT")
    final = satisfaction.totals(session, office, "JT", final=True)

    assert first is not None
    assert final is not None
    assert first.overall["dissatisfied"] == 1
    assert final.overall["satisfied"] == 1


def test_an_accepted_explanation_is_no_satisfaction(session: Session) -> None:
    [case] = sealed(session, [BAD])
    item = _met(session, case)
    confirmations.confirm(session, item, "代表甲", said("accepted_explanation"), MORNING)

    final = satisfaction.totals(session, actor(session, "代工委甲"), "JT", final=True)

    assert final is not None
    assert final.overall["dissatisfied"] == 1
    assert confirmations.explanation_accepted(session, case.suggestion.id)


def test_silence_in_a_second_round_does_not_undo_the_first(session: Session) -> None:
    [case] = sealed(session, [BAD])
    case.duties[0].round = 2
    evaluations.open_round(session, case.instance_id, case.suggestion.id, 2, MORNING)
    evaluations.seal(session, case.instance_id, 2, MORNING)

    final = satisfaction.totals(session, actor(session, "代工委甲"), "JT", final=True)

    assert final is not None
    assert (final.overall["dissatisfied"], final.no_feedback) == (1, 0)


def test_final_totals_show_closed_cases_only_to_those_who_may_not_see_one(
    session: Session,
) -> None:
    cases = sealed(session, [GOOD] * 4 + [BAD])
    viewer = actor(session, "交通局联络员")
    for case in cases[:4]:
        suggestions.close(session, case.suggestion.id, MORNING)

    assert satisfaction.totals(session, viewer, "JT", final=True) is None
    suggestions.close(session, cases[4].suggestion.id, MORNING)
    final = satisfaction.totals(session, viewer, "JT", final=True)

    assert final is not None
    assert final.overall["dissatisfied"] == 1


def test_totals_are_kept_apart_by_level_and_term(session: Session) -> None:
    cases = sealed(session, [GOOD, BAD])
    cases[0].suggestion.term = "七届六次"
    cases[1].suggestion.level = "town"
    office = actor(session, "代工委甲")

    by_term = satisfaction.totals(session, office, term="七届六次")
    by_level = satisfaction.totals(session, office, level="town")

    assert by_term is not None
    assert by_level is not None
    assert by_term.overall["satisfied"] == by_level.overall["dissatisfied"] == 1
    assert by_term.rated == by_level.rated == 1


def _met(session: Session, case: RepliedCase) -> int:
    meeting = meetings.plan(session, Plan("护栏", MORNING, "会议室", "主任"), "代工委甲", MORNING)
    item = meetings.convene(session, meeting, case.suggestion.id, 1, "何时安装护栏")
    confirmations.ask(session, item.id, ["代表甲"], MORNING)
    return item.id
