"""What deputies think of the work: sealed until one common moment, then shown only to those who may see it.

A single rating is read in this module and nowhere else: `visible` and `own` read it for a person, `seal` and
`unmet` for the process, which learns no more than whether a meeting is needed. `satisfaction` counts them.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from service.deadlines import policies
from service.errors import NotAllowed, NotFound
from service.register.dispatch import assignments
from service.register.handling import contacts
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.proposal import suggestions
from service.register.reply import replies
from service.tables.assignments import Assignment
from service.tables.evaluation import (
    Evaluation,
    EvaluationSupplement,
    MeetingItem,
    ProxyEntry,
    SecondAssignment,
)
from service.tables.handling import ContactRecord
from service.tables.suggestions import CoSigner, Suggestion

log = logging.getLogger(__name__)

RATINGS: Mapping[str, str] = {
    "satisfied": "满意",
    "basically_satisfied": "基本满意",
    "dissatisfied": "不满意",
}
MISSING: Mapping[str, str] = {"no_contact": "没有人联系过", "no_reply": "没有收到书面答复"}
OUTCOMES: Mapping[str, str] = {
    "satisfied": "代表表示满意",
    "not_satisfied": "需要知情议政",
    "no_feedback": "代表未反馈",
}
_TOLD_BY_NOTICE = frozenset({"deliberation_meeting"})
SEALED_PROCESSES = _TOLD_BY_NOTICE | {
    "back_to_back_evaluation",
    "proxy_evaluation",
    "deliberation_and_reassign",
}
"""Their steps would tell who has rated, and whether a meeting is needed."""

WAITING, HANDED_IN, WITH_UNIT, SEALED = "待评价", "已提交", "单位补正中", "已封口"
_SEALED_ALREADY = "评价已经封口，不能再提交或修改。有新的意见请向人大代工委反映。"


@dataclass(frozen=True)
class Rating:
    """What a deputy says of one unit's work; both dimensions, always."""

    attitude: str
    result: str
    contact_check: str | None = None  # met | remote
    text: str = ""
    text_may_be_shared: bool = False
    text_may_be_published: bool = False
    reply_class_agreed: bool | None = None
    wants_meeting: bool = False
    meeting_wish: str = ""

    @property
    def is_satisfied(self) -> bool:
        return self.attitude == self.result == "satisfied"


@dataclass(frozen=True)
class Seen:
    """What one reader may know of one evaluation. None means: not for this reader, whether or not it exists."""

    id: int
    suggestion_id: int
    unit: str
    round: int
    deputy: str
    deputy_name: str
    progress: str
    sealed_at: datetime | None
    is_own: bool = False
    attitude: str | None = None
    result: str | None = None
    text: str | None = None
    contact_check: str | None = None
    reply_class_agreed: bool | None = None
    meeting_wish: str | None = None
    proxy_entered: bool | None = None
    rated_at: datetime | None = None
    amended_at: datetime | None = None

    @property
    def attitude_words(self) -> str:
        return RATINGS.get(self.attitude or "", "—")

    @property
    def result_words(self) -> str:
        return RATINGS.get(self.result or "", "—")


@dataclass(frozen=True)
class Unmet:
    """Who is not satisfied, and with whom: the people a deliberation meeting brings together."""

    deputies: list[str]
    units: list[str]


@dataclass(frozen=True)
class _Sight:
    """Three rights, from weak to strong: whether a rating was handed in, the words, the marks."""

    handed_in: bool = False
    text: bool = False
    marks: bool = False


_BLIND = _Sight()
_CONGRESS = ("deputy_office", "director_meeting", "director_member", "work_committee")
_ONLY_PROGRESS = (
    "gov_office",
    "gov_supervision",
    "gov_supervision_head",
    "party_supervision",
    "party_office",
    "vice_mayor",
)


@dataclass(frozen=True)
class _Case:
    """What decides about sight besides the row: who handles the case, who signed it, who follows it."""

    suggestion: Suggestion
    units: frozenset[str]
    co_signers: frozenset[str]
    released: frozenset[int]  # rounds whose meeting the units were told of
    times_given_again: int


def get(session: Session, evaluation_id: int) -> Evaluation:
    found = session.get(Evaluation, evaluation_id)
    if found is None:
        raise NotFound("没有找到这份评价，请返回列表重新选择。", evaluation=evaluation_id)
    return found


