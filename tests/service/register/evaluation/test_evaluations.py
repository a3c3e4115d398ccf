"""A rating is given once, changed once, sealed for all at one moment, and may be taken back by its deputy."""

from datetime import timedelta

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.evaluation import evaluations, sight
from service.register.evaluation.forms import Method, Supplement
from service.register.evaluation.ratings import Rating
from service.tables.evaluation import Evaluation
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, actor, met, populate, replied

GOOD = Rating("satisfied", "satisfied")
MIXED = Rating(
    "satisfied",
    "dissatisfied",
    contact_check="met",
    text="护栏还没有装",
    text_may_be_shared=True,
    text_may_be_published=True,
)
LATER = MORNING + timedelta(hours=3)


def opened(session: Session, case: RepliedCase, round_: int = 1) -> list[Evaluation]:
    return evaluations.open_round(session, case.instance_id, case.suggestion.id, round_, MORNING)


# Who is asked about whom


def test_the_lead_deputy_is_asked_about_the_lead_unit_only(session: Session) -> None:
    case = replied(session, ["JT"], assists=["GA"], co_signers=["代表乙"])

    rows = opened(session, case)

    assert [(row.deputy, row.unit, row.state) for row in rows] == [("代表甲", "JT", "pending")]


def test_units_that_answer_separately_are_rated_separately(session: Session) -> None:
    rows = opened(session, replied(session, ["JT", "CG"]))

    assert [(row.deputy, row.unit) for row in rows] == [("代表甲", "JT"), ("代表甲", "CG")]


def test_the_deputies_of_merged_suggestions_are_asked_each_for_their_own(session: Session) -> None:
    case = replied(session, ["JT"], merged=["代表乙", "代表丙"])

    rows = opened(session, case)

    assert [row.deputy for row in rows] == ["代表甲", "代表乙", "代表丙"]
    assert [row.suggestion_id for row in rows] == [
        case.suggestion.id,
        *(child.id for child in case.merged),
    ]


def test_a_merged_suggestion_that_was_withdrawn_is_not_asked_about(session: Session) -> None:
    case = replied(session, ["JT"], merged=["代表乙"])
    case.merged[0].status = "withdrawn"

    rows = opened(session, case)

    assert [row.deputy for row in rows] == ["代表甲"]


# Rating


def test_nobody_rates_for_the_deputy(session: Session) -> None:
    [row] = opened(session, replied(session))

    for somebody in ("代表乙", "交通局联络员", "代工委甲", None):
        with pytest.raises(NotAllowed, match="代表本人"):
            evaluations.rate(session, row.id, GOOD, somebody, LATER)
    assert row.state == "pending"


def test_a_rating_is_given_once(session: Session) -> None:
    [row] = opened(session, replied(session))
    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)

    with pytest.raises(NotAllowed, match="已经提交过"):
        evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
    assert (row.attitude_rating, row.result_rating) == ("satisfied", "dissatisfied")


def test_a_rating_is_amended_once_within_a_day(session: Session) -> None:
    [row] = opened(session, replied(session))
    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)

    evaluations.amend(session, row.id, GOOD, "代表甲", LATER + timedelta(hours=23))

    assert (row.result_rating, row.text) == ("satisfied", "")
    assert row.rated_at == LATER
    with pytest.raises(NotAllowed, match="已经修改过一次"):
        evaluations.amend(session, row.id, MIXED, "代表甲", LATER + timedelta(hours=23))


def test_a_rating_is_not_amended_after_a_day_nor_after_the_seal(session: Session) -> None:
    case = replied(session)
    [row] = opened(session, case)
    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)

    with pytest.raises(NotAllowed, match="时间已经过了"):
        evaluations.amend(session, row.id, GOOD, "代表甲", LATER + timedelta(hours=25))
    evaluations.seal(session, case.instance_id, 1, LATER)
    with pytest.raises(NotAllowed, match="已经封口"):
        evaluations.amend(session, row.id, GOOD, "代表甲", LATER)
    with pytest.raises(NotAllowed, match="已经封口"):
        evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
    assert row.result_rating == "dissatisfied"


def test_a_deputy_who_heard_from_nobody_is_asked_again_once_the_unit_made_good(
    session: Session,
) -> None:
    [row] = opened(session, replied(session))

    supplement = evaluations.ask_supplement(session, row.id, "no_contact", "代表甲", LATER)
    assert row.state == "supplementing"
    assert not supplement.contradicts_records

    done = Supplement(
        method=Method.PHONE, made_good_on=LATER.date(), account="局长当天致电说明", attachments=()
    )
    evaluations.make_good(session, row.id, done, "交通局联络员", LATER)
    assert row.state == "pending"
    assert (supplement.made_good_by, supplement.account) == ("交通局联络员", "局长当天致电说明")
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
    assert row.state == "rated"


def test_a_unit_whose_records_say_otherwise_is_noted(session: Session) -> None:
    case = replied(session)
    met(session, case)
    [row] = opened(session, case)

    assert evaluations.ask_supplement(
        session, row.id, "no_contact", "代表甲", LATER
    ).contradicts_records
    row.state = "pending"
    assert evaluations.ask_supplement(
        session, row.id, "no_reply", "代表甲", LATER
    ).contradicts_records


