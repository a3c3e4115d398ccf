"""A unit under supervision: examined, told the conclusion, carded, rectified, looked at again, cleared."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from service.deadlines import policies
from service.deadlines.workdays import local_day
from service.errors import NotAllowed, NotFound
from service.register.people import directory as people
from service.register.people.directory import Actor
from service.register.supervision import colors as control_colors
from service.register.supervision.colors import COLORS, GOVERNMENT, Proposal
from service.tables.handling import LetterSeries
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

POINTS: Mapping[str, str] = {
    "unsigned": "按时签收",
    "no_contact": "办前沟通",
    "no_plan": "办理方案（三定）",
    "assist": "协办意见",
    "overdue": "按时答复",
    "quality": "答复质量、逐条回应",
    "commitment": "承诺兑现",
    "ledger": "办理台账",
    "on_site": "现场查看",
    "deputy": "代表回访",
    "other": "其他",
}
NATURES: Mapping[str, str] = {
    "minor": "一般",
    "serious": "较重",
    "false": "虚假答复、代填评价或打击报复",
}
VERDICTS: Mapping[str, str] = {
    "in_place": "到位",
    "partial": "部分到位",
    "not_in_place": "未到位",
}
DECISIONS: Mapping[str, str] = {
    "upheld": "维持督查结论",
    "changed": "变更督查结论",
    "revoked": "撤销督查结论",
}
STATUSES: Mapping[str, str] = {
    "inspecting": "检查核实",
    "concluded": "已出结论",
    "rectifying": "整改中",
    "looking_back": "回头看",
    "closed": "已办结",
}
OUTCOMES: Mapping[str, str] = {
    "no_problem": "未发现问题",
    "not_carded": "没有亮牌",
    "cleared": "已销号",
    "revoked": "结论已撤销",
}
CARD_STATES: Mapping[str, str] = {
    "issued": "待签收",
    "in_force": "整改中",
    "replaced": "已由新通知单代替",
    "withdrawn": "已撤回",
    "cleared": "已销号",
}


@dataclass(frozen=True)
class Organizer:
    """An office that may supervise: on which line, whom, and who else has a part in it."""

    name: str
    line: str
    systems: tuple[str, ...]  # of units it may examine; empty: all
    reviewers: tuple[str, ...]  # roles that may decide on an objection

    def may_examine(self, system: str) -> bool:
        return not self.systems or system in self.systems


ORGANIZERS: Mapping[str, Organizer] = {
    "gov_supervision": Organizer(
        "市政府督查室",
        "party_gov",
        GOVERNMENT,
        ("gov_supervision", "gov_supervision_head", "gov_office", "vice_mayor"),
    ),
    "party_supervision": Organizer(
        "市委督查室", "party_gov", (), ("party_supervision", "party_office", "gov_supervision_head")
    ),
    "deputy_office": Organizer(
        "人大代表工委", "npc", (), ("deputy_office", "sc_office", "director_member")
    ),
}
_SERIES = {"letter": "督函", "white": "督白", "yellow": "督黄", "red": "督红"}


@dataclass(frozen=True)
class Opening:
    """What is asked for when a supervision is opened."""

    organizer: str
    unit: str
    suggestion_id: int | None
    points: Sequence[str]
    basis: str
    leader: str
    approved_by: str


@dataclass(frozen=True)
class Found:
    """One problem as the examiners write it down."""

    point: str
    description: str
    evidence: str
    nature: str
    responsible: str = ""


@dataclass(frozen=True)
class Examination:
    """What was done and seen on the spot, point by point."""

    methods: Sequence[str]
    checks: Sequence[Mapping[str, Any]]
    record: str
    problems: Sequence[Found] = ()
    photos: Sequence[int] = ()


@dataclass(frozen=True)
class Notice:
    """What a card says: the measure, why, and what is required."""

    color: str
    reason: str
    requirement: str


@dataclass(frozen=True)
class Inspected:
    """What a look-back found."""

    verdict: str
    opinion: str
    methods: Sequence[str]
    items: Sequence[Mapping[str, Any]]
    deputy_opinion: str = ""


def get(session: Session, supervision_id: int) -> SupervisionCase:
    found = session.get(SupervisionCase, supervision_id)
    if found is None:
        raise NotFound("没有找到这次督查，请返回督查看板重新选择。", supervision=supervision_id)
    return found


def business_key(supervision_id: int) -> str:
    return f"supervision:{supervision_id}"


def supervisable(session: Session) -> list[Suggestion]:
    """Return the suggestions that are with a unit, or were answered and are not yet archived."""
    with_units = ("dispatched", "handling", "replied", "evaluating", "deliberating")
    return list(
        session.scalars(
            select(Suggestion)
            .where(Suggestion.status.in_((*with_units, "second_handling", "closed")))
            .order_by(Suggestion.case_no)
        )
    )


# Examination and conclusion


def open_case(session: Session, opening: Opening, by: str, at: datetime) -> SupervisionCase:
    """Open a supervision, unless the organizer may not examine this unit or somebody does already."""
    organizer = ORGANIZERS[opening.organizer]
    unit = people.unit(session, opening.unit)
    if not organizer.may_examine(unit.system):
        raise NotAllowed(
            f"{organizer.name}只能督查政府部门、下级政府和受托管理公共事务的组织，不能督查{unit.name}"
            "（政府督查工作条例第五条）。请改由市委督查室或者代表工委发起。"
        )
    _refuse_repeated(session, opening)
    case = SupervisionCase(
        number=_next_number(session, "督查", at),
        line=organizer.line,
        organizer=opening.organizer,
        unit=unit.code,
        suggestion_id=opening.suggestion_id,
        points=list(opening.points),
        basis=opening.basis,
        approved_by=opening.approved_by,
        leader=opening.leader,
        opened_by=by,
        opened_at=at,
        status="inspecting",
        methods=[],
        checks=[],
        photos=[],
    )
    session.add(case)
    session.flush()
    return case


def examine(
    session: Session, supervision_id: int, examination: Examination, by: str, at: datetime
) -> SupervisionCase:
    """Keep what the examiners saw; without a problem the case is closed."""
    case = get(session, supervision_id)
    case.methods = list(examination.methods)
    case.checks = [dict(check) for check in examination.checks]
    case.record = examination.record
    case.photos = list(examination.photos)
    case.inspected_by = by
    case.inspected_at = at
    session.add_all(
        Finding(
            supervision_id=case.id,
            number=number,
            point=problem.point,
            description=problem.description,
            evidence=problem.evidence,
            nature=problem.nature,
            responsible=problem.responsible,
        )
        for number, problem in enumerate(examination.problems, start=1)
    )
    if not examination.problems:
        _close(case, "no_problem", at)
    session.flush()
    return case


def conclude(
    session: Session,
    supervision_id: int,
    summary: str,
    requirements: Mapping[int, str],
    measure: str,
    reason: str,
    by: str,
    at: datetime,
) -> Conclusion:
    """Issue the conclusion: what is wrong, what is required for each problem, which measure is proposed."""
    case = get(session, supervision_id)
    _require(session, case, requirements)
    conclusion = Conclusion(
        supervision_id=case.id,
        summary=summary,
        proposed_color=measure,
        reason=reason,
        status="standing",
        issued_by=by,
        issued_at=at,
    )
    session.add(conclusion)
    case.status = "concluded"
    session.flush()
    return conclusion


def sign(session: Session, supervision_id: int, receipt: str, by: str, at: datetime) -> Conclusion:
    conclusion = conclusion_of(session, supervision_id)
    conclusion.receipt = receipt
    conclusion.signed_by = by
    conclusion.signed_at = at
    return conclusion


def deliver(session: Session, supervision_id: int, at: datetime) -> Conclusion:
    """Count the conclusion as delivered, signed or not: the unit's thirty days begin."""
    conclusion = conclusion_of(session, supervision_id)
    conclusion.delivered_at = at
    return conclusion


