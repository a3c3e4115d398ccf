"""What happens to the register while a unit is supervised: from the opening to the clearing of its cards."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Literal, NotRequired, TypedDict

from service.deadlines.lateness import NEVER
from service.deadlines.workdays import LOCAL
from service.errors import NotAllowed
from service.operations import Context, Form, operation
from service.register.common.telling import tell
from service.register.people import directory as people
from service.register.people.roles import Role
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
from service.register.supervision.cases import Checked, Examination, Opening, SupervisionId
from service.register.supervision.colors import Color
from service.register.supervision.conclusions import Draft
from service.register.supervision.issuing import CardId, Interview, Notice
from service.register.supervision.look_backs import Inspection, Verdict
from service.register.supervision.organizers import Organizer
from service.register.supervision.rectification import Clearing, Plan, Report
from service.register.supervision.reviews import Acceptance, Answer, Objection
from service.tables.supervision import ControlCard, SupervisionCase

_ANSWERABLE = (Role.UNIT_LIAISON, Role.UNIT_DEPUTY_HEAD, Role.UNIT_HEAD)

# 检查、结论


class Opened(TypedDict):
    supervision: Annotated[int, "督查"]
    organizer: Annotated[Organizer, "督查主体"]
    issuer: Annotated[str, "签发通知单的岗位"]
    unit: Annotated[str, "被督查单位"]
    suggestion: NotRequired[Annotated[int, "所涉代表建议"]]
    inspection_started_at: Annotated[datetime, "检查开始的时间"]


class Inspected(TypedDict):
    inspected_at: Annotated[datetime, "检查完成的时间"]


class Concluded(TypedDict):
    conclusion_issued_at: Annotated[datetime, "结论出具的时间"]


class Delivered(TypedDict):
    conclusion_delivered_at: Annotated[datetime, "结论送达的时间"]


@operation()
def open_supervision(context: Context, form: Opening) -> Opened:
    """发起督查：核对督查主体和对象，登记编号，防止重复督查。"""
    if not people.actor(context.session, context.person).holds(form.organizer):
        raise form.refused("organizer", "请选择您任职的部门，不能以其他部门的名义发起督查。")
    with _beside(form, "unit"):
        case = cases.open_case(context.session, form, context.person, context.at)
    context.key(cases.business_key(case.id))
    opened = Opened(
        supervision=case.id,
        organizer=form.organizer,
        issuer=measures.issuer(context.session, case),
        unit=case.unit,
        inspection_started_at=context.at,
    )
    if case.suggestion_id is not None:
        opened["suggestion"] = case.suggestion_id
    return opened


@operation("supervision")
def record_inspection(
    context: Context, form: Examination, *, supervision: SupervisionId
) -> Inspected:
    """登记检查情况：逐项结果和发现的问题；没有发现问题的，督查办结。"""
    if not form.found and any(check.result is Checked.PROBLEM for check in form.checks):
        sentence = "逐项检查结果里有“有问题”，请在这里选“是”，并写明发现的问题。"
        raise form.refused("found", sentence)
    cases.examine(context.session, supervision, form, context.person, context.at)
    return {"inspected_at": context.at}


@operation("supervision")
def issue_conclusion(context: Context, form: Draft, *, supervision: SupervisionId) -> Concluded:
    """出具督查结论：逐个问题写明整改要求和建议措施，告知复核权利，通知单位签收。"""
    if not form.right_told:
        sentence = "结论必须告知单位有权在 30 日内申请复核。请补上后选“是”。"
        raise form.refused("right_told", sentence)
    with _beside(form, "requirements"):
        conclusions.conclude(context.session, supervision, form, context.person, context.at)
    case = cases.get(context.session, supervision)
    _tell(
        context,
        case,
        _liaison_and_head(case),
        "conclusion",
        f"督查结论（{case.number}）已送达您单位，请及时签收。"
        "对结论有异议的，自收到之日起 30 日内可以申请复核。",
    )
    return {"conclusion_issued_at": context.at}


@operation("supervision")
def sign_conclusion(
    context: Context, form: conclusions.Receipt, *, supervision: SupervisionId
) -> None:
    """签收督查结论：记下签收人和时间。"""
    conclusions.sign(context.session, supervision, form, context.person, context.at)


@operation("supervision")
def deliver_conclusion(context: Context, *, supervision: SupervisionId) -> Delivered:
    """登记督查结论送达：期满未签收的视为送达，三十日的复核申请期从这里起算。"""
    conclusions.deliver(context.session, supervision, context.at)
    return {"conclusion_delivered_at": context.at}


# 异议、复核


class Objected(TypedDict, total=False):
    appeal_filed_at: Annotated[datetime, "申请复核的时间"]


@operation("supervision")
def file_conclusion_review(
    context: Context, form: Objection, *, supervision: SupervisionId
) -> Objected:
    """申请复核督查结论：登记单位的异议；没有异议的提前结束。"""
    if form.objection is Answer.NONE:
        return {}
    case = cases.get(context.session, supervision)
    reviews.object_to(context.session, case.id, form, context.person, context.at)
    _tell(
        context,
        case,
        [measures.issuer(context.session, case)],
        "review",
        f"{_unit(context, case)}对督查结论（{case.number}）申请复核，请指定复核人。",
    )
    return {"appeal_filed_at": context.at}


@operation("supervision")
def accept_conclusion_review(
    context: Context, form: Acceptance, *, supervision: SupervisionId
) -> None:
    """受理复核申请：指定没有参与本次督查的复核人，决定是否暂缓整改。"""
    with _beside(form, "reviewer"):
        reviews.accept(context.session, supervision, form, context.person, context.at)


@operation("supervision")
def decide_conclusion_review(
    context: Context, form: reviews.Ruling, *, supervision: SupervisionId
) -> None:
    """作出复核决定：维持、变更或者撤销督查结论；参与过本次督查的人不能作决定。"""
    with _beside(form, "decision"):
        reviews.decide(context.session, supervision, form, context.person, context.at)
    case = cases.get(context.session, supervision)
    _tell(
        context,
        case,
        [*_liaison_and_head(case), case.organizer],
        "review",
        f"督查结论（{case.number}）的复核决定：{form.decision.label}。",
    )


# 三色


class Proposed(TypedDict):
    proposed_color: Annotated[Color, "建议的措施"]
    color_proposed_at: Annotated[datetime, "提出颜色建议的时间"]


class Issued(TypedDict):
    next_step: Annotated[Literal["none", "interview", "notice"], "下一步：不亮牌、约谈或者送达"]
    card: Annotated[int | None, "通知单，不亮牌的没有"]
    card_issued_at: NotRequired[Annotated[datetime, "签发的时间"]]
    interviewer: NotRequired[Annotated[str, "约谈的岗位"]]


class Signed(TypedDict, total=False):
    card_appealed_at: Annotated[datetime, "申诉的时间"]


class Standing(TypedDict):
    card: Annotated[int, "通知单"]


@operation("supervision")
def propose_color(context: Context, *, supervision: SupervisionId) -> Proposed:
    """提出颜色建议：按三色规则对照这个单位的实际情况，只是建议，由人决定。"""
    case = cases.get(context.session, supervision)
    proposed = proposals.of_case(context.session, case, context.at)
    return {"proposed_color": proposed.color, "color_proposed_at": context.at}


@operation("supervision")
def issue_card(context: Context, form: Notice, *, supervision: SupervisionId) -> Issued:
    """确定颜色：不亮牌，或者签发白牌、黄牌、红牌、函告通知单，编号送单位。"""
    if form.measure is Color.NONE:
        return {"next_step": "none", "card": None}
    case = cases.get(context.session, supervision)
    proposed = proposals.of_case(context.session, case, context.at)
    with _beside(form, "measure"):
        card = issuing.issue(context.session, case, form, proposed, context.person, context.at)
    _tell(
        context,
        case,
        [role.of(case.unit) for role in _ANSWERABLE],
        "card",
        f"您单位收到{form.measure.label}通知单（{card.number}），请签收并按要求整改。",
        link=f"/s/card/{card.id}",
    )
    return {
        "card": card.id,
        "card_issued_at": context.at,
        "interviewer": measures.interviewer(case, form.measure),
        "next_step": "interview" if measures.is_grave(form.measure) else "notice",
    }


@operation("supervision")
def record_interview(context: Context, form: Interview, *, card: CardId) -> None:
    """登记约谈：谁约谈了谁、哪一天、谈了什么。"""
    issuing.record_interview(context.session, card, form, context.person)


@operation("supervision")
def sign_card(context: Context, form: issuing.Receipt, *, card: CardId) -> Signed:
    """签收通知单：记下签收人；对颜色不服的同时登记申诉。"""
    issuing.sign(context.session, card, form, context.person, context.at)
    return {"card_appealed_at": context.at} if form.appeals else {}


@operation("supervision")
def decide_card_appeal(context: Context, form: issuing.Ruling, *, card: CardId) -> Standing:
    """处理通知单申诉：维持、改变颜色或者撤回。"""
    left = issuing.decide_appeal(context.session, card, form, context.person, context.at)
    return {"card": left.id}


@operation("supervision")
def put_card_in_force(context: Context, *, supervision: SupervisionId, card: CardId) -> None:
    """通知单生效：从现在起计算整改期限，代替原来的通知单。"""
    binding = cards.put_in_force(context.session, card, context.at)
    case = cases.get(context.session, supervision)
    label = Color(binding.color).label
    _tell(
        context,
        case,
        _liaison_and_head(case),
        "card",
        f"{label}通知单（{binding.number}）已生效，请在{_day(binding)}前提交整改报告。",
        link=f"/s/card/{binding.id}",
    )


# 整改、回头看、销号


class Terms(TypedDict):
    card_stands: Annotated[bool, "是否有有效的通知单"]
    card: NotRequired[Annotated[int, "通知单"]]
    control_color: NotRequired[Annotated[Color, "通知单的颜色"]]
    color_issued_at: NotRequired[Annotated[datetime, "整改期限起算的时间"]]
    plan_needed: NotRequired[Annotated[bool, "是否要报整改方案"]]


class Reported(TypedDict):
    rectify_submitted_at: Annotated[datetime, "提交整改报告的时间"]


class LookedBack(TypedDict):
    clearer: Annotated[str, "批准销号的岗位"]
    lookback_passed_at: Annotated[datetime, "回头看完成的时间"]


@operation("supervision")
def set_rectification_terms(context: Context, *, supervision: SupervisionId) -> Terms:
    """核定整改要求：按有效的通知单定颜色、起算时间和是否要报方案；没有亮牌的，督查办结。"""
    card = rectification.start_round(context.session, supervision, context.at)
    if card is None:
        return {"card_stands": False}
    color = Color(card.color)
    began_at = rectification.round_began_at(context.session, supervision)
    return {
        "card_stands": True,
        "card": card.id,
        "control_color": color,
        "color_issued_at": began_at or context.at,
        "plan_needed": measures.is_grave(color),
    }


@operation("supervision")
def plan_rectification(context: Context, form: Plan, *, supervision: SupervisionId) -> None:
    """报送整改方案：逐个问题的措施、责任人、完成日。"""
    rectification.record_plan(context.session, supervision, form, context.person, context.at)


@operation("supervision")
def report_rectification(context: Context, form: Report, *, supervision: SupervisionId) -> Reported:
    """提交整改报告：逐个问题的完成情况和佐证。"""
    with _beside(form, "items"):
        rectification.record_report(context.session, supervision, form, context.person, context.at)
    return {"rectify_submitted_at": context.at}


@operation("supervision")
def record_look_back(
    context: Context, form: Inspection, *, supervision: SupervisionId
) -> LookedBack:
    """登记回头看：逐项核查结论；不到位的计入次数，供确定颜色。"""
    wanting = [item for item in form.items if item.verdict is not Verdict.IN_PLACE]
    if wanting and form.verdict is Verdict.IN_PLACE:
        raise form.refused("verdict", "逐项核查里还有没到位的问题，总的结论不能选“到位”。")
    case = look_backs.record(context.session, supervision, form, context.person, context.at)
    return {
        "clearer": measures.clearer(context.session, case),
        "lookback_passed_at": context.at,
    }


@operation("supervision")
def approve_clearing(context: Context, form: Clearing, *, supervision: SupervisionId) -> None:
    """批准销号：记下批准人和意见。"""
    rectification.approve_clearing(context.session, supervision, form, context.person)


@operation("supervision")
def clear_card(context: Context, *, supervision: SupervisionId) -> None:
    """销号：取下单位的颜色，督查办结，通知单位；记录永久保留。"""
    case = rectification.clear(context.session, supervision, context.at)
    _tell(
        context,
        case,
        [*_liaison_and_head(case), case.organizer],
        "cleared",
        f"督查事项（{case.number}）已经销号，{_unit(context, case)}不再显示颜色。",
    )


@contextmanager
def _beside(form: Form, field: str) -> Iterator[None]:
    """Show why the register refuses a form beside one of its fields."""
    try:
        yield
    except NotAllowed as refused:
        raise form.refused(field, str(refused)) from refused


def _unit(context: Context, case: SupervisionCase) -> str:
    return people.unit(context.session, case.unit).name


def _liaison_and_head(case: SupervisionCase) -> list[str]:
    return [Role.UNIT_LIAISON.of(case.unit), Role.UNIT_HEAD.of(case.unit)]


def _day(card: ControlCard) -> str:
    if card.due_at is None or card.due_at == NEVER:
        return "规定期限"
    local = card.due_at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日"


def _tell(
    context: Context,
    case: SupervisionCase,
    recipients: Sequence[str],
    kind: str,
    text: str,
    *,
    link: str = "",
) -> None:
    occasion = f"{kind}:{case.id}:{context.element_id}:{context.at.isoformat()}"
    tell(context, recipients, occasion, text, link=link or f"/s/{case.id}")
