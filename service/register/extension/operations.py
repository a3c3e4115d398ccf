"""What happens to the register while a unit asks for a later day: opened, applied for, signed, decided, moved, told."""

from datetime import date, datetime
from typing import Annotated, TypedDict

from service.deadlines import explain
from service.deadlines.workdays import local_day
from service.operations import Context, operation
from service.register.common.telling import tell
from service.register.dispatch import assignments, systems
from service.register.dispatch.status import System
from service.register.dispatch.variables import AssignmentId
from service.register.extension import applications, dates, limits
from service.register.extension.applications import ExtensionId
from service.register.extension.forms import Application, CoSignature, Ruling
from service.register.extension.kinds import Decision, FastTrack, Outcome, State
from service.register.handling import contacts
from service.register.handling.kinds import Confirmation
from service.register.people import directory as people
from service.register.people import posts
from service.register.people.roles import Role
from service.register.proposal import recipients, suggestions
from service.tables.assignments import Extension


class Opened(TypedDict):
    """Whose application it is, and what its limits are counted from."""

    extension: Annotated[int, "延期申请"]
    unit: Annotated[str, "申请延期的单位"]
    office: Annotated[str, "办理本件的人大机关"]
    level: Annotated[str, "层级"]
    reply_due_at: Annotated[datetime, "原定答复日期"]
    extension_outcome: Annotated[Outcome, "延期申请的结果"]
    extension_files: Annotated[list[int], "延期申请的附件"]
    extension_cosigned: Annotated[bool, "是否由政府办会签"]


class Applied(TypedDict):
    """When the unit applied, and whether the government office speaks first."""

    ext_requested_at: Annotated[datetime, "提出延期申请的时间"]
    extension_cosigned: Annotated[bool, "是否由政府办会签"]
    extension_files: Annotated[list[int], "延期申请的附件"]


class Cosigned(TypedDict):
    """From when the congress office has to decide."""

    ext_requested_at: Annotated[datetime, "申请送到代工委的时间"]


class Decided(TypedDict):
    """What became of the application."""

    extension_outcome: Annotated[Outcome, "延期申请的结果"]


class Checked(TypedDict):
    """Is the application still of any use?"""

    extension_needed: Annotated[bool, "是否还要延期"]


@operation("suggestion")
def open_extension(
    context: Context,
    *,
    assignment: AssignmentId,
    fast_track_kind: FastTrack | None = None,
) -> Opened:
    """登记延期申请：哪个单位、原定哪天答复、最晚可以延到哪一天；不能申请的说明原因。"""
    duty = assignments.get(context.session, assignment)
    row = applications.open_(
        context.session, duty, fast_track_kind, context.instance_id, context.by, context.at
    )
    suggestion = suggestions.get(context.session, row.suggestion_id)
    return {
        "extension": row.id,
        "unit": duty.unit,
        "office": posts.office_of(suggestion.town),
        "level": suggestion.level,
        "reply_due_at": row.due_at,
        "extension_outcome": Outcome.NONE,
        "extension_files": [],
        "extension_cosigned": False,
    }


@operation("suggestion")
def apply_extension(context: Context, form: Application, *, extension: ExtensionId) -> Applied:
    """提出延期申请：写明理由、已做的工作、新的日期和向代表说明的情况。"""
    row = applications.get(context.session, extension)
    _check_day(context, form, "asked_until", form.asked_until, row)
    contact_id = _told(context, form, row)
    duty = assignments.get(context.session, row.assignment_id)
    is_cosigned = systems.of(context.session, duty.unit) == System.GOVERNMENT
    state = State.COSIGNING if is_cosigned else State.DECIDING
    applications.apply(row, form, contact_id, state, context.person, context.at)
    return {
        "ext_requested_at": context.at,
        "extension_cosigned": is_cosigned,
        "extension_files": list(form.attachments),
    }


@operation("suggestion")
def cosign_extension(context: Context, form: CoSignature, *, extension: ExtensionId) -> Cosigned:
    """会签延期申请：记下政府办的意见，送代工委决定。"""
    row = applications.get(context.session, extension)
    applications.cosign(row, form, context.person, context.at)
    return {"ext_requested_at": context.at}


@operation("suggestion")
def decide_extension(context: Context, form: Ruling, *, extension: ExtensionId) -> Decided:
    """决定是否延期：同意的定下新的答复日期，不同意的写明理由；已经不需要的自行终止。"""
    row = applications.get(context.session, extension)
    if not applications.is_needed(context.session, row):
        applications.end(row, State.ENDED, context.at)
        return {"extension_outcome": Outcome.NONE}
    if form.extension_decision == Decision.REFUSE:
        form.needed("decision_reason", form.decision_reason)
        applications.decide(row, form, None, context.person, context.at)
        return {"extension_outcome": Outcome.REFUSED}
    until = form.needed("granted_until", form.granted_until)
    if applications.is_held(context.session, row.suggestion_id):
        raise form.refused("granted_until", "这件建议已暂停计时，恢复计时以后才能批准延期。")
    _check_day(context, form, "granted_until", until, row)
    if row.asked_until and until > row.asked_until:
        asked = explain.format_day(row.asked_until)
        raise form.refused("granted_until", f"单位只申请延到{asked}，不能批准得更晚。")
    applications.decide(row, form, until, context.person, context.at)
    return {"extension_outcome": Outcome.GRANTED}