def conclusion_of(session: Session, supervision_id: int) -> Conclusion:
    found = session.get(Conclusion, supervision_id)
    if found is None:
        raise NotFound("这次督查还没有出具结论。", supervision=supervision_id)
    return found


def findings(session: Session, supervision_id: int) -> Sequence[Finding]:
    return session.scalars(
        select(Finding).where(Finding.supervision_id == supervision_id).order_by(Finding.number)
    ).all()


# Objection and review


def object_to(
    session: Session,
    supervision_id: int,
    reason: str,
    attachments: Sequence[int],
    by: str,
    at: datetime,
) -> ConclusionReview:
    review = ConclusionReview(
        supervision_id=supervision_id,
        reason=reason,
        attachments=list(attachments),
        filed_by=by,
        filed_at=at,
        previous=[],
    )
    session.add(review)
    session.flush()
    return review


def accept_review(
    session: Session,
    supervision_id: int,
    reviewer: str,
    suspends: bool,
    note: str,
    by: str,
    at: datetime,
) -> ConclusionReview:
    """Name who reviews; nobody who took part may (政府督查工作条例 art. 17)."""
    if reviewer not in {actor.login for actor in reviewers(session, supervision_id)}:
        raise NotAllowed("参与本次检查、结论或者签发的人员应当回避，请从名单中另选复核人。")
    review = open_review(session, supervision_id)
    review.reviewer = reviewer
    review.suspends = suspends
    review.accept_note = note
    review.accepted_by = by
    review.accepted_at = at
    if suspends:
        get(session, supervision_id).suspended_at = at
    return review


