"""What was changed, in a Chinese sentence: for the record of changes and for whoever finds that something has changed."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from service.deadlines.effects import Effect
from service.deadlines.explain import format_amount, format_day, format_moment
from service.deadlines.ladder import recipients
from service.deadlines.seed import EVENTS, Before, Policy
from service.deadlines.standstill import Closure, Pause, Scope
from service.deadlines.workdays import Day, Week
from service.tables.deadlines import DeadlineChange
from service.tables.people import Unit
from service.tables.suggestions import Suggestion
from service.tables.supervision import SupervisionCase


def of_limit(old: Policy | None, new: Policy) -> str:
    """把“答复（一般件）”由 3 个月改为 60 日"""
    if old is None:
        town = "镇级件的" if new.level == "town" else ""
        begins = (
            f"，{format_day(new.effective_from)}起施行" if new.effective_from.year > 2000 else ""
        )
        return f"增加{town}“{new.name}”：{format_amount(new.amount, new.unit)}{begins}"
    changed = list(_changed(old, new))
    if not changed:
        return f"重新保存“{new.name}”，内容没有变化"
    return f"把“{old.name}”" + "、".join(changed)


def of_removal(policy: Policy) -> str:
    """取消镇级件的“答复（一般件）”：2 个月"""
    town = "镇级件的" if policy.level == "town" else ""
    begins = (
        f"（{format_day(policy.effective_from)}起施行）"
        if policy.effective_from.year > 2000
        else ""
    )
    return f"取消{town}“{policy.name}”{begins}：{format_amount(policy.amount, policy.unit)}"


def of_year(year: int, days: Sequence[Day], confirmed: bool) -> str:
    """更新 2027 年日历（已确认）：放假 33 天，调休上班 6 天"""
    off = sum(day.kind == "holiday" for day in days)
    state = "已确认" if confirmed else "暂定"
    return f"更新 {year} 年日历（{state}）：放假 {off} 天，调休上班 {len(days) - off} 天"


def of_standing(session: Session, key: str, pauses: Sequence[Pause]) -> str:
    """把建议“…”2026年3月3日（周二）至2026年3月4日（周三）的 2 天记为暂停计时"""
    days = sum((pause.end - pause.first).days for pause in pauses)
    spans = "、".join(
        f"{format_day(pause.first)}至{format_day(pause.end - timedelta(days=1))}"
        for pause in pauses
    )
    return f"把{case(session, key)}{spans}的 {days} 天记为暂停计时"


def of_closure(session: Session, closure: Closure) -> str:
    """交通局停止办公（防汛，2026年7月1日（周三）至2026年7月3日（周五））"""
    who = "全市" if closure.scope is Scope.CITY else unit(session, closure.place)
    span = format_day(closure.first)
    if closure.last != closure.first:
        span += f"至{format_day(closure.last)}"
    return f"{who}停止办公（{closure.name}，{span}）"


def of_hours(session: Session, units: Sequence[str], week: Week | None) -> str:
    """交通局、财政局的办公时间改为 08:30—12:00、14:00—18:00"""
    who = "、".join(unit(session, code) if code else "全市" for code in units)
    if week is None:
        return f"{who}恢复通用的办公时间"
    usual = next(filter(None, week), ())
    hours = "、".join(f"{opens:%H:%M}—{closes:%H:%M}" for opens, closes in usual)
    return f"{who}的办公时间改为 {hours}" + ("" if _is_even(week) else "等")


def case(session: Session, business_key: str) -> str:
    """七届五次第 12 号建议"""
    kind, _, number = business_key.partition(":")
    if kind == "suggestion" and number.isdecimal():
        own = session.get(Suggestion, int(number))
        if own is not None:
            return f"{own.case_no or '未编号'}建议“{own.title}”"
    if kind == "supervision" and number.isdecimal():
        named = select(SupervisionCase.number).where(SupervisionCase.id == int(number))
        for name in session.scalars(named):
            return f"督查件 {name}"
    return "这件事项"


def of_redating(name: str, before: datetime, after: datetime) -> str:
    """把“签收”由 2026年3月23日（周一）18:00改到 2026年3月30日（周一）18:00"""
    return f"把“{name}”由 {format_moment(before)}改到 {format_moment(after)}"


def unit(session: Session, code: str) -> str:
    """Return what a unit or town is called."""
    name = session.scalar(select(Unit.short_name).where(Unit.code == code))
    return name or "一个单位"


def with_effect(sentence: str, effect: Effect) -> str:
    """Add how many moments moved, and end the sentence."""
    moved = len(effect.moves)
    return f"{sentence}，移动 {moved} 处期限。" if moved else f"{sentence}，没有期限移动。"


def of_undoing(change: DeadlineChange) -> str:
    """撤销第 3 号修改（把“签收”由 3 个工作日改为 5 个工作日）"""
    what = re.sub(r"，(移动 \d+ 处期限|没有期限移动)。$", "", change.sentence)
    return f"撤销第 {change.id} 号修改（{what.rstrip('。')}）"


def changed_since(changes: Sequence[DeadlineChange]) -> str:
    """Say what changed since somebody looked, and by whom."""
    listed = "".join(
        f"{change.by or '系统'}于{format_moment(change.at)}{change.sentence}" for change in changes
    )
    return f"您查看影响之后，期限或日历已有变化：{listed or '日历或期限已更新。'}请重新查看影响，核对后再提交。"


def _changed(old: Policy, new: Policy) -> list[str]:
    found = []
    if (old.amount, old.unit) != (new.amount, new.unit):
        before, after = (format_amount(one.amount, one.unit) for one in (old, new))
        found.append(f"由 {before}改为 {after}")
    if old.start_event != new.start_event:
        named = [EVENTS.get(one.start_event, "开始") for one in (old, new)]
        found.append(f"起算点由“{named[0]}”改为“{named[1]}”")
    if old.warnings != new.warnings:
        found.append(f"提醒由{_reminders(old.warnings)}改为{_reminders(new.warnings)}")
    if old.name != new.name:
        found.append(f"改名为“{new.name}”")
    if old.overdue_action != new.overdue_action:
        found.append(f"到期后改为“{new.overdue_action or '不作处理'}”")
    if old.basis != new.basis:
        found.append(f"依据改为“{new.basis or '设'}”")
    if old.capped_by_batch != new.capped_by_batch:
        found.append(
            "改为受批次统一日期限制" if new.capped_by_batch else "改为不受批次统一日期限制"
        )
    return found


def rung(before: Before) -> str:
    """Return when a rung reminds whom: 提前 3 个工作日提醒承办人、单位分管领导."""
    return f"{when(before)}提醒{'、'.join(one.short for one in recipients(before.tell))}"


def when(before: Before) -> str:
    """Return when a rung reminds, counted from the moment a limit ends."""
    if before.amount == 0:
        return "到期当天"
    side = "提前" if before.amount > 0 else "到期后"
    return f"{side} {format_amount(before.amount, before.unit)}"


def _is_even(week: Week) -> bool:
    return len({day for day in week if day}) == 1


def _reminders(warnings: Sequence[Before]) -> str:
    """Whom a rung reminds is said where it is not the holder alone."""
    named = [rung(one) if one.tell else when(one) for one in warnings]
    return "“" + "、".join(named) + "”" if named else "“不提醒”"
