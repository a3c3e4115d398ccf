"""What happens to the register while units handle: sections, contacts, plans, progress, assist opinions."""

from datetime import date, datetime
from typing import Annotated, TypedDict

from service.deadlines.workdays import local_day
from service.operations import Context, Form, operation
from service.register.common.telling import tell
from service.register.dispatch import assignments, progress
from service.register.dispatch.status import AssignmentStatus
from service.register.dispatch.variables import AssignmentId, LeadUnit
from service.register.handling import commitments, contacts, opinions, oversight, plans
from service.register.handling.contacts import ContactId
from service.register.handling.forms import (
    Absence,
    AssistTask,
    Contact,
    ContactAnswer,
    ContactCheck,
    Coordination,
    LeaderDecision,
    Opinion,
    OpinionEndorsement,
    OpinionJudgement,
    Plan,
    PlanDecision,
    Progress,
    Section,
)
from service.register.handling.kinds import (
    AbsenceDecision,
    Answer,
    CommitmentStatus,
    Conclusion,
    Judgement,
    ProgressState,
    Source,
    Stage,
)
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal.suggestions import Office
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion


class Begun(TypedDict):
    """The start events of this unit's own limits, which other units' tokens must not lend it."""

    signed_at: Annotated[datetime, "本单位签收时间"]
    dispatched_to_unit_at: Annotated[datetime, "交办到本单位的时间"]


class AssistBegun(Begun):
    """The same for an assisting unit, whose opinion is the first."""

    opinion_round: Annotated[int, "第几次提出协办意见"]


class Recorded(TypedDict):
    """The contact that waits for its confirmation."""

    contact: Annotated[int, "待确认的沟通记录"]
    contact_recorded_at: Annotated[datetime, "登记沟通的时间"]


class Decided(TypedDict):
    """Whether the leader in charge has to see it too."""

    leader_review: Annotated[bool, "须领办领导审定"]


class Judged(TypedDict):
    """What follows from the lead unit's judgement."""

    opinion_outcome: Annotated[Judgement, "协办意见的评判结果"]
    opinion_round: Annotated[int, "第几次提出协办意见"]
    co_opinion_rejected_at: Annotated[datetime, "协办意见被退回的时间"]
    coordinator: Annotated[str, "协调分歧的机关"]


# 单位办理


@operation("suggestion")
def begin_handling(context: Context, *, assignment: AssignmentId) -> Begun:
    """登记开始办理：带出本单位自己的签收、交办时间，各个期限从这些时间起算。"""
    duty = assignments.get(context.session, assignment)
    progress.advance(duty, AssignmentStatus.CONTACTING)
    return _moments(duty)


@operation("suggestion")
def assign_section(context: Context, form: Section, *, assignment: AssignmentId) -> None:
    """分派科室：记下承办科室和承办人，并通知承办人。"""
    duty = assignments.get(context.session, assignment)
    progress.entrust(duty, form.section, form.handler)
    if form.handler:
        tell(
            context,
            form.handler,
            f"section:{duty.id}:{form.handler}",
            f"代表建议{_titled(context, duty)}已分派给您办理，请先联系代表做好办前沟通。",
            kind="assigned",
        )


@operation("suggestion")
def record_contact_before(context: Context, form: Contact, *, assignment: AssignmentId) -> Recorded:
    """登记办前沟通：沟通记录随后请代表确认。"""
    duty = assignments.get(context.session, assignment)
    _check_day(context, form, "held_on", form.held_on)
    row = contacts.record(context.session, duty, Stage.BEFORE, form, context.by, context.at)
    if duty.status == AssignmentStatus.CONTACTING:
        progress.advance(duty, AssignmentStatus.PLANNING)
    return {"contact": row.id, "contact_recorded_at": context.at}


@operation("suggestion")
def record_contact_after(context: Context, form: Contact, *, assignment: AssignmentId) -> None:
    """登记办后反馈：答复送达以后与代表的沟通。"""
    duty = assignments.get(context.session, assignment)
    _check_day(context, form, "held_on", form.held_on)
    contacts.record(context.session, duty, Stage.AFTER, form, context.by, context.at)


@operation("suggestion")
def record_no_contact_after(
    context: Context, *, assignment: AssignmentId, office: Office = Role.DEPUTY_OFFICE
) -> None:
    """登记未反馈：答复送达后没有按期向代表反馈，告知督查机构和本单位。"""
    duty = assignments.get(context.session, assignment)
    unit = people.unit(context.session, duty.unit)
    title = _titled(context, duty)
    occasion = f"contact_missing:{duty.id}:{context.at.isoformat()}"
    supervisor = oversight.supervisor(context.session, duty, office)
    tell(context, supervisor, occasion, f"{unit.name}答复代表建议{title}后没有按期办后反馈。")
    text = f"代表建议{title}的办后反馈已经逾期，请尽快联系代表。"
    tell(context, Role.UNIT_LIAISON.of(unit.code), occasion, text)