def decide_review(
    session: Session,
    supervision_id: int,
    decision: str,
    opinion: str,
    by: str,
    at: datetime,
    requirements: Mapping[int, str] | None = None,
    measure: str | None = None,
) -> ConclusionReview:
    """Uphold, change or revoke a conclusion.

    1. Whoever took part may not decide.
    2. A change writes the new requirements and keeps the old ones with the review; another colour is a new card.
    3. A revocation takes the cards back and closes the case.
    """
    if by in participants(session, supervision_id):
        raise NotAllowed("您参与了本次检查、结论或者签发，应当回避，请由指定的复核人决定。")
    case, conclusion = get(session, supervision_id), conclusion_of(session, supervision_id)
    review = open_review(session, supervision_id)
    review.decision = decision
    review.opinion = opinion
    review.decided_by = by
    review.decided_at = at
    case.suspended_at = None
    if decision == "changed":
        review.previous = [
            {"number": finding.number, "requirement": finding.requirement}
            for finding in findings(session, supervision_id)
        ]
        _require(session, case, requirements or {})
        conclusion.status = "changed"
        conclusion.proposed_color = measure or conclusion.proposed_color
        _recolor(session, case, conclusion.proposed_color, opinion, by, at)
    if decision == "revoked":
        conclusion.status = "revoked"
        for card in standing_cards(session, supervision_id):
            _end(card, "withdrawn", at)
        case.closed_at = None  # a case closed meanwhile is closed again, with the graver reason
        _close(case, "revoked", at)
    return review


def open_review(session: Session, supervision_id: int) -> ConclusionReview:
    """Return the objection that has not been decided."""
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
    roles = ORGANIZERS[get(session, supervision_id).organizer].reviewers
    known = {actor.login: actor for role in roles for actor in people.holders(session, role)}
    excluded = participants(session, supervision_id)
    return [known[login] for login in sorted(known) if login not in excluded]


def participants(session: Session, supervision_id: int) -> set[str]:
    """Return who examined, concluded, issued or interviewed in this case."""
    case = get(session, supervision_id)
    conclusion = session.get(Conclusion, supervision_id)
    cards = session.execute(
        select(ControlCard.issued_by, ControlCard.interviewed_by).where(
            ControlCard.supervision_id == supervision_id
        )
    )
    found = {case.opened_by, case.inspected_by, conclusion.issued_by if conclusion else None}
    found |= {login for row in cards for login in row}
    return {login for login in found if login}


# Cards


def is_colored(session: Session, case: SupervisionCase) -> bool:
    """Say whether this unit may be given a card; all others get a letter."""
    unit = people.unit(session, case.unit)
    return case.line == "party_gov" and unit.system in GOVERNMENT


def measures(session: Session, case: SupervisionCase) -> list[str]:
    """Return what may be decided now: nothing, or what is at least as grave as what stands."""
    choice = ["white", "yellow", "red"] if is_colored(session, case) else ["letter"]
    card = in_force(session, case.id)
    least = control_colors.rank(card.color) if card else 0
    return ["none", *(color for color in choice if control_colors.rank(color) >= least)]


