"""What the forms of a supervision offer to choose from and show."""

from datetime import datetime
from typing import Annotated, Any

from sqlalchemy.orm import Session

from service.deadlines.workdays import LOCAL
from service.forms import Option
from service.operations import Variable, source
from service.register.people import directory as people
from service.register.supervision import (
    cards,
    cases,
    conclusions,
    findings,
    look_backs,
    measures,
    proposals,
    rectification,
    reviews,
)
from service.register.supervision.cases import SupervisionId
from service.register.supervision.colors import Color
from service.register.supervision.findings import Point
from service.register.supervision.issuing import CardId
from service.register.supervision.look_backs import Verdict
from service.tables.supervision import ControlCard


@source(reserved=("supervision_closed_loop",))
def supervisable_suggestions(session: Session) -> list[Option]:
    """可以督查的代表建议：已经交办、还没有归档的"""
    return [
        Option(str(row.id), f"{row.case_no or '未编号'} {row.title}")
        for row in cases.supervisable(session)
    ]


@source()
def supervision_points(session: Session) -> list[Option]:
    """督查检查要点"""
    return [Option(point.value, point.label) for point in Point]


@source("supervision")
def inspection_checklist(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """本次督查的检查要点，逐项"""
    points = cases.get(session, supervision).points
    return [{"point": Point(point).label, "result": "", "note": ""} for point in points]


@source("supervision")
def finding_rows(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """发现的问题，逐个写整改要求"""
    rows = findings.of(session, supervision)
    return [
        {"number": row.number, "description": row.description, "requirement": ""} for row in rows
    ]


@source("supervision")
def requirement_rows(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """发现的问题和现在的整改要求"""
    rows = findings.of(session, supervision)
    return [
        {"number": row.number, "description": row.description, "requirement": row.requirement}
        for row in rows
    ]


@source("supervision")
def conclusion_rows(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """督查结论：逐个问题和整改要求"""
    rows = findings.of(session, supervision)
    return [
        {
            "number": row.number,
            "point": Point(row.point).label,
            "description": row.description,
            "requirement": row.requirement,
        }
        for row in rows
    ]


@source("supervision")
def allowed_measures(session: Session, *, supervision: SupervisionId) -> list[Option]:
    """对这个单位可以采取的措施"""
    case = cases.get(session, supervision)
    standing = cards.in_force(session, case.id)
    nothing = f"不亮牌（维持现在的{Color(standing.color).label}）" if standing else "不亮牌"
    return [
        Option(color.value, color.label if color is not Color.NONE else nothing)
        for color in measures.allowed(session, case)
    ]


@source("supervision")
def card_colors(session: Session, *, supervision: SupervisionId) -> list[Option]:
    """通知单可以改成的颜色"""
    case = cases.get(session, supervision)
    return [Option(color.value, color.label) for color in measures.colors(session, case)]


@source("supervision")
def color_proposal(
    session: Session,
    *,
    supervision: SupervisionId,
    color_proposed_at: Annotated[datetime, Variable("提出颜色建议的时间")],
) -> list[dict[str, Any]]:
    """颜色建议：规则算出来的和检查人提出的"""
    case = cases.get(session, supervision)
    conclusion = conclusions.get(session, case.id)
    proposed = proposals.of_case(session, case, color_proposed_at)
    return [
        {
            "by": "三色规则",
            "measure": proposed.color.label,
            "why": "".join(proposed.reasons) or "没有命中规则。",
        },
        {
            "by": "检查人",
            "measure": Color(conclusion.proposed_color).label,
            "why": conclusion.reason,
        },
    ]


@source("supervision")
def conclusion_reviewers(session: Session, *, supervision: SupervisionId) -> list[Option]:
    """可以复核督查结论的人（已去掉应当回避的人）"""
    return [Option(actor.login, actor.name) for actor in reviews.reviewers(session, supervision)]


@source("supervision")
def review_request(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """单位的复核申请"""
    row = reviews.waiting(session, supervision)
    filer = people.names(session, [row.filed_by]).get(row.filed_by, row.filed_by)
    return [{"reason": row.reason, "filed": f"{filer}，{row.filed_at.astimezone(LOCAL):%Y-%m-%d}"}]


@source("supervision")
def card_rows(session: Session, *, card: CardId) -> list[dict[str, Any]]:
    """通知单的编号、颜色和要求"""
    return [_card_row(cards.get(session, card))]


@source("supervision")
def standing_cards(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """还没有销号的通知单"""
    return [_card_row(card) for card in cards.standing(session, supervision)]


@source("supervision")
def card_appeal(session: Session, *, card: CardId) -> list[dict[str, Any]]:
    """单位对通知单的申诉"""
    found = cards.get(session, card)
    return [
        {
            "number": found.number,
            "color": Color(found.color).label,
            "appeal": found.appeal,
            "signed": found.receipt,
        }
    ]


@source("supervision")
def rectification_items(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """整改事项：逐个问题的要求，已经报过的措施和完成情况带出来"""
    rows = findings.of(session, supervision)
    last = rectification.latest(session, supervision)
    known = {item["number"]: item for item in last.items} if last else {}
    kept = ("measure", "responsible", "due_on", "done_on", "result")
    return [
        {
            "number": row.number,
            "requirement": row.requirement,
            **{key: known.get(row.number, {}).get(key) or "" for key in kept},
        }
        for row in rows
    ]


@source("supervision")
def rectification_rows(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """单位提交的整改报告，逐项"""
    return [
        {key: item.get(key) or "" for key in ("number", "requirement", "result")}
        for item in rectification.get(session, supervision).items
    ]


@source("supervision")
def look_back_items(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """回头看核查事项，逐项"""
    return [
        {"number": row.number, "requirement": row.requirement, "verdict": "", "note": ""}
        for row in findings.of(session, supervision)
    ]


@source("supervision")
def look_back_rows(session: Session, *, supervision: SupervisionId) -> list[dict[str, Any]]:
    """历次回头看的结论"""
    return [
        {
            "round": row.round,
            "verdict": Verdict(row.verdict).label,
            "opinion": row.opinion,
        }
        for row in look_backs.of(session, supervision)
    ]


def _card_row(card: ControlCard) -> dict[str, Any]:
    return {
        "number": card.number,
        "color": Color(card.color).label,
        "requirement": card.requirement,
    }
