"""A rating is its deputy's alone until the seal; afterwards everybody sees what the matrix gives them, and no more."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import exc
from sqlalchemy.orm import Session

import service
from service.database import Database
from service.errors import NotAllowed, NotFound
from service.register.deliberation import meetings
from service.register.deliberation.meetings import Plan
from service.register.evaluation import evaluations
from service.register.evaluation.evaluations import Rating, Seen
from service.register.people import directory as people
from service.register.proposal import suggestions
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
SERVICE = Path(service.__file__).parent
LATER = MORNING + timedelta(hours=3)


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    with database.transaction() as session:
        populate(session)
        yield session


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

    evaluations.make_good(session, row.id, "phone", "局长当天致电说明", [], "交通局联络员", LATER)
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
    assert evaluations.visible(session, actor(session, "代工委甲"), case.suggestion.id) == []
    assert evaluations.seal(session, case.instance_id, 1, LATER) == "no_feedback"


def test_only_the_deputy_denies(session: Session) -> None:
    [row] = opened(session, replied(session))
    evaluations.rate(session, row.id, GOOD, "代表甲", LATER)

    with pytest.raises(NotAllowed, match="代表本人"):
        evaluations.deny(session, row.id, "代工委甲", LATER)
    with pytest.raises(NotFound):
        evaluations.get(session, row.id + 1)


# Who sees what, and when

STAGES = ["opened", "rated", "sealed", "told", "closed"]
# The matrix: what each reader sees of one evaluation at each stage. 分 marks, 文 words, – nothing at all.
MATRIX: dict[str | None, list[str]] = {
    "代表甲": ["待评价", "已提交 分 文", "已封口 分 文", "已封口 分 文", "已封口 分 文"],
    "代表乙": ["待评价", "待评价", "已封口", "已封口", "已封口"],  # co-signer
    "代表丙": ["–", "–", "–", "–", "–"],  # another deputy
    "交通局联络员": ["待评价", "待评价", "已封口", "已封口 文", "已封口 文"],
    "交通局负责人": ["待评价", "待评价", "已封口", "已封口 文", "已封口 文"],
    "代工委兼交通局": ["待评价", "待评价", "已封口", "已封口 文", "已封口 文"],  # office and unit
    "公安局联络员": ["–", "–", "–", "–", "–"],  # assists
    "城管局联络员": ["–", "–", "–", "–", "–"],  # has nothing to do with it
    "代工委甲": ["待评价", "已提交", "已封口 分 文", "已封口 分 文", "已封口 分 文"],
    "城建工委": ["待评价", "已提交", "已封口 分 文", "已封口 分 文", "已封口 分 文"],
    "农业工委": ["待评价", "已提交", "已封口", "已封口", "已封口"],
    "主任会议": ["待评价", "已提交", "已封口", "已封口", "已封口"],
    "督查室": ["待评价", "待评价", "已封口", "已封口", "已封口"],
    "政府办": ["待评价", "待评价", "已封口", "已封口", "已封口"],
    "副市长": ["待评价", "待评价", "已封口", "已封口", "已封口"],
    "石门主席团": ["–", "–", "–", "–", "–"],
    "管理员": ["–", "–", "–", "–", "–"],
    "审计员": ["–", "–", "–", "–", "–"],
    "运维": ["–", "–", "–", "–", "–"],
    None: ["–", "–", "–", "–", "已封口 文"],
}


def advance(session: Session, case: RepliedCase, stage: str, rating: Rating = MIXED) -> None:
    """Take a case from its opening to a stage."""
    [row] = opened(session, case)
    upto = STAGES.index(stage)
    if upto >= 1:
        evaluations.rate(session, row.id, rating, "代表甲", LATER)
    if upto >= 2:
        evaluations.seal(session, case.instance_id, 1, LATER)
    if upto >= 3:
        meeting = meetings.plan(session, Plan("护栏", LATER, "会议室", "主任"), "代工委甲", LATER)
        item = meetings.convene(session, meeting, case.suggestion.id, 1, "何时安装护栏")
        meetings.give_notice(session, item.id, ["JT"], LATER)
    if upto >= 4:
        suggestions.close(session, case.suggestion.id, LATER)


def said(seen: list[Seen]) -> str:
    if not seen:
        return "–"
    [one] = seen
    marks = "分" if one.attitude or one.result else ""
    words = "文" if one.text else ""
    return " ".join(filter(None, [one.progress, marks, words]))


@pytest.mark.parametrize("stage", STAGES)
def test_every_reader_sees_what_the_matrix_gives_them(session: Session, stage: str) -> None:
    case = replied(session, ["JT"], assists=["GA"], co_signers=["代表乙"])
    advance(session, case, stage)

    shown = {
        login: said(evaluations.visible(session, actor(session, login), case.suggestion.id))
        for login in MATRIX
    }

    assert shown == {login: row[STAGES.index(stage)] for login, row in MATRIX.items()}


@pytest.mark.parametrize("reader", ["交通局联络员", "代工委兼交通局", "代表乙", "督查室", "政府办"])
def test_until_the_seal_nothing_a_blind_reader_sees_depends_on_the_deputy(
    session: Session, reader: str
) -> None:
    case = replied(session, ["JT"], assists=["GA"], co_signers=["代表乙"])
    viewer = actor(session, reader)
    [row] = opened(session, case)
    before = evaluations.visible(session, viewer, case.suggestion.id)

    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)
    rated = evaluations.visible(session, viewer, case.suggestion.id)
    evaluations.amend(session, row.id, GOOD, "代表甲", LATER)
    amended = evaluations.visible(session, viewer, case.suggestion.id)
    evaluations.deny(session, row.id, "代表甲", LATER)
    evaluations.ask_supplement(session, row.id, "no_reply", "代表甲", LATER)
    asked = evaluations.visible(session, viewer, case.suggestion.id)

    assert before == rated == amended == asked


def test_after_the_seal_a_unit_cannot_tell_any_two_ratings_apart(session: Session) -> None:
    kinds = [GOOD, MIXED, Rating("dissatisfied", "dissatisfied", text="不行"), None]
    shown = []
    for rating in kinds:
        case = replied(session)
        [row] = opened(session, case)
        if rating:
            evaluations.rate(session, row.id, rating, "代表甲", LATER)
        evaluations.seal(session, case.instance_id, 1, LATER)
        [seen] = evaluations.visible(session, actor(session, "交通局联络员"), case.suggestion.id)
        shown.append((seen.progress, seen.attitude, seen.result, seen.text, seen.rated_at))

    assert set(shown) == {("已封口", None, None, None, None)}


def test_words_the_deputy_keeps_back_reach_no_unit(session: Session) -> None:
    case = replied(session)
    secret = Rating("satisfied", "dissatisfied", text="只给代工委看")
    advance(session, case, "closed", secret)

    for reader in ("交通局联络员", "代工委兼交通局", "城建工委", None):
        seen = evaluations.visible(session, actor(session, reader), case.suggestion.id)
        assert not any(one.text for one in seen)


def test_of_two_units_each_sees_only_its_own(session: Session) -> None:
    case = replied(session, ["JT", "CG"])
    opened(session, case)

    seen = evaluations.visible(session, actor(session, "城管局联络员"), case.suggestion.id)

    assert [one.unit for one in seen] == ["CG"]


def test_silence_is_shown_only_to_those_who_may_see_results(session: Session) -> None:
    case = replied(session)
    opened(session, case)
    evaluations.seal(session, case.instance_id, 1, LATER)

    assert said(evaluations.visible(session, actor(session, "代工委甲"), case.suggestion.id)) == (
        "未反馈"
    )
    assert (
        said(evaluations.visible(session, actor(session, "交通局联络员"), case.suggestion.id))
        == "已封口"
    )


def test_the_chairpersons_see_the_key_suggestions_they_lead(session: Session) -> None:
    case = replied(session, is_key=True)
    advance(session, case, "sealed")

    seen = evaluations.visible(session, actor(session, "主任会议"), case.suggestion.id)

    assert said(seen) == "已封口 分 文"


def test_a_town_s_own_presidium_is_its_office(session: Session) -> None:
    case = replied(session, ["SM"], level="town", town="SM")
    advance(session, case, "sealed")

    seen = evaluations.visible(session, actor(session, "石门主席团"), case.suggestion.id)

    assert said(seen) == "已封口 分 文"


def test_a_deputy_finds_what_is_still_to_be_rated_first(session: Session) -> None:
    for stage in ("rated", "opened"):
        advance(session, replied(session), stage)

    mine = evaluations.own(session, people.actor(session, "代表甲"))

    assert [said([one]) for one in mine] == ["待评价", "已提交 分 文"]
    assert evaluations.own(session, people.actor(session, "代表乙")) == []


def test_ratings_are_read_in_few_places_and_everybody_else_asks_them() -> None:
    readers = {
        str(file.relative_to(SERVICE))
        for file in SERVICE.rglob("*.py")
        if "demo" not in file.parts  # there deputies fill in forms
        and re.search(r"\b(attitude|result)_rating\b", file.read_text(encoding="utf-8"))
    }

    assert readers == {
        "tables/evaluation.py",
        "register/evaluation/evaluations.py",  # visible, own
        "register/evaluation/satisfaction.py",  # counts
        "register/evaluation/proxies.py",  # typed twice, shown to nobody
        "register/evaluation/operations.py",  # writes what a form says
        "handlers/deputy/evaluations.py",  # a deputy's own page
    }


def test_reading_a_rating_of_somebody_else_leaves_a_trace(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    case = replied(session)
    advance(session, case, "sealed")
    caplog.set_level("INFO", "service.register.evaluation.evaluations")

    for reader in ("代表甲", "交通局联络员", "督查室"):
        evaluations.visible(session, actor(session, reader), case.suggestion.id)
    assert caplog.records == []
    evaluations.visible(session, actor(session, "代工委甲"), case.suggestion.id)

    [trace] = caplog.records
    assert trace.__dict__["by"] == "代工委甲"
    assert "satisfied" not in str(trace.__dict__)


@pytest.mark.parametrize(
    ("reader", "follows"),
    [
        ("代工委甲", True),
        ("主任会议", True),
        ("代工委兼交通局", False),
        ("交通局联络员", False),
        ("政府办", False),
    ],
)
def test_only_the_congress_follows_the_steps_of_an_evaluation(
    session: Session, reader: str, follows: bool
) -> None:
    assert evaluations.may_follow(actor(session, reader), ["JT", "GA"]) is follows
    assert not evaluations.may_follow(None, ["JT"])
