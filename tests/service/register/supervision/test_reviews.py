"""An objection is decided by somebody who took no part, and what is decided takes effect."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.supervision import cards, cases, conclusions, findings, proposals, reviews
from service.register.supervision.colors import Color
from service.register.supervision.reviews import Acceptance, Answer, Decision, Objection, Ruling
from service.tables.supervision import ConclusionReview
from tests.conftest import MORNING
from tests.service.register.supervision.examined import carded, concluded, required


def object_to(session: Session, number: int, reason: str) -> None:
    objection = Objection(objection=Answer.REVIEW, reason=reason, evidence=())
    reviews.object_to(session, number, objection, "jt_liaison", MORNING)


def acceptance(reviewer: str) -> Acceptance:
    return Acceptance(reviewer=reviewer, suspends=True, accept_note="先停一停")


def ruling(
    decision: Decision, opinion: str, measure: Color | None = None, *requirements: str
) -> Ruling:
    return Ruling(
        decision=decision, opinion=opinion, requirements=required(*requirements), measure=measure
    )


def test_those_who_took_part_may_not_review(session: Session) -> None:
    number = concluded(session)
    carded(session, number)

    may = [actor.login for actor in reviews.reviewers(session, number)]

    assert may == ["gao_yuan", "he_ping", "zhou_min"], "not the examiner, not the issuer"
    object_to(session, number, "方案已经有了")
    with pytest.raises(NotAllowed, match="应当回避"):
        reviews.accept(session, number, acceptance("xu_jing"), "tang_wei", MORNING)
    with pytest.raises(NotAllowed, match="应当回避"):
        reviews.decide(session, number, ruling(Decision.UPHELD, "属实"), "tang_wei", MORNING)


def test_a_review_that_revokes_takes_the_card_back_and_ends_the_case(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    object_to(session, number, "事实不符")
    reviews.accept(session, number, acceptance("he_ping"), "tang_wei", MORNING)
    case = cases.get(session, number)
    assert case.suspended_at == MORNING
    assert proposals.of_case(session, case, MORNING).color == "none"

    reviews.decide(session, number, ruling(Decision.REVOKED, "事实不清"), "he_ping", MORNING)

    assert (card.state, case.outcome, case.suspended_at) == ("withdrawn", "revoked", None)
    assert conclusions.get(session, number).status == "revoked"
    assert cards.standing(session, number) == []


def test_a_review_that_changes_keeps_the_old_words_and_replaces_the_card(
    session: Session,
) -> None:
    number = concluded(session)
    old = carded(session, number)
    object_to(session, number, "过重")

    changed = ruling(Decision.CHANGED, "部分采纳", Color.YELLOW, "十日内补方案", "联系代表并报告")
    reviews.decide(session, number, changed, "he_ping", MORNING)

    [review] = session.scalars(select(ConclusionReview))
    assert review.previous == [
        {"number": 1, "requirement": "补方案"},
        {"number": 2, "requirement": "联系代表"},
    ]
    assert [row.requirement for row in findings.of(session, number)] == [
        "十日内补方案",
        "联系代表并报告",
    ]
    new = cards.in_force(session, number)
    assert new is not None
    assert (old.state, old.replaced_by_id) == ("replaced", new.id)
    assert (new.color, new.number, new.due_at) == ("yellow", "督黄〔2026〕1号", old.due_at)


def test_a_review_may_also_change_the_measure_to_none(session: Session) -> None:
    number = concluded(session)
    card = carded(session, number)
    object_to(session, number, "过重")

    changed = ruling(Decision.CHANGED, "采纳", Color.NONE, "补方案", "联系代表")
    reviews.decide(session, number, changed, "he_ping", MORNING)

    assert card.state == "withdrawn"


def test_an_objection_that_is_not_there_is_said_to_be_missing(session: Session) -> None:
    with pytest.raises(NotFound):
        reviews.waiting(session, 99)
