"""审计: every change by an administrator, designer or operator, filtered, exported, and the chain that vouches for it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from sqlalchemy.orm import Session

from service import audit
from service.audit import Act, Filter
from service.authority import reading
from service.deadlines.workdays import moment
from service.errors import FormInvalid
from service.handlers import paging, sheets, web, wording
from service.handlers.operator import compared
from service.handlers.operator.compared import Names
from service.handlers.operator.refused import auditors
from service.register.common import attachments
from service.register.people import directory as people
from service.tables.audit import AuditEvent

PAGE = 50
NOBODY = "系统或命令行"
HEADS = ("序号", "时间", "谁", "类别", "做了什么", "理由", "对象", "校验值")
LABELS: Mapping[str, str] = {act.value: act.label for act in Act}
_LONGEST_WORDS = 60

blueprint = Blueprint("audited", __name__)

web.menu("审计", "audited.listed", auditors, order=79)


@web.route(blueprint, "/o/audit", policy=auditors)
def listed() -> Response:
    """The changes a reader asks for, the latest first, a page at a time, and how the chain ends."""
    before = web.whole_number(request.args.get("before"))
    try:
        asked, problems = _asked(), {}
    except FormInvalid as error:
        asked, problems = Filter(), error.messages
    with web.database().reading() as session:
        found = paging.page(lambda limit: audit.latest(session, limit, before, asked), PAGE)
        total = audit.count(session, asked)
        head = audit.head(session)
        authors = audit.authors(session)
        names = people.names(session, {*authors, *(row.by for row in found.rows)})
    given = {name: value for name, value in request.args.items() if name in _FIELDS and value}
    return web.page(
        "operator/audit.html",
        422 if problems else 200,
        rows=[] if problems else found.rows,
        total=total,
        head=head,
        names=names,
        authors=authors,
        nobody=NOBODY,
        acts=Act,
        labels=LABELS,
        given=given,
        problems=problems,
        more=found.last.seq if found.last and not problems else None,
        kinds=sheets.KINDS,
        longest=_LONGEST_WORDS,
    )


@web.route(blueprint, "/o/audit/<int:seq>", policy=auditors)
def show(seq: int) -> Response:
    """One change: what it was before and after, why, and where the thing is now."""
    with web.database().reading() as session:
        event = audit.get(session, seq)
        names = people.names(session, {event.by})
        called = _called(session, event.data)
    return web.page(
        "operator/audit_event.html",
        event=event,
        act=LABELS.get(event.act, event.act),
        name=names.get(event.by or "", event.by or NOBODY),
        differences=compared.differences(event.data, called),
        address=address(event),
    )


@web.route(blueprint, "/o/audit/chain", policy=auditors)
def chain() -> Response:
    """The whole chain computed again, and its end to be printed and kept elsewhere."""
    with web.database().reading() as session:
        found = audit.verify(session)
    return web.page("operator/audit_chain.html", found=found)


@web.route(blueprint, "/o/audit.<any(csv, xlsx):format>", policy=auditors)
def export(format: str) -> Response:
    """Exactly the changes a reader has asked for, all of them."""
    asked = _asked()
    with web.database().reading() as session:
        found = audit.latest(session, None, where=asked)
        names = people.names(session, {row.by for row in found})
    return sheets.sent(format, "审计记录", HEADS, (_cells(row, names) for row in found))


def address(event: AuditEvent) -> str:
    """Return where the thing is that was changed, "" where the reader has no page of it."""
    wanted: Sequence[tuple[str, str, Any]] = (
        ("changes.show", "change_id", event.data.get("change")),
        ("consent.show", "proposal_id", event.data.get("proposal")),
        ("version.show", "process_id", event.data.get("process")),
    )
    for endpoint, name, value in wanted:
        if value is None or endpoint not in current_app.view_functions:
            continue
        policy = web.policy_of(current_app, endpoint)
        if policy is not None and policy.allows(web.actor()):
            more = {"version": event.data.get("version")} if endpoint == "version.show" else {}
            return url_for(endpoint, **{name: value}, **more)
    return ""


def _called(session: Session, data: Mapping[str, Any]) -> Names:
    """Return what everything is called that a change has kept by code, as far as this reader may know it."""
    actor, units = web.actor(), people.unit_names(session)
    posts = {str(one) for one in compared.mentioned(data, "posts")}
    kept = attachments.named(session, compared.mentioned(data, "attachments"))
    return Names(
        units,
        people.group_names(session, posts, units),
        {
            one.id: one.name
            for one in kept
            if one.uploaded_by == actor.login or reading.may_see(session, actor, one.business_key)
        },
    )


_FIELDS = ("act", "by", "words", "since", "until")


def _asked() -> Filter:
    given = request.args
    act = given.get("act", "")
    messages = {name: _day(name)[1] for name in ("since", "until") if _day(name)[1]}
    if act and act not in set(Act):
        messages["act"] = "没有这个类别，请从列表中选择。"
    if messages:
        raise FormInvalid(messages, dict(given))
    since, until = _day("since")[0], _day("until")[0]
    return Filter(
        act,
        given.get("by", ""),
        given.get("words", "").strip()[:_LONGEST_WORDS],
        _midnight(since) if since else None,
        _midnight(until + timedelta(days=1)) if until else None,
    )


def _day(name: str) -> tuple[date | None, str]:
    """Return the day of a field, or why it is none."""
    text = request.args.get(name, "").strip()
    try:
        return (date.fromisoformat(text), "") if text else (None, "")
    except ValueError:
        return None, "请按“2026-11-30”的样子填写日期。"


def _midnight(day: date) -> datetime:
    return moment(day, time.min)


def _cells(row: AuditEvent, names: Mapping[str, str]) -> list[sheets.Cell]:
    who = names.get(row.by or "", row.by or NOBODY)
    when = wording.moment(row.at)
    act = LABELS.get(row.act, row.act)
    return [row.seq, when, who, act, row.sentence, row.reason, row.subject, row.hash]