def proposal(session: Session, case: SupervisionCase, at: datetime) -> Proposal:
    """Return what the rules propose, within what may be decided in this case."""
    if case.suspended_at is not None:
        return Proposal("none", ("复核期间已决定暂缓整改，不建议亮牌或者升色。",))
    found = control_colors.for_case(session, case, at)
    allowed = measures(session, case)
    if found.color in allowed:
        return found
    return Proposal(allowed[1] if found.color != "none" else "none", found.reasons)


def issuer(session: Session, case: SupervisionCase) -> str:
    """Return the role that decides on measures: the head of the supervision office for every colour."""
    return "gov_supervision_head" if is_colored(session, case) else case.organizer


def interviewer(case: SupervisionCase, color: str) -> str:
    return "vice_mayor" if color == "red" else case.organizer


def clearer(session: Session, case: SupervisionCase) -> str:
    """Return the role that lets a case be cleared: the graver the colour, the higher."""
    card = in_force(session, case.id)
    if card is not None and card.color == "red":
        return "vice_mayor"
    if card is not None and card.color == "yellow":
        return issuer(session, case)
    return case.organizer


def issue(
    session: Session,
    supervision_id: int,
    notice: Notice,
    proposed: Proposal,
    by: str,
    at: datetime,
) -> ControlCard:
    """Issue a card with the next number of its colour. It binds once the unit has it."""
    case = get(session, supervision_id)
    if notice.color not in measures(session, case):
        raise NotAllowed(
            f"对这个单位不能采取“{COLORS[notice.color]}”，请在列出的措施里选。"
            "法院、检察院、监委、人大和党群单位以函告代替亮牌；已经亮牌的不能降低颜色。"
        )
    if case.outcome == "cleared":
        raise NotAllowed("这次督查的整改已经销号，不能再亮牌。请选“不亮牌”。")
    card = ControlCard(
        supervision_id=case.id,
        unit=case.unit,
        color=notice.color,
        number=_next_number(session, _SERIES[notice.color], at),
        rule="".join(proposed.reasons),
        proposed_color=proposed.color,
        reason=notice.reason,
        requirement=notice.requirement,
        issued_by=by,
        issued_at=at,
        state="issued",
    )
    session.add(card)
    session.flush()
    return card


def card(session: Session, card_id: int) -> ControlCard:
    found = session.get(ControlCard, card_id)
    if found is None:
        raise NotFound("没有找到这张通知单，请返回督查看板重新选择。", card=card_id)
    return found


def interview(
    session: Session, card_id: int, on: date, attendance: str, record: str, by: str
) -> ControlCard:
    found = card(session, card_id)
    found.interviewed_on = on
    found.interview_attendance = attendance
    found.interview = record
    found.interviewed_by = by
    return found


def sign_card(
    session: Session, card_id: int, receipt: str, appeal: str, by: str, at: datetime
) -> ControlCard:
    """Let the unit sign its card, with an appeal if there is one."""
    found = card(session, card_id)
    found.receipt = receipt
    found.signed_by = by
    found.signed_at = at
    if appeal:
        found.appeal = appeal
        found.appealed_at = at
    return found


def decide_appeal(
    session: Session,
    card_id: int,
    decision: str,
    color: str | None,
    opinion: str,
    by: str,
    at: datetime,
) -> ControlCard:
    """Uphold, change or take back a card; a changed one gets a number of its new colour. Returns the card that is left."""
    found = card(session, card_id)
    found.appeal_decision = decision
    found.appeal_opinion = opinion
    found.appeal_decided_by = by
    found.appeal_decided_at = at
    if decision == "withdrawn":
        _end(found, "withdrawn", at)
    if decision == "changed" and color is not None and color != found.color:
        return _successor(session, found, color, opinion, by, at)
    return found


def put_in_force(session: Session, card_id: int, at: datetime) -> ControlCard:
    """Make a card bind from now on; it takes the place of the one before. Its limit is that of its colour."""
    found = card(session, card_id)
    before = in_force(session, found.supervision_id)
    if before is not None and before.id != found.id:
        _end(before, "replaced", at)
        before.replaced_by_id = found.id
    found.state = "in_force"
    found.in_force_at = at
    found.due_at = _limit(session, found.color, at)
    session.flush()
    return found


