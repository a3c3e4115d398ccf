"""What happens to the register when a deputy is not satisfied: the meeting, the second assignment, the last resort.

Units read the notices and orders written here: never which dimension fell short, nor by how much. Whom a meeting
brings together tells who was not satisfied, so that only the meeting's own diagram may name its operations.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, TypedDict

from sqlalchemy.orm import Session

from service.errors import NotAllowed
from service.operations import Context, Variable, operation
from service.register.common import links
from service.register.common.telling import tell
from service.register.deliberation import confirmations, disposals, meetings, second_assignments
from service.register.deliberation.forms import (
    Confirming,
    Convening,
    Disposing,
    Minutes,
    Order,
    Statement,
)
from service.register.deliberation.meetings import MeetingItemId
from service.register.deliberation.outcomes import Deliberated, Disposal, Held
from service.register.deliberation.second_assignments import SecondAssignmentId
from service.register.dispatch import assignments, planning, systems
from service.register.dispatch.planning import Planned
from service.register.dispatch.status import Duty, Mode, System
from service.register.dispatch.variables import UnitSystem
from service.register.evaluation import evaluations
from service.register.people import directory as people
from service.register.people.roles import Role
from service.register.proposal import recipients, suggestions
from service.register.proposal.kinds import Level
from service.register.proposal.status import CaseStatus
from service.register.proposal.suggestions import Office, Round, SuggestionId
from service.tables.assignments import Assignment
from service.tables.evaluation import Meeting, SecondAssignment
from service.tables.suggestions import Suggestion

_MEETING = ("deliberation_meeting",)

MeetingUnits = Annotated[list[str], Variable("请其书面说明的单位")]
MeetingDeputies = Annotated[list[str], Variable("请其参加的代表")]


class Convened(TypedDict):
    """Where and when who meets whom."""

    meeting_item: MeetingItemId
    meeting_at: Annotated[datetime, "会议时间"]
    meeting_units: MeetingUnits
    meeting_deputies: MeetingDeputies


class Announced(TypedDict):
    """Which units still owe a written account."""

    meeting_units: MeetingUnits


class Minuted(TypedDict, total=False):
    """When the meeting took place; not given where it was postponed."""

    meeting_held_at: Annotated[datetime, "会议召开的时间"]


class Confirmed(TypedDict):
    """Whether everybody accepted what the meeting brought."""

    deliberation_outcome: Annotated[Deliberated, "知情议政的结果"]
    meeting_confirmed_at: Annotated[datetime, "代表确认完的时间"]


class Ordered(TypedDict):
    """The order that is written and not yet begun."""

    second_assignment: SecondAssignmentId


class Named(TypedDict):
    """A unit and its duty."""

    unit: str
    assignment: int


class Reopened(TypedDict):
    """The routing variables a round of handling begins with."""

    round: Round
    rounds_left: Annotated[int, "还能二次交办几次"]
    disposer: Annotated[str, "次数用完后由谁处置"]
    handling_mode: Annotated[Mode, "办理方式"]
    lead_unit: Annotated[str, "主办单位"]
    lead_assignment: Annotated[int, "主办单位的任务"]
    assists: Annotated[list[Named], "协办单位"]
    separates: Annotated[list[Named], "分别办理的单位"]
    system: UnitSystem
    returned_replies: Annotated[list[Named], "退回重新答复的单位"]
    reassigned_at: Annotated[datetime, "二次交办的时间"]
    dispatched_to_unit_at: Annotated[datetime, "交办到单位的时间"]
    signed_at: Annotated[datetime, "签收的时间"]


class Disposed(TypedDict):
    """What the chairpersons' meeting decided."""

    deliberation_outcome: Annotated[Disposal, "知情议政的结果"]


# 知情议政会


@operation("suggestion", reserved=_MEETING)
def convene_meeting(
    context: Context, form: Convening, *, suggestion: SuggestionId, round: Round
) -> Convened:
    """研判排会：排定会议时间、地点、主持人，或者并入已排定的会议。"""
    session = context.session
    meeting = _meeting(context, form)
    item = meetings.convene(session, meeting, suggestion, round, form.focus)
    unmet = evaluations.unmet(session, context.instance_id, round)
    return {
        "meeting_item": item.id,
        "meeting_at": meeting.held_at,
        "meeting_units": unmet.units,
        "meeting_deputies": unmet.deputies,
    }


