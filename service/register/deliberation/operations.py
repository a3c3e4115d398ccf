"""What happens to the register when a deputy is not satisfied: the meeting, the second assignment, the last resort.

Units read the notices and orders written here: never which dimension fell short, nor by how much.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from service import notifications
from service.deadlines.workdays import LOCAL
from service.errors import FormInvalid, NotAllowed
from service.operations import Context, operation
from service.register.deliberation import confirmations, disposals, meetings, second_assignments
from service.register.deliberation.meetings import Minutes, Plan, Question, Resolution
from service.register.deliberation.second_assignments import Order
from service.register.dispatch import assignments, planning, systems
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode
from service.register.evaluation import evaluations
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.register.proposal.status import CaseStatus
from service.tables.assignments import Assignment
from service.tables.evaluation import Meeting
from service.tables.suggestions import Suggestion

Variables = Mapping[str, Any]


# 知情议政会


@operation
def convene_meeting(context: Context) -> Variables:
    """研判排会：排定会议时间、地点、主持人，或者并入已排定的会议。"""
    session, suggestion = context.session, _suggestion(context)
    meeting = _meeting(context)
    item = meetings.convene(
        session, meeting, suggestion.id, _round(context), context.values["focus"]
    )
    heard = evaluations.unmet(session, context.instance_id, _round(context))
    return {
        "meeting_item": item.id,
        "meeting_at": meeting.held_at.isoformat(),
        "meeting_units": heard.units,
        "meeting_deputies": heard.deputies,
    }


@operation
def send_meeting_notice(context: Context) -> Variables:
    """发会议通知：通知代表、主办和协办单位、列席单位，请答复单位提交书面说明。"""
    session, suggestion = context.session, _suggestion(context)
    item = meetings.get(session, context.variables["meeting_item"])
    meeting = session.get_one(Meeting, item.meeting_id)
    asked = meetings.give_notice(session, item.id, context.variables["meeting_units"], context.at)
    suggestions.set_status(session, suggestion.id, CaseStatus.DELIBERATING)
    where = f"{meetings.when(meeting)}在{meeting.place}召开“{meeting.topic}”知情议政会，主持人{meeting.chair}"
    occasion = f"meeting:{item.id}:{meeting.id}"
    for deputy in context.variables["meeting_deputies"]:
        _tell(context, deputy, occasion, f"{where}，请您参加，就《{suggestion.title}》当面沟通。")
    for unit in _invited(session, suggestion, _round(context)):
        text = (
            f"{where}，请主要负责人或分管负责人参加，就《{suggestion.title}》的办理情况向代表说明。"
            f"会议重点：{item.focus}"
        )
        _tell(context, f"unit_liaison:{unit}", occasion, text)
    if context.variables.get("system") == "government" and suggestion.level == "city":
        _tell(context, "gov_supervision", occasion, f"{where}，请列席（《{suggestion.title}》）。")
    return {"meeting_units": [row.unit for row in asked]}


@operation
def submit_statement(context: Context) -> None:
    """登记单位的会前书面说明。"""
    values = context.values
    meetings.state(
        context.session,
        context.variables["meeting_item"],
        context.variables["meeting_unit"],
        values["account"],
        values["attending"],
        values["attachments"],
        context.by,
        context.at,
    )


@operation
def record_minutes(context: Context) -> Variables:
    """记录会议纪要：单位说明、代表提问和单位回应、议定事项；改期的重新排会。"""
    values, item_id = context.values, context.variables["meeting_item"]
    if values["held"] == "postponed":
        return {}
    minutes = Minutes(
        present=values["present"],
        unit_account=values["unit_account"],
        stance=values["stance"],
        questions=[
            Question(row["question"], row["answer"], row["answered_by"] or "")
            for row in values["questions"]
        ],
        resolutions=[
            Resolution(row["matter"], row["unit"], _day(row["due_on"]))
            for row in values["resolutions"]
        ],
        recordings=values["recordings"],
    )
    try:
        meetings.minute(context.session, item_id, minutes, context.by, context.at)
    except NotAllowed as refused:
        raise FormInvalid({"held": str(refused)}, values) from refused
    confirmations.ask(context.session, item_id, context.variables["meeting_deputies"])
    return {"meeting_held_at": context.at.isoformat()}


@operation
def confirm_meeting(context: Context) -> None:
    """登记代表的会后确认；第一次的评价原样保留。"""
    values = context.values
    confirmations.confirm(
        context.session,
        context.variables["meeting_item"],
        context.by,
        values["outcome"],
        values["text"] or "",
        bool(values["text_may_be_shared"]),
        context.at,
    )


@operation
def sum_up_confirmations(context: Context) -> Variables:
    """汇总确认：全部代表都接受才算接受，有一位仍不满意就继续办。"""
    accepted = confirmations.accepted(context.session, context.variables["meeting_item"])
    return {
        "deliberation_outcome": "accepted" if accepted else "still_dissatisfied",
        "meeting_confirmed_at": context.at.isoformat(),
    }


# 二次交办


@operation
def prepare_second_assignment(context: Context) -> Variables:
    """登记二次交办单：代表的新要求、办理方式、承办单位和领办领导。"""
    values = context.values
    row = second_assignments.order(
        context.session,
        context.variables["meeting_item"],
        Order(
            demands=values["demands"],
            handling_mode=values["handling_mode"],
            plan=_plan(values),
            requirements=values["requirements"] or "",
            lead_leader=values["lead_leader"] or "",
        ),
        context.by,
        context.at,
    )
    return {"second_assignment": row.id}


@operation
def open_second_assignment(context: Context) -> Variables:
    """下达二次交办：建立新一轮任务，重新起算期限，通知单位和代表。"""
    session, suggestion = context.session, _suggestion(context)
    duties = second_assignments.open_round(
        session, context.variables["second_assignment"], context.at
    )
    order = second_assignments.of_case(session, suggestion.id)[-1]
    lead = duties[0]
    system = systems.of(session, lead.unit)
    names = people.unit_names(session, [each.unit for each in duties])
    for each in duties:
        text = (
            f"《{suggestion.title}》第 {order.round - 1} 次二次交办，由你单位"
            f"{Duty(each.role).label}，不再退回。代表的新要求：{order.demands}"
        )
        _tell(context, f"unit_liaison:{each.unit}", f"second_assignment:{each.id}", text)
    if system == "government" and suggestion.level == "city":
        text = f"《{suggestion.title}》已二次交办{'、'.join(names.values())}，请督促按期答复。"
        _tell(context, "gov_office", f"second_assignment:{order.id}", text)
    for each_case in suggestions.cluster(session, suggestion.id):
        text = f"《{each_case.title}》已二次交办{'、'.join(names.values())}，办理后再请您评价。"
        _tell(context, each_case.lead_deputy, f"second_assignment:{order.id}:{each_case.id}", text)
    return {
        "round": order.round,
        "rounds_left": second_assignments.rounds_left(session, suggestion.id, context.at),
        "disposer": "director_meeting" if suggestion.level == "city" else _office(context),
        "handling_mode": order.handling_mode,
        "lead_unit": lead.unit,
        "lead_assignment": lead.id,
        "assists": _named(duties, "assist"),
        "separates": _named(duties, "separate"),
        "system": system,
        "returned_replies": [],
        "reassigned_at": context.at.isoformat(),
        "dispatched_to_unit_at": context.at.isoformat(),
        "signed_at": context.at.isoformat(),
    }


# 主任会议处置


@operation
def record_disposal(context: Context) -> Variables:
    """登记主任会议的处置，告知代表和承办单位。"""
    session, suggestion = context.session, _suggestion(context)
    decision = context.values["disposal"]
    disposals.dispose(
        session,
        suggestion.id,
        decision,
        context.values["disposal_reason"],
        context.by,
        context.at,
    )
    what = disposals.DISPOSALS[decision]
    for each in suggestions.cluster(session, suggestion.id):
        text = f"《{each.title}》经主任会议研究：{what}。{context.values['disposal_reason']}"
        _tell(context, each.lead_deputy, f"disposal:{each.id}", text)
    for unit in _invited(session, suggestion, suggestion.round):
        text = f"《{suggestion.title}》经主任会议研究：{what}。请按要求配合。"
        _tell(context, f"unit_liaison:{unit}", f"disposal:{suggestion.id}", text)
    return {"deliberation_outcome": decision}


def _meeting(context: Context) -> Meeting:
    values, session = context.values, context.session
    if values["meeting"]:
        chosen = session.get_one(Meeting, int(values["meeting"]))
        if chosen.held_at <= context.at:
            raise FormInvalid({"meeting": "这次会议的时间已经过了，请另选一次或单独排会。"}, values)
        return chosen
    held_at = datetime.combine(
        date.fromisoformat(values["held_on"]), time.fromisoformat(values["held_time"]), LOCAL
    )
    if held_at <= context.at:
        raise FormInvalid({"held_on": "会议日期要在今天以后，请重新选择。"}, values)
    wanted = Plan(
        topic=values["topic"],
        held_at=held_at,
        place=values["place"],
        chair=values["chair"],
        observers=values["observers"] or "",
    )
    return meetings.plan(session, wanted, context.by, context.at)


def _plan(values: Variables) -> list[Planned]:
    """Return the units of an order. One unit alone may rework what several answered separately."""
    if values["handling_mode"] == "separate":
        return [Planned(unit, Duty.SEPARATE) for unit in values["separate_units"]]
    try:
        return planning.planned(
            Mode(values["handling_mode"]), values["lead_unit"], values["assist_units"], []
        )
    except NotAllowed as refused:
        raise FormInvalid({"handling_mode": str(refused)}, values) from refused


def _invited(session: Session, suggestion: Suggestion, round_: int) -> list[str]:
    """Every unit that handled the case in this round, the assisting ones too."""
    return [each.unit for each in assignments.active(session, suggestion.id, round_)]


def _named(duties: Sequence[Assignment], role: str) -> list[dict[str, Any]]:
    return [{"unit": each.unit, "assignment": each.id} for each in duties if each.role == role]


def _suggestion(context: Context) -> Suggestion:
    return suggestions.get(context.session, context.variables["suggestion"])


def _round(context: Context) -> int:
    found: int = context.variables.get("round") or 1
    return found


def _office(context: Context) -> str:
    found: str = context.variables.get("office") or "deputy_office"
    return found


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _tell(context: Context, recipient: str, occasion: str, text: str) -> None:
    notifications.enqueue(
        context.session,
        recipient,
        occasion.partition(":")[0],
        text,
        context.at,
        dedupe_key=occasion,
        business_key=context.business_key,
    )