# From the delivered reply to the seal


def open_round(
    session: Session, instance_id: int, suggestion_id: int, round_: int, at: datetime
) -> list[Evaluation]:
    """Ask every deputy of the case about every unit that answered in this round.

    Merged suggestions are asked about each with its own deputy; assisting units answer to the lead unit and are
    not rated by deputies.
    """
    duties = [each for each in assignments.active(session, suggestion_id, round_) if _answers(each)]
    rows = [
        Evaluation(
            suggestion_id=suggestion.id,
            instance_id=instance_id,
            deputy=suggestion.lead_deputy,
            unit=duty.unit,
            assignment_id=duty.id,
            round=round_,
            state="pending",
            created_at=at,
        )
        for suggestion in suggestions.cluster(session, suggestion_id)
        if suggestion.status != "withdrawn"
        for duty in duties
    ]
    session.add_all(rows)
    session.flush()
    return rows


def rate(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Take a deputy's own rating; it supersedes one typed in from paper."""
    row = _open_for(session, evaluation_id, by)
    if row.state not in ("pending", "rated") or (row.state == "rated" and not row.proxy_entered):
        raise NotAllowed("这份评价已经提交过。要修改，请打开“我的评价”。")
    _supersede_proxy(session, row)
    _write(row, rating, at)
    return row


def amend(
    session: Session, evaluation_id: int, rating: Rating, by: str | None, at: datetime
) -> Evaluation:
    """Let a deputy change their rating once, within the time the policy allows and before the seal."""
    row = _open_for(session, evaluation_id, by)
    until = amendable_until(session, row)
    if until is None:
        raise NotAllowed("这份评价已经修改过一次，不能再改。有新的意见请向人大代工委反映。")
    if at > until:
        raise NotAllowed("修改的时间已经过了，评价不能再改。有新的意见请向人大代工委反映。")
    rated_at = row.rated_at
    _write(row, rating, at)
    row.rated_at, row.amended_at = rated_at, at
    return row


def amendable_until(session: Session, row: Evaluation) -> datetime | None:
    """Return until when the deputy may still change this rating, if at all; the seal ends it earlier."""
    if row.state != "rated" or row.rated_at is None or row.amended_at or row.sealed_at:
        return None
    level = suggestions.get(session, row.suggestion_id).level
    return policies.due(session, "evaluate.amend", row.rated_at, level).moment


def ask_supplement(
    session: Session, evaluation_id: int, missing: str, by: str | None, at: datetime
) -> EvaluationSupplement:
    """Send the unit back to its duty, because the deputy had no reply or no contact; nothing is rated yet."""
    row = _open_for(session, evaluation_id, by)
    row.state = "supplementing"
    row.contact_check = missing
    supplement = EvaluationSupplement(
        evaluation_id=row.id,
        missing=missing,
        asked_at=at,
        contradicts_records=_contradicts(session, row, missing),
        attachments=[],
    )
    session.add(supplement)
    session.flush()
    return supplement


def make_good(
    session: Session,
    evaluation_id: int,
    method: str,
    account: str,
    attachments: Sequence[int],
    by: str | None,
    at: datetime,
) -> Evaluation:
    """Record what the unit made good; the deputy is asked again."""
    row = get(session, evaluation_id)
    supplement = session.scalars(
        select(EvaluationSupplement)
        .where(EvaluationSupplement.evaluation_id == row.id)
        .order_by(EvaluationSupplement.id.desc())
        .limit(1)
    ).one()
    supplement.method, supplement.account = method, account
    supplement.attachments = list(attachments)
    supplement.made_good_by, supplement.made_good_at = by, at
    row.state = "pending"
    return row


def record_no_feedback(session: Session, evaluation_id: int) -> Evaluation:
    """Record silence as silence; a rating taken from signed paper stands."""
    row = get(session, evaluation_id)
    if row.state == "pending":
        row.state = "no_feedback"
    return row


def seal(session: Session, instance_id: int, round_: int, at: datetime) -> str:
    """Close all ratings of a round at once and return its outcome, as coarse as the process needs it.

    Anything below satisfied in either dimension makes it not_satisfied; those who said nothing decide nothing.
    """
    rows = _live(session, instance_id, round_)
    for row in rows:
        if row.state in ("pending", "supplementing"):
            row.state = "no_feedback"
        row.sealed_at = row.sealed_at or at
    rated = [row for row in rows if row.state == "rated"]
    if any(not _is_satisfied(row) for row in rated):
        return "not_satisfied"
    return "satisfied" if rated else "no_feedback"


def unmet(session: Session, instance_id: int, round_: int) -> Unmet:
    """Return who has to meet whom after the seal."""
    rows = [
        row
        for row in _live(session, instance_id, round_)
        if row.sealed_at and row.state == "rated" and not _is_satisfied(row)
    ]
    return Unmet(
        deputies=list(dict.fromkeys(row.deputy for row in rows)),
        units=list(dict.fromkeys(row.unit for row in rows)),
    )


def contradicted(session: Session, instance_id: int, round_: int) -> list[Evaluation]:
    """Return the sealed evaluations whose deputy met nobody although the unit's records say so."""
    return [
        row
        for row in _live(session, instance_id, round_)
        if row.sealed_at
        and row.contact_check == "remote"
        and any(each.method in contacts.IN_PERSON for each in _records(session, row))
    ]


def deny(session: Session, evaluation_id: int, by: str | None, at: datetime) -> Evaluation:
    """Take a rating back that its deputy says is not theirs: void after the seal, to be given anew before it."""
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("只有评价的代表本人可以否认。")
    if row.state != "rated":
        raise NotAllowed("这份评价还没有提交，不需要否认。")
    _supersede_proxy(session, row, "denied")
    if row.sealed_at:
        row.state = "voided"
        return row
    row.state = "pending"
    row.contact_check = row.attitude_rating = row.result_rating = None
    row.reply_class_agreed = row.rated_at = row.amended_at = None
    row.text = row.meeting_wish = ""
    row.text_may_be_shared = row.text_may_be_published = row.wants_meeting = False
    return row


def take_from_paper(
    session: Session, evaluation_id: int, rating: Rating, at: datetime
) -> Evaluation:
    """Enter a rating that two people read from the same signed paper."""
    row = get(session, evaluation_id)
    _write(row, rating, at)
    row.proxy_entered = True
    return row


# Reading


def said(row: Evaluation) -> Rating:
    """Return a rating as it was given, for its own deputy to change."""
    return Rating(
        attitude=row.attitude_rating or "",
        result=row.result_rating or "",
        contact_check=row.contact_check,
        text=row.text,
        text_may_be_shared=row.text_may_be_shared,
        text_may_be_published=row.text_may_be_published,
        reply_class_agreed=row.reply_class_agreed,
        wants_meeting=row.wants_meeting,
        meeting_wish=row.meeting_wish,
    )


def visible(session: Session, viewer: Actor | None, suggestion_id: int) -> list[Seen]:
    """Return what this reader may know of the evaluations of a case, and of those merged into it.

    What they may not know is absent: no row, or None. A reader of the unit sees the same before the seal whatever
    the deputy did.
    """
    found = session.execute(
        select(Evaluation, Suggestion)
        .join(Suggestion, Suggestion.id == Evaluation.suggestion_id)
        .where(or_(Suggestion.id == suggestion_id, Suggestion.merged_into_id == suggestion_id))
        .where(Evaluation.state != "voided")
        .order_by(Evaluation.round, Evaluation.id)
    ).all()
    return _seen(session, viewer, [(row, suggestion) for row, suggestion in found])


def own(session: Session, viewer: Actor) -> list[Seen]:
    """Return a deputy's own evaluations, those still to be given first."""
    found = session.execute(
        select(Evaluation, Suggestion)
        .join(Suggestion, Suggestion.id == Evaluation.suggestion_id)
        .where(Evaluation.deputy == viewer.login, Evaluation.state != "voided")
        .order_by(Evaluation.rated_at.is_not(None), Evaluation.id.desc())
    ).all()
    return _seen(session, viewer, [(row, suggestion) for row, suggestion in found])


def sealed_processes(status: str) -> frozenset[str]:
    """Return the processes whose steps are shown only to those who follow the evaluation, while a case stands so.

    Until the notice of a meeting nobody else may learn that there will be one.
    """
    return SEALED_PROCESSES if status == "evaluating" else SEALED_PROCESSES - _TOLD_BY_NOTICE


def may_follow(viewer: Actor | None, units: Iterable[str]) -> bool:
    """Say whether somebody may see where in the evaluation a case stands, step by step.

    Everybody else sees only that it is being evaluated: who has handed in, and when, would tell too much. `units`
    are those that handle the case; nobody of theirs follows it, whatever other post they hold.
    """
    if viewer is None or set(viewer.units) & set(units):
        return False
    return any(viewer.holds(group) for group in _CONGRESS)


def _seen(
    session: Session, viewer: Actor | None, found: Sequence[tuple[Evaluation, Suggestion]]
) -> list[Seen]:
    if not found:
        return []
    cases = _cases(session, viewer, [suggestion for _, suggestion in found])
    names = people.names(session, [row.deputy for row, _ in found])
    shown = []
    for row, suggestion in found:
        sight = _sight(viewer, row, cases[suggestion.id])
        if sight is None:
            continue
        if sight.marks and viewer is not None and viewer.login != row.deputy:
            log.info("evaluation read", extra={"evaluation": row.id, "by": viewer.login})
        shown.append(_show(viewer, row, sight, names[row.deputy]))
    return shown


def _sight(viewer: Actor | None, row: Evaluation, case: _Case) -> _Sight | None:
    """The matrix of who may see what, row by row; None: nothing at all.

    The units come before the offices: somebody who holds a post in both stays as blind as the unit.
    """
    sealed = row.sealed_at is not None
    is_over = case.suggestion.closed_at is not None
    if viewer is None:
        published = sealed and is_over and row.text_may_be_published
        return _Sight(text=True) if published else None
    if viewer.login == row.deputy:
        return _Sight(handed_in=True, text=True, marks=True)
    if case.units & set(viewer.units):
        if row.unit not in viewer.units:
            return None
        # Words that come before the notice would tell that there will be none.
        told = sealed and (is_over or row.round in case.released)
        return _Sight(text=told and row.text_may_be_shared)
    if viewer.holds("deputy_office") or _is_town_office(viewer, case):
        return _Sight(handed_in=True, text=sealed, marks=sealed)
    if _oversees(viewer, case):
        return _Sight(handed_in=True, text=sealed and row.text_may_be_shared, marks=sealed)
    if viewer.login in case.co_signers or any(viewer.holds(group) for group in _ONLY_PROGRESS):
        return _BLIND
    if any(viewer.holds(group) for group in _CONGRESS):
        return _Sight(handed_in=True)
    return None


def _is_town_office(viewer: Actor, case: _Case) -> bool:
    own = case.suggestion
    return own.level == "town" and viewer.holds(f"town_presidium:{own.town}")


def _oversees(viewer: Actor, case: _Case) -> bool:
    own = case.suggestion
    if own.oversight_committee and viewer.holds(f"work_committee:{own.oversight_committee}"):
        return True
    return _leads(viewer) and (own.is_key or case.times_given_again > 0)


def _leads(viewer: Actor) -> bool:
    return viewer.holds("director_meeting") or viewer.holds("director_member")


def _show(viewer: Actor | None, row: Evaluation, sight: _Sight, name: str) -> Seen:
    return Seen(
        id=row.id,
        suggestion_id=row.suggestion_id,
        unit=row.unit,
        round=row.round,
        deputy=row.deputy,
        deputy_name=name,
        progress=_progress(row, sight),
        sealed_at=row.sealed_at,
        is_own=viewer is not None and viewer.login == row.deputy,
        attitude=row.attitude_rating if sight.marks else None,
        result=row.result_rating if sight.marks else None,
        text=row.text if sight.text else None,
        contact_check=row.contact_check if sight.marks else None,
        reply_class_agreed=row.reply_class_agreed if sight.marks else None,
        meeting_wish=row.meeting_wish if sight.marks else None,
        proxy_entered=row.proxy_entered if sight.marks else None,
        rated_at=row.rated_at if sight.marks else None,
        amended_at=row.amended_at if sight.marks else None,
    )


def _progress(row: Evaluation, sight: _Sight) -> str:
    if sight.marks and row.state == "no_feedback":
        return "未反馈"
    if row.sealed_at:
        return SEALED
    if not sight.handed_in:
        return WAITING
    return {"rated": HANDED_IN, "supplementing": WITH_UNIT}.get(row.state, WAITING)


def _cases(session: Session, viewer: Actor | None, found: Sequence[Suggestion]) -> dict[int, _Case]:
    """Gather what decides about this reader's sight: one question for what concerns them, none for what does not."""
    main = {each.id: each.merged_into_id or each.id for each in found}
    wanted = [*main, *main.values()]
    units, signers, rounds, given_again = _Facts(), _Facts(), _Facts(), _Facts()
    if viewer is not None and viewer.units:
        units = _facts(session, Assignment.suggestion_id, Assignment.unit, wanted)
        told = MeetingItem.notified_at.is_not(None)
        rounds = _facts(session, MeetingItem.suggestion_id, MeetingItem.round, wanted, told)
    if viewer is not None and viewer.holds("deputy"):
        signers = _facts(session, CoSigner.suggestion_id, CoSigner.login, wanted)
    if viewer is not None and _leads(viewer):
        again = SecondAssignment
        given_again = _facts(session, again.suggestion_id, again.round, wanted)
    return {
        each.id: _Case(
            suggestion=each,
            units=frozenset(units[main[each.id]]),
            co_signers=frozenset(signers[each.id]),
            released=frozenset(rounds[main[each.id]]),
            times_given_again=len(given_again[main[each.id]]),
        )
        for each in found
    }


class _Facts(defaultdict[int, set[Any]]):
    """What is known of each case, nothing where nothing is."""

    def __init__(self) -> None:
        super().__init__(set)


def _facts(
    session: Session,
    case: InstrumentedAttribute[int],
    fact: InstrumentedAttribute[Any],
    wanted: Iterable[int],
    *which: ColumnElement[bool],
) -> _Facts:
    found = _Facts()
    for suggestion_id, value in session.execute(
        select(case, fact).where(case.in_(set(wanted)), *which)
    ):
        found[suggestion_id].add(value)
    return found


def _open_for(session: Session, evaluation_id: int, by: str | None) -> Evaluation:
    row = get(session, evaluation_id)
    if by != row.deputy:
        raise NotAllowed("评价只能由代表本人填写，请代表用自己的账号登录后评价。")
    if row.sealed_at is not None:
        raise NotAllowed(_SEALED_ALREADY)
    return row


def _write(row: Evaluation, rating: Rating, at: datetime) -> None:
    row.state = "rated"
    row.attitude_rating, row.result_rating = rating.attitude, rating.result
    row.contact_check = rating.contact_check
    row.text = rating.text
    row.text_may_be_shared = rating.text_may_be_shared
    row.text_may_be_published = rating.text_may_be_published
    row.reply_class_agreed = rating.reply_class_agreed
    row.wants_meeting, row.meeting_wish = rating.wants_meeting, rating.meeting_wish
    row.proxy_entered = False
    row.rated_at = at


def _supersede_proxy(session: Session, row: Evaluation, state: str = "superseded") -> None:
    for entry in session.scalars(
        select(ProxyEntry).where(
            ProxyEntry.evaluation_id == row.id, ProxyEntry.state == "registered"
        )
    ):
        entry.state = state
    row.proxy_entered = False


def _live(session: Session, instance_id: int, round_: int) -> list[Evaluation]:
    return list(
        session.scalars(
            select(Evaluation)
            .where(
                and_(
                    Evaluation.instance_id == instance_id,
                    Evaluation.round == round_,
                    Evaluation.state != "voided",
                )
            )
            .order_by(Evaluation.id)
        )
    )


def _is_satisfied(row: Evaluation) -> bool:
    return row.attitude_rating == row.result_rating == "satisfied"


def _answers(assignment: Assignment) -> bool:
    return assignment.role in ("sole", "lead", "separate")


def _contradicts(session: Session, row: Evaluation, missing: str) -> bool:
    """Do the unit's own records say the opposite of what the deputy says?"""
    if missing == "no_contact":
        return any(row.deputy in each.deputies for each in _records(session, row))
    reply = replies.find(session, row.assignment_id) if row.assignment_id else None
    return reply is not None and any(each.deputy == row.deputy for each in reply.deliveries)


def _records(session: Session, row: Evaluation) -> Sequence[ContactRecord]:
    return contacts.of(session, row.assignment_id) if row.assignment_id else ()
