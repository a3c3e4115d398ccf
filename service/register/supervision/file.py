"""One supervision, or one card of it, as its readers see it: who may, where it stands, what happened so far."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotFound
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.supervision import cases, findings, look_backs
from service.register.supervision.cards import State
from service.register.supervision.cases import Outcome
from service.register.supervision.colors import Color
from service.register.supervision.look_backs import Verdict
from service.register.supervision.organizers import Organizer
from service.register.supervision.reviews import Decision
from service.tables.people import Unit
from service.tables.runtime import UserTask
from service.tables.suggestions import Suggestion
from service.tables.supervision import (
    Conclusion,
    ConclusionReview,
    ControlCard,
    Finding,
    LookBack,
    Rectification,
    SupervisionCase,
)

# Who reads every supervision; a unit reads its own, once it has been told something.


@dataclass(frozen=True)
class Hand:
    """An open step: what is to be done, by whom, until when."""

    task_id: str
    name: str
    holders: str
    since: datetime
    due_at: datetime | None
    is_mine: bool


@dataclass(frozen=True)
class Event:
    """One line of what happened."""

    at: datetime
    what: str
    who: str


@dataclass(frozen=True)
class SupervisionFile:
    """A supervision with all that belongs to it, as one reader may see it."""

    case: SupervisionCase
    organizer: str
    unit: Unit
    suggestion: Suggestion | None
    conclusion: Conclusion | None
    findings: Sequence[Finding]
    cards: Sequence[ControlCard]
    rectifications: Sequence[Rectification]
    reviews: Sequence[ConclusionReview]
    look_backs: Sequence[LookBack]
    hands: Sequence[Hand]
    events: Sequence[Event]
    names: Mapping[str, str]
    is_internal: bool  # the unit does not see the examiners' notes, nor what a deputy told them

    @property
    def card(self) -> ControlCard | None:
        """The card that binds now."""
        return next((card for card in self.cards if card.state == State.IN_FORCE), None)


@dataclass(frozen=True)
class CardFile:
    """A card as it is printed."""

    card: ControlCard
    case: SupervisionCase
    organizer: str
    unit: Unit
    suggestion: Suggestion | None
    findings: Sequence[Finding]
    names: Mapping[str, str]


def read(
    session: Session, viewer: Actor, supervision_id: int, is_internal: bool
) -> SupervisionFile:
    """Gather a supervision for somebody who may read it (`authority.reading`)."""
    row = session.execute(
        select(SupervisionCase, Unit, Suggestion, Conclusion)
        .join(Unit, Unit.code == SupervisionCase.unit)
        .outerjoin(Suggestion, Suggestion.id == SupervisionCase.suggestion_id)
        .outerjoin(Conclusion, Conclusion.supervision_id == SupervisionCase.id)
        .where(SupervisionCase.id == supervision_id)
    ).one_or_none()
    if row is None:
        raise NotFound("没有找到这次督查，请返回督查看板重新选择。", supervision=supervision_id)
    case, unit, suggestion, conclusion = row
    waiting = _waiting(session, supervision_id)
    cards, rectifications = _cards(session, supervision_id)
    reviews = session.scalars(
        select(ConclusionReview)
        .where(ConclusionReview.supervision_id == supervision_id)
        .order_by(ConclusionReview.id)
    ).all()
    looked = look_backs.of(session, supervision_id)
    logins = {case.opened_by, case.inspected_by}
    logins |= {task.assignee for task in waiting}
    logins |= {login for card in cards for login in _people_of(card)}
    logins |= {login for each in reviews for login in (each.filed_by, each.reviewer)}
    logins |= {login for each in rectifications for login in (each.planned_by, each.reported_by)}
    logins |= {each.by for each in looked}
    logins |= {conclusion.issued_by, conclusion.signed_by} if conclusion else set()
    names = people.names(session, logins)
    return SupervisionFile(
        case=case,
        organizer=Organizer(case.organizer).label,
        unit=unit,
        suggestion=suggestion,
        conclusion=conclusion,
        findings=findings.of(session, supervision_id),
        cards=cards,
        rectifications=rectifications,
        reviews=reviews,
        look_backs=looked,
        hands=_hands(session, viewer, waiting, names),
        events=_events(case, conclusion, cards, rectifications, reviews, looked, names),
        names=names,
        is_internal=is_internal,
    )


def card(session: Session, card_id: int) -> CardFile:
    """Gather a card for somebody who may read its supervision."""
    row = session.execute(
        select(ControlCard, SupervisionCase, Unit, Suggestion)
        .join(SupervisionCase, SupervisionCase.id == ControlCard.supervision_id)
        .join(Unit, Unit.code == ControlCard.unit)
        .outerjoin(Suggestion, Suggestion.id == SupervisionCase.suggestion_id)
        .where(ControlCard.id == card_id)
    ).one_or_none()
    if row is None:
        raise NotFound("没有找到这张通知单，请返回督查看板重新选择。", card=card_id)
    found, case, unit, suggestion = row
    return CardFile(
        card=found,
        case=case,
        organizer=Organizer(case.organizer).label,
        unit=unit,
        suggestion=suggestion,
        findings=findings.of(session, case.id),
        names=people.names(session, _people_of(found)),
    )


def _waiting(session: Session, supervision_id: int) -> Sequence[UserTask]:
    return session.scalars(
        select(UserTask)
        .where(UserTask.business_key == cases.business_key(supervision_id))
        .order_by(UserTask.due_at.is_(None), UserTask.due_at, UserTask.id)
    ).all()


def _cards(
    session: Session, supervision_id: int
) -> tuple[Sequence[ControlCard], Sequence[Rectification]]:
    """Every rectification is under a card, so that one query finds both."""
    rows = session.execute(
        select(ControlCard, Rectification)
        .outerjoin(Rectification, Rectification.card_id == ControlCard.id)
        .where(ControlCard.supervision_id == supervision_id)
        .order_by(ControlCard.id, Rectification.round)
    ).all()
    cards = list(dict.fromkeys(row[0] for row in rows))
    return cards, [row[1] for row in rows if row[1] is not None]


def _people_of(found: ControlCard) -> list[str | None]:
    return [found.issued_by, found.interviewed_by, found.signed_by, found.cleared_by]


def _hands(
    session: Session, viewer: Actor, waiting: Sequence[UserTask], names: Mapping[str, str]
) -> list[Hand]:
    groups = {group for task in waiting if not task.assignee for group in task.candidates}
    told = people.group_names(session, groups) if groups else {}
    return [
        Hand(
            task.id,
            task.name,
            names.get(task.assignee, task.assignee)
            if task.assignee
            else "、".join(told.get(group, group) for group in task.candidates),
            task.created_at,
            task.due_at,
            viewer.is_awaited(task.assignee, task.candidates),
        )
        for task in waiting
    ]


def _events(
    case: SupervisionCase,
    conclusion: Conclusion | None,
    cards: Sequence[ControlCard],
    rectifications: Sequence[Rectification],
    reviews: Sequence[ConclusionReview],
    looks: Sequence[LookBack],
    names: Mapping[str, str],
) -> list[Event]:
    """Say what happened from what was kept, the latest first."""
    found: list[tuple[datetime | None, str, str | None]] = [
        (case.opened_at, "发起督查", case.opened_by),
        (case.inspected_at, "检查核实", case.inspected_by),
        (case.closed_at, f"办结：{Outcome(case.outcome).label}" if case.outcome else "", None),
    ]
    if conclusion is not None:
        found += [
            (conclusion.issued_at, "出具督查结论", conclusion.issued_by),
            (conclusion.signed_at, "签收督查结论", conclusion.signed_by),
        ]
        if conclusion.signed_at is None:
            found.append((conclusion.delivered_at, "督查结论期满未签收，视为送达", None))
    for each in cards:
        label = f"{Color(each.color).label}（{each.number}）"
        found.append((each.issued_at, f"签发{label}", each.issued_by))
        found.append((each.appealed_at, f"对{label}申诉", each.signed_by))
        # A card that took another's place was not signed itself: what it shows is from before it was issued.
        if each.signed_at is not None and each.signed_at >= each.issued_at:
            found.append((each.signed_at, f"签收{label}", each.signed_by))
        if each.signed_at is None and each.in_force_at and each.in_force_at >= each.issued_at:
            found.append((each.in_force_at, f"{label}期满未签收，视为签收", None))
    for planned in rectifications:
        found.append((planned.planned_at, "报送整改方案", planned.planned_by))
        found.append((planned.reported_at, "提交整改报告", planned.reported_by))
    for review in reviews:
        found.append((review.filed_at, "申请复核督查结论", review.filed_by))
        if review.decision:
            found.append(
                (review.decided_at, f"复核：{Decision(review.decision).label}", review.reviewer)
            )
    for looked in looks:
        found.append((looked.at, f"回头看：{Verdict(looked.verdict).label}", looked.by))
    told = [Event(at, what, names.get(who or "", "")) for at, what, who in found if at]
    return sorted(told, key=lambda event: event.at)[::-1]
