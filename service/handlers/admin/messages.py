"""消息: what was sent to whom, by which channel and how it went; how each channel fares; sending again."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from urllib.parse import urlencode

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from service.deadlines import explain, policies
from service.deadlines.workdays import LOCAL, local_day
from service.delivery import house, ledger, outbox
from service.delivery.channels import Name
from service.delivery.ledger import Filter, Kind, State
from service.errors import NotAllowed
from service.handlers import paging, web
from service.handlers.admin import sections
from service.register.casefile import cases
from service.register.people.roles import Role
from service.tables.messages import MessageChannel

PAGE = 50
MOST_AT_ONCE = 200

blueprint = Blueprint("outbox", __name__)
keepers = web.group(Role.ADMIN, Role.OPERATOR)

sections.section(
    "消息",
    "outbox.listed",
    "看发给谁的消息发出去没有，没有发出去的是什么原因，需要时再次发送；看邮件和短信是否正常。",
    order=60,
    policy=keepers,
)
sections.menu("消息", "outbox.listed", keepers, order=85)


@web.route(blueprint, "/m/messages", policy=keepers)
def listed() -> Response:
    """The messages, the latest first, a page at a time, and one line for each channel."""
    return _page()


@web.route(blueprint, "/m/messages/again", policy=keepers, methods=["POST"])
def again() -> AnyResponse:
    """Send the chosen ones again, on the record."""
    given = [web.whole_number(one) for one in request.form.getlist("message")[:MOST_AT_ONCE]]
    chosen = [one for one in given if one]
    if not chosen:
        return _page(422, "请先勾选要再次发送的消息。")
    with web.database().transaction() as session:
        count = ledger.again(session, chosen, web.actor().login, g.at)
    left = len(chosen) - count
    also = f"另有 {left} 条正在等待发送，没有重复。" if left else ""
    flash(f"{count} 条消息已排队，将再次发送。{also}")
    asked = urlencode(_asked(request.form.get))
    return redirect(f"{url_for('outbox.listed')}{f'?{asked}' if asked else ''}", 303)


@web.route(blueprint, "/m/messages/test", policy=keepers, methods=["POST"])
def test() -> AnyResponse:
    """Send a message to oneself, to see whether a channel works."""
    given = request.form.get("channel", "")
    if given not in web.channels():
        return _page(422, "这个渠道没有设置，不能发送测试消息。")
    name = Name(given)
    try:
        with web.database().transaction() as session:
            ledger.trial(session, name, web.actor().login, web.settings().address, g.at)
    except NotAllowed as refused:
        return _page(422, str(refused))
    flash(f"{name.label}测试消息已排队，半分钟内发给您自己；结果见下面的列表。")
    return redirect(url_for("outbox.listed"), 303)


def _page(status: int = 200, problem: str = "") -> Response:
    ask = request.values.get
    asked = _asked(ask)
    before = web.whole_number(request.args.get("before"))
    with web.database().reading() as session:
        key = cases.key_of(session, asked["case"]) if "case" in asked else ""
        where = Filter(
            asked.get("state", ""), asked.get("channel", ""), asked.get("person", ""), key or ""
        )
        found = paging.page(
            lambda limit: [] if key is None else ledger.latest(session, where, limit, before), PAGE
        )
        lines = _lines(session)
    if key is None and not problem:
        problem = f"没有编号为“{asked['case']}”的建议或督查，请核对编号。"
    return web.page(
        "admin/messages.html",
        status,
        rows=found.rows,
        lines=lines,
        problem=problem,
        asked=asked,
        states=State.labels(),
        kinds=Kind.labels(),
        names={name.value: name.label for name in Name},
        next=f"?{urlencode({**asked, 'before': found.last.message.id})}" if found.last else "",
    )


def _asked(ask: Callable[[str], str | None]) -> dict[str, str]:
    """Return the filters of an address or a form that are filled in."""
    found = {
        name: (ask(name) or "").strip()[:100] for name in ("state", "channel", "person", "case")
    }
    return {name: value for name, value in found.items() if value}


def _lines(session: Session) -> Sequence[tuple[Name, bool, bool, str]]:
    """Return for each channel: whether it can be tried, whether something is wrong, and how it fares in a sentence."""
    states, counts = outbox.states(session), outbox.counts(session)
    opens_at = house.of(session).opens_at(policies.calendar(session), g.at)
    return [
        (
            name,
            name in web.channels(),
            _is_wrong(states.get(name.value), counts, name),
            _sentence(name, states.get(name.value), counts, opens_at),
        )
        for name in Name
    ]


def _is_wrong(
    state: MessageChannel | None, counts: Mapping[tuple[str, str], int], name: Name
) -> bool:
    failed = counts.get((name.value, "dead"), 0) + counts.get((name.value, "unsure"), 0)
    return failed > 0 or (state is not None and state.down_since is not None)


def _sentence(
    name: Name,
    state: MessageChannel | None,
    counts: Mapping[tuple[str, str], int],
    opens_at: datetime,
) -> str:
    waiting = counts.get((name.value, "waiting"), 0) + counts.get((name.value, "sending"), 0)
    failed = {one: counts.get((name.value, one.value), 0) for one in (State.DEAD, State.UNSURE)}
    rest = "".join(f"{number} 条{one.label}。" for one, number in failed.items() if number)
    if name not in web.channels():
        return f"{name.label}：没有设置{name.server}，通知只在系统内查看。{_waits(waiting)}{rest}"
    if state is not None and not state.is_on:
        return f"{name.label}：已停用，到“提醒”里可以启用。{_waits(waiting)}{rest}"
    if state is not None and state.down_since is not None:
        return (
            f"{name.server}自 {_when(state.down_since)} 起没有应答，{waiting} 条消息等待，恢复后自动发出。"
            f"原因：{state.last_error}{rest}"
        )
    if waiting and opens_at > g.at:
        return f"{name.label}：正常，{waiting} 条消息等到 {_when(opens_at)} 发出。{rest}"
    return f"{name.label}：正常。{_waits(waiting)}{rest}"


def _waits(waiting: int) -> str:
    return f"{waiting} 条消息等待。" if waiting else ""


def _when(at: datetime) -> str:
    """9:40, 3月3日 8:30"""
    local = at.astimezone(LOCAL)
    clock = f"{local.hour}:{local:%M}"
    return (
        clock if local_day(at) == local_day(g.at) else f"{explain.format_day(local.date())} {clock}"
    )