@operation("suggestion", reserved=_MEETING)
def send_meeting_notice(
    context: Context,
    *,
    suggestion: SuggestionId,
    round: Round,
    system: UnitSystem,
    meeting_item: MeetingItemId,
    meeting_units: MeetingUnits,
    meeting_deputies: MeetingDeputies,
) -> Announced:
    """发会议通知：通知代表、主办和协办单位、列席单位，请答复单位提交书面说明。"""
    session = context.session
    own = suggestions.set_status(session, suggestion, CaseStatus.DELIBERATING)
    item = meetings.get(session, meeting_item)
    meeting = session.get_one(Meeting, item.meeting_id)
    asked = meetings.give_notice(session, item.id, meeting_units, context.at)
    where = (
        f"{meetings.when(meeting)}在{meeting.place}召开“{meeting.topic}”知情议政会，"
        f"主持人{meeting.chair}"
    )
    occasion = f"meeting:{item.id}:{meeting.id}"
    text = f"{where}，请您参加，就《{own.title}》当面沟通。"
    signed = recipients.cases(session, suggestion)
    for deputy in meeting_deputies:
        tell(context, deputy, occasion, text, business_key=signed.get(deputy))
    text = (
        f"{where}，请主要负责人或分管负责人参加，就《{own.title}》的办理情况向代表说明。"
        f"会议重点：{item.focus}"
    )
    tell(context, _liaisons(session, own, round), occasion, text)
    if system == System.GOVERNMENT and own.level == Level.CITY:
        tell(context, Role.GOV_SUPERVISION, occasion, f"{where}，请列席（《{own.title}》）。")
    return {"meeting_units": [row.unit for row in asked]}


@operation("suggestion")
def submit_statement(
    context: Context,
    form: Statement,
    *,
    meeting_item: MeetingItemId,
    meeting_unit: Annotated[str, Variable("请其书面说明的单位")],
) -> None:
    """登记单位的会前书面说明。"""
    meetings.state(context.session, meeting_item, meeting_unit, form, context.by, context.at)


@operation("suggestion")
def record_minutes(
    context: Context,
    form: Minutes,
    *,
    meeting_item: MeetingItemId,
    meeting_deputies: MeetingDeputies,
) -> Minuted:
    """记录会议纪要：单位说明、代表提问和单位回应、议定事项；改期的重新排会。"""
    if form.held == Held.POSTPONED:
        return {}
    try:
        meetings.minute(context.session, meeting_item, form, context.by, context.at)
    except NotAllowed as refused:
        raise form.refused("held", str(refused)) from refused
    confirmations.ask(context.session, meeting_item, meeting_deputies, context.at)
    return {"meeting_held_at": context.at}


@operation("suggestion", reserved=_MEETING, sealed=True)
def confirm_meeting(context: Context, form: Confirming, *, meeting_item: MeetingItemId) -> None:
    """登记代表的会后确认；第一次的评价原样保留。"""
    confirmations.confirm(context.session, meeting_item, context.by, form, context.at)


@operation("suggestion", reserved=_MEETING)
def sum_up_confirmations(context: Context, *, meeting_item: MeetingItemId) -> Confirmed:
    """汇总确认：全部代表都接受才算接受，有一位仍不满意就继续办。"""
    is_accepted = confirmations.accepted(context.session, meeting_item)
    return {
        "deliberation_outcome": Deliberated.ACCEPTED
        if is_accepted
        else Deliberated.STILL_DISSATISFIED,
        "meeting_confirmed_at": context.at,
    }


# 二次交办


@operation("suggestion")
def prepare_second_assignment(
    context: Context, form: Order, *, meeting_item: MeetingItemId
) -> Ordered:
    """登记二次交办单：代表的新要求、办理方式、承办单位和领办领导。"""
    plan = _plan(form)
    row = second_assignments.order(
        context.session, meeting_item, form, plan, context.by, context.at
    )
    return {"second_assignment": row.id}