def in_force(session: Session, supervision_id: int) -> ControlCard | None:
    """Return the card that binds in this case."""
    return session.scalar(
        select(ControlCard).where(
            ControlCard.supervision_id == supervision_id, ControlCard.state == "in_force"
        )
    )


def standing_cards(session: Session, supervision_id: int) -> Sequence[ControlCard]:
    """Return the cards that count: issued or in force."""
    return session.scalars(
        select(ControlCard)
        .where(
            ControlCard.supervision_id == supervision_id,
            ControlCard.state.in_(("issued", "in_force")),
        )
        .order_by(ControlCard.id)
    ).all()


# Rectification, look-back, clearing


def start_round(session: Session, supervision_id: int, at: datetime) -> ControlCard | None:
    """Begin a round of rectification under the card in force; without a card the case is closed.

    After a failed look-back under the same card the unit gets the colour's full limit again.
    """
    case = get(session, supervision_id)
    found = in_force(session, supervision_id)
    if found is None:
        if case.status != "closed":
            _close(case, "not_carded", at)
        return None
    if case.status == "looking_back":
        found.due_at = _limit(session, found.color, at)
    case.status = "rectifying"
    last = latest_rectification(session, supervision_id)
    session.add(
        Rectification(
            supervision_id=supervision_id,
            round=last.round + 1 if last else 1,
            card_id=found.id,
            plan=last.plan if last else "",
            items=[dict(item) for item in last.items] if last else [],
            evidence=[],
        )
    )
    session.flush()
    return found


def round_began_at(session: Session, supervision_id: int) -> datetime | None:
    """Return when the limit of the round at hand began: the card's force, or the failed look-back after it."""
    found = in_force(session, supervision_id)
    failed_at = session.scalar(
        select(func.max(LookBack.at)).where(LookBack.supervision_id == supervision_id)
    )
    if found is None or found.in_force_at is None:
        return None
    return max(found.in_force_at, failed_at) if failed_at else found.in_force_at


def plan(
    session: Session,
    supervision_id: int,
    text: str,
    approved_by: str,
    items: Iterable[Mapping[str, Any]],
    by: str,
    at: datetime,
) -> Rectification:
    row = rectification(session, supervision_id)
    row.plan = text
    row.approved_by = approved_by
    row.items = [dict(item) for item in items]
    row.planned_by = by
    row.planned_at = at
    return row


def report(
    session: Session,
    supervision_id: int,
    text: str,
    items: Iterable[Mapping[str, Any]],
    evidence: Sequence[int],
    by: str,
    at: datetime,
) -> Rectification:
    """Keep the unit's report; every problem must be answered."""
    given = list(items)
    _refuse_gaps(session, supervision_id, [item["number"] for item in given])
    row = rectification(session, supervision_id)
    planned = {item["number"]: item for item in row.items}
    row.items = [{**planned.get(item["number"], {}), **item} for item in given]
    row.report = text
    row.evidence = list(evidence)
    row.reported_by = by
    row.reported_at = at
    get(session, supervision_id).status = "looking_back"
    return row


def rectification(session: Session, supervision_id: int) -> Rectification:
    found = latest_rectification(session, supervision_id)
    if found is None:
        raise NotFound("这次督查还没有要求整改。", supervision=supervision_id)
    return found


def latest_rectification(session: Session, supervision_id: int) -> Rectification | None:
    return session.scalar(
        select(Rectification)
        .where(Rectification.supervision_id == supervision_id)
        .order_by(Rectification.round.desc())
        .limit(1)
    )


def look_back(
    session: Session, supervision_id: int, inspected: Inspected, by: str, at: datetime
) -> SupervisionCase:
    """Keep what a look-back found; a failed one counts towards the colour."""
    case = get(session, supervision_id)
    done = session.scalar(
        select(func.count()).select_from(LookBack).where(LookBack.supervision_id == supervision_id)
    )
    session.add(
        LookBack(
            supervision_id=supervision_id,
            round=(done or 0) + 1,
            methods=list(inspected.methods),
            items=[dict(item) for item in inspected.items],
            deputy_opinion=inspected.deputy_opinion,
            verdict=inspected.verdict,
            opinion=inspected.opinion,
            by=by,
            at=at,
        )
    )
    if inspected.verdict != "in_place":
        case.look_backs_failed += 1
    session.flush()
    return case


