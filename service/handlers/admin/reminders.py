"""提醒: the ladder of every limit in one table, and the rules of the house for messages that leave it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as AnyResponse

from service import audit
from service.audit import Act
from service.deadlines import limits, policies, words
from service.deadlines.limits import Limit
from service.deadlines.workdays import local_day
from service.delivery import house, kinds, outbox
from service.delivery.channels import Name
from service.delivery.house import House
from service.delivery.kinds import Kind, Rule
from service.errors import FormInvalid, StaleVersion
from service.handlers import web
from service.handlers.admin import sections
from service.handlers.admin.sections import administrators

MOST_QUIET_DAYS = 100
_LONGEST_REASON = 500

blueprint = Blueprint("reminders", __name__)

sections.section(
    "提醒",
    "reminders.show",
    "看每一项期限在什么时候提醒谁，决定消息什么时候发、合并成一条还是逐条发、哪一类走邮件或短信。",
    order=40,
)


@dataclass(frozen=True)
class Typed:
    """The form as a reader sees it: what was typed, or what is in force."""

    office_hours_only: bool
    is_grouped: bool
    daily_at: str
    quiet_days: str
    channels: frozenset[Name]
    rules: Mapping[Kind, Rule]
    version: int
    reason: str = ""


@dataclass(frozen=True)
class Decision:
    """What a form asks for, checked."""

    office_hours_only: bool
    is_grouped: bool
    daily_at: time
    quiet_days: tuple[date, ...]
    channels: frozenset[Name]
    rules: Mapping[Kind, Rule]
    version: int
    reason: str


@web.route(blueprint, "/m/reminders", policy=administrators)
def show() -> Response:
    """The rules of the house, and every limit with whom it reminds and when."""
    return _page()


@web.route(blueprint, "/m/reminders", policy=administrators, methods=["POST"])
def decide() -> AnyResponse:
    """Put rules in force, with a reason and on the record; what makes no sense is shown again beside its field."""
    typed = _typed(request.form)
    try:
        decision = _checked(typed)
        with web.database().transaction() as session:
            sentences = _put(session, decision)
    except FormInvalid as invalid:
        return _page(422, typed, invalid.messages)
    except StaleVersion as stale:
        return _page(409, typed, {"": str(stale)})
    flash(f"已生效：{''.join(sentences)}" if sentences else "没有改动。")
    return redirect(url_for("reminders.show"), 303)


def _page(
    status: int = 200, typed: Typed | None = None, errors: Mapping[str, str] | None = None
) -> Response:
    with web.database().reading() as session:
        in_force = _in_force(session)
        ladder = limits.listed(policies.in_force(session), local_day(g.at))
    return web.page(
        "admin/reminders.html",
        status,
        form=typed or in_force,
        errors=errors or {},
        kinds=list(Kind),
        names=list(Name),
        groups=_by_stage(ladder),
        words=words,
    )


def _by_stage(ladder: list[Limit]) -> Mapping[str, list[Limit]]:
    found: dict[str, list[Limit]] = {}
    for limit in ladder:
        if limit.policy.warnings:
            found.setdefault(limit.stage, []).append(limit)
    return found


def _in_force(session: Session) -> Typed:
    rules = house.of(session)
    return Typed(
        rules.office_hours_only,
        rules.is_grouped,
        f"{rules.daily_at:%H:%M}",
        "\n".join(sorted(day.isoformat() for day in rules.quiet_days)),
        frozenset(outbox.open_channels(session, list(Name))),
        kinds.rules(session),
        rules.version,
    )


def _typed(form: MultiDict[str, str]) -> Typed:
    """Read a form as it was sent; a box that is not ticked is not sent."""
    return Typed(
        form.get("office_hours_only") == "yes",
        form.get("is_grouped") == "yes",
        form.get("daily_at", "").strip()[:10],
        form.get("quiet_days", "")[:4_000],
        frozenset(name for name in Name if form.get(f"channel-{name}")),
        {
            kind: Rule(
                frozenset(name for name in Name if form.get(f"{kind}-{name}")),
                bool(form.get(f"{kind}-once")),
            )
            for kind in Kind
        },
        web.whole_number(form.get("version")) or 0,
        form.get("reason", "").strip(),
    )


def _checked(typed: Typed) -> Decision:
    """Return what is asked for, or say at each field what is wrong with it."""
    messages: dict[str, str] = {}
    daily_at = time(8, 30)
    try:
        daily_at = time.fromisoformat(typed.daily_at)
    except ValueError:
        messages["daily_at"] = "请按 08:30 的样子填写几点几分。"
    days: list[date] = []
    for line in filter(None, map(str.strip, typed.quiet_days.splitlines())):
        try:
            days.append(date.fromisoformat(line))
        except ValueError:
            messages["quiet_days"] = f"“{line[:30]}”不是日期，请按 2026-05-02 的样子每行写一天。"
    if len(days) > MOST_QUIET_DAYS:
        messages["quiet_days"] = f"最多写 {MOST_QUIET_DAYS} 天。"
    if not typed.reason or len(typed.reason) > _LONGEST_REASON:
        messages["reason"] = f"请写明修改的理由，最多 {_LONGEST_REASON} 个字。"
    if messages:
        raise FormInvalid(messages, {})
    return Decision(
        typed.office_hours_only,
        typed.is_grouped,
        daily_at,
        tuple(sorted(set(days))),
        typed.channels,
        typed.rules,
        typed.version,
        typed.reason,
    )


def _put(session: Session, decision: Decision) -> list[str]:
    """Write what differs and record it; returns what changed, in sentences."""
    before, rules = house.of(session), kinds.rules(session)
    house.put(
        session,
        decision.office_hours_only,
        decision.is_grouped,
        decision.daily_at,
        decision.quiet_days,
        decision.version,
    )
    kinds.put(session, decision.rules)
    sentences = _changed_times(before, decision)
    for name in Name:
        if outbox.switch(session, name, name in decision.channels):
            verb = "启用" if name in decision.channels else "停用"
            sentences.append(f"{verb}{name.label}。")
    sentences += [
        f"“{kind.label}”改为{_way(rule)}。"
        for kind, rule in decision.rules.items()
        if rule != rules[kind]
    ]
    if sentences:
        data: dict[str, Any] = {"version": decision.version + 1}
        audit.record(
            session,
            web.actor().login,
            g.at,
            Act.MESSAGE,
            "house",
            "".join(sentences),
            decision.reason,
            data,
        )
    return sentences


def _changed_times(before: House, decision: Decision) -> list[str]:
    found = []
    if before.office_hours_only != decision.office_hours_only:
        found.append(
            f"消息改为{'只在办公时间发出' if decision.office_hours_only else '任何时间都可以发出'}。"
        )
    if before.is_grouped != decision.is_grouped:
        found.append(
            f"通知改为{'每人每天合并成一条' if decision.is_grouped else '逐条发出，不合并'}。"
        )
    if before.daily_at != decision.daily_at:
        found.append(f"每日一条改在 {decision.daily_at:%H:%M} 发出。")
    if before.quiet_days != frozenset(decision.quiet_days):
        days = "、".join(day.isoformat() for day in decision.quiet_days)
        found.append(f"不发消息的日子改为：{days or '没有'}。")
    return found


def _way(rule: Rule) -> str:
    ways = "和".join(name.label for name in Name if name in rule.channels)
    if not ways:
        return "只在系统内查看"
    return f"用{ways}{'立刻发出' if rule.at_once else '发出'}"