@operation("suggestion")
def open_second_assignment(
    context: Context,
    *,
    suggestion: SuggestionId,
    second_assignment: SecondAssignmentId,
    office: Office,
) -> Reopened:
    """下达二次交办：建立新一轮任务，重新起算期限，通知单位和代表。"""
    session = context.session
    own = suggestions.get(session, suggestion)
    order = second_assignments.get(session, second_assignment)
    duties = second_assignments.open_round(session, order, context.at)
    lead = duties[0]
    system = systems.of(session, lead.unit)
    _announce(context, own, order, duties, system)
    return {
        "round": order.round,
        "rounds_left": second_assignments.rounds_left(session, suggestion, context.at),
        "disposer": Role.DIRECTOR_MEETING if own.level == Level.CITY else office,
        "handling_mode": Mode(order.handling_mode),
        "lead_unit": lead.unit,
        "lead_assignment": lead.id,
        "assists": _named(duties, Duty.ASSIST),
        "separates": _named(duties, Duty.SEPARATE),
        "system": system,
        "returned_replies": [],
        "reassigned_at": context.at,
        "dispatched_to_unit_at": context.at,
        "signed_at": context.at,
    }


# 主任会议处置


@operation("suggestion")
def record_disposal(context: Context, form: Disposing, *, suggestion: SuggestionId) -> Disposed:
    """登记主任会议的处置，告知代表和承办单位。"""
    session = context.session
    own = suggestions.get(session, suggestion)
    disposals.dispose(session, suggestion, form, context.by, context.at)
    decided = f"经主任会议研究：{form.disposal.label}。"
    for each in suggestions.cluster(session, suggestion):
        text = f"《{each.title}》{decided}{form.disposal_reason}"
        key = suggestions.business_key(each.id)
        tell(context, each.lead_deputy, f"disposal:{each.id}", text, business_key=key)
    units = _liaisons(session, own, own.round)
    tell(context, units, f"disposal:{own.id}", f"《{own.title}》{decided}请按要求配合。")
    return {"deliberation_outcome": form.disposal}


def _meeting(context: Context, form: Convening) -> Meeting:
    """Return the meeting that was chosen, or the one planned in the form; neither may be over."""
    session = context.session
    if form.meeting:
        chosen = session.get_one(Meeting, int(form.meeting))
        if chosen.held_at <= context.at:
            raise form.refused("meeting", "这次会议的时间已经过了，请另选一次或单独排会。")
        return chosen
    wanted = meetings.planned(form)
    if wanted.held_at <= context.at:
        raise form.refused("held_on", "会议日期要在今天以后，请重新选择。")
    return meetings.plan(session, wanted, context.by, context.at)


def _plan(form: Order) -> list[Planned]:
    """Return the units of an order. One unit alone may rework what several answered separately."""
    if form.handling_mode == Mode.SEPARATE:
        return [Planned(unit, Duty.SEPARATE) for unit in form.separate_units]
    try:
        return planning.planned(form.handling_mode, form.lead_unit, form.assist_units, [])
    except NotAllowed as refused:
        raise form.refused("handling_mode", str(refused)) from refused


def _announce(
    context: Context,
    own: Suggestion,
    order: SecondAssignment,
    duties: Sequence[Assignment],
    system: System,
) -> None:
    """Tell the units what they have to do again, and the deputies and the government who does it."""
    session = context.session
    for each in duties:
        text = (
            f"《{own.title}》第 {order.round - 1} 次二次交办，由你单位{Duty(each.role).label}，"
            f"不再退回。代表的新要求：{order.demands}"
        )
        occasion = f"second_assignment:{each.id}"
        link = links.step(context.business_key)
        tell(context, Role.UNIT_LIAISON.of(each.unit), occasion, text, link=link)
    names = "、".join(people.unit_names(session, [each.unit for each in duties]).values())
    if system == System.GOVERNMENT and own.level == Level.CITY:
        text = f"《{own.title}》已二次交办{names}，请督促按期答复。"
        tell(context, Role.GOV_OFFICE, f"second_assignment:{order.id}", text)
    for each_case in suggestions.cluster(session, own.id):
        text = f"《{each_case.title}》已二次交办{names}，办理后再请您评价。"
        occasion = f"second_assignment:{order.id}:{each_case.id}"
        key = suggestions.business_key(each_case.id)
        tell(context, each_case.lead_deputy, occasion, text, business_key=key)


def _liaisons(session: Session, suggestion: Suggestion, round_: int) -> list[str]:
    """Return the liaisons of every unit that handled the case in this round, the assisting ones too."""
    duties = assignments.active(session, suggestion.id, round_)
    return [Role.UNIT_LIAISON.of(each.unit) for each in duties]


def _named(duties: Sequence[Assignment], role: Duty) -> list[Named]:
    return [{"unit": each.unit, "assignment": each.id} for each in duties if each.role == role]