def look_backs(session: Session, supervision_id: int) -> Sequence[LookBack]:
    return session.scalars(
        select(LookBack).where(LookBack.supervision_id == supervision_id).order_by(LookBack.round)
    ).all()


def approve_clearing(session: Session, supervision_id: int, opinion: str, by: str) -> None:
    for found in standing_cards(session, supervision_id):
        found.clear_opinion = opinion
        found.cleared_by = by


def clear(session: Session, supervision_id: int, at: datetime) -> SupervisionCase:
    """Take the colour off the unit; cards and records stay for ever."""
    case = get(session, supervision_id)
    for found in standing_cards(session, supervision_id):
        _end(found, "cleared", at)
    _close(case, "cleared", at)
    return case


def _refuse_repeated(session: Session, opening: Opening) -> None:
    question = select(SupervisionCase.number).where(
        SupervisionCase.unit == opening.unit, SupervisionCase.closed_at.is_(None)
    )
    about = SupervisionCase.suggestion_id
    same = about == opening.suggestion_id if opening.suggestion_id else about.is_(None)
    number = session.scalar(question.where(same).limit(1))
    if number is not None:
        raise NotAllowed(
            f"这个单位同一事项已有在办的督查（{number}），严禁重复督查、多头督查"
            "（政府督查工作条例第十五条）。请在原督查中一并办理。"
        )


def _require(session: Session, case: SupervisionCase, requirements: Mapping[int, str]) -> None:
    for finding in findings(session, case.id):
        finding.requirement = requirements.get(finding.number) or finding.requirement
    _refuse_gaps(session, case.id, requirements)


def _refuse_gaps(session: Session, supervision_id: int, numbers: Iterable[int]) -> None:
    known = {finding.number for finding in findings(session, supervision_id)}
    if missing := sorted(known - set(numbers)):
        raise NotAllowed(
            f"第 {'、'.join(map(str, missing))} 个问题还没有写到，请逐个问题填写后再提交。"
        )


def _recolor(
    session: Session, case: SupervisionCase, color: str, reason: str, by: str, at: datetime
) -> None:
    found = in_force(session, case.id)
    if found is None or found.color == color:
        return
    if color == "none":
        _end(found, "withdrawn", at)
    else:
        _successor(session, found, color, reason, by, at)


def _successor(
    session: Session, old: ControlCard, color: str, reason: str, by: str, at: datetime
) -> ControlCard:
    """Replace a card by one of another colour; what was signed and how long it runs stay as they are."""
    new = ControlCard(
        supervision_id=old.supervision_id,
        unit=old.unit,
        color=color,
        number=_next_number(session, _SERIES[color], at),
        rule=old.rule,
        proposed_color=old.proposed_color,
        reason=reason,
        requirement=old.requirement,
        issued_by=by,
        issued_at=at,
        receipt=old.receipt,
        signed_by=old.signed_by,
        signed_at=old.signed_at,
        in_force_at=old.in_force_at,
        due_at=old.due_at,
        state=old.state,
    )
    session.add(new)
    session.flush()
    _end(old, "replaced", at)
    old.replaced_by_id = new.id
    session.flush()
    return new


def _end(found: ControlCard, state: str, at: datetime) -> None:
    found.state = state
    found.ended_at = at


def _close(case: SupervisionCase, outcome: str, at: datetime) -> None:
    case.status = "closed"
    case.outcome = outcome
    case.closed_at = at


def _limit(session: Session, color: str, at: datetime) -> datetime:
    facts = {"control_color": color, "color_issued_at": at.isoformat()}
    return policies.for_variables(session, "rectify", facts, at).moment


def _next_number(session: Session, series: str, at: datetime) -> str:
    """Take the next number of a series, 督白〔2026〕3号; concurrent callers wait for each other and leave no gap."""
    prefix = f"{series}〔{local_day(at).year}〕"
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    last = session.execute(
        insert(LetterSeries)
        .values(prefix=prefix, last=1)
        .on_conflict_do_update(
            index_elements=[LetterSeries.prefix], set_={"last": LetterSeries.last + 1}
        )
        .returning(LetterSeries.last)
    ).scalar_one()
    return f"{prefix}{last}号"
