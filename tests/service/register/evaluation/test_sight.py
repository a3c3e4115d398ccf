"""A rating is its deputy's alone until the seal; afterwards everybody sees what the matrix gives them, and no more."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

import service
from service.register.deliberation import meetings
from service.register.deliberation.meetings import Plan
from service.register.evaluation import evaluations, sight
from service.register.evaluation.ratings import Rating
from service.register.evaluation.sight import Seen
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.tables.evaluation import Evaluation
from tests.conftest import MORNING
from tests.replied_case import RepliedCase, actor, replied

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


def opened(session: Session, case: RepliedCase, round_: int = 1) -> list[Evaluation]:
    return evaluations.open_round(session, case.instance_id, case.suggestion.id, round_, MORNING)


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
        login: said(sight.visible(session, actor(session, login), case.suggestion.id))
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
    before = sight.visible(session, viewer, case.suggestion.id)

    evaluations.rate(session, row.id, MIXED, "代表甲", LATER)
    rated = sight.visible(session, viewer, case.suggestion.id)
    evaluations.amend(session, row.id, GOOD, "代表甲", LATER)
    amended = sight.visible(session, viewer, case.suggestion.id)
    evaluations.deny(session, row.id, "代表甲", LATER)
    evaluations.ask_supplement(session, row.id, "no_reply", "代表甲", LATER)
    asked = sight.visible(session, viewer, case.suggestion.id)

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
        [seen] = sight.visible(session, actor(session, "交通局联络员"), case.suggestion.id)
        shown.append((seen.progress, seen.attitude, seen.result, seen.text, seen.rated_at))

    assert set(shown) == {("已封口", None, None, None, None)}


def test_words_the_deputy_keeps_back_reach_no_unit(session: Session) -> None:
    case = replied(session)
    secret = Rating("satisfied", "dissatisfied", text="只给代工委看")
    advance(session, case, "closed", secret)

    for reader in ("交通局联络员", "代工委兼交通局", "城建工委", None):
        seen = sight.visible(session, actor(session, reader), case.suggestion.id)
        assert not any(one.text for one in seen)


def test_of_two_units_each_sees_only_its_own(session: Session) -> None:
    case = replied(session, ["JT", "CG"])
    opened(session, case)

    seen = sight.visible(session, actor(session, "城管局联络员"), case.suggestion.id)

    assert [one.unit for one in seen] == ["CG"]


def test_silence_is_shown_only_to_those_who_may_see_results(session: Session) -> None:
    case = replied(session)
    opened(session, case)
    evaluations.seal(session, case.instance_id, 1, LATER)

    assert said(sight.visible(session, actor(session, "代工委甲"), case.suggestion.id)) == (
        "未反馈"
    )
    assert (
        said(sight.visible(session, actor(session, "交通局联络员"), case.suggestion.id)) == "已封口"
    )


def test_the_chairpersons_see_the_key_suggestions_they_lead(session: Session) -> None:
    case = replied(session, is_key=True)
    advance(session, case, "sealed")

    seen = sight.visible(session, actor(session, "主任会议"), case.suggestion.id)

    assert said(seen) == "已封口 分 文"


def test_a_town_s_own_presidium_is_its_office(session: Session) -> None:
    case = replied(session, ["SM"], level="town", town="SM")
    advance(session, case, "sealed")

    seen = sight.visible(session, actor(session, "石门主席团"), case.suggestion.id)

    assert said(seen) == "已封口 分 文"


def test_a_deputy_finds_what_is_still_to_be_rated_first(session: Session) -> None:
    for stage in ("rated", "opened"):
        advance(session, replied(session), stage)

    mine = sight.own(session, people.actor(session, "代表甲"))

    assert [said([one]) for one in mine] == ["待评价", "已提交 分 文"]
    assert sight.own(session, people.actor(session, "代表乙")) == []


def test_ratings_are_read_in_few_places_and_everybody_else_asks_them() -> None:
    readers = {
        str(file.relative_to(SERVICE))
        for file in SERVICE.rglob("*.py")
        if "demo" not in file.parts  # there deputies fill in forms
        and re.search(r"\b(attitude|result)_rating\b", file.read_text(encoding="utf-8"))
    }

    assert readers == {
        "tables/evaluation.py",
        "register/evaluation/ratings.py",  # the one reader of the columns
        "register/evaluation/proxies.py",  # typed twice, shown to nobody
        "register/evaluation/forms.py",  # what a form says
        "register/evaluation/operations.py",  # beside which field a second typing is refused
        "handlers/deputy/evaluations.py",  # what a deputy's own form shows
    }


def test_a_kept_rating_is_asked_for_in_few_places() -> None:
    askers = {
        str(file.relative_to(SERVICE))
        for file in SERVICE.rglob("*.py")
        if re.search(r"\bratings\.(of|columns)\(", file.read_text(encoding="utf-8"))
    }

    assert askers == {
        "register/evaluation/evaluations.py",  # whether a meeting is needed
        "register/evaluation/attestation.py",  # whether it was changed
        "register/evaluation/sight.py",  # shown, to whom the matrix gives it
        "register/evaluation/satisfaction.py",  # counted
        "handlers/deputy/evaluations.py",  # a deputy's own page
    }


def test_reading_a_rating_of_somebody_else_leaves_a_trace(
    session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    case = replied(session)
    advance(session, case, "sealed")
    caplog.set_level("INFO", "service.register.evaluation.sight")

    for reader in ("代表甲", "交通局联络员", "督查室"):
        sight.visible(session, actor(session, reader), case.suggestion.id)
    assert caplog.records == []
    sight.visible(session, actor(session, "代工委甲"), case.suggestion.id)

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
    assert sight.may_follow(actor(session, reader), ["JT", "GA"]) is follows
    assert not sight.may_follow(None, ["JT"])