@operation("suggestion")
def confirm_contact(context: Context, form: ContactAnswer, *, contact: ContactId) -> None:
    """代表确认沟通：记下代表认为这次沟通是否属实。"""
    is_true = form.contact_true == Answer.YES
    contacts.settle(context.session, contact, is_true, form.note or "", context.by, context.at)


@operation("suggestion")
def verify_contact(context: Context, form: ContactCheck, *, contact: ContactId) -> None:
    """代工委核实沟通：代表没有回应时，凭佐证确认或否定这次沟通。"""
    is_true = form.contact_true == Answer.YES
    if is_true and not form.evidence:
        raise form.refused("evidence", "代为确认须有佐证，请上传通话记录、照片或走访记录。")
    contacts.settle(
        context.session, contact, is_true, form.note, context.by, context.at, form.evidence
    )


@operation("suggestion")
def submit_plan(context: Context, form: Plan, *, assignment: AssignmentId) -> None:
    """提交三定方案：定责任、定措施、定时限，连同承诺事项送单位领导审定。"""
    duty = assignments.get(context.session, assignment)
    plans.submit(context.session, duty, form, context.by, context.at)
    commitments.make(
        context.session,
        duty,
        Source.PLAN,
        form.commitments,
        context.by,
        context.at,
        CommitmentStatus.PROPOSED,
    )


@operation("suggestion")
def decide_plan(context: Context, form: PlanDecision, *, assignment: AssignmentId) -> Decided:
    """单位审定方案：同意后承诺生效；政府系统的重点建议再报领办领导审定。"""
    duty = assignments.get(context.session, assignment)
    is_agreed = form.plan_conclusion == Conclusion.AGREE
    opinion = form.opinion or form.reason or ""
    plans.decide(context.session, duty.id, is_agreed, opinion, context.by, context.at)
    review = is_agreed and oversight.needs_leader(context.session, duty)
    if is_agreed and not review:
        _start_work(context, duty)
    return {"leader_review": review}


@operation("suggestion")
def review_plan_as_leader(
    context: Context, form: LeaderDecision, *, assignment: AssignmentId
) -> None:
    """领办领导审定方案：同意后承诺生效，不同意则退回承办单位修改。"""
    duty = assignments.get(context.session, assignment)
    is_agreed = form.leader_conclusion == Conclusion.AGREE
    opinion = form.opinion or form.reason or ""
    plans.review(context.session, duty.id, is_agreed, opinion, context.by, context.at)
    if is_agreed:
        _start_work(context, duty)


@operation("suggestion")
def record_progress(context: Context, form: Progress, *, assignment: AssignmentId) -> None:
    """登记办理进展：记下已做的工作和办中协商；具备答复条件时转入起草。"""
    duty = assignments.get(context.session, assignment)
    plans.note(context.session, duty.id, form.progress, form.attachments, context.by, context.at)
    for number, talk in enumerate(form.contacts, 1):
        _check_day(context, form, "contacts", talk.held_on, f"第 {number} 行：")
        contacts.record(context.session, duty, Stage.DURING, talk, context.by, context.at)
    if form.progress_state == ProgressState.READY:
        progress.advance(duty, AssignmentStatus.DRAFTING)


# 协办


@operation("suggestion")
def begin_assist(context: Context, *, assignment: AssignmentId) -> AssistBegun:
    """登记开始协办：带出本单位自己的签收、交办时间，协办期限从这些时间起算。"""
    duty = assignments.get(context.session, assignment)
    progress.advance(duty, AssignmentStatus.WORKING)
    return {**_moments(duty), "opinion_round": 1}


@operation("suggestion")
def commit_assist(context: Context, form: AssistTask, *, assignment: AssignmentId) -> None:
    """承诺协办任务：记下协办单位的承诺事项和时限。"""
    duty = assignments.get(context.session, assignment)
    progress.entrust(duty, form.section, form.handler)
    commitments.make(context.session, duty, Source.ASSIST, form.commitments, context.by, context.at)


@operation("suggestion")
def submit_opinion(context: Context, form: Opinion, *, assignment: AssignmentId) -> None:
    """提交协办意见：送本单位分管领导审签。"""
    duty = assignments.get(context.session, assignment)
    opinions.submit(context.session, duty, form, context.by, context.at)
    progress.advance(duty, AssignmentStatus.ENDORSING)


