"""A unit's objection to its conclusion, decided by somebody who took no part in the case."""

from datetime import datetime

from pydantic import Field
from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.labels import Labelled
from service.operations import Form
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.supervision import cards, cases, conclusions, findings
from service.register.supervision.cases import Outcome
from service.register.supervision.colors import Color
from service.register.supervision.findings import Requirement
from service.register.supervision.organizers import Organizer
from service.tables.supervision import Conclusion, ConclusionReview, ControlCard, SupervisionCase


class Decision(Labelled):
    """What is decided on an objection."""

    UPHELD = "upheld", "维持督查结论"
    CHANGED = "changed", "变更督查结论"
    REVOKED = "revoked", "撤销督查结论"


class Answer(Labelled):
    """What a unit says to its conclusion."""

    NONE = "none", "没有异议"
    REVIEW = "review", "申请复核"


class Objection(Form):
    """申请复核"""

    objection: Answer = Field(description="对督查结论有无异议")
    reason: str | None = Field(description="异议和理由")
    evidence: tuple[int, ...] = Field(description="佐证材料")


class Acceptance(Form):
    """受理复核申请"""

    reviewer: str = Field(description="复核人")
    suspends: bool = Field(description="是否暂缓整改")
    accept_note: str | None = Field(description="受理意见")


class Ruling(Form):
    """复核决定"""

    decision: Decision = Field(description="复核决定")
    opinion: str = Field(description="决定的理由")
    requirements: tuple[Requirement, ...] = Field(description="变更后的整改要求")
    measure: Color | None = Field(description="变更后的措施")


def object_to(
    session: Session, supervision_id: int, objection: Objection, by: str, at: datetime
) -> ConclusionReview:
    """Keep a unit's objection to its conclusion."""
    review = ConclusionReview(
        supervision_id=supervision_id,
        reason=objection.needed("reason", objection.reason),
        attachments=list(objection.evidence),
        filed_by=by,
        filed_at=at,
        previous=[],
    )
    session.add(review)
    session.flush()
    return review


def accept(
    session: Session, supervision_id: int, acceptance: Acceptance, by: str, at: datetime
) -> ConclusionReview:
    """Name who reviews; nobody who took part may (政府督查工作条例 art. 17)."""
    if acceptance.reviewer not in {actor.login for actor in reviewers(session, supervision_id)}:
        raise NotAllowed("参与本次检查、结论或者签发的人员应当回避，请从名单中另选复核人。")
    review = waiting(session, supervision_id)
    review.reviewer = acceptance.reviewer
    review.suspends = acceptance.suspends
    review.accept_note = acceptance.accept_note or ""
    review.accepted_by = by
    review.accepted_at = at
    if acceptance.suspends:
        cases.get(session, supervision_id).suspended_at = at
    return review


def decide(
    session: Session, supervision_id: int, ruling: Ruling, by: str, at: datetime
) -> ConclusionReview:
    """Uphold, change or revoke a conclusion.

    1. Whoever took part may not decide.
    2. A change writes the new requirements and keeps the old ones with the review; another colour is a new card.
    3. A revocation takes the cards back and closes the case.
    """
    if by in participants(session, supervision_id):
        raise NotAllowed("您参与了本次检查、结论或者签发，应当回避，请由指定的复核人决定。")
    case, review = cases.get(session, supervision_id), waiting(session, supervision_id)
    conclusion = conclusions.get(session, supervision_id)
    review.decision = ruling.decision
    review.opinion = ruling.opinion
    review.decided_by = by
    review.decided_at = at
    case.suspended_at = None
    if ruling.decision is Decision.CHANGED:
        color = ruling.needed("measure", ruling.measure)
        review.previous = [
            {"number": finding.number, "requirement": finding.requirement}
            for finding in findings.of(session, supervision_id)
        ]
        findings.require(session, case.id, ruling.requirements)
        conclusions.change(conclusion, color)
        cards.recolor(session, case, color, ruling.opinion, by, at)
    if ruling.decision is Decision.REVOKED:
        _revoke(session, case, conclusion, at)
    return review


def waiting(session: Session, supervision_id: int) -> ConclusionReview:
    """Return the objection that has not been decided, or raise NotFound."""
    found = session.scalar(
        select(ConclusionReview).where(
            ConclusionReview.supervision_id == supervision_id,
            ConclusionReview.decision.is_(None),
        )
    )
    if found is None:
        raise NotFound("这次督查没有待决定的复核申请。", supervision=supervision_id)
    return found


def reviewers(session: Session, supervision_id: int) -> list[Actor]:
    """Return who may decide on an objection: the organizer's own people, less everybody who took part."""
    roles = Organizer(cases.get(session, supervision_id).organizer).reviewers
    known = {actor.login: actor for role in roles for actor in people.holders(session, role)}
    excluded = participants(session, supervision_id)
    return [known[login] for login in sorted(known) if login not in excluded]


def participants(session: Session, supervision_id: int) -> set[str]:
    """Return who examined, concluded, issued or interviewed in this case."""
    case = cases.get(session, supervision_id)
    conclusion = session.get(Conclusion, supervision_id)
    rows = session.execute(
        select(ControlCard.issued_by, ControlCard.interviewed_by).where(
            ControlCard.supervision_id == supervision_id
        )
    )
    found = {case.opened_by, case.inspected_by, conclusion.issued_by if conclusion else None}
    found |= {login for row in rows for login in row}
    return {login for login in found if login}


def _revoke(session: Session, case: SupervisionCase, conclusion: Conclusion, at: datetime) -> None:
    """Take back the conclusion and its cards. A case closed meanwhile is closed again, with the graver reason."""
    conclusions.revoke(conclusion)
    for card in cards.standing(session, case.id):
        cards.end(card, cards.State.WITHDRAWN, at)
    cases.close(case, Outcome.REVOKED, at)
