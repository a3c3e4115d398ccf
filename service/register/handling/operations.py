"""What happens to the register while units handle: sections, contacts, plans, progress, assist opinions."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from service import notifications
from service.deadlines.workdays import local_day
from service.errors import FormInvalid, OperationFailed
from service.operations import Context, operation
from service.register.handling import commitments, contacts, opinions, oversight, plans
from service.register.handling.contacts import Contact
from service.register.handling.opinions import Opinion
from service.register.handling.plans import Measure, Milestone, Responsible
from service.register.people import directory as people
from service.tables.assignments import Assignment
from service.tables.suggestions import Suggestion

# 单位办理


@operation
def begin_handling(context: Context) -> Mapping[str, Any]:
    """登记开始办理：带出本单位自己的签收、交办时间，各个期限从这些时间起算。"""
    assignment = assignment_of(context)
    assignment.status = "contacting"
    return _moments(assignment)


@operation
def assign_section(context: Context) -> None:
    """分派科室：记下承办科室和承办人，并通知承办人。"""
    assignment = assignment_of(context)
    assignment.section = context.values["section"]
    assignment.handler = context.values["handler"]
    if assignment.handler:
        notifications.enqueue(
            context.session,
            assignment.handler,
            "assigned",
            f"代表建议{_titled(context, assignment)}已分派给您办理，请先联系代表做好办前沟通。",
            context.at,
            dedupe_key=f"section:{assignment.id}:{assignment.handler}",
            business_key=context.business_key,
        )


@operation
def record_contact_before(context: Context) -> Mapping[str, Any]:
    """登记办前沟通：沟通记录随后请代表确认。"""
    assignment = assignment_of(context)
    row = contacts.record(
        context.session, assignment, _contact(context, "before"), context.by, context.at
    )
    if assignment.status == "contacting":
        assignment.status = "planning"
    return {"contact": row.id, "contact_recorded_at": context.at.isoformat()}


@operation
def record_contact_after(context: Context) -> None:
    """登记办后反馈：答复送达以后与代表的沟通。"""
    contacts.record(
        context.session,
        assignment_of(context),
        _contact(context, "after"),
        context.by,
        context.at,
    )


@operation
def record_no_contact_after(context: Context) -> None:
    """登记未反馈：答复送达后没有按期向代表反馈，告知督查机构和本单位。"""
    assignment = assignment_of(context)
    unit = people.unit(context.session, assignment.unit)
    title = _titled(context, assignment)
    _tell_about(
        context,
        assignment,
        "contact_missing",
        {
            oversight.supervisor(
                context.session, assignment, _office(context)
            ): f"{unit.name}答复代表建议{title}后没有按期办后反馈。",
            f"unit_liaison:{unit.code}": f"代表建议{title}的办后反馈已经逾期，请尽快联系代表。",
        },
    )


@operation
def confirm_contact(context: Context) -> None:
    """代表确认沟通：记下代表认为这次沟通是否属实。"""
    contacts.settle(
        context.session,
        context.variables["contact"],
        context.values["contact_true"] == "yes",
        context.values["note"] or "",
        context.by,
        context.at,
    )


@operation
def verify_contact(context: Context) -> None:
    """代工委核实沟通：代表没有回应时，凭佐证确认或否定这次沟通。"""
    confirmed = context.values["contact_true"] == "yes"
    evidence = context.values["evidence"]
    if confirmed and not evidence:
        raise _refused(context, "evidence", "代为确认须有佐证，请上传通话记录、照片或走访记录。")
    contacts.settle(
        context.session,
        context.variables["contact"],
        confirmed,
        context.values["note"] or "",
        context.by,
        context.at,
        evidence=evidence,
    )


@operation
def submit_plan(context: Context) -> None:
    """提交三定方案：定责任、定措施、定时限，连同承诺事项送单位领导审定。"""
    assignment, values = assignment_of(context), context.values
    plans.submit(
        context.session,
        assignment,
        Responsible(values["leader"], values["section"], values["handler"], values["phone"]),
        [
            Measure(row["measure"], row["number"], row["item"] or "", row["partner"] or "")
            for row in values["measures"]
        ],
        [Milestone(row["text"], date.fromisoformat(row["due_on"])) for row in values["milestones"]],
        context.by,
        context.at,
        funding=values["funding"] or "",
        expected_class=values["expected_class"],
    )
    commitments.make(
        context.session,
        assignment,
        "plan",
        commitments.promises(values["commitments"]),
        context.by,
        context.at,
        status="proposed",
    )


@operation
def decide_plan(context: Context) -> Mapping[str, Any]:
    """单位审定方案：同意后承诺生效；政府系统的重点建议再报领办领导审定。"""
    assignment = assignment_of(context)
    agreed = context.values["plan_conclusion"] == "agree"
    plans.decide(
        context.session,
        assignment.id,
        agreed,
        context.values["opinion"] or context.values["reason"] or "",
        context.by,
        context.at,
    )
    review = agreed and oversight.needs_leader(context.session, assignment)
    if agreed and not review:
        _start_work(context, assignment)
    return {"leader_review": review}


@operation
def review_plan_as_leader(context: Context) -> None:
    """领办领导审定方案：同意后承诺生效，不同意则退回承办单位修改。"""
    assignment = assignment_of(context)
    agreed = context.values["leader_conclusion"] == "agree"
    plans.review(
        context.session,
        assignment.id,
        agreed,
        context.values["opinion"] or context.values["reason"] or "",
        context.by,
        context.at,
    )
    if agreed:
        _start_work(context, assignment)


@operation
def record_progress(context: Context) -> None:
    """登记办理进展：记下已做的工作和办中协商；具备答复条件时转入起草。"""
    assignment, values = assignment_of(context), context.values
    plans.note(
        context.session,
        assignment.id,
        values["progress"],
        values["attachments"],
        context.by,
        context.at,
    )
    for number, row in enumerate(values["contacts"], 1):
        _check_day(context, "contacts", row["held_on"], f"第 {number} 行：")
        contacts.record(
            context.session, assignment, _contact_row(row, "during"), context.by, context.at
        )
    if values["progress_state"] == "ready":
        assignment.status = "drafting"


# 协办


@operation
def begin_assist(context: Context) -> Mapping[str, Any]:
    """登记开始协办：带出本单位自己的签收、交办时间，协办期限从这些时间起算。"""
    assignment = assignment_of(context)
    assignment.status = "working"
    return {**_moments(assignment), "opinion_round": 1}


@operation
def commit_assist(context: Context) -> None:
    """承诺协办任务：记下协办单位的承诺事项和时限。"""
    assignment, values = assignment_of(context), context.values
    assignment.section = values["section"]
    assignment.handler = values["handler"]
    commitments.make(
        context.session,
        assignment,
        "assist",
        commitments.promises(values["commitments"]),
        context.by,
        context.at,
    )


@operation
def submit_opinion(context: Context) -> None:
    """提交协办意见：送本单位分管领导审签。"""
    assignment, values = assignment_of(context), context.values
    opinions.submit(
        context.session,
        assignment,
        Opinion(
            progress=values["progress"],
            items=[row for row in values["items"] if row["response"]],
            basis=values["basis"] or "",
            contact_name=values["contact_name"],
            contact_phone=values["contact_phone"],
            attachments=values["attachments"],
        ),
        context.by,
        context.at,
    )
    assignment.status = "endorsing"


@operation
def endorse_opinion(context: Context) -> None:
    """审签协办意见：同意则编会办函号送主办单位，不同意则退承办人修改。"""
    assignment = assignment_of(context)
    if context.values["endorse_conclusion"] == "agree":
        opinions.endorse(context.session, assignment, context.by, context.at)
        assignment.status = "delivered"
        assignment.replied_at = context.at
        return
    opinions.send_back(context.session, assignment.id, context.values["reason"])
    assignment.status = "drafting"


@operation
def judge_opinion(context: Context) -> Mapping[str, Any]:
    """评判协办意见：采纳、退回重提或提请协调；退回重提超过次数的转为协调。"""
    assignment = assignment_of(context)
    opinion = opinions.judge(
        context.session,
        assignment.id,
        context.values["judgement"],
        context.values["reason"] or "",
        context.by,
        context.at,
    )
    outcome = "adopted" if opinion.judgement == "partly_adopted" else opinion.judgement
    if outcome == "redo":
        assignment.status = "drafting"
    return {
        "opinion_outcome": outcome,
        "opinion_round": opinion.round + 1,
        "co_opinion_rejected_at": context.at.isoformat(),
        "coordinator": oversight.coordinator(context.session, assignment, _office(context)),
    }


@operation
def record_assist_default(context: Context) -> None:
    """登记协办逾期：记一次协办失责，告知督查机构、主办单位和协办单位。"""
    assignment = assignment_of(context)
    opinions.default(context.session, assignment, context.at)
    unit = people.unit(context.session, assignment.unit)
    title = _titled(context, assignment)
    told = {
        oversight.supervisor(
            context.session, assignment, _office(context)
        ): f"{unit.name}没有按期提出代表建议{title}的协办意见，已记协办失责，请跟踪督促。",
        f"unit_liaison:{unit.code}": f"代表建议{title}的协办意见已经逾期，请尽快审签报送主办单位。",
        f"unit_handler:{context.variables['lead_unit']}": (
            f"{unit.name}的协办意见已经逾期，请决定继续等待还是缺席继续办理代表建议{title}。"
        ),
    }
    _tell_about(context, assignment, "assist_default", told)


@operation
def decide_absence(context: Context) -> None:
    """决定是否缺席继续：缺席的协办单位停办并收到告知，继续等待的照常提交。"""
    assignment = assignment_of(context)
    absent = context.values["absence_decision"] == "absent"
    if absent and opinions.awaiting_judgement(context.session, assignment.id):
        raise _refused(
            context,
            "absence_decision",
            "协办意见已经送到，不能再按缺席处理。请先选择继续等待，再到待办中评判这份意见。",
        )
    opinions.decide_absence(
        context.session, assignment, absent, context.values["reason"] or "", context.by, context.at
    )
    if absent:
        notifications.enqueue(
            context.session,
            f"unit_liaison:{assignment.unit}",
            "assist_absent",
            f"代表建议{_titled(context, assignment)}的主办单位已决定不再等待贵单位的协办意见，"
            "相关任务已经收回，并按协办失责登记。",
            context.at,
            dedupe_key=f"assist_absent:{assignment.id}",
            business_key=context.business_key,
        )


@operation
def coordinate_dispute(context: Context) -> None:
    """协调分歧：记下协调会议纪要，主办、协办单位按纪要办理。"""
    opinions.coordinate(
        context.session,
        assignment_of(context).id,
        context.values["minutes"],
        context.by,
        context.at,
    )


def assignment_of(context: Context) -> Assignment:
    """Return the assignment this token works on; a diagram that names none is wrong."""
    found = context.session.get(Assignment, context.variables.get("assignment") or 0)
    if found is None:
        raise OperationFailed(
            "这个环节没有对应的承办任务，请联系流程设计员检查流程图传入的承办任务编号。",
            element=context.element_id,
            cause=f"assignment {context.variables.get('assignment')!r}",
        )
    return found


def _tell_about(
    context: Context, assignment: Assignment, kind: str, told: Mapping[str, str]
) -> None:
    for recipient, text in told.items():
        notifications.enqueue(
            context.session,
            recipient,
            kind,
            text,
            context.at,
            dedupe_key=f"{kind}:{assignment.id}:{context.at.isoformat()}",
            business_key=context.business_key,
        )


def _office(context: Context) -> str:
    return str(context.variables.get("office") or "deputy_office")


def _start_work(context: Context, assignment: Assignment) -> None:
    commitments.open_(context.session, assignment.id, "plan")
    assignment.status = "working"


def _contact(context: Context, stage: str) -> Contact:
    values = context.values
    _check_day(context, "held_on", values["held_on"])
    return Contact(
        stage=stage,
        method=values["method"],
        held_on=date.fromisoformat(values["held_on"]),
        deputy_opinion=values["deputy_opinion"],
        unit_response=values["unit_response"] or "",
        place=values["place"] or "",
        participants=values["participants"] or "",
        head_attended=bool(values["head_attended"]),
        agreed=bool(values["agreed"]),
        deputies=values["deputies"],
        attachments=values["photos"],
    )


def _contact_row(row: Mapping[str, Any], stage: str) -> Contact:
    return Contact(
        stage=stage,
        method=row["method"],
        held_on=date.fromisoformat(row["held_on"]),
        deputy_opinion=row["deputy_opinion"],
        unit_response=row["unit_response"] or "",
        place=row["place"] or "",
        participants=row["participants"] or "",
        head_attended=bool(row["head_attended"]),
    )


def _check_day(context: Context, field: str, day: str, prefix: str = "") -> None:
    if date.fromisoformat(day) > local_day(context.at):
        raise _refused(context, field, f"{prefix}沟通时间不能晚于今天，请填写实际沟通的日期。")


def _refused(context: Context, field: str, sentence: str) -> FormInvalid:
    return FormInvalid({field: sentence}, context.values)


def _moments(assignment: Assignment) -> dict[str, Any]:
    """The start events of this unit's own limits, which other units' tokens must not lend it."""
    signed_at = assignment.signed_at or assignment.dispatched_at
    return {
        "signed_at": signed_at.isoformat(),
        "dispatched_to_unit_at": assignment.dispatched_at.isoformat(),
    }


def _titled(context: Context, assignment: Assignment) -> str:
    suggestion = context.session.get_one(Suggestion, assignment.suggestion_id)
    return f"《{suggestion.title}》"