@operation("suggestion")
def grant_extension(context: Context, *, extension: ExtensionId) -> None:
    """改定答复期限：本单位的答复期限改到批准的那一天，告知代表和单位。"""
    row = applications.get(context.session, extension)
    assert row.granted_until is not None
    reason = f"批准{people.unit(context.session, row.unit).name}的延期申请。"
    dates.move(context.session, row, reason, context.by, context.at)
    before, after = (
        explain.format_day(local_day(row.due_at)),
        explain.format_day(row.granted_until),
    )
    _announce(
        context,
        row,
        "extension_granted",
        f"经批准，答复日期由{before}延到{after}。理由：{row.reason}",
        f"的延期申请已经批准，请在{after}以前答复代表。",
    )


@operation("suggestion")
def report_refused_extension(context: Context, *, extension: ExtensionId) -> None:
    """告知不予延期：把决定和理由告知单位和代表，原定期限不变。"""
    row = applications.get(context.session, extension)
    due = explain.format_day(local_day(row.due_at))
    why = f"理由：{row.decision_reason}"
    _announce(
        context,
        row,
        "extension_refused",
        f"承办单位申请延期，没有批准，仍应在{due}以前答复。{why}",
        f"的延期申请没有批准，请在{due}以前答复代表。{why}",
    )


@operation("suggestion")
def withdraw_extension(context: Context, *, extension: ExtensionId) -> None:
    """登记撤回延期申请：单位撤回了申请，已经提出的告知代工委。"""
    row = applications.get(context.session, extension)
    was_applied = row.applied_at is not None
    if applications.end(row, State.TAKEN_BACK, context.at) and was_applied:
        office = posts.office_of(suggestions.get(context.session, row.suggestion_id).town)
        unit = people.unit(context.session, row.unit)
        _tell(context, row, office, "extension_taken_back", f"：{unit.name}撤回了延期申请。")


@operation("suggestion")
def close_extension(context: Context, *, extension: ExtensionId) -> None:
    """登记逾期未提：单位没有在期限内提出延期申请，告知单位按原定期限答复。"""
    row = applications.get(context.session, extension)
    if applications.end(row, State.CLOSED, context.at):
        due = explain.format_day(local_day(row.due_at))
        unit = Role.UNIT_LIAISON.of(row.unit)
        _tell(
            context,
            row,
            unit,
            "extension_closed",
            f"的延期申请没有在期限内提出，已经关闭，请在{due}以前答复代表。",
        )


@operation("suggestion")
def end_extension(context: Context, *, extension: ExtensionId) -> None:
    """终止延期申请：建议已经撤回，申请自行终止。"""
    applications.end(applications.get(context.session, extension), State.ENDED, context.at)


@operation("suggestion")
def check_extension(context: Context, *, extension: ExtensionId) -> Checked:
    """核对是否还要延期：本单位已经签发答复的，申请自行终止。"""
    row = applications.get(context.session, extension)
    is_needed = applications.is_needed(context.session, row)
    if not is_needed:
        applications.end(row, State.ENDED, context.at)
    return {"extension_needed": is_needed}


def _check_day(
    context: Context, form: Application | Ruling, field: str, day: date, row: Extension
) -> None:
    duty = assignments.get(context.session, row.assignment_id)
    sentence = limits.unfit(context.session, day, duty.due_at or row.due_at, row.latest_on)
    if sentence:
        raise form.refused(field, sentence)


def _told(context: Context, form: Application, row: Extension) -> int | None:
    """Return the contact in which the deputy was told; without one, the day and the words have to be there."""
    if form.talk:
        found = [
            each.id
            for each in contacts.of(context.session, row.assignment_id)
            if str(each.id) == form.talk and each.confirmation != Confirmation.DENIED
        ]
        if not found:
            raise form.refused("talk", "请选择本单位与代表的沟通记录，代表否认的不能选。")
        return found[0]
    told_on = form.needed("talk_on", form.talk_on)
    form.needed("talk_note", form.talk_note)
    if told_on > local_day(context.at):
        raise form.refused("talk_on", "请先向代表说明，再申请延期：说明的日期不能晚于今天。")
    return None


def _announce(context: Context, row: Extension, kind: str, to_deputies: str, to_unit: str) -> None:
    """Tell the deputies of the case and the unit what was decided."""
    unit = people.unit(context.session, row.unit)
    for deputy, own in sorted(recipients.cases(context.session, row.suggestion_id).items()):
        _tell(context, row, deputy, kind, f"：{unit.name}{to_deputies}", own)
    for role in (Role.UNIT_LIAISON, Role.UNIT_HANDLER):
        _tell(context, row, role.of(row.unit), kind, to_unit)


def _tell(
    context: Context,
    row: Extension,
    recipient: str,
    kind: str,
    text: str,
    own: str | None = None,
) -> None:
    """Lead to the case, or to the merged one of a deputy's `own`."""
    title = suggestions.get(context.session, row.suggestion_id).title
    key = own or suggestions.business_key(row.suggestion_id)
    tell(context, recipient, f"{kind}:{row.id}", f"代表建议《{title}》{text}", business_key=key)
