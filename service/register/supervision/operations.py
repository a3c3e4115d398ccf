"""What happens to the register while a unit is supervised: from the opening to the clearing of its cards."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from service.deadlines.workdays import LOCAL
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, operation
from service.register.common.telling import tell
from service.register.people import directory as people
from service.register.supervision import (
    cards,
    cases,
    conclusions,
    issuing,
    look_backs,
    measures,
    proposals,
    rectification,
    reviews,
)
from service.register.supervision.cases import Examination, Opening
from service.register.supervision.colors import Color
from service.register.supervision.findings import Found
from service.register.supervision.issuing import AppealDecision, Notice
from service.register.supervision.look_backs import Inspected, Verdict
from service.register.supervision.organizers import Organizer
from service.register.supervision.reviews import Decision
from service.tables.supervision import ControlCard, SupervisionCase

Variables = Mapping[str, Any]

# 检查、结论


@operation
def open_supervision(context: Context) -> Variables:
    """发起督查：核对督查主体和对象，登记编号，防止重复督查。"""
    values, by = context.values, _person(context)
    if not people.actor(context.session, by).holds(values["organizer"]):
        raise FormInvalid(
            {"organizer": "请选择您任职的部门，不能以其他部门的名义发起督查。"}, values
        )
    opening = Opening(
        organizer=Organizer(values["organizer"]),
        unit=values["unit"],
        suggestion_id=int(values["suggestion"]) if values["suggestion"] else None,
        points=values["points"],
        basis=values["basis"],
        leader=values["leader"],
        approved_by=values["approved_by"],
    )
    try:
        case = cases.open_case(context.session, opening, by, context.at)
    except NotAllowed as refused:
        raise FormInvalid({"unit": str(refused)}, values) from refused
    context.key(cases.business_key(case.id))
    return {
        "supervision": case.id,
        "organizer": case.organizer,
        "issuer": measures.issuer(context.session, case),
        "unit": case.unit,
        **({"suggestion": case.suggestion_id} if case.suggestion_id else {}),
        "inspection_started_at": context.at.isoformat(),
    }


@operation
def record_inspection(context: Context) -> Variables:
    """登记检查情况：逐项结果和发现的问题；没有发现问题的，督查办结。"""
    values = context.values
    problems = [check for check in values["checks"] if check["result"] == "problem"]
    if problems and not values["found"]:
        sentence = "逐项检查结果里有“有问题”，请在这里选“是”，并写明发现的问题。"
        raise FormInvalid({"found": sentence}, values)
    examination = Examination(
        methods=values["methods"],
        checks=values["checks"],
        record=values["record"],
        problems=[
            Found(
                row["point"],
                row["description"],
                row["evidence"],
                row["nature"],
                row.get("responsible") or "",
            )
            for row in values["findings"]
        ],
        photos=values["photos"],
    )
    cases.examine(context.session, _id(context), examination, _person(context), context.at)
    return {"inspected_at": context.at.isoformat()}


@operation
def issue_conclusion(context: Context) -> Variables:
    """出具督查结论：逐个问题写明整改要求和建议措施，告知复核权利，通知单位签收。"""
    values = context.values
    if not values["right_told"]:
        sentence = "结论必须告知单位有权在 30 日内申请复核。请补上后选“是”。"
        raise FormInvalid({"right_told": sentence}, values)
    try:
        conclusions.conclude(
            context.session,
            _id(context),
            values["summary"],
            _requirements(values["requirements"]),
            Color(values["measure"]),
            values["reason"],
            _person(context),
            context.at,
        )
    except NotAllowed as refused:
        raise FormInvalid({"requirements": str(refused)}, values) from refused
    case = _case(context)
    _tell(
        context,
        [f"unit_liaison:{case.unit}", f"unit_head:{case.unit}"],
        "conclusion",
        f"督查结论（{case.number}）已送达您单位，请及时签收。"
        "对结论有异议的，自收到之日起 30 日内可以申请复核。",
    )
    return {"conclusion_issued_at": context.at.isoformat()}


@operation
def sign_conclusion(context: Context) -> None:
    """签收督查结论：记下签收人和时间。"""
    conclusions.sign(
        context.session, _id(context), context.values["receipt"], _person(context), context.at
    )


@operation
def deliver_conclusion(context: Context) -> Variables:
    """登记督查结论送达：期满未签收的视为送达，三十日的复核申请期从这里起算。"""
    conclusions.deliver(context.session, _id(context), context.at)
    return {"conclusion_delivered_at": context.at.isoformat()}


# 异议、复核


@operation
def file_conclusion_review(context: Context) -> Variables:
    """申请复核督查结论：登记单位的异议；没有异议的提前结束。"""
    values = context.values
    if values["objection"] == "none":
        return {}
    case = _case(context)
    reviews.object_to(
        context.session,
        case.id,
        values["reason"],
        values["evidence"],
        _person(context),
        context.at,
    )
    _tell(
        context,
        [measures.issuer(context.session, case)],
        "review",
        f"{_unit(context, case)}对督查结论（{case.number}）申请复核，请指定复核人。",
    )
    return {"appeal_filed_at": context.at.isoformat()}


@operation
def accept_conclusion_review(context: Context) -> None:
    """受理复核申请：指定没有参与本次督查的复核人，决定是否暂缓整改。"""
    values = context.values
    try:
        reviews.accept(
            context.session,
            _id(context),
            values["reviewer"],
            values["suspends"],
            values["accept_note"] or "",
            _person(context),
            context.at,
        )
    except NotAllowed as refused:
        raise FormInvalid({"reviewer": str(refused)}, values) from refused


@operation
def decide_conclusion_review(context: Context) -> None:
    """作出复核决定：维持、变更或者撤销督查结论；参与过本次督查的人不能作决定。"""
    values, case = context.values, _case(context)
    try:
        reviews.decide(
            context.session,
            case.id,
            Decision(values["decision"]),
            values["opinion"],
            _person(context),
            context.at,
            _requirements(values["requirements"]),
            _color(values["measure"]),
        )
    except NotAllowed as refused:
        raise FormInvalid({"decision": str(refused)}, values) from refused
    _tell(
        context,
        [f"unit_liaison:{case.unit}", f"unit_head:{case.unit}", case.organizer],
        "review",
        f"督查结论（{case.number}）的复核决定：{Decision(values['decision']).label}。",
    )


# 三色


@operation
def propose_color(context: Context) -> Variables:
    """提出颜色建议：按三色规则对照这个单位的实际情况，只是建议，由人决定。"""
    case = _case(context)
    proposed = proposals.of_case(context.session, case, context.at)
    return {"proposed_color": proposed.color, "color_proposed_at": context.at.isoformat()}


@operation
def issue_card(context: Context) -> Variables:
    """确定颜色：不亮牌，或者签发白牌、黄牌、红牌、函告通知单，编号送单位。"""
    values, case = context.values, _case(context)
    if values["measure"] == Color.NONE:
        return {"next_step": "none"}
    proposed = proposals.of_case(context.session, case, context.at)
    notice = Notice(Color(values["measure"]), values["reason"], values["requirement"])
    try:
        card = issuing.issue(
            context.session, case.id, notice, proposed, _person(context), context.at
        )
    except NotAllowed as refused:
        raise FormInvalid({"measure": str(refused)}, values) from refused
    _tell(
        context,
        [f"unit_{role}:{case.unit}" for role in ("liaison", "deputy_head", "head")],
        "card",
        f"您单位收到{Color(card.color).label}通知单（{card.number}），请签收并按要求整改。",
        link=f"/s/card/{card.id}",
    )
    return {
        "card": card.id,
        "card_issued_at": context.at.isoformat(),
        "interviewer": measures.interviewer(case, card.color),
        "next_step": "interview" if card.color in {Color.YELLOW, Color.RED} else "notice",
    }


@operation
def record_interview(context: Context) -> None:
    """登记约谈：谁约谈了谁、哪一天、谈了什么。"""
    values = context.values
    issuing.interview(
        context.session,
        context.variables["card"],
        date.fromisoformat(values["interviewed_on"]),
        values["attendance"],
        values["record"],
        _person(context),
    )


@operation
def sign_card(context: Context) -> Variables:
    """签收通知单：记下签收人；对颜色不服的同时登记申诉。"""
    values = context.values
    issuing.sign(
        context.session,
        context.variables["card"],
        values["receipt"],
        values["appeal_reason"] or "",
        _person(context),
        context.at,
    )
    return {"card_appealed_at": context.at.isoformat()} if values["appeals"] else {}


@operation
def decide_card_appeal(context: Context) -> Variables:
    """处理通知单申诉：维持、改变颜色或者撤回。"""
    values = context.values
    card = issuing.decide_appeal(
        context.session,
        context.variables["card"],
        AppealDecision(values["appeal_decision"]),
        _color(values["measure"]),
        values["opinion"],
        _person(context),
        context.at,
    )
    return {"card": card.id}


@operation
def put_card_in_force(context: Context) -> None:
    """通知单生效：从现在起计算整改期限，代替原来的通知单。"""
    card = cards.put_in_force(context.session, context.variables["card"], context.at)
    case = _case(context)
    _tell(
        context,
        [f"unit_liaison:{case.unit}", f"unit_head:{case.unit}"],
        "card",
        f"{Color(card.color).label}通知单（{card.number}）已生效，请在{_day(card)}前提交整改报告。",
        link=f"/s/card/{card.id}",
    )


# 整改、回头看、销号


@operation
def set_rectification_terms(context: Context) -> Variables:
    """核定整改要求：按有效的通知单定颜色、起算时间和是否要报方案；没有亮牌的，督查办结。"""
    card = rectification.start_round(context.session, _id(context), context.at)
    if card is None:
        return {"card_stands": False}
    began_at = rectification.round_began_at(context.session, _id(context)) or context.at
    return {
        "card_stands": True,
        "card": card.id,
        "control_color": card.color,
        "color_issued_at": began_at.isoformat(),
        "plan_needed": card.color in {Color.YELLOW, Color.RED},
    }


@operation
def plan_rectification(context: Context) -> None:
    """报送整改方案：逐个问题的措施、责任人、完成日。"""
    values = context.values
    rectification.plan(
        context.session,
        _id(context),
        values["plan"],
        values["approved_by"],
        values["items"],
        _person(context),
        context.at,
    )


@operation
def report_rectification(context: Context) -> Variables:
    """提交整改报告：逐个问题的完成情况和佐证。"""
    values = context.values
    try:
        rectification.report(
            context.session,
            _id(context),
            values["report"],
            values["items"],
            values["evidence"],
            _person(context),
            context.at,
        )
    except NotAllowed as refused:
        raise FormInvalid({"items": str(refused)}, values) from refused
    return {"rectify_submitted_at": context.at.isoformat()}


@operation
def record_look_back(context: Context) -> Variables:
    """登记回头看：逐项核查结论；不到位的计入次数，供确定颜色。"""
    values = context.values
    wanting = [row for row in values["items"] if row["verdict"] != Verdict.IN_PLACE]
    if wanting and values["verdict"] == Verdict.IN_PLACE:
        sentence = "逐项核查里还有没到位的问题，总的结论不能选“到位”。"
        raise FormInvalid({"verdict": sentence}, values)
    inspected = Inspected(
        Verdict(values["verdict"]),
        values["opinion"],
        values["methods"],
        values["items"],
        values["deputy_opinion"] or "",
    )
    case = look_backs.record(context.session, _id(context), inspected, _person(context), context.at)
    return {
        "clearer": measures.clearer(context.session, case),
        "lookback_passed_at": context.at.isoformat(),
    }


@operation
def approve_clearing(context: Context) -> None:
    """批准销号：记下批准人和意见。"""
    rectification.approve_clearing(
        context.session, _id(context), context.values["clear_opinion"], _person(context)
    )


@operation
def clear_card(context: Context) -> None:
    """销号：取下单位的颜色，督查办结，通知单位；记录永久保留。"""
    case = rectification.clear(context.session, _id(context), context.at)
    _tell(
        context,
        [f"unit_liaison:{case.unit}", f"unit_head:{case.unit}", case.organizer],
        "cleared",
        f"督查事项（{case.number}）已经销号，{_unit(context, case)}不再显示颜色。",
    )


def _id(context: Context) -> int:
    return int(context.variables["supervision"])


def _case(context: Context) -> SupervisionCase:
    return cases.get(context.session, _id(context))


def _person(context: Context) -> str:
    """A user task is always somebody's."""
    if context.by is None:
        raise NotAllowed
    return context.by


def _unit(context: Context, case: SupervisionCase) -> str:
    return people.unit(context.session, case.unit).name


def _requirements(rows: Iterable[Mapping[str, Any]] | None) -> dict[int, str]:
    return {row["number"]: row["requirement"] for row in rows or ()}


def _day(card: ControlCard) -> str:
    if card.due_at is None:
        return "规定期限"
    local = card.due_at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日"


def _color(value: str | None) -> Color | None:
    return Color(value) if value else None


def _tell(
    context: Context, recipients: Sequence[str], kind: str, text: str, link: str = ""
) -> None:
    occasion = f"{kind}:{_id(context)}:{context.element_id}:{context.at.isoformat()}"
    tell(context, recipients, occasion, text, link=link or f"/s/{_id(context)}")