def test_a_meeting_that_only_the_unit_remembers_shows_after_the_seal(session: Session) -> None:
    case = replied(session)
    met(session, case)
    [row] = opened(session, case)
    evaluations.rate(
        session, row.id, Rating("satisfied", "satisfied", contact_check="remote"), "代表甲", LATER
    )

    assert evaluations.contradicted(session, case.instance_id, 1) == []
    evaluations.seal(session, case.instance_id, 1, LATER)
    assert evaluations.contradicted(session, case.instance_id, 1) == [row]


# The seal


@pytest.mark.parametrize(
    ("ratings", "outcome"),
    [
        ([GOOD, GOOD], "satisfied"),
        ([GOOD, None], "satisfied"),
        ([None, None], "no_feedback"),
        ([GOOD, Rating("satisfied", "basically_satisfied")], "not_satisfied"),
        ([GOOD, Rating("basically_satisfied", "satisfied")], "not_satisfied"),
        ([None, Rating("dissatisfied", "satisfied")], "not_satisfied"),
    ],
)
def test_anything_short_of_satisfied_in_either_dimension_needs_a_meeting(
    session: Session, ratings: list[Rating | None], outcome: str
) -> None:
    case = replied(session, ["JT", "CG"])
    for row, rating in zip(opened(session, case), ratings, strict=True):
        if rating:
            evaluations.rate(session, row.id, rating, "代表甲", LATER)

    assert evaluations.seal(session, case.instance_id, 1, LATER) == outcome


def test_silence_is_never_satisfaction(session: Session) -> None:
    case = replied(session)
    [row] = opened(session, case)

    evaluations.record_no_feedback(session, row.id)
    evaluations.seal(session, case.instance_id, 1, LATER)

    assert (row.state, row.attitude_rating, row.result_rating) == ("no_feedback", None, None)


def test_the_seal_is_one_moment_for_all_and_final(session: Session) -> None:
    case = replied(session, ["JT", "CG"])
    rows = opened(session, case)
    evaluations.rate(session, rows[0].id, GOOD, "代表甲", LATER)

    evaluations.seal(session, case.instance_id, 1, LATER)
    evaluations.seal(session, case.instance_id, 1, LATER + timedelta(days=1))

    assert {row.sealed_at for row in rows} == {LATER}
    assert rows[1].state == "no_feedback"


def test_those_not_satisfied_meet_the_units_concerned(session: Session) -> None:
    case = replied(session, ["JT", "CG"], merged=["代表乙"])
    for row in opened(session, case):
        bad = row.deputy == "代表乙" and row.unit == "CG"
        evaluations.rate(session, row.id, MIXED if bad else GOOD, row.deputy, LATER)

    assert evaluations.unmet(session, case.instance_id, 1).deputies == []
    evaluations.seal(session, case.instance_id, 1, LATER)
    unmet = evaluations.unmet(session, case.instance_id, 1)
    assert (unmet.deputies, unmet.units) == (["代表乙"], ["CG"])


def test_a_later_round_leaves_the_first_rating_as_it_was(session: Session) -> None:
    case = replied(session)
    [first] = opened(session, case)
    evaluations.rate(session, first.id, MIXED, "代表甲", LATER)
    evaluations.seal(session, case.instance_id, 1, LATER)
    case.duties[0].round = 2  # the unit answers again

    [second] = opened(session, case, round_=2)
    evaluations.rate(session, second.id, GOOD, "代表甲", LATER)
    outcome = evaluations.seal(session, case.instance_id, 2, LATER)

    assert outcome == "satisfied"
    assert (first.result_rating, first.text) == ("dissatisfied", "护栏还没有装")


def test_an_error_of_the_database_tells_nobody_what_was_rated(database: Database) -> None:
    with pytest.raises(exc.IntegrityError) as failed, database.transaction() as session:
        populate(session)
        [row] = opened(session, replied(session))
        row.text, row.result_rating, row.deputy = "只给代工委看", "dissatisfied", "查无此人"
        session.flush()

    assert "只给代工委看" not in str(failed.value)
    assert "'dissatisfied'" not in str(failed.value)


# Not mine


def test_a_deputy_takes_back_a_rating_that_is_not_theirs_and_rates_anew(session: Session) -> None:
    [row] = opened(session, replied(session))
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)

    evaluations.deny(session, row.id, "代表甲", LATER)

    assert (row.state, row.attitude_rating, row.rated_at) == ("pending", None, None)
    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)
    assert row.result_rating == "dissatisfied"


def test_a_rating_denied_after_the_seal_counts_for_nothing(session: Session) -> None:
    case = replied(session)
    [row] = opened(session, case)
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)
    evaluations.seal(session, case.instance_id, 1, LATER)

    evaluations.deny(session, row.id, "代表甲", LATER)

    assert row.state == "voided"
    assert sight.visible(session, actor(session, "代工委甲"), case.suggestion.id) == []
    assert evaluations.seal(session, case.instance_id, 1, LATER) == "no_feedback"


def test_only_the_deputy_denies(session: Session) -> None:
    [row] = opened(session, replied(session))
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)

    with pytest.raises(NotAllowed, match="代表本人"):
        evaluations.deny(session, row.id, "代工委甲", LATER)
    with pytest.raises(NotFound):
        evaluations.get(session, row.id + 1)
