"""What the forms of an extension show and offer to choose from."""

from typing import Any

from sqlalchemy.orm import Session

from service.deadlines import explain, policies
from service.deadlines.workdays import local_day
from service.forms import Option
from service.operations import source
from service.register.extension import applications
from service.register.extension.applications import ExtensionId
from service.register.extension.kinds import Opinion
from service.register.handling import contacts
from service.register.handling.kinds import Confirmation, Method, Stage
from service.register.people import directory as people
from service.register.proposal import suggestions
from service.tables.assignments import Extension
from service.tables.handling import ContactRecord


@source("suggestion")
def extension_terms(session: Session, *, extension: ExtensionId) -> list[dict[str, Any]]:
    """延期的期限：原定答复日期、最迟申请时间、最晚可以延到哪一天"""
    row = applications.get(session, extension)
    level = suggestions.get(session, row.suggestion_id).level
    named = {"fast_track_kind": row.fast_track_kind, "level": level, "reply_due_at": row.due_at}
    closing = policies.for_variables(session, "extension.apply", named, row.opened_at).moment
    return [
        {
            "due": explain.format_day(local_day(row.due_at)),
            "apply_before": explain.format_moment(closing),
            "latest": explain.format_day(row.latest_on),
        }
    ]


@source("suggestion")
def extension_talks(session: Session, *, extension: ExtensionId) -> list[Option]:
    """本单位与代表的沟通记录，代表否认的除外"""
    row = applications.get(session, extension)
    return [
        Option(str(each.id), f"{_talk(each)}（{Confirmation.label_of(each.confirmation)}）")
        for each in contacts.of(session, row.assignment_id)
        if each.confirmation != Confirmation.DENIED
    ]


@source("suggestion")
def extension_request(session: Session, *, extension: ExtensionId) -> list[dict[str, Any]]:
    """单位的延期申请，一项一行"""
    row = applications.get(session, extension)
    told = {
        "单位": people.unit(session, row.unit).name,
        "为什么不能按期答复": row.reason,
        "已经做了哪些工作": row.work_done,
        "原定答复日期": explain.format_day(local_day(row.due_at)),
        "申请延到": explain.format_day(row.asked_until) if row.asked_until else "",
        "最晚可以延到": explain.format_day(row.latest_on),
        "向代表说明的情况": told_in_words(session, row),
        "申请人和时间": _signed(session, row.applied_by, row.applied_at),
    }
    return [{"item": item, "content": content} for item, content in told.items()]


@source("suggestion")
def extension_cosignature(session: Session, *, extension: ExtensionId) -> list[dict[str, Any]]:
    """政府办对延期申请的会签意见"""
    row = applications.get(session, extension)
    if row.cosign_opinion is None:
        return []
    return [
        {
            "opinion": Opinion.label_of(row.cosign_opinion),
            "note": row.cosign_note,
            "signed": _signed(session, row.cosigned_by, row.cosigned_at),
        }
    ]


@source("suggestion")
def extension_wish(session: Session, *, extension: ExtensionId) -> list[dict[str, Any]]:
    """单位申请延到的日期"""
    row = applications.get(session, extension)
    return [{"granted_until": row.asked_until.isoformat() if row.asked_until else ""}]


def told_in_words(session: Session, row: Extension) -> str:
    """Say how the deputy was told that the reply would be late."""
    if row.contact_id is not None:
        contact = contacts.get(session, row.contact_id)
        return f"{_talk(contact)}：{contact.deputy_opinion}"
    return f"{explain.format_day(row.talk_on)}：{row.talk_note}" if row.talk_on else ""


def _talk(contact: ContactRecord) -> str:
    stage, method = Stage.label_of(contact.stage), Method.label_of(contact.method)
    return f"{explain.format_day(contact.held_on)}{stage}（{method}）"


def _signed(session: Session, login: str | None, at: Any) -> str:
    if at is None:
        return ""
    name = people.names(session, [login]).get(login or "", "")
    return f"{name}，{explain.format_moment(at)}"
