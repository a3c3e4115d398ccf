"""A unit under supervision: opened on a ground, examined on the spot, and closed for a reason."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.errors import NotAllowed, NotFound
from service.register.common import numbers
from service.register.common.labels import Labelled
from service.register.people import directory as people
from service.register.supervision import findings
from service.register.supervision.findings import Found
from service.register.supervision.organizers import Organizer
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase


class Status(Labelled):
    """Where a case stands."""

    INSPECTING = "inspecting", "检查核实"
    CONCLUDED = "concluded", "已出结论"
    RECTIFYING = "rectifying", "整改中"
    LOOKING_BACK = "looking_back", "回头看"
    CLOSED = "closed", "已办结"


class Outcome(Labelled):
    """Why a case was closed."""

    NO_PROBLEM = "no_problem", "未发现问题"
    NOT_CARDED = "not_carded", "没有亮牌"
    CLEARED = "cleared", "已销号"
    REVOKED = "revoked", "结论已撤销"


@dataclass(frozen=True)
class Opening:
    """What is asked for when a supervision is opened."""

    organizer: Organizer
    unit: str
    suggestion_id: int | None
    points: Sequence[str]
    basis: str
    leader: str
    approved_by: str


@dataclass(frozen=True)
class Examination:
    """What was done and seen on the spot, point by point."""

    methods: Sequence[str]
    checks: Sequence[Mapping[str, Any]]
    record: str
    problems: Sequence[Found] = ()
    photos: Sequence[int] = ()


def get(session: Session, supervision_id: int) -> SupervisionCase:
    """Return a case, or raise NotFound."""
    found = session.get(SupervisionCase, supervision_id)
    if found is None:
        raise NotFound("没有找到这次督查，请返回督查看板重新选择。", supervision=supervision_id)
    return found


def business_key(supervision_id: int) -> str:
    """Return the key by which process instances name a case."""
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


def open_case(session: Session, opening: Opening, by: str, at: datetime) -> SupervisionCase:
    """Open a supervision, unless the organizer may not examine this unit or somebody does already."""
    organizer = opening.organizer
    unit = people.unit(session, opening.unit)
    if not organizer.may_examine(unit.system):
        raise NotAllowed(
            f"{organizer.label}只能督查政府部门、下级政府和受托管理公共事务的组织，不能督查{unit.name}"
            "（政府督查工作条例第五条）。请改由市委督查室或者代表工委发起。"
        )
    _refuse_repeated(session, opening)
    case = SupervisionCase(
        number=numbers.letter(session, "督查", at),
        line=organizer.line,
        organizer=organizer,
        unit=unit.code,
        suggestion_id=opening.suggestion_id,
        points=list(opening.points),
        basis=opening.basis,
        approved_by=opening.approved_by,
        leader=opening.leader,
        opened_by=by,
        opened_at=at,
        status=Status.INSPECTING,
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
    findings.record(session, case.id, examination.problems)
    if not examination.problems:
        close(case, Outcome.NO_PROBLEM, at)
    session.flush()
    return case


def close(case: SupervisionCase, outcome: Outcome, at: datetime) -> None:
    """End a case; what was found and issued stays."""
    case.status = Status.CLOSED
    case.outcome = outcome
    case.closed_at = at


def _refuse_repeated(session: Session, opening: Opening) -> None:
    """政府督查工作条例 art. 15: nobody is supervised twice for the same, nor by several offices at once."""
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