@operation("suggestion")
def endorse_opinion(
    context: Context, form: OpinionEndorsement, *, assignment: AssignmentId
) -> None:
    """审签协办意见：同意则编会办函号送主办单位，不同意则退承办人修改。"""
    duty = assignments.get(context.session, assignment)
    if form.endorse_conclusion == Conclusion.AGREE:
        opinions.endorse(context.session, duty, context.by, context.at)
        progress.answer(duty, context.at)
        return
    reason = form.needed("reason", form.reason)
    opinions.send_back(context.session, duty.id, reason)
    progress.advance(duty, AssignmentStatus.DRAFTING)


@operation("suggestion")
def judge_opinion(
    context: Context,
    form: OpinionJudgement,
    *,
    assignment: AssignmentId,
    office: Office = Role.DEPUTY_OFFICE,
) -> Judged:
    """评判协办意见：采纳、退回重提或提请协调；退回重提超过次数的转为协调。"""
    duty = assignments.get(context.session, assignment)
    opinion = opinions.judge(
        context.session, duty.id, form.judgement, form.reason or "", context.by, context.at
    )
    outcome = Judgement(opinion.judgement or form.judgement)
    if outcome == Judgement.PARTLY_ADOPTED:
        outcome = Judgement.ADOPTED
    if outcome == Judgement.REDO:
        progress.advance(duty, AssignmentStatus.DRAFTING)
    return {
        "opinion_outcome": outcome,
        "opinion_round": opinion.round + 1,
        "co_opinion_rejected_at": context.at,
        "coordinator": oversight.coordinator(context.session, duty, office),
    }


@operation("suggestion")
def record_assist_default(
    context: Context,
    *,
    assignment: AssignmentId,
    lead_unit: LeadUnit,
    office: Office = Role.DEPUTY_OFFICE,
) -> None:
    """登记协办逾期：记一次协办失责，告知督查机构、主办单位和协办单位。"""
    duty = assignments.get(context.session, assignment)
    opinions.default(context.session, duty, context.at)
    unit = people.unit(context.session, duty.unit)
    title = _titled(context, duty)
    messages = {
        oversight.supervisor(context.session, duty, office): (
            f"{unit.name}没有按期提出代表建议{title}的协办意见，已记协办失责，请跟踪督促。"
        ),
        Role.UNIT_LIAISON.of(unit.code): (
            f"代表建议{title}的协办意见已经逾期，请尽快审签报送主办单位。"
        ),
        Role.UNIT_HANDLER.of(lead_unit): (
            f"{unit.name}的协办意见已经逾期，请决定继续等待还是缺席继续办理代表建议{title}。"
        ),
    }
    for recipient, text in messages.items():
        tell(context, recipient, f"assist_default:{duty.id}:{context.at.isoformat()}", text)


@operation("suggestion")
def decide_absence(context: Context, form: Absence, *, assignment: AssignmentId) -> None:
    """决定是否缺席继续：缺席的协办单位停办并收到告知，继续等待的照常提交。"""
    duty = assignments.get(context.session, assignment)
    is_absent = form.absence_decision == AbsenceDecision.ABSENT
    if is_absent and opinions.awaiting_judgement(context.session, duty.id):
        raise form.refused(
            "absence_decision",
            "协办意见已经送到，不能再按缺席处理。请先选择继续等待，再到待办中评判这份意见。",
        )
    opinions.decide_absence(
        context.session, duty, form.absence_decision, form.reason or "", context.by, context.at
    )
    if is_absent:
        tell(
            context,
            Role.UNIT_LIAISON.of(duty.unit),
            f"assist_absent:{duty.id}",
            f"代表建议{_titled(context, duty)}的主办单位已决定不再等待贵单位的协办意见，"
            "相关任务已经收回，并按协办失责登记。",
        )


@operation("suggestion")
def coordinate_dispute(context: Context, form: Coordination, *, assignment: AssignmentId) -> None:
    """协调分歧：记下协调会议纪要，主办、协办单位按纪要办理。"""
    opinions.coordinate(context.session, assignment, form.minutes, context.by, context.at)


def _start_work(context: Context, duty: Assignment) -> None:
    commitments.open_(context.session, duty.id, Source.PLAN)
    progress.advance(duty, AssignmentStatus.WORKING)


def _check_day(context: Context, form: Form, field: str, day: date, prefix: str = "") -> None:
    if day > local_day(context.at):
        raise form.refused(field, f"{prefix}沟通时间不能晚于今天，请填写实际沟通的日期。")


def _moments(duty: Assignment) -> Begun:
    return {
        "signed_at": progress.signed_at(duty),
        "dispatched_to_unit_at": duty.dispatched_at,
    }


def _titled(context: Context, duty: Assignment) -> str:
    suggestion = context.session.get_one(Suggestion, duty.suggestion_id)
    return f"《{suggestion.title}》"
